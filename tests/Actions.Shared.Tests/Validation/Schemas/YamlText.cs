using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Validation.Schemas;

/// <summary>A YAML object of a test, as the loader reads it.</summary>
internal static class YamlText
{
    public static YamlMapping Mapping(string text)
    {
        var file = YamlLoader.Load("test.yaml", text);
        return (YamlMapping)file.Documents.ShouldHaveSingleItem().Root!;
    }
}
