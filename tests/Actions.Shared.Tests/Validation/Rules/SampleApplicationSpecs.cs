using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Rules;

public class SampleApplicationSpecs
{
    [Theory]
    [InlineData(PodSecurityLevel.None)]
    [InlineData(PodSecurityLevel.Restricted)]
    public void The_sample_application_breaks_no_rule_that_is_on_by_default(PodSecurityLevel level)
    {
        var settings = RuleSettings.Default with { PodSecurity = level };
        var runner = new RuleRunner([.. RuleCatalogue.ObjectRules.Where(r => r.Descriptor.OnByDefault || (level != PodSecurityLevel.None && r.Standard != PodSecurityLevel.None))], settings);
        var findings = new List<Finding>();
        var objects = new List<GraphObject>();
        var root = FindRoot();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(root, "k8s"), "*.yaml", SearchOption.AllDirectories))
        {
            var file = Path.GetRelativePath(root, path);
            foreach (var item in ManifestClassifier.Classify(YamlLoader.LoadFile(path, file, cancellation: TestContext.Current.CancellationToken)).Resources)
            {
                runner.Inspect(file, item.Body, item.Reference, findings);
                objects.Add(GraphObject.From("", file, item.Body, item.Reference)!);
            }
        }

        findings.AddRange(GraphRuleCatalogue.Inspect([.. GraphRuleCatalogue.Rules.Where(r => r.Descriptor.OnByDefault)], objects, settings));

        objects.Count.ShouldBeGreaterThan(10);
        FindingList.Normalize(findings).Select(f => $"{f.Location} {f.Severity} {f.Rule} {f.Message}").ShouldBeEmpty();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Actions.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
