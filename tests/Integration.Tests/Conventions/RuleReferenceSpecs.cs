using System.Reflection;
using Actions.Shared.Findings;
using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

/// <summary>The rule reference says what the rules say. UPDATE_DOCS=1 (make docs) rewrites instead of failing.</summary>
public class RuleReferenceSpecs
{
    [Fact]
    public void The_rule_reference_is_that_of_the_rules()
    {
        var path = Repository.Path("docs", "reference", "rules.md");

        Updating.ShouldBeUpToDate(path, File.Exists(path) ? File.ReadAllText(path) : "", RuleReference.Write());
    }

    [Fact]
    public void Every_rule_that_an_action_may_report_is_in_it()
    {
        var list = Assembly.Load("validate-manifests").GetType("Actions.ValidateManifests.RuleList")!.GetProperty("All", BindingFlags.Static | BindingFlags.Public)!;
        var reported = (IReadOnlyList<RuleDescriptor>)list.GetValue(null)!;

        reported.Select(r => r.Id).Except(RuleReference.Read().Select(e => e.Descriptor.Id)).ShouldBeEmpty();
    }
}
