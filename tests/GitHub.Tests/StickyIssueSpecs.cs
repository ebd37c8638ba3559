using Actions.Shared.GitHub.Rest;
using GitHubFixture;
using static GitHub.Tests.Clients;

namespace GitHub.Tests;

public sealed class StickyIssueSpecs
{
    private static readonly CommentMarker Marker = new("terraform-plan", "infrastructure/account");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_issue_lives_as_long_as_there_is_something_to_do()
    {
        await using var server = new GitHubStandIn();
        using var client = For(server);
        var issues = new StickyIssues(client, Repository, "drift");
        var (result, number) = await issues.UpsertAsync(Marker, "Drift", "one", ["infrastructure"], Cancellation);
        (result.Action, number).ShouldBe((StickyAction.Created, 1));
        (await issues.UpsertAsync(Marker, "Drift", "one", [], Cancellation)).Result.Action.ShouldBe(StickyAction.Unchanged);
        (await issues.UpsertAsync(Marker, "Drift", "two", [], Cancellation)).Result.Action.ShouldBe(StickyAction.Updated);
        (await issues.CloseAsync(Marker, "No drift any more.", Cancellation)).ShouldBe(1);
        (await issues.CloseAsync(Marker, null, Cancellation)).ShouldBeNull();
        server.Comments.ShouldHaveSingleItem().Issue.ShouldBe(1);
        var issue = server.Issues.ShouldHaveSingleItem();
        (issue["state"]!.ToString(), issue["state_reason"]!.ToString()).ShouldBe(("closed", "completed"));

        (await issues.UpsertAsync(Marker, "Drift again", "three", [], Cancellation)).Number.ShouldBe(1);
        issue["state"]!.ToString().ShouldBe("open");
        issue["body"]!.ToString().ShouldEndWith("\nthree");
        issue["labels"]!.ToJsonString().ShouldBe("""["drift","infrastructure"]""");
    }

    [Fact]
    public async Task Somebody_elses_issue_with_our_line_is_left_alone()
    {
        await using var server = new GitHubStandIn();
        using (var person = For(server, GitHubStandIn.PersonToken))
            await person.CreateIssueAsync(Repository, "Forged", $"{Marker.Line()}\nforged", ["drift"], Cancellation);
        using var client = For(server);
        var (_, number) = await new StickyIssues(client, Repository, "drift").UpsertAsync(Marker, "Drift", "ours", [], Cancellation);
        number.ShouldBe(2);
        server.Issues[0]["body"]!.ToString().ShouldEndWith("forged");
    }
}
