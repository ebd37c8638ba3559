using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Actions.Shared.Validation.Rules;

/// <summary>Regular expressions out of the configuration: made once each, linear in the text they look at.</summary>
internal static class RulePattern
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    private static readonly ConcurrentDictionary<string, Regex> Anywhere = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, Regex> Whole = new(StringComparer.Ordinal);

    /// <summary>Whether <paramref name="pattern"/> matches somewhere in <paramref name="text"/>.</summary>
    public static bool IsIn(string text, string pattern) => Anywhere.GetOrAdd(pattern, static p => new Regex(p, Options)).IsMatch(text);

    /// <summary>Whether <paramref name="pattern"/> matches all of <paramref name="text"/>.</summary>
    public static bool IsAllOf(string text, string pattern) => Whole.GetOrAdd(pattern, static p => new Regex($"^(?:{p})\\z", Options)).IsMatch(text);

    /// <summary>The parts of <c>name=regex</c>; no pattern when there is no <c>=</c>.</summary>
    public static (string Name, string? Pattern) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..]);
    }
}
