using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

/// <summary>
/// Patterns of schemas as the API server matches them (Go's RE2, ASCII classes, <c>$</c> at the very end only), safe against patterns and
/// values made to take forever. A pattern that cannot be understood, or takes too long, accepts everything.
/// </summary>
internal static class Patterns
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(200);
    private static readonly ConditionalWeakTable<Schema, Matcher> Matchers = [];
    private static readonly ConditionalWeakTable<Schema, Matcher>.CreateValueCallback Create = static schema => new Matcher(schema.Pattern!);

    /// <summary>Whether <paramref name="value"/> matches the pattern of <paramref name="schema"/>, which must have one.</summary>
    public static bool Matches(Schema schema, string value) => Matchers.GetValue(schema, Create).IsMatch(value);

    /// <summary>The same pattern in .NET's dialect.</summary>
    internal static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                result.Append(Escape(pattern[++i], inClass));
            }
            else if (inClass && c == '[' && TryPosixClass(pattern, i, out var members, out var length))
            {
                result.Append(members);
                i += length - 1;
            }
            else if (c == '$' && !inClass)
            {
                result.Append("\\z");
            }
            else if (c == '(' && !inClass && string.CompareOrdinal(pattern, i, "(?P<", 0, 4) == 0)
            {
                result.Append("(?<");
                i += 3;
            }
            else
            {
                if (c == '[' && inClass)
                {
                    result.Append('\\');
                }

                inClass = inClass ? c != ']' : c == '[';
                result.Append(c);
                if (c == '[' && inClass && i + 1 < pattern.Length && pattern[i + 1] == '^')
                {
                    result.Append(pattern[++i]);
                }
            }
        }

        return result.ToString();
    }

    private static string Escape(char c, bool inClass) => (c, inClass) switch
    {
        ('d', true) => "0-9",
        ('d', false) => "[0-9]",
        ('D', false) => "[^0-9]",
        ('w', true) => "0-9A-Za-z_",
        ('w', false) => "[0-9A-Za-z_]",
        ('W', false) => "[^0-9A-Za-z_]",
        ('s', true) => "\\t\\n\\f\\r ",
        ('s', false) => "[\\t\\n\\f\\r ]",
        ('S', false) => "[^\\t\\n\\f\\r ]",
        ('z' or 'Z', _) => "\\z",
        ('/' or '_' or '<' or '>', _) => c.ToString(),
        _ => $"\\{c}",
    };

    private static bool TryPosixClass(string pattern, int at, out string members, out int length)
    {
        (members, length) = ("", 0);
        var end = at + 1 < pattern.Length && pattern[at + 1] == ':' ? pattern.IndexOf(":]", at + 2, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return false;
        }

        members = pattern[(at + 2)..end] switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "digit" => "0-9",
            "lower" => "a-z",
            "upper" => "A-Z",
            "space" => "\\t\\n\\v\\f\\r ",
            "blank" => "\\t ",
            "xdigit" => "0-9A-Fa-f",
            "word" => "0-9A-Za-z_",
            _ => "",
        };
        length = end + 2 - at;
        return members.Length > 0;
    }

    private sealed class Matcher
    {
        private readonly string _pattern;
        private volatile Regex? _regex;

        public Matcher(string pattern)
        {
            _pattern = Translate(pattern);
            _regex = Build(RegexOptions.CultureInvariant);
        }

        public bool IsMatch(string value)
        {
            var regex = _regex;
            if (regex is null)
            {
                return true;
            }

            try
            {
                return regex.IsMatch(value);
            }
            catch (RegexMatchTimeoutException)
            {
                // The automaton is linear in the value, but slow to build: only for patterns that need it.
                var last = (regex.Options & RegexOptions.NonBacktracking) != 0;
                _regex = last ? null : Build(RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
                return last || IsMatch(value);
            }
        }

        private Regex? Build(RegexOptions options)
        {
            try
            {
                return new Regex(_pattern, options, Timeout);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return null;
            }
        }
    }
}
