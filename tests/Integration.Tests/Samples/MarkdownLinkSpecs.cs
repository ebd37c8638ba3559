using System.Text.RegularExpressions;
using Integration.Tests.Harness;

namespace Integration.Tests.Samples;

public sealed partial class MarkdownLinkSpecs
{
    public static TheoryData<string> Pages { get; } = [.. MarkdownPages.All()];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_into_the_repository_leads_to_a_file_and_a_heading_that_are_there(string page)
    {
        var folder = Path.GetDirectoryName(Repository.Path(page))!;
        var dead = new List<string>();
        foreach (var target in Targets(MarkdownPages.WithoutCode(page)).Where(t => !t.Contains("://", StringComparison.Ordinal)))
        {
            var (path, anchor) = target.Split('#', 2) is [var p, var a] ? (p, a) : (target, null);
            var file = path.Length == 0 ? Repository.Path(page) : Path.GetFullPath(Path.Combine(folder, path));
            if (!file.StartsWith(Repository.Root, StringComparison.Ordinal) || !(File.Exists(file) || Directory.Exists(file))) dead.Add(target);
            else if (anchor is not null && !Anchors(file).Contains(anchor)) dead.Add($"{target} (the page has no such heading)");
        }

        dead.ShouldBeEmpty();
    }

    [Fact]
    public void Headings_become_anchors_as_on_GitHub()
    {
        Slug("Never skipped in silence").ShouldBe("never-skipped-in-silence");
        Slug("How to …").ShouldBe("how-to-");
        Slug("`--paths`: what to read").ShouldBe("--paths-what-to-read");
    }

    private static IEnumerable<string> Targets(string markdown) => Link().Matches(markdown).Select(m => m.Groups["target"].Value);

    private static HashSet<string> Anchors(string file) =>
        [.. Heading().Matches(MarkdownPages.WithoutCode(Path.GetRelativePath(Repository.Root, file))).Select(m => Slug(m.Groups["text"].Value))];

    private static string Slug(string heading) => Punctuation().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex Punctuation();
}
