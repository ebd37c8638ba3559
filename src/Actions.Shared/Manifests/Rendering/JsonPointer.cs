namespace Actions.Shared.Manifests.Rendering;

/// <summary>JSON pointers (RFC 6901) as lists of unescaped steps.</summary>
internal static class JsonPointer
{
    public static string[] Parse(string pointer) => pointer.Length == 0
        ? []
        : [.. pointer.TrimStart('/').Split('/').Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    public static bool IsIndex(string step) => step == "-" || (step.Length > 0 && step.All(char.IsAsciiDigit));
}
