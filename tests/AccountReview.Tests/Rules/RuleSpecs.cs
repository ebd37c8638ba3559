using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;

namespace Actions.AccountReview.Tests.Rules;

public class RuleSpecs
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, RuleCases.All.Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_says_of_an_account_what_is_true(int number)
    {
        var example = RuleCases.All[number];
        var facts = example.Arrange(new Facts());
        var rule = RuleCatalogue.Find(example.Rule).ShouldNotBeNull(example.ToString());
        var result = ReviewEngine.Run([rule], facts.Context(), AllowList.Empty);

        var target = result.Findings.Count == 1 ? result.Findings[0] : null;
        var count = result.Counts.Single();
        switch (example.Expected)
        {
            case null:
                (count.Passed, result.Findings.Count).ShouldBe((0, 0), example.ToString());
                break;
            case ReviewStatus.Pass:
                count.Passed.ShouldBeGreaterThan(0, example.ToString());
                result.Findings.ShouldBeEmpty(example.ToString());
                break;
            default:
                target.ShouldNotBeNull($"{example}: {string.Join("; ", result.Findings.Select(f => f.Message))}, {count.Passed} passed");
                target.Status.ShouldBe(example.Expected.Value, $"{example}: {target.Message}");
                target.Message.ShouldContain(example.Says, Case.Sensitive, example.ToString());
                if (example.Severity is { } severity)
                    target.Severity.ShouldBe(severity, example.ToString());
                if (example.Expected == ReviewStatus.Fail)
                    target.Saving.ShouldBe(example.Saving, example.ToString());
                break;
        }
    }

    [Fact]
    public void Every_rule_has_a_case_that_passes_one_that_does_not_and_one_without_the_data()
    {
        var statuses = RuleCases.All.ToLookup(c => c.Rule, c => c.Expected);
        // What it demands cannot be seen from outside of the cluster: it never fails.
        string[] neverFails = ["kapsule-no-single-sign-on"];
        foreach (var rule in RuleCatalogue.All.Where(r => r != AllowListRules.Stale))
        {
            statuses[rule.Id].ShouldContain(ReviewStatus.Pass, rule.Id);
            statuses[rule.Id].ShouldContain(ReviewStatus.Manual, rule.Id);
            if (!neverFails.Contains(rule.Id))
                statuses[rule.Id].ShouldContain(ReviewStatus.Fail, rule.Id);
        }
    }

    [Fact]
    public void A_list_that_could_not_be_read_is_never_a_pass()
    {
        foreach (var rule in RuleCatalogue.All.Where(r => r != AllowListRules.Stale))
        {
            var result = ReviewEngine.Run([rule], new Facts().Without(rule.Target, rule.Target.Scope == KindScope.Global ? "" : "fr-par-2").Context(), AllowList.Empty);

            result.Findings.ShouldHaveSingleItem(rule.Id).Status.ShouldBe(ReviewStatus.Manual, rule.Id);
            result.Counts.Single().Passed.ShouldBe(0, rule.Id);
        }
    }

    [Fact]
    public void Rules_say_what_they_demand_in_sentences()
    {
        foreach (var rule in RuleCatalogue.All)
        {
            rule.Id.ShouldMatch("^[a-z]+(-[a-z]+)*$");
            foreach (var text in new[] { rule.Title, rule.Explanation, rule.Fix })
                text.ShouldEndWith(".", Case.Sensitive, rule.Id);
        }

        RuleCatalogue.All.Select(r => r.Id).ShouldBeUnique();
    }

    [Fact]
    public void What_cleans_up_can_be_deleted()
    {
        foreach (var rule in RuleCatalogue.All.Where(r => r.CleansUp))
            rule.Target.IsDeletable.ShouldBeTrue(rule.Id);
    }

    [Fact]
    public void The_same_account_in_another_order_gives_the_same_findings()
    {
        string[] keys = ["a", "b", "c"];
        string Text(IEnumerable<string> order) => string.Join('\n', order
            .Aggregate(new Facts(), (f, k) => f.With(CloudKinds.ApiKey, $"{{'access_key':'{k}','expires_at':null,'created_at':@-200}}"))
            .Review().Findings.Select(f => $"{f.Fingerprint} {f.Status} {f.Message}"));

        Text(keys).ShouldBe(Text(keys.Reverse()));
    }
}
