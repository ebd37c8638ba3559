namespace Integration.Tests.Harness;

/// <summary>A command found in a line of output, as the runner's parser finds it.</summary>
/// <param name="Name">The name as written; the runner compares it without case.</param>
/// <param name="Properties">Decoded; keys compare without case.</param>
/// <param name="Data">The decoded text behind the command.</param>
/// <param name="Syntax">Which of the two syntaxes it was in.</param>
internal sealed record WorkflowCommand(string Name, IReadOnlyDictionary<string, string> Properties, string Data, CommandSyntax Syntax)
{
    private const string Colons = "::";
    private const string Bracket = "##[";

    /// <summary>
    /// Parses a line. A line is a command only when its name is registered; the first syntax is tried before the second.
    /// </summary>
    public static WorkflowCommand? Parse(string line, IReadOnlySet<string> registered) =>
        ParseColons(line, registered) ?? ParseBracket(line, registered);

    /// <summary><c>::name key=value,key=value::data</c>, with blanks allowed before it.</summary>
    private static WorkflowCommand? ParseColons(string line, IReadOnlySet<string> registered)
    {
        var text = line.TrimStart();
        if (!text.StartsWith(Colons, StringComparison.Ordinal)) return null;
        var end = text.IndexOf(Colons, Colons.Length, StringComparison.Ordinal);
        if (end < 0) return null;
        var (name, properties) = Split(text[Colons.Length..end], ',', DecodeProperty);
        if (!registered.Contains(name)) return null;
        var syntax = text.Length == line.Length ? CommandSyntax.Colons : CommandSyntax.IndentedColons;
        return new(name, properties, DecodeData(text[(end + Colons.Length)..]), syntax);
    }

    /// <summary><c>##[name key=value;key=value]data</c>, anywhere in the line.</summary>
    private static WorkflowCommand? ParseBracket(string line, IReadOnlySet<string> registered)
    {
        var start = line.IndexOf(Bracket, StringComparison.Ordinal);
        if (start < 0) return null;
        var end = line.IndexOf(']', start);
        if (end < 0) return null;
        var (name, properties) = Split(line[(start + Bracket.Length)..end], ';', DecodeLegacy);
        return registered.Contains(name) ? new(name, properties, DecodeLegacy(line[(end + 1)..]), CommandSyntax.Bracket) : null;
    }

    private static (string Name, Dictionary<string, string> Properties) Split(string info, char separator, Func<string, string> decode)
    {
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var blank = info.IndexOf(' ');
        if (blank < 0) return (info, properties);
        foreach (var part in info[(blank + 1)..].Trim().Split(separator, StringSplitOptions.RemoveEmptyEntries))
            if (part.Split('=', 2) is [var key, var value]) properties[key] = decode(value);
        return (info[..blank], properties);
    }

    private static string DecodeData(string text) => text
        .Replace("%0D", "\r", StringComparison.Ordinal)
        .Replace("%0A", "\n", StringComparison.Ordinal)
        .Replace("%25", "%", StringComparison.Ordinal);

    private static string DecodeProperty(string text) => DecodeData(text
        .Replace("%3A", ":", StringComparison.Ordinal)
        .Replace("%2C", ",", StringComparison.Ordinal));

    private static string DecodeLegacy(string text) => text
        .Replace("%3B", ";", StringComparison.Ordinal)
        .Replace("%0D", "\r", StringComparison.Ordinal)
        .Replace("%0A", "\n", StringComparison.Ordinal)
        .Replace("%5D", "]", StringComparison.Ordinal);
}

/// <summary>How a command was written.</summary>
internal enum CommandSyntax
{
    Colons,
    IndentedColons,
    Bracket,
}
