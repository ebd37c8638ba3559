using System.Globalization;

namespace Actions.Shared.GitHub.Rest;

/// <summary>
/// The hidden first line of what we write to GitHub, by which a later run finds it again: <c>&lt;!-- platform-actions/TOOL key=KEY run=RUN --&gt;</c>.
/// Anybody can write such a line, so the author is looked at as well.
/// </summary>
/// <param name="Tool">Which action wrote it, such as <c>terraform-plan</c>: small letters, digits and single hyphens.</param>
/// <param name="Key">What it is about, where one action writes several: an environment, a root. Any text; empty for none.</param>
public sealed record CommentMarker(string Tool, string Key = "")
{
    internal const string Start = "<!-- platform-actions";
    private const string End = " -->";

    /// <summary>The line, without its end.</summary>
    /// <param name="run">The run that wrote it; 0 to leave it out.</param>
    public string Line(long run = 0) =>
        $"{Start}/{Tool}{(Key.Length == 0 ? "" : $" key={Encode(Key)}")}{(run == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" run={run}"))}{End}";

    /// <summary>Whether a body begins with the line, whatever run wrote it.</summary>
    public bool Marks(string body) => Attributes(FirstLine(body)) is { } found && found.Name == $"/{Tool}" && found.Get("key") == Encode(Key);

    /// <summary>The run that wrote a body; 0 if it does not say.</summary>
    internal static long RunOf(string body) => Attributes(FirstLine(body)) is { } found ? found.Number("run") : 0;

    /// <summary>Text in which nothing looks like one of our lines.</summary>
    internal static string Neutralize(string markdown) => markdown.Replace(Start, "<!- - platform-actions", StringComparison.OrdinalIgnoreCase);

    // An HTML comment ends at "--".
    internal static string Encode(string text) => Uri.EscapeDataString(text).Replace("-", "%2D", StringComparison.Ordinal);

    /// <summary>What one of our lines says; null if it is none.</summary>
    internal static MarkerLine? Attributes(ReadOnlySpan<char> line)
    {
        line = line.TrimEnd();
        if (!line.StartsWith(Start, StringComparison.Ordinal) || !line.EndsWith(End, StringComparison.Ordinal) || line.Length < Start.Length + End.Length)
            return null;
        var words = line[Start.Length..^End.Length].ToString().Split(' ');
        return new MarkerLine(words[0], words[1..]);
    }

    private static ReadOnlySpan<char> FirstLine(string body) => body.AsSpan(0, body.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : body.Length);
}

/// <summary>One of our hidden lines: <c>NAME a=b c=d</c>.</summary>
internal sealed class MarkerLine(string name, string[] words)
{
    public string Name => name;

    /// <summary>The value of an attribute, as it is written; empty if it is not there.</summary>
    public string Get(string attribute)
    {
        foreach (var word in words)
        {
            if (word.StartsWith(attribute, StringComparison.Ordinal) && word.Length > attribute.Length && word[attribute.Length] == '=')
                return word[(attribute.Length + 1)..];
        }

        return "";
    }

    public long Number(string attribute) => long.TryParse(Get(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
