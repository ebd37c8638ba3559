using Actions.Shared.Manifests;
using YamlDotNet.RepresentationModel;

namespace Actions.Shared.Tests.Validation.Schemas;

/// <summary>YAML of a test as the loader would give it: places, and the types that the definitions here need.</summary>
internal static class YamlText
{
    public static YamlMapping Mapping(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMapping)Convert(stream.Documents[0].RootNode);
    }

    private static Actions.Shared.Manifests.YamlNode Convert(YamlDotNet.RepresentationModel.YamlNode node)
    {
        var span = new YamlSpan((int)node.Start.Line, (int)node.Start.Column, (int)node.End.Line, (int)node.End.Column, 0, 0);
        return node switch
        {
            YamlMappingNode mapping => new YamlMapping(span, [.. mapping.Children.Select(c => new YamlEntry((YamlScalar)Convert(c.Key), Convert(c.Value), false))]),
            YamlSequenceNode sequence => new YamlSequence(span, [.. sequence.Children.Select(Convert)]),
            YamlScalarNode scalar => new YamlScalar(span, scalar.Value ?? "", YamlScalarStyle.Plain, TypeOf(scalar)),
            _ => throw new NotSupportedException(),
        };
    }

    private static YamlScalarType TypeOf(YamlScalarNode scalar) =>
        scalar.Style != YamlDotNet.Core.ScalarStyle.Plain ? YamlScalarType.String
        : scalar.Value is null or "" or "null" or "~" ? YamlScalarType.Null
        : scalar.Value is "true" or "false" ? YamlScalarType.Boolean
        : long.TryParse(scalar.Value, out _) ? YamlScalarType.Integer
        : double.TryParse(scalar.Value, out _) ? YamlScalarType.Float
        : YamlScalarType.String;
}
