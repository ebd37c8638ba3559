namespace Actions.Shared.Hosting;

/// <summary>The few colours of our own messages (ECMA-48); everything richer is Spectre.Console's.</summary>
internal static class Ansi
{
    public static string Bold(string text, bool isAllowed) => Style(text, "1", isAllowed);

    public static string Red(string text, bool isAllowed) => Style(text, "1;31", isAllowed);

    public static string Yellow(string text, bool isAllowed) => Style(text, "1;33", isAllowed);

    public static string Blue(string text, bool isAllowed) => Style(text, "1;34", isAllowed);

    private static string Style(string text, string code, bool isAllowed) => isAllowed ? $"\e[{code}m{text}\e[0m" : text;
}
