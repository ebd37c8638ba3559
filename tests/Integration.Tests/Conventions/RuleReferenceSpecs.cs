using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Suppressions;
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
        // Those about suppressions and other tools' files need no manifest to be shown by: docs/how-to/suppress-a-finding.md tells of them.
        var reported = RuleIndex.BuiltIn.Descriptors.Except(SuppressionRules.All).Except([KubeLinterFile.NotUnderstood]);

        reported.Select(r => r.Id).Except(RuleReference.Read().Select(e => e.Descriptor.Id)).ShouldBeEmpty();
    }
}
