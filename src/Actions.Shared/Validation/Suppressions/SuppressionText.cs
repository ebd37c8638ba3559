using System.Globalization;
using System.Text.RegularExpressions;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Suppressions;

/// <summary>One <c>RULE[, RULE]: REASON (until=YYYY-MM-DD)</c>, as comments and annotations share it.</summary>
/// <param name="Rules">The rules that are known, in the order in which they are written.</param>
/// <param name="IsForAll">Whether <c>all</c> is among the rules.</param>
/// <param name="Reason">The reason; may be empty.</param>
/// <param name="Until">The last day; null when there is none.</param>
/// <param name="Problems">What is wrong, one sentence each without a full stop, and what to do about it.</param>
internal sealed partial record SuppressionText(
    IReadOnlyList<string> Rules, bool IsForAll, string Reason, DateOnly? Until, IReadOnlyList<(string Message, string Hint)> Problems)
{
    private const int LongestReason = 500;

    /// <summary>
    /// Whether it counts: there is a reason and a known rule, and the date, if there is one, can be read. An unknown rule beside a known one leaves that alone.
    /// </summary>
    public bool IsUsable { get; private init; }

    /// <summary>Reads it; whatever is written, something comes back.</summary>
    public static SuppressionText Read(string text, RuleIndex index)
    {
        var problems = new List<(string, string)>();
        var (names, rest) = Split(text.Trim());
        DateOnly? until = null;
        var hasWrongDate = false;
        if (UntilAtEnd().Match(rest) is { Success: true } end)
        {
            rest = rest[..end.Index].TrimEnd();
            if (DateOnly.TryParseExact(end.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                until = date;
            }
            else
            {
                hasWrongDate = true;
                problems.Add(($"{Words.Quote(end.Groups["date"].Value)} is no date", "Write the last day as until=YYYY-MM-DD."));
            }
        }

        var rules = new List<string>();
        var isForAll = false;
        foreach (var name in names)
        {
            if (name == RuleIndex.All)
            {
                isForAll = true;
            }
            else if (index.Find(name) is null)
            {
                problems.Add(($"there is no rule {Words.Quote(name)}", index.Advice(name)));
            }
            else if (name == Manifests.YamlRules.Syntax.Id)
            {
                problems.Add(($"`{name}` cannot be suppressed: nothing of such a file can be checked", "Correct the file, or leave it out with ignore-paths."));
            }
            else if (!rules.Contains(name, StringComparer.Ordinal))
            {
                rules.Add(name);
            }
        }

        if (names.Count == 0)
        {
            problems.Add(("the suppression names no rule", SuppressionRules.Invalid.Fix));
        }
        else if (rest.Length == 0)
        {
            problems.Add(("the suppression has no reason", $"Say why, as in `ignore {names[0]}: needed until the migration is over`."));
        }

        var length = rest.Length <= LongestReason ? rest.Length : char.IsHighSurrogate(rest[LongestReason - 1]) ? LongestReason - 1 : LongestReason;
        return new SuppressionText(isForAll ? [] : rules, isForAll, rest[..length], until, problems)
        {
            IsUsable = rest.Length > 0 && !hasWrongDate && (isForAll || rules.Count > 0),
        };
    }

    /// <summary>The names at the start, separated by commas, and what follows behind a colon or a blank.</summary>
    private static (List<string> Names, string Behind) Split(string text)
    {
        var names = new List<string>();
        var at = 0;
        while (true)
        {
            var length = Name().Match(text, at) is { Success: true } match && match.Index == at ? match.Length : 0;
            if (length == 0)
            {
                return (names, text[at..].TrimStart(',', ':', ' ', '\t').Trim());
            }

            names.Add(text.Substring(at, length));
            at += length;
            var next = at;
            while (next < text.Length && text[next] is ' ' or '\t')
            {
                next++;
            }

            if (next >= text.Length || text[next] != ',')
            {
                return (names, text[next..].TrimStart(':', ' ', '\t').Trim());
            }

            at = next + 1;
            while (at < text.Length && text[at] is ' ' or '\t')
            {
                at++;
            }
        }
    }

    [GeneratedRegex(@"[A-Za-z][A-Za-z0-9_-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"(?:^|[\s(,;])\(?until=(?<date>[^\s()]*)\)?\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex UntilAtEnd();
}
