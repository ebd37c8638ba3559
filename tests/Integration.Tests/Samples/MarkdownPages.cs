using System.Text.RegularExpressions;
using Integration.Tests.Harness;

namespace Integration.Tests.Samples;

/// <summary>The Markdown files of the repository.</summary>
internal static partial class MarkdownPages
{
    private static readonly string[] Folders = ["actions", "docs", "examples", "k8s"];

    /// <summary>Paths relative to the root of the repository, in ordinal order.</summary>
    public static IEnumerable<string> All() =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*.md", SearchOption.AllDirectories)))
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal);

    public static string WithoutCode(string page) => FencedBlock().Replace(File.ReadAllText(Repository.Path(page)), "");

    /// <summary>The fenced blocks of a language, without the indentation of the list that they stand in.</summary>
    public static IEnumerable<string> Code(string page, string language) =>
        FencedBlock().Matches(File.ReadAllText(Repository.Path(page)))
            .Where(m => m.Groups["language"].Value == language)
            .Select(m => string.Join('\n', m.Groups["code"].Value.Split('\n')
                .Select(line => line.StartsWith(m.Groups["indent"].Value, StringComparison.Ordinal) ? line[m.Groups["indent"].Length..] : line)));

    [GeneratedRegex(@"^(?<indent> *)(?<fence>`{3,})(?<language>[a-z]*)\n(?<code>.*?)^\k<indent>\k<fence>$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedBlock();
}
