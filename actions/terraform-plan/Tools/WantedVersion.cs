using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actions.Shared;
using Actions.Shared.Findings;

namespace Actions.TerraformPlanning.Tools;

/// <summary>Which version a root wants, and who says so.</summary>
/// <param name="Constraint">What is allowed; null when nobody says anything.</param>
/// <param name="Source">Who says so, for messages: an input, a file, <c>required_version</c>.</param>
internal sealed partial record WantedVersion(VersionConstraint? Constraint, string Source)
{
    private const int MaxFile = 1024 * 1024;

    /// <summary>
    /// The version for a root: the input, else the nearest version file from the root up to the workspace, else every <c>required_version</c> of the root.
    /// </summary>
    /// <param name="input">The input <c>terraform-version</c>; empty when not given.</param>
    /// <param name="vendor">Which program.</param>
    /// <param name="root">Full path of the root.</param>
    /// <param name="workspace">Full path of the workspace, where the search for version files ends.</param>
    /// <exception cref="ActionException">A file says something that is not a version.</exception>
    public static WantedVersion Of(string input, ToolVendor vendor, string root, string workspace)
    {
        if (input.Length > 0)
        {
            return new WantedVersion(VersionConstraint.Parse(input), "input terraform-version");
        }

        for (var directory = root; directory is not null; directory = directory == workspace ? null : Path.GetDirectoryName(directory))
        {
            foreach (var file in vendor.VersionFiles.Select(name => Path.Combine(directory, name)).Where(File.Exists))
            {
                var shown = Path.GetRelativePath(workspace, file).Replace('\\', '/');
                return new WantedVersion(Parse(ReadText(file).Split('\n').Select(l => l.Split('#')[0].Trim()).FirstOrDefault(l => l.Length > 0) ?? "", new SourceLocation(shown)), shown);
            }
        }

        return OfConfiguration(root, workspace);
    }

    private static WantedVersion OfConfiguration(string root, string workspace)
    {
        var all = new List<string>();
        foreach (var file in Directory.EnumerateFiles(root).Where(f => f.EndsWith(".tf", StringComparison.Ordinal) || f.EndsWith(".tf.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var shown = Path.GetRelativePath(workspace, file).Replace('\\', '/');
            foreach (var (text, line) in file.EndsWith(".json", StringComparison.Ordinal) ? OfJson(ReadText(file)) : OfHcl(ReadText(file)))
            {
                all.Add(Parse(text, new SourceLocation(shown, line == 0 ? null : new TextRegion(line, 1, line, 1))).Text);
            }
        }

        return all.Count == 0 ? new WantedVersion(null, "") : new WantedVersion(VersionConstraint.Parse(string.Join(", ", all)), "required_version");
    }

    /// <summary>Where <c>required_version</c> is set to a plain string, comments and other strings left aside; everything else is the tool's to judge.</summary>
    internal static IEnumerable<(string Text, int Line)> OfHcl(string text)
    {
        foreach (Match match in HclToken().Matches(text))
        {
            if (match.Groups["version"].Success)
            {
                yield return (match.Groups["version"].Value, 1 + text.AsSpan(0, match.Index).Count('\n'));
            }
        }
    }

    private static IEnumerable<(string Text, int Line)> OfJson(string text)
    {
        JsonNode? document;
        try
        {
            document = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (JsonException)
        {
            // The tool says it better.
            yield break;
        }

        var blocks = (document as JsonObject)?["terraform"] switch
        {
            JsonObject one => [one],
            JsonArray many => many.OfType<JsonObject>(),
            _ => [],
        };
        foreach (var block in blocks)
        {
            if (block["required_version"] is JsonValue value && value.TryGetValue(out string? version))
            {
                yield return (version, 0);
            }
        }
    }

    private static VersionConstraint Parse(string text, SourceLocation location)
    {
        try
        {
            return VersionConstraint.Parse(text);
        }
        catch (FormatException e)
        {
            throw new ActionException("The version of the tool cannot be read", e.Message, "Write a version such as 1.11.4.", location);
        }
    }

    private static string ReadText(string file)
    {
        if (new FileInfo(file).Length > MaxFile)
        {
            return "";
        }

        return File.ReadAllText(file);
    }

    // Comments and strings are taken as a whole, so that what looks like the setting inside of them is passed over.
    [GeneratedRegex(
        """(?<=^|[\s{;])required_version[ \t]*=[ \t]*"(?<version>[^"\\\n$%]*)"|\#[^\n]*|//[^\n]*|/\*[\s\S]*?(\*/|\z)|"(\\.|[^"\\\n])*"|<<-?(?<tag>\w+)\n[\s\S]*?(\n[ \t]*\k<tag>(?=\n|\z)|\z)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HclToken();
}
