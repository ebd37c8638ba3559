using System.Text.RegularExpressions;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>Whether a text may stand in YAML without quotes and is text for every reader: those of YAML 1.1 (go-yaml, PyYAML) and of the 1.2 core schema.</summary>
internal static partial class PlainScalar
{
    /// <summary>Whether every reader takes the unquoted <paramref name="text"/> for a string.</summary>
    public static bool IsString(string text) =>
        text.Length > 0
        && ScalarTyping.Resolve(text, YamlScalarStyle.Plain) == YamlScalarType.String
        && !NotAString().IsMatch(text)
        && !(text.Contains('_', StringComparison.Ordinal) && NotAString().IsMatch(text.Replace("_", "", StringComparison.Ordinal)));

    /// <summary>Whether <paramref name="text"/> can be written without quotes anywhere, in brackets too, and stays the string that it is.</summary>
    public static bool CanStand(string text) => IsSafe(text) && IsString(text);

    /// <summary>Whether <paramref name="text"/> can be written without quotes anywhere, in brackets too, behind a tag that says what it is.</summary>
    public static bool IsSafe(string text) => Safe().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_./:@+-]*(?<!:)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Safe();

    [GeneratedRegex(
        """
        ^(?:
          ~ | null | y | n | yes | no | on | off | true | false | << | =
        | [-+]? 0b [01_]+
        | [-+]? 0o? [0-7_]+
        | [-+]? 0x [0-9a-f_]+
        | [-+]? [0-9][0-9_]*
        | [-+]? (?: \. [0-9][0-9_]* | [0-9][0-9_]* (?: \. [0-9_]* )? ) (?: e [-+]? [0-9]+ )?
        | [-+]? [0-9][0-9_]* (?: : [0-5]? [0-9] )+ (?: \. [0-9_]* )?
        | [-+]? \. (?: inf | nan )
        | [0-9]{4} - [0-9]{1,2} - [0-9]{1,2} (?: (?: t | [ \t]+ ) .* )?
        )\z
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex NotAString();
}
