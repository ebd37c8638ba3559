using System.Text;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Graph;

/// <summary>Selectors as text, to see that two are the same.</summary>
internal static class SelectorText
{
    /// <summary>Equal for nodes that are equal item by item, in the same order, whatever their style and place.</summary>
    public static string Of(YamlNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return text.ToString();
    }

    private static void Write(YamlNode? node, StringBuilder text)
    {
        switch (node)
        {
            case YamlScalar scalar:
                text.Append(scalar.Value.Length).Append(':').Append(scalar.Value);
                break;
            case YamlSequence sequence:
                text.Append('[');
                foreach (var item in sequence)
                {
                    Write(item, text);
                }

                text.Append(']');
                break;
            case YamlMapping mapping:
                text.Append('{');
                foreach (var entry in mapping)
                {
                    Write(entry.Key, text);
                    Write(entry.Value, text);
                }

                text.Append('}');
                break;
        }
    }
}
