using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.Shared;
using Actions.Shared.Manifests;

namespace Actions.AccountReview.Tests.Rules;

public class AllowListSpecs
{
    private const string Entry = """
        allow:
          - rule: registry-public-namespace
            resource: RESOURCE
            owner: platform
            reason: images for everybody
            expires: EXPIRES
        """;

    [Theory]
    [InlineData("demo", "2026-12-31", true, 0)]
    [InlineData("de*", "2026-11-24", true, 0)]
    [InlineData("registry-namespace/fr-par/n", "2026-12-31", true, 0)]
    [InlineData("other", "2026-12-31", false, 1)]
    [InlineData("demo", "2026-11-23", false, 1)]
    public void An_exception_covers_what_it_names_until_its_day_and_is_a_finding_when_it_is_stale(string resource, string expires, bool isCovered, int stale)
    {
        var list = Read(Entry.Replace("RESOURCE", $"\"{resource}\"").Replace("EXPIRES", expires));
        var result = new Facts().With(CloudKinds.RegistryNamespace, "{'id':'n','name':'demo','is_public':true,'image_count':1,'updated_at':@-1}").Review(list);

        var finding = result.Findings.Single(f => f.Rule.Id == "registry-public-namespace");
        finding.Status.ShouldBe(isCovered ? ReviewStatus.Muted : ReviewStatus.Fail);
        (finding.Owner == "platform").ShouldBe(isCovered);
        result.Findings.Count(f => f.Rule == AllowListRules.Stale).ShouldBe(stale);
        result.Findings.Where(f => f.Rule == AllowListRules.Stale).ShouldAllBe(f => f.Location!.ToString().StartsWith("allow.yaml:2:"));
    }

    [Theory]
    [InlineData("allow:\n  - rule: registry-public-namespace\n    resource: a\n    owner: b\n    expires: 2027-01-01\n", "An exception has no reason", 2)]
    [InlineData("allow:\n  - rule: registry-public-namespac\n    resource: a\n    owner: b\n    reason: c\n    expires: 2027-01-01\n", "Unknown rule in the allow-list", 2)]
    [InlineData("allow:\n  - rule: '*'\n    resource: a\n    owner: b\n    reason: c\n    expires: soon\n", "The end of an exception is no date", 6)]
    [InlineData("allow:\n  - rule: '*'\n    resource: a\n    owner: b\n    reason: c\n    until: 2027-01-01\n    expires: 2027-01-01\n", "Unknown key in the allow-list", 6)]
    [InlineData("exceptions: []\n", "The allow-list has another form", 1)]
    [InlineData("allow: [\n", "The allow-list is not YAML", 1)]
    public void What_is_wrong_in_it_is_told_with_its_line(string yaml, string title, int line)
    {
        var problem = Should.Throw<AggregateException>(() => Read(yaml)).InnerExceptions.OfType<ActionException>().First();

        problem.Title.ShouldBe(title);
        problem.Location!.Region!.Value.StartLine.ShouldBe(line);
    }

    private static AllowList Read(string yaml) => AllowList.Read(YamlLoader.Load("allow.yaml", yaml), [.. RuleCatalogue.All.Select(r => r.Id)]);
}
