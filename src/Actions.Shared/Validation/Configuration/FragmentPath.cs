using System.Globalization;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Configuration;

/// <summary>
/// Names values inside an object: keys with dots between them, <c>[]</c> for every item of a list or every value of a mapping, <c>[0]</c> for one item,
/// <c>["a.b/c"]</c> for a key with other characters; or a JSON pointer (RFC 6901) in which <c>*</c> stands for every item. Empty for the object itself.
/// </summary>
internal sealed class FragmentPath
{
    private const string Every = "\0";

    private readonly string[] _steps;

    private FragmentPath(string[] steps) => _steps = steps;

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    public static FragmentPath Parse(string text) =>
        new(text.Length == 0 ? [] : text[0] == '/' ? Pointer(text) : [.. Dotted(text)]);

    /// <summary>The values that are there, in the order of the object, each with its JSON pointer.</summary>
    public IEnumerable<(string Pointer, YamlNode Node, YamlScalar? Key)> Find(YamlMapping root) => Find(root, null, "", 0);

    private static string[] Pointer(string text) =>
    [
        .. text[1..].Split('/').Select(step => step == "*" ? Every : step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)),
    ];

    private static List<string> Dotted(string text)
    {
        var steps = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '[')
            {
                at = Bracket(text, at, steps);
            }
            else
            {
                var end = text.AsSpan(at).IndexOfAny('.', '[');
                var key = end < 0 ? text[at..] : text.Substring(at, end);
                if (key.Length == 0 || key.AsSpan().ContainsAny("]\"' "))
                {
                    throw new FormatException(key.Length == 0
                        ? "there is nothing between two separators"
                        : $"the key {Structure.Words.Quote(key)} must be written in brackets and quotes");
                }

                steps.Add(key == "*" ? Every : key);
                at += key.Length;
            }

            if (at < text.Length && text[at] == '.')
            {
                at++;
                if (at == text.Length)
                {
                    throw new FormatException("it ends in a dot");
                }
            }
        }

        return steps;
    }

    private static int Bracket(string text, int start, List<string> steps)
    {
        var quote = start + 1 < text.Length && text[start + 1] is '"' or '\'' ? text[start + 1] : '\0';
        var end = quote == '\0' ? text.IndexOf(']', start) : text.IndexOf($"{quote}]", start + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new FormatException("a bracket is not closed");
        }

        if (quote != '\0')
        {
            steps.Add(text[(start + 2)..end]);
            end++;
        }
        else
        {
            var inner = text[(start + 1)..end];
            steps.Add(inner is "" or "*" ? Every
                : inner.All(char.IsAsciiDigit) ? inner
                : throw new FormatException($"{Structure.Words.Quote($"[{inner}]")} must be [], a number in brackets, or a quoted key in brackets"));
        }

        return end + 1 < text.Length && text[end + 1] is not ('.' or '[') ? throw new FormatException("a dot is missing behind a bracket") : end + 1;
    }

    private IEnumerable<(string Pointer, YamlNode Node, YamlScalar? Key)> Find(YamlNode node, YamlScalar? key, string pointer, int depth)
    {
        if (depth == _steps.Length)
        {
            yield return (pointer, node, key);
            yield break;
        }

        var step = _steps[depth];
        foreach (var (name, value, valueKey) in Children(node, step))
        {
            foreach (var found in Find(value, valueKey, NodeAddress.Append(pointer, name), depth + 1))
            {
                yield return found;
            }
        }
    }

    private static IEnumerable<(string Name, YamlNode Value, YamlScalar? Key)> Children(YamlNode node, string step)
    {
        switch (node)
        {
            case YamlMapping mapping when step == Every:
                foreach (var entry in mapping)
                {
                    yield return (entry.Key.Value, entry.Value, entry.Key);
                }

                break;
            case YamlMapping mapping when mapping.TryGetEntry(step, out var entry):
                yield return (step, entry.Value, entry.Key);
                break;
            case YamlSequence sequence when step == Every:
                for (var i = 0; i < sequence.Count; i++)
                {
                    yield return (i.ToString(CultureInfo.InvariantCulture), sequence[i], null);
                }

                break;
            case YamlSequence sequence when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < sequence.Count:
                yield return (step, sequence[index], null);
                break;
        }
    }
}
