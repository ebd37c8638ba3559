using System.Security.Cryptography;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.GitHub.Rest;
using static GitHub.Tests.Clients;

namespace GitHub.Tests;

/// <summary>Every request is one that GitHub's description allows, and GitHub's own examples can be read.</summary>
public sealed class DescribedApiSpecs(DescribedApi api) : IDisposable
{
    private const string Sha = "0123456789012345678901234567890123456789";

    private readonly GitHubClient _client = For(api.Require(), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_request_that_the_description_does_not_allow_is_refused()
    {
        using var http = new HttpClient();
        using var body = new StringContent("""{"text":"no body"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri(api.Require(), "/repos/octo/shop/issues/1/comments"), body, Cancellation);
        ((int)answer.StatusCode).ShouldBe(422);
    }

    [Fact]
    public async Task Comments()
    {
        var listed = await FirstAsync(_client.ListCommentsAsync(Repository, 1347, Cancellation));
        (listed.Author.Login, listed.Body).ShouldBe(("octocat", "Me too"));
        (await _client.CreateCommentAsync(Repository, 1347, "Me too", Cancellation)).Id.ShouldBe(1);
        (await _client.UpdateCommentAsync(Repository, 1, "Me too", Cancellation)).ShouldNotBeNull();
        (await _client.GetCommentAsync(Repository, 1, Cancellation)).ShouldNotBeNull().Url.ShouldStartWith("https://github.com/");
        (await _client.DeleteCommentAsync(Repository, 1, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task Pull_requests()
    {
        (await _client.GetPullRequestAsync(Repository, 1347, Cancellation)).ShouldNotBeNull().HeadSha.Length.ShouldBe(40);
        (await _client.ListPullRequestsOfCommitAsync(Repository, Sha, Cancellation)).ShouldHaveSingleItem().Number.ShouldBe(1347);
        (await FirstAsync(_client.ListPullRequestsAsync(Repository, "octo:topic", "main", true, Cancellation))).IsOpen.ShouldBeTrue();
        (await FirstAsync(_client.ListFilesAsync(Repository, 1347, Cancellation))).ShouldBe(
            new PullRequestFile("file1.txt", "added", null, "@@ -132,7 +132,7 @@ module Test @@ -1000,7 +1000,7 @@ module Test"));
        (await _client.ListReviewsAsync(Repository, 1347, Cancellation)).ShouldHaveSingleItem().State.ShouldBe("APPROVED");
        (await _client.CreatePullRequestAsync(Repository, new NewPullRequest("Bump", "bump", "main", "Body") { IsDraft = true }, Cancellation)).Number.ShouldBe(1347);
        (await _client.UpdatePullRequestAsync(Repository, 1347, "Bump", "Body", false, Cancellation)).Number.ShouldBe(1347);
    }

    [Fact]
    public async Task Checks_with_their_annotations()
    {
        var report = new CheckReport("validate", Sha, "3 problems", "Summary")
        {
            Conclusion = CheckConclusion.ActionRequired,
            DetailsUrl = new Uri("https://github.com/octo/shop/actions/runs/1"),
            ExternalId = "1",
            Annotations =
            [
                .. Enumerable.Range(1, 60).Select(i => new Annotation(Severity.Warning, "Message")
                {
                    Title = "Title",
                    Location = new SourceLocation("k8s/a.yaml", new TextRegion(i, 3, i, 9)),
                }),
                new Annotation(Severity.Info, "On several lines") { Location = new SourceLocation("k8s/a.yaml", new TextRegion(1, 1, 4, 1)) },
                new Annotation(Severity.Error, "Nowhere"),
            ],
        };
        var run = await _client.CreateCheckAsync(Repository, report, Cancellation);
        run.Id.ShouldBe(4);
        await _client.UpdateCheckAsync(Repository, run, report with { Annotations = [], Conclusion = null }, Cancellation);
    }

    [Fact]
    public async Task Deployments()
    {
        var deployment = await _client.CreateDeploymentAsync(
            Repository, new NewDeployment("main", "production") { Description = new string('x', 200), IsProduction = true }, Cancellation);
        deployment.Environment.ShouldBe("production");
        foreach (var state in Enum.GetValues<DeploymentState>())
        {
            await _client.SetDeploymentStatusAsync(
                Repository,
                deployment.Id,
                new NewDeploymentStatus(state) { Description = new string('x', 200), LogUrl = "https://github.com/x", EnvironmentUrl = "https://shop.example" },
                Cancellation);
        }

        (await FirstAsync(_client.ListDeploymentsAsync(Repository, "production", "deploy", Cancellation))).Task.ShouldBe("deploy");
        (await _client.GetDeploymentStateAsync(Repository, 1, Cancellation)).ShouldBe("success");
    }

    [Fact]
    public async Task Branches_and_files()
    {
        (await _client.GetRepositoryAsync(Repository, Cancellation)).ShouldNotBeNull().DefaultBranch.ShouldBe("master");
        (await _client.GetBranchAsync(Repository, "topic", Cancellation)).ShouldNotBeNull().Length.ShouldBe(40);
        await _client.CreateBranchAsync(Repository, "topic", Sha, Cancellation);
        await _client.MoveBranchAsync(Repository, "topic", Sha, true, Cancellation);
        (await _client.DeleteBranchAsync(Repository, "topic", Cancellation)).ShouldBeTrue();
        (await _client.GetFileAsync(Repository, "README.md", "main", Cancellation)).ShouldNotBeNull().BlobSha.Length.ShouldBe(40);
    }

    [Fact]
    public async Task Issues_and_labels()
    {
        (await FirstAsync(_client.ListIssuesAsync(Repository, ["bug", "drift"], "octocat", false, Cancellation).Append(Empty))).Number.ShouldBeGreaterThan(0);
        (await _client.CreateIssueAsync(Repository, "Title", "Body", ["drift"], Cancellation)).Number.ShouldBe(1347);
        var change = new IssueChange { Title = "Title", Body = "Body", IsOpen = false, Labels = ["drift"] };
        (await _client.UpdateIssueAsync(Repository, 1347, change, Cancellation)).Number.ShouldBe(1347);
        await _client.UpdateIssueAsync(Repository, 1347, new IssueChange { IsOpen = true }, Cancellation);
        await _client.AddLabelsAsync(Repository, 1347, ["drift"], Cancellation);
        (await _client.EnsureLabelAsync(Repository, "drift", "d73a4a", "Differs from its code", Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task Artifacts()
    {
        (await FirstAsync(_client.ListArtifactsAsync(Repository, null, "plan", Cancellation))).Size.ShouldBeGreaterThan(0);
        (await FirstAsync(_client.ListArtifactsAsync(Repository, 1, "plan", Cancellation))).Name.Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Tokens_of_an_app()
    {
        using var key = RSA.Create(2048);
        var masked = new List<string>();
        using var app = new GitHubApp("1", key.ExportPkcs8PrivateKeyPem(), Connection(api.Require()), Options, masked.Add, TimeProvider.System);
        (await app.FindInstallationAsync(Repository, Cancellation)).ShouldBeGreaterThan(0);
        var scope = new InstallationScope { Repositories = ["shop"], Permissions = new Dictionary<string, string> { ["contents"] = "write" } };
        var (token, _) = await app.CreateTokenAsync(1, scope, Cancellation);
        masked.ShouldBe([token]);
    }

    private static GitHubIssue Empty { get; } = new(1, "", "", new GitHubAccount(""), true, [], "");

    private static async Task<T> FirstAsync<T>(IAsyncEnumerable<T> list)
    {
        await foreach (var entry in list)
            return entry;
        throw new InvalidOperationException("The list is empty.");
    }
}
