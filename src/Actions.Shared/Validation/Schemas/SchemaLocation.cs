using System.Text;

namespace Actions.Shared.Validation.Schemas;

/// <summary>
/// Where schemas are looked for: <c>default</c> (those that are part of the program), or a directory or HTTP(S) address, as kubeconform takes
/// them. A value that does not end in <c>json</c> gets the layout of the public schema collections appended
/// (<c>/v1.36.0-standalone-strict/deployment-apps-v1.json</c>); any other is a template with the variables
/// <c>NormalizedKubernetesVersion</c> (<c>v1.36.0</c>), <c>StrictSuffix</c> (<c>-strict</c> or nothing), <c>ResourceKind</c> (lower case),
/// <c>ResourceAPIVersion</c> (<c>v1</c>), <c>Group</c> (<c>apps</c>; of the core group: <c>v1</c>) and <c>KindSuffix</c>
/// (<c>-apps-v1</c>; of the core group: <c>-v1</c>), each written as <c>{{ .Name }}</c>.
/// </summary>
public sealed class SchemaLocation
{
    private const string StandardLayout = "/{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json";

    private static readonly string[] Variables =
        ["NormalizedKubernetesVersion", "StrictSuffix", "ResourceKind", "ResourceAPIVersion", "Group", "KindSuffix"];

    private readonly IReadOnlyList<(string Text, bool IsVariable)> _parts;

    private SchemaLocation(string text, bool isDefault, bool isRemote, IReadOnlyList<(string Text, bool IsVariable)> parts)
    {
        Text = text;
        IsDefault = isDefault;
        IsRemote = isRemote;
        _parts = parts;
    }

    /// <summary>The schemas that are part of the program.</summary>
    public static SchemaLocation Default { get; } = new("default", isDefault: true, isRemote: false, []);

    /// <summary>As it was configured.</summary>
    public string Text { get; }

    /// <summary>Whether it stands for the schemas that are part of the program.</summary>
    public bool IsDefault { get; }

    /// <summary>Whether it is read over the network.</summary>
    public bool IsRemote { get; }

    /// <summary>The directory that holds everything the location can name, as far as that is fixed; null for the default and for addresses.</summary>
    public string? Folder => IsDefault || IsRemote ? null : Path.GetDirectoryName(_parts[0].Text);

    /// <summary>Reads locations in the order in which they are to be asked.</summary>
    /// <param name="texts">The locations as configured; none means <see cref="Default"/>.</param>
    /// <param name="baseDirectory">Absolute directory that relative paths start from.</param>
    /// <exception cref="ActionException">A location cannot be used. One exception tells all of them.</exception>
    public static IReadOnlyList<SchemaLocation> ParseAll(IEnumerable<string> texts, string baseDirectory)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(baseDirectory);
        var locations = new List<SchemaLocation>();
        var problems = new List<string>();
        foreach (var text in texts)
        {
            if (TryParse(text, baseDirectory, out var location, out var problem))
            {
                locations.Add(location);
            }
            else
            {
                problems.Add(problem);
            }
        }

        return problems.Count > 0
            ? throw new ActionException(
                "The schema locations cannot be used",
                string.Join("; ", problems),
                "Give 'default', a directory, or a path or address such as https://schemas.example.com/{{ .Group }}/{{ .ResourceKind }}_{{ .ResourceAPIVersion }}.json.")
            : locations.Count > 0 ? locations : [Default];
    }

    /// <summary>The file or address of the schema of a kind; null when the names of the object have no place in a path.</summary>
    internal string? Expand(KubernetesVersion version, string apiVersion, string kind, bool strict)
    {
        if (!IsPathSafe(kind) || !apiVersion.Split('/').All(IsPathSafe))
        {
            return null;
        }

        var slash = apiVersion.IndexOf('/');
        var group = slash < 0 ? apiVersion : apiVersion[..slash];
        var suffix = "-" + group.Split('.')[0] + (slash < 0 ? "" : "-" + apiVersion[(slash + 1)..]);
        var path = new StringBuilder();
        foreach (var (text, isVariable) in _parts)
        {
            path.Append(!isVariable ? text : text switch
            {
                "NormalizedKubernetesVersion" => $"v{version.Major}.{version.Minor}.{version.Patch}",
                "StrictSuffix" => strict ? "-strict" : "",
                "ResourceKind" => kind.ToLowerInvariant(),
                "ResourceAPIVersion" => apiVersion[(slash + 1)..],
                "Group" => group,
                _ => suffix.ToLowerInvariant(),
            });
        }

        return path.ToString();
    }

    private static bool TryParse(string text, string baseDirectory, out SchemaLocation location, out string problem)
    {
        location = Default;
        problem = "";
        if (text == "default")
        {
            return true;
        }

        if (text.Trim().Length == 0)
        {
            problem = "a location is empty";
            return false;
        }

        var isRemote = text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isRemote && text.IndexOf("://", StringComparison.Ordinal) is var colon and > 0)
        {
            problem = $"'{text}' starts with '{text[..colon]}', but only http, https and paths can be read";
            return false;
        }

        var template = text.EndsWith("json", StringComparison.Ordinal) ? text : text.TrimEnd('/') + StandardLayout;
        if (!TryParseTemplate(template, out var parts, out var column, out var what))
        {
            problem = $"'{text}', column {column}: {what}";
            return false;
        }

        if (isRemote)
        {
            var sample = string.Concat(parts.Select(p => p.IsVariable ? "x" : p.Text));
            if (!Uri.TryCreate(sample, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            {
                problem = $"'{text}' is not an address";
                return false;
            }

            if (uri.UserInfo.Length > 0)
            {
                problem = $"the address of {uri.Host} carries a user name or password, which would end up in logs";
                return false;
            }
        }
        else if (parts.Count > 0 && !parts[0].IsVariable)
        {
            parts[0] = (Path.Combine(baseDirectory, parts[0].Text), false);
        }
        else
        {
            parts.Insert(0, (baseDirectory + Path.DirectorySeparatorChar, false));
        }

        location = new SchemaLocation(text, isDefault: false, isRemote, parts);
        return true;
    }

    private static bool TryParseTemplate(string template, out List<(string Text, bool IsVariable)> parts, out int column, out string problem)
    {
        parts = [];
        var position = 0;
        while (position < template.Length)
        {
            var open = template.IndexOf("{{", position, StringComparison.Ordinal);
            if (open < 0)
            {
                parts.Add((template[position..], false));
                break;
            }

            if (open > position)
            {
                parts.Add((template[position..open], false));
            }

            column = open + 1;
            var close = template.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                problem = "'{{' is never closed";
                return false;
            }

            var name = template[(open + 2)..close].Trim();
            if (!name.StartsWith('.') || !name.AsSpan(1).ContainsOnlyLetters())
            {
                problem = $"'{name}' is not a variable; only variables such as '.ResourceKind' can stand in '{{{{ }}}}'";
                return false;
            }

            if (Array.IndexOf(Variables, name[1..]) < 0)
            {
                problem = $"there is no variable '{name}'"
                    + (Actions.Shared.Text.Suggestions.Closest(name[1..], Variables) is { } near ? $"; did you mean '.{near}'?" : $"; there are .{string.Join(", .", Variables)}");
                return false;
            }

            parts.Add((name[1..], true));
            position = close + 2;
        }

        (column, problem) = (0, "");
        return true;
    }

    private static bool IsPathSafe(string name) =>
        name.Length is > 0 and <= 253 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_');
}

/// <summary>Helpers on text.</summary>
file static class SpanExtensions
{
    public static bool ContainsOnlyLetters(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetter(c))
            {
                return false;
            }
        }

        return text.Length > 0;
    }
}
