namespace Actions.Shared.GitHub;

/// <summary>Escaping inside a workflow command, as the runner undoes it.</summary>
internal static class CommandText
{
    /// <summary>Escapes what follows the second <c>::</c>: messages, group titles, masks.</summary>
    public static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    /// <summary>Escapes the value of a property, where <c>:</c> and <c>,</c> would end it.</summary>
    public static string Property(string text) => Data(text)
        .Replace(":", "%3A", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal);
}
