using System.Text.Json.Nodes;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.Shared.GitHub.Rest;
using ClusterFixture;

namespace Actions.AccountReview.Tests;

/// <summary>Issues of owners, against a few lines that stand in for GitHub.</summary>
public sealed class OwnerIssuesSpecs : IAsyncDisposable
{
    private readonly List<JsonObject> _issues = [];
    private readonly List<string> _told = [];
    private readonly LoopbackServer _github;

    public OwnerIssuesSpecs() => _github = new LoopbackServer(AnswerAsync);

    public ValueTask DisposeAsync() => _github.DisposeAsync();

    [Fact]
    public async Task Every_owner_has_one_issue_that_follows_the_findings_and_closes_after_them()
    {
        var both = new Facts()
            .With(CloudKinds.Ip, "{'id':'a','address':'51.15.1.1','server':null,'state':'detached','tags':['owner=lab']}")
            .With(CloudKinds.Ip, "{'id':'b','address':'51.15.1.2','server':null,'state':'detached','tags':['owner=shop']}");
        var one = new Facts().With(CloudKinds.Ip, "{'id':'b','address':'51.15.1.2','server':null,'state':'detached','tags':['owner=shop']}");

        await UpdateAsync(both);
        _issues.Select(i => (Text(i, "title"), Text(i, "state"))).ShouldBe([("Account review: lab", "open"), ("Account review: shop", "open")]);
        Text(_issues[0], "body").ShouldContain("51.15.1.1");
        Text(_issues[0], "body").ShouldNotContain("51.15.1.2");

        await UpdateAsync(both);
        _issues.Count.ShouldBe(2);
        _told.Count(t => t.EndsWith("Unchanged.", StringComparison.Ordinal)).ShouldBe(2);

        await UpdateAsync(one);
        _issues.Select(i => Text(i, "state")).ShouldBe(["closed", "open"]);

        await UpdateAsync(both);
        _issues.Select(i => Text(i, "state")).ShouldBe(["open", "open"]);
        _issues.Count.ShouldBe(2);
    }

    private async Task UpdateAsync(Facts facts)
    {
        var context = facts.Context();
        var result = ReviewEngine.Run([RuleCatalogue.Find("unused-flexible-ip")!], context, AllowList.Empty);
        var report = new AccountReport
        {
            Version = "1.0.0",
            Inventory = context.Inventory,
            Result = result,
            Costs = new AccountCosts(null, null, null),
            Calls = "",
            Duration = TimeSpan.Zero,
            Ledger = Ledger.Empty,
            Plan = new CleanUpPlan { Organisation = "org", MadeAt = Facts.Today, Deletions = [], HeldBack = [] },
        };
        using var client = new GitHubClient(
            GitHubConnection.FromEnvironment(new Dictionary<string, string> { ["GITHUB_API_URL"] = _github.Address.ToString().TrimEnd('/') }, "token"), new GitHubClientOptions(), TimeProvider.System);
        await new OwnerIssues(client, RepositoryName.Parse("shop/platform"), _told.Add).UpdateAsync(report, TestContext.Current.CancellationToken);
    }

    private async Task AnswerAsync(LoopbackRequest request)
    {
        var body = request.Body.Length > 0 ? JsonNode.Parse(request.Body)!.AsObject() : [];
        var path = request.Path.Split('?')[0];
        var (status, answer) = (request.Method, path) switch
        {
            ("POST", "/graphql") => (200, (JsonNode)new JsonObject { ["data"] = new JsonObject { ["viewer"] = new JsonObject { ["login"] = "github-actions[bot]", ["databaseId"] = 1 } } }),
            ("POST", "/repos/shop/platform/labels") => (201, new JsonObject()),
            ("GET", "/repos/shop/platform/issues") => (200, new JsonArray([.. _issues
                .Where(i => !request.Path.Contains("state=open", StringComparison.Ordinal) || Text(i, "state") == "open").Select(i => i.DeepClone())])),
            ("POST", "/repos/shop/platform/issues") => (201, Open(body)),
            ("PATCH", _) => (200, Change(path, body)),
            _ => (201, new JsonObject { ["id"] = 1, ["body"] = "", ["user"] = new JsonObject { ["login"] = "github-actions[bot]", ["id"] = 1 }, ["html_url"] = "https://github.com/x" }),
        };
        await request.RespondAsync(status, answer.ToJsonString(), "Content-Type: application/json");
    }

    private JsonNode Open(JsonObject body)
    {
        var issue = new JsonObject
        {
            ["number"] = _issues.Count + 1,
            ["title"] = body["title"]!.DeepClone(),
            ["body"] = body["body"]!.DeepClone(),
            ["state"] = "open",
            ["labels"] = body["labels"]!.DeepClone(),
            ["user"] = new JsonObject { ["login"] = "github-actions[bot]", ["id"] = 1 },
            ["html_url"] = $"https://github.com/shop/platform/issues/{_issues.Count + 1}",
        };
        _issues.Add(issue);
        return issue.DeepClone();
    }

    private JsonNode Change(string path, JsonObject body)
    {
        var issue = _issues.Single(i => path.EndsWith($"/{i["number"]}", StringComparison.Ordinal));
        foreach (var (name, value) in body)
            issue[name] = value?.DeepClone();
        return issue.DeepClone();
    }

    private static string Text(JsonObject issue, string name) => issue[name]!.GetValue<string>();
}
