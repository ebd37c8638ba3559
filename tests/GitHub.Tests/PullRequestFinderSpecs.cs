using Actions.Shared.GitHub;
using Actions.Shared.GitHub.Rest;
using GitHubFixture;
using static GitHub.Tests.Clients;

namespace GitHub.Tests;

public sealed class PullRequestFinderSpecs
{
    private const string Sha = "0123456789012345678901234567890123456789";

    [Theory]
    [InlineData("""{"pull_request":{"number":7}}""", null, 7)]
    [InlineData("""{"issue":{"number":8,"pull_request":{"url":"x"}},"comment":{}}""", null, 8)]
    [InlineData("""{"issue":{"number":8},"comment":{}}""", null, null)]
    [InlineData("""{"workflow_run":{"pull_requests":[{"number":9}]}}""", null, 9)]
    [InlineData("""{"workflow_run":{"pull_requests":[]}}""", null, null)]
    [InlineData("""{"pull_request":{"number":-1}}""", null, null)]
    [InlineData("""{"pull_request":{"number":"7"}}""", null, null)]
    [InlineData("not json", "refs/pull/12/merge", 12)]
    [InlineData("{}", "refs/heads/gh-readonly-queue/main/pr-15-0123456", 15)]
    [InlineData("{}", "refs/heads/gh-readonly-queue/release/1.0/pr-16-0123456", 16)]
    [InlineData("{}", "refs/heads/main", null)]
    public void The_event_names_the_pull_request(string json, string? gitRef, int? expected)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("event-").FullName, "event.json");
        File.WriteAllText(path, json);
        PullRequestFinder.FromEvent(new GitHubContext { EventPath = path, Ref = gitRef }).ShouldBe(expected);
        File.Delete(path);
    }

    [Fact]
    public async Task A_push_is_about_the_pull_request_of_its_commit()
    {
        await using var server = new GitHubStandIn();
        server.AddPull(3, new string('a', 40));
        server.AddPull(4, Sha);
        using var client = For(server);
        var context = new GitHubContext { Sha = Sha, Ref = "refs/heads/topic" };
        (await PullRequestFinder.FindAsync(client, Repository, context, TestContext.Current.CancellationToken)).ShouldBe(4);
        context = context with { Sha = new string('b', 40) };
        (await PullRequestFinder.FindAsync(client, Repository, context, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public void Of_several_the_open_one_counts_then_the_one_whose_head_it_is_then_the_newest()
    {
        PullRequestFinder.Choose([Pull(1, false, Sha), Pull(2, true, "x"), Pull(3, true, Sha), Pull(4, true, "y")], Sha)!.Number.ShouldBe(3);
        PullRequestFinder.Choose([Pull(1, false, Sha), Pull(2, true, "x"), Pull(4, true, "y")], Sha)!.Number.ShouldBe(4);
        PullRequestFinder.Choose([], Sha).ShouldBeNull();
    }

    private static PullRequest Pull(int number, bool isOpen, string head) =>
        new(number, "", "", "", new GitHubAccount("mona"), "topic", head, "main", "", "") { IsOpen = isOpen };
}
