using System.Text.RegularExpressions;
using Actions.Shared.Manifests;
using Actions.Shared.Tests.Reporting;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Suppressions;

namespace Actions.Shared.Tests.Validation.Suppressions;

public sealed partial class SuppressionDocumentationSpecs
{
    [Fact]
    public void The_samples_of_the_documentation_are_right()
    {
        var page = File.ReadAllText(Path.Combine(Golden.Root, "docs", "how-to", "suppress-a-finding.md"));
        var samples = CodeBlock().Matches(page).Select(m => m.Groups["code"].Value).ToArray();
        samples.Length.ShouldBe(2);
        var reader = new SuppressionReader(RuleIndex.BuiltIn, new FixedTime());

        var comments = reader.OfFile(ManifestClassifier.Classify(Load("apiVersion: apps/v1\nkind: DaemonSet\nspec:\n  template:\n" + samples[0])));
        comments.Problems.ShouldBeEmpty();
        comments.Suppressions.Select(s => (s.Written, s.Scope!.Value.StartLine, s.Scope!.Value.EndLine)).ShouldBe([("privileged-container", 10, 11), ("host-port", 14, 14)]);

        var body = (YamlMapping)Load(samples[1]).Documents[0].Root!;
        var annotations = reader.OfObject("a.yaml", body, new("apps/v1", "DaemonSet", null, "a"));
        annotations.Problems.ShouldBeEmpty();
        annotations.Suppressions.Select(s => s.Written).ShouldBe(["privileged-container", "host-path, host-port"]);

        var rows = TableRow().Matches(page).Select(m => $"{m.Groups["rule"].Value}: {m.Groups["severity"].Value}");
        rows.Order(StringComparer.Ordinal).ShouldBe(SuppressionRules.All.Select(r => $"{r.Id}: {r.Severity.ToString().ToLowerInvariant()}"));
    }

    private static ManifestFile Load(string text) => YamlLoader.Load("a.yaml", text);

    [GeneratedRegex("```yaml\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"^\| `(?<rule>suppression-\w+)` \| (?<severity>\w+) \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
