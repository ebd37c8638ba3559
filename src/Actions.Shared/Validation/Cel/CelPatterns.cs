using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Cel;

/// <summary>
/// Regular expressions as Go's RE2 matches them. They run in time linear in the text; a pattern that has no such form, or text in which characters of .NET and of
/// RE2 differ, gives <see cref="CelErrorKind.Unknown"/>.
/// </summary>
internal static class CelPatterns
{
    private const int LongestPattern = 10_000;
    private const int MostKept = 1_000;

    private static readonly ConcurrentDictionary<string, Regex?> Known = new(StringComparer.Ordinal);

    /// <summary>Whether a pattern has the form of a regular expression that is understood here.</summary>
    public static bool IsUnderstood(string pattern) => Compile(pattern) is not null;

    public static CelValue Matches(CelBudget budget, string text, string pattern)
    {
        if (Prepare(budget, text, pattern) is not { } regex)
        {
            return Misunderstood(pattern);
        }

        return CelValue.Of(regex.IsMatch(text));
    }

    public static CelValue Find(CelBudget budget, string text, string pattern)
    {
        if (Prepare(budget, text, pattern) is not { } regex)
        {
            return Misunderstood(pattern);
        }

        return CelValue.Of(regex.Match(text).Value);
    }

    public static CelValue FindAll(CelBudget budget, string text, string pattern, long limit)
    {
        if (Prepare(budget, text, pattern) is not { } regex)
        {
            return Misunderstood(pattern);
        }

        var found = new List<CelValue>();
        for (var match = regex.Match(text); match.Success && (limit < 0 || found.Count < limit); match = match.NextMatch())
        {
            budget.Step();
            found.Add(CelValue.Of(match.Value));
        }

        return new CelArray(found);
    }

    private static Regex? Prepare(CelBudget budget, string text, string pattern)
    {
        // Each state of the automaton may be visited for each character.
        budget.PayText((long)Math.Max(text.Length, 1) * Math.Max(pattern.Length / 4, 1));
        return text.AsSpan().ContainsAnyInRange('\ud800', '\udfff') ? null : Compile(pattern);
    }

    private static CelError Misunderstood(string pattern) => CelError.Unknown($"the pattern {Words.Quote(pattern)} is not understood here, or not for this text");

    private static Regex? Compile(string pattern)
    {
        if (Known.TryGetValue(pattern, out var known))
        {
            return known;
        }

        var regex = Build(pattern);
        if (Known.Count < MostKept)
        {
            Known.TryAdd(pattern, regex);
        }

        return regex;
    }

    private static Regex? Build(string pattern)
    {
        if (pattern.Length > LongestPattern)
        {
            return null;
        }

        try
        {
            return new Regex(Patterns.Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
