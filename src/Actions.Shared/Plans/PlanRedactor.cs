using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>
/// Keeps the secrets of plans out of everything that is shown. It knows three kinds: values that the caller names (such as variables of the environment),
/// values that a plan marks as sensitive, wherever else they turn up in clear text, and values that look like secrets though nobody has marked them.
/// </summary>
/// <remarks>
/// A marked value is hidden where it is marked whatever it is. Elsewhere it is looked for only if it has at least <see cref="ShortestValue"/> characters,
/// or <c>true</c> and <c>1</c> would blank out half of the text; also as it stands inside JSON, in base64 and in URLs.
/// </remarks>
public sealed class PlanRedactor
{
    /// <summary>What stands for a value that is marked.</summary>
    public const string Marked = "(sensitive value)";

    /// <summary>What stands for a value that is not marked but looks like a secret.</summary>
    public const string Suspected = "(hidden, looks like a secret)";

    /// <summary>The shortest value that is looked for outside of where it is marked, in UTF-16 units.</summary>
    public const int ShortestValue = 6;

    /// <summary>The shortest value of the caller that is looked for.</summary>
    public const int ShortestNamed = 4;

    private readonly Needles _named;
    private readonly Needles _all;

    private PlanRedactor(IEnumerable<string> named, IEnumerable<string> marked)
    {
        var mine = Forms(named, ShortestNamed).ToArray();
        _named = new Needles(mine);
        _all = new Needles(mine.Concat(Forms(marked, ShortestValue)));
    }

    /// <summary>A redactor for what is shown of <paramref name="plans"/>.</summary>
    /// <param name="plans">Every plan of which something is shown in the same text.</param>
    /// <param name="values">Values that must never be shown, such as those of secret inputs.</param>
    public static PlanRedactor For(IEnumerable<Plan> plans, IEnumerable<string>? values = null)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var plan in plans)
        {
            foreach (var change in plan.Changes.Concat(plan.Drift).Concat(plan.Deferred))
            {
                Collect(change.Before, change.BeforeSensitive, found);
                Collect(change.After, change.AfterSensitive, found);
            }

            foreach (var output in plan.Outputs)
            {
                Collect(output.Before, output.BeforeSensitive, found);
                Collect(output.After, output.AfterSensitive, found);
            }

            foreach (var variable in plan.Variables.Where(v => v.IsSensitive))
                CollectAll(variable.Value.Value, found);
        }

        return new PlanRedactor(values ?? [], found);
    }

    /// <summary>A redactor for what is shown of <paramref name="plan"/>.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="values">Values that must never be shown.</param>
    public static PlanRedactor For(Plan plan, IEnumerable<string>? values = null) => For([plan], values);

    /// <summary>For names and addresses, which Terraform never lets secrets into: only the caller's values are replaced.</summary>
    public string Name(string text) => _named.Replace(text);

    /// <summary>For text that may quote values, such as messages: every known value, and what looks like a secret, is replaced.</summary>
    public string Text(string text)
    {
        var known = _all.Replace(text);
        var result = new StringBuilder();
        var at = 0;
        foreach (var (start, length) in SecretHeuristics.Find(known))
        {
            result.Append(known, at, start - at).Append(Suspected);
            at = start + length;
        }

        return at == 0 ? known : result.Append(known, at, known.Length - at).ToString();
    }

    /// <summary>A string value that is not marked, and stands under <paramref name="name"/>.</summary>
    internal string Value(string name, string text)
    {
        if (SecretHeuristics.IsSecretName(name) && !SecretHeuristics.IsReference(text))
            return Suspected;
        return SecretHeuristics.IsRandom(text) ? Suspected : Text(text);
    }

    private static void Collect(PlanJson value, PlanJson marks, HashSet<string> found)
    {
        // Almost every tree of marks is empty, and parsing the value for it would be in vain.
        if (marks.IsNull || marks.Utf8.Span.IndexOf("true"u8) < 0)
            return;
        Collect(value.Value, MarkTree.Of(marks), found);
    }

    private static void Collect(JsonElement? value, MarkTree marks, HashSet<string> found)
    {
        if (value is not { } element || !marks.Any)
            return;
        if (marks.Whole)
        {
            CollectAll(element, found);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
                Collect(property.Value, marks[property.Name], found);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
                Collect(item, marks[index++], found);
        }
    }

    private static void CollectAll(JsonElement? value, HashSet<string> found)
    {
        switch (value?.ValueKind)
        {
            case JsonValueKind.String:
                found.Add(value.Value.GetString()!);
                break;
            case JsonValueKind.Number:
                found.Add(value.Value.GetRawText());
                break;
            case JsonValueKind.Object:
                foreach (var property in value.Value.EnumerateObject())
                    CollectAll(property.Value, found);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.Value.EnumerateArray())
                    CollectAll(item, found);
                break;
            default:
                break;
        }
    }

    /// <summary>The values, their lines, and how they look inside of JSON, in base64 and in URLs.</summary>
    private static IEnumerable<string> Forms(IEnumerable<string> values, int shortest) =>
        values.SelectMany(v => v.Split('\n').Select(l => l.Trim()).Append(v.Trim()))
            .Where(v => v.Length >= shortest)
            .SelectMany(v => (IEnumerable<string>)
            [
                v,
                JsonEncodedText.Encode(v, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
                JsonEncodedText.Encode(v).ToString(),
                v.Replace("&", "\\u0026", StringComparison.Ordinal).Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal),
                Convert.ToBase64String(Encoding.UTF8.GetBytes(v)),
                Uri.EscapeDataString(v),
            ]);

    /// <summary>Looks for many strings at once.</summary>
    private sealed class Needles
    {
        private readonly SearchValues<string> _search;
        private readonly Dictionary<string, string[]> _byStart;

        public Needles(IEnumerable<string> values)
        {
            var distinct = values.Distinct(StringComparer.Ordinal).Where(v => v.Length >= ShortestNamed).ToArray();
            _search = SearchValues.Create(distinct, StringComparison.Ordinal);
            _byStart = distinct.GroupBy(v => v[..ShortestNamed], StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.OrderByDescending(v => v.Length).ToArray(), StringComparer.Ordinal);
        }

        public string Replace(string text)
        {
            if (_byStart.Count == 0 || text.Length < ShortestNamed)
                return text;
            StringBuilder? result = null;
            var rest = text.AsSpan();
            for (int at; (at = rest.IndexOfAny(_search)) >= 0;)
            {
                result ??= new StringBuilder(text.Length);
                result.Append(rest[..at]).Append(Marked);
                rest = rest[(at + Longest(rest[at..]))..];
            }

            return result is null ? text : result.Append(rest).ToString();
        }

        // Of those that start here, the longest: a secret that contains another one is replaced as a whole.
        private int Longest(ReadOnlySpan<char> text)
        {
            foreach (var value in _byStart.GetAlternateLookup<ReadOnlySpan<char>>()[text[..ShortestNamed]])
            {
                if (text.StartsWith(value, StringComparison.Ordinal))
                    return value.Length;
            }

            return ShortestNamed;
        }
    }
}
