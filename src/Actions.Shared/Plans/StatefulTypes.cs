using System.IO.Enumeration;
using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>The types of resources whose loss loses data or what cannot be had again, such as databases, volumes, keys and addresses (<c>Data/stateful-types.json</c>).</summary>
public static class StatefulTypes
{
    private static readonly Lazy<(HashSet<string> Exact, string[] Patterns)> Known = new(Load);

    /// <summary>Whether losing an object of this type loses something.</summary>
    /// <param name="type">For example <c>aws_db_instance</c>.</param>
    public static bool Contains(string type) =>
        Known.Value.Exact.Contains(type) || Known.Value.Patterns.Any(p => Globs.IsMatch(p, type));

    private static (HashSet<string> Exact, string[] Patterns) Load()
    {
        using var stream = typeof(StatefulTypes).Assembly.GetManifestResourceStream("plans/stateful-types.json")!;
        using var document = JsonDocument.Parse(stream);
        var types = document.RootElement.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array)
            .SelectMany(p => p.Value.EnumerateArray().Select(t => t.GetString()!)).ToArray();
        return ([.. types.Where(t => !t.Contains('*'))], [.. types.Where(t => t.Contains('*'))]);
    }
}

/// <summary>Patterns for addresses and types: <c>*</c> stands for any characters (dots and brackets too), <c>?</c> for one; case counts.</summary>
public static class Globs
{
    /// <summary>Whether <paramref name="text"/> as a whole is what <paramref name="pattern"/> describes.</summary>
    public static bool IsMatch(string pattern, string text) =>
        // A backslash would escape there, and may stand in a key here.
        FileSystemName.MatchesSimpleExpression(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), text, ignoreCase: false);
}
