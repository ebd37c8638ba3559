using System.Text.RegularExpressions;

namespace Actions.Shared.Manifests;

/// <summary>Recognises unrendered templates, and tells them from manifests that carry templates as data.</summary>
internal static partial class TemplateMarkers
{
    private static readonly string[][] IdentityPaths =
        [["apiVersion"], ["kind"], ["metadata", "name"], ["metadata", "namespace"], ["metadata", "generateName"]];

    /// <summary>
    /// Where a marker stands in the structure of a text that is not well-formed: at the start of a line or in an unquoted value,
    /// but not in quotes, comments or block scalars. -1 if there is none.
    /// </summary>
    public static int FindStructural(ReadOnlySpan<char> text)
    {
        var offset = 0;
        var blockIndent = -1;
        foreach (var range in text.Split('\n'))
        {
            var line = text[range];
            offset = range.Start.Value;
            var indent = line.IndexOfAnyExcept(' ');
            if (indent < 0 || line[indent] == '\r')
            {
                continue;
            }

            if (blockIndent >= 0 && indent > blockIndent)
            {
                continue;
            }

            blockIndent = BlockHeader().IsMatch(line) ? indent : -1;
            if (MarkerIn(line) is var at and >= 0)
            {
                return offset + at;
            }
        }

        return -1;
    }

    /// <summary>
    /// The first node that shows a well-formed document to be a template: an unquoted Helm or Jinja expression anywhere, any expression in what
    /// identifies the object, or an unquoted one in labels and images. Free text such as rules, dashboards, arguments and Argo or Kyverno
    /// expressions may hold <c>{{ }}</c> in a real manifest.
    /// </summary>
    public static YamlScalar? FindIn(YamlMapping root)
    {
        foreach (var path in IdentityPaths)
        {
            if (root.Find(path) is YamlScalar scalar && IsExpression(scalar.Value))
            {
                return scalar;
            }
        }

        var pending = new Stack<(YamlNode Node, bool IsName)>();
        var seen = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        pending.Push((root, false));
        while (pending.TryPop(out var current))
        {
            switch (current.Node)
            {
                case YamlScalar { Style: YamlScalarStyle.Plain } scalar
                    when scalar.Value.Length > 3 && (IsRenderExpression(scalar.Value) || (current.IsName && IsExpression(scalar.Value))):
                    return scalar;
                case YamlMapping mapping when seen.Add(mapping):
                    for (var i = mapping.Count - 1; i >= 0; i--)
                    {
                        var entry = mapping[i];
                        pending.Push((entry.Value, entry.Key.Value is "image" or "labels" or "matchLabels" || (current.IsName && entry.Value is YamlScalar)));
                        pending.Push((entry.Key, false));
                    }

                    break;
                case YamlSequence sequence when seen.Add(sequence):
                    for (var i = sequence.Count - 1; i >= 0; i--)
                    {
                        pending.Push((sequence[i], false));
                    }

                    break;
                default:
                    break;
            }
        }

        return null;
    }

    private static int MarkerIn(ReadOnlySpan<char> line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote != '\0')
            {
                if (c == '\\' && quote == '"')
                {
                    i++;
                }
                else if (c == quote)
                {
                    quote = '\0';
                }

                continue;
            }

            var starts = i == 0 || line[i - 1] is ' ' or '\t' or '[' or '{' or ',';
            if (c is '"' or '\'' && starts)
            {
                quote = c;
            }
            else if (c == '#' && starts)
            {
                return -1;
            }
            else if (i + 1 < line.Length && ((c == '{' && line[i + 1] is '{' or '%') || (c == '<' && line[i + 1] == '%')) && (i == 0 || line[i - 1] != '$'))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsExpression(string text) =>
        text.Contains("{{", StringComparison.Ordinal) || text.Contains("{%", StringComparison.Ordinal) || text.Contains("<%", StringComparison.Ordinal);

    private static bool IsRenderExpression(string text) => IsExpression(text) && RenderExpression().IsMatch(text);

    [GeneratedRegex(@"(?:[:\-]\s+|^\s*)(?:[&!]\S+\s+)*[|>][0-9+\-]*\s*(?:#.*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex BlockHeader();

    [GeneratedRegex(
        @"(?<!\$)\{\{-|\{\{\s*(?:\.(?:Values|Release|Chart|Capabilities|Files|Template|Subcharts)\b|\$\.|(?:include|template|tpl|toYaml|required|lookup|if|range|with|end|define|block)\b)|\{%|<%",
        RegexOptions.CultureInvariant)]
    private static partial Regex RenderExpression();
}
