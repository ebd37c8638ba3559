using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation;

/// <summary>Keeps the content of Secrets out of findings.</summary>
internal static class SecretText
{
    private const int ShortestSecret = 3;

    /// <summary>
    /// <paramref name="text"/> with every value of a Secret as <c>***</c>, except those of its identity, type and metadata;
    /// the text as it is for any other object.
    /// </summary>
    public static string Redact(YamlMapping body, ResourceReference reference, string text)
    {
        if (reference.Kind != "Secret")
        {
            return text;
        }

        foreach (var entry in body)
        {
            if (entry.Key.Value is not ("apiVersion" or "kind" or "metadata" or "type"))
            {
                text = Redact(entry.Value, text);
            }
        }

        return text;
    }

    private static string Redact(YamlNode node, string text) => node switch
    {
        YamlScalar { Value.Length: >= ShortestSecret } scalar => text.Replace(scalar.Value, "***", StringComparison.Ordinal),
        YamlMapping mapping => mapping.Aggregate(text, static (current, entry) => Redact(entry.Value, current)),
        YamlSequence sequence => sequence.Aggregate(text, static (current, item) => Redact(item, current)),
        _ => text,
    };
}
