using System.Globalization;
using Actions.Shared;
using Actions.Shared.GitHub.Rest;
using ClusterFixture;
using GitHubFixture;
using static GitHub.Tests.Clients;

namespace GitHub.Tests;

public sealed class TransportSpecs
{
    private const string Comment = """{"id":1,"node_id":"n","body":"b","user":{"login":"u","id":2},"html_url":"h"}""";

    private readonly WaitlessTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_says_who_asks_and_which_version_of_the_api_it_means()
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(200, Comment));
        using var client = For(server.Address);
        await client.GetCommentAsync(Repository, 1, Cancellation);
        var headers = server.Requests.ShouldHaveSingleItem().Headers;
        headers["Authorization"].ShouldBe("Bearer t0ken-0123456789");
        headers["User-Agent"].ShouldBe("specs/1.0");
        headers["Accept"].ShouldBe("application/vnd.github+json, application/json;q=0.9");
        headers["X-GitHub-Api-Version"].ShouldBe("2022-11-28");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(0)]
    public async Task Reading_is_repeated_until_the_server_is_back(int status)
    {
        var failures = 2;
        await using var server = new LoopbackServer(r =>
        {
            if (failures-- <= 0)
                return r.RespondAsync(200, Comment);
            if (status == 0)
            {
                r.Reset();
                return Task.CompletedTask;
            }

            return r.RespondAsync(status, "");
        });
        using var client = For(server.Address, _time);
        (await client.GetCommentAsync(Repository, 1, Cancellation)).ShouldNotBeNull().Id.ShouldBe(1);
        server.Requests.Count.ShouldBe(3);
        if (status != 0)
            _time.Waits.Count.ShouldBe(2); // a reset connection the handler itself opens again
    }

    [Theory]
    [InlineData(502)]
    [InlineData(0)]
    public async Task What_may_have_been_done_is_not_done_again(int status)
    {
        await using var server = new LoopbackServer(r =>
        {
            if (status != 0)
                return r.RespondAsync(status, "");
            r.Reset();
            return Task.CompletedTask;
        });
        using var client = For(server.Address, _time);
        var failure = await Should.ThrowAsync<GitHubException>(client.CreateCommentAsync(Repository, 1, "b", Cancellation));
        failure.Failure.ShouldBe(status == 0 ? GitHubFailure.Unreachable : GitHubFailure.ServerError);
        failure.ExitCode.ShouldBe(ExitCode.DependencyUnreachable);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Writing_that_a_limit_turned_away_is_done_after_the_wait_that_github_asks_for()
    {
        var waits = new List<GitHubWait>();
        var turns = 0;
        await using var server = new LoopbackServer(r => turns++ == 0
            ? r.RespondAsync(429, """{"message":"You have exceeded a secondary rate limit"}""", "Retry-After: 7")
            : r.RespondAsync(201, Comment));
        using var client = For(server.Address, _time, Options with { OnWait = waits.Add });
        await client.CreateCommentAsync(Repository, 1, "b", Cancellation);
        _time.Waits.ShouldBe([TimeSpan.FromSeconds(7)]);
        waits.ShouldHaveSingleItem().ShouldBe(new GitHubWait(TimeSpan.FromSeconds(7), "GitHub limits the rate of requests"));
    }

    [Fact]
    public async Task The_primary_limit_is_waited_for_until_it_is_reset()
    {
        var turns = 0;
        var reset = (WaitlessTime.Start + TimeSpan.FromSeconds(40)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await using var server = new LoopbackServer(r => turns++ == 0
            ? r.RespondAsync(403, """{"message":"API rate limit exceeded for installation."}""", "x-ratelimit-remaining: 0", $"x-ratelimit-reset: {reset}")
            : r.RespondAsync(200, Comment));
        using var client = For(server.Address, _time);
        await client.GetCommentAsync(Repository, 1, Cancellation);
        _time.Waits.ShouldBe([TimeSpan.FromSeconds(41)]);
    }

    [Fact]
    public async Task A_secondary_limit_without_a_time_is_given_a_minute()
    {
        var turns = 0;
        await using var server = new LoopbackServer(r => turns++ == 0
            ? r.RespondAsync(403, """{"message":"You have triggered an abuse detection mechanism."}""")
            : r.RespondAsync(200, Comment));
        using var client = For(server.Address, _time);
        await client.GetCommentAsync(Repository, 1, Cancellation);
        _time.Waits.ShouldBe([TimeSpan.FromMinutes(1)]);
    }

    [Fact]
    public async Task A_limit_that_lasts_too_long_is_not_waited_for()
    {
        var reset = (WaitlessTime.Start + TimeSpan.FromMinutes(31)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await using var server = new LoopbackServer(r =>
            r.RespondAsync(403, """{"message":"API rate limit exceeded"}""", "x-ratelimit-remaining: 0", $"x-ratelimit-reset: {reset}"));
        using var client = For(server.Address, _time);
        var failure = await Should.ThrowAsync<GitHubException>(client.GetCommentAsync(Repository, 1, Cancellation));
        failure.Failure.ShouldBe(GitHubFailure.RateLimited);
        failure.Detail.ShouldBe("GitHub's rate limit is used up until 03:35:06 UTC, which is in 1861 s");
        failure.IsMissingPermission.ShouldBeFalse();
        _time.Waits.ShouldBeEmpty();
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_that_has_ended_is_renewed_once()
    {
        await using var server = new LoopbackServer(r => r.Headers["Authorization"] == "Bearer new"
            ? r.RespondAsync(200, Comment)
            : r.RespondAsync(401, """{"message":"Bad credentials"}"""));
        using var client = For(server.Address, token: (renew, _) => ValueTask.FromResult(renew ? "new" : "old"));
        (await client.GetCommentAsync(Repository, 1, Cancellation)).ShouldNotBeNull();

        using var other = For(server.Address);
        var failure = await Should.ThrowAsync<GitHubException>(other.GetCommentAsync(Repository, 1, Cancellation));
        failure.Title.ShouldBe("GitHub does not accept the token: could not read a comment");
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        await using var server = new GitHubStandIn();
        var comment = server.AddComment(7, "one");
        using var client = For(server);
        (await client.GetCommentAsync(Repository, comment.Id, Cancellation))!.Body.ShouldBe("one");
        (await client.GetCommentAsync(Repository, comment.Id, Cancellation))!.Body.ShouldBe("one");
        comment.Body = "two";
        (await client.GetCommentAsync(Repository, comment.Id, Cancellation))!.Body.ShouldBe("two");
        server.Received.Count(r => r.Headers.ContainsKey("If-None-Match")).ShouldBe(2);
    }

    [Fact]
    public async Task An_artifact_comes_from_another_server_which_does_not_get_the_token()
    {
        await using var storage = new LoopbackServer(r => r.RespondAsync(200, "the zip file"));
        await using var server = new LoopbackServer(r => r.RespondAsync(302, "", $"Location: {storage.Address}blob?sig=x"));
        using var client = For(server.Address);
        using var file = new MemoryStream();
        await client.DownloadArtifactAsync(Repository, 9, file, 1000, Cancellation);
        System.Text.Encoding.UTF8.GetString(file.ToArray()).ShouldBe("the zip file");
        server.Requests.ShouldHaveSingleItem().Path.ShouldBe("/repos/octo/shop/actions/artifacts/9/zip");
        var asked = storage.Requests.ShouldHaveSingleItem();
        asked.Path.ShouldBe("/blob?sig=x");
        asked.Headers.Keys.ShouldNotContain("Authorization");

        using var small = new MemoryStream();
        (await Should.ThrowAsync<GitHubException>(client.DownloadArtifactAsync(Repository, 9, small, 5, Cancellation))).Detail
            .ShouldBe("the answer is larger than 5 bytes");
    }

    [Fact]
    public async Task A_renamed_repository_is_followed_but_never_to_another_server()
    {
        await using var elsewhere = new LoopbackServer(r => r.RespondAsync(200, Comment));
        var target = "/repositories/5/issues/comments/1";
        await using var server = new LoopbackServer(r => r.Path.StartsWith("/repositories", StringComparison.Ordinal)
            ? r.RespondAsync(200, Comment)
            : r.RespondAsync(301, "", $"Location: {target}"));
        using var client = For(server.Address);
        (await client.GetCommentAsync(Repository, 1, Cancellation)).ShouldNotBeNull();
        server.Requests[1].Headers["Authorization"].ShouldBe("Bearer t0ken-0123456789");

        target = $"{elsewhere.Address}x";
        var failure = await Should.ThrowAsync<GitHubException>(client.GetCommentAsync(Repository, 2, Cancellation));
        failure.Detail.ShouldBe("it redirects to 127.0.0.1, where we must not follow");
        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_next_page_of_a_list_is_never_on_another_server()
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(200, "[]", "Link: <http://127.0.0.1:1/next>; rel=\"next\""));
        using var client = For(server.Address);
        var failure = await Should.ThrowAsync<GitHubException>(client.ListReviewsAsync(Repository, 1, Cancellation));
        failure.Detail.ShouldBe("the next page of the list is on another server");
    }

    [Fact]
    public async Task A_list_without_end_is_an_error_and_not_a_shorter_list()
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(200, "[]", $"Link: <http://{r.Headers["Host"]}/again>; rel=\"next\""));
        using var client = For(server.Address, options: Options with { MaxPages = 5 });
        var failure = await Should.ThrowAsync<GitHubException>(client.ListReviewsAsync(Repository, 1, Cancellation));
        failure.Detail.ShouldBe("the list has more than 5 pages of 100");
        server.Requests.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(
        403, """{"message":"Resource not accessible by integration"}""", "X-Accepted-GitHub-Permissions: issues=write; pull_requests=write",
        "The token may not comment #1",
        "Give the job \"permissions: pull-requests: write\", or use a token that has it. A pull request from a fork never gets more than reading.",
        true)]
    [InlineData(
        403, """{"message":"Resource protected by organization SAML enforcement."}""", "X-GitHub-SSO: required; url=https://x",
        "The token may not comment #1",
        "The organisation asks for single sign-on: authorise the token for it, in the settings of its owner.",
        false)]
    [InlineData(
        404, """{"message":"Not Found"}""", "X-A: b",
        "Could not comment #1",
        "Check the names. GitHub also answers so when the token may not do it: Give the job \"permissions: pull-requests: write\", or use a token that has it.",
        false)]
    [InlineData(
        422, """{"message":"Validation Failed","errors":[{"resource":"IssueComment","code":"missing_field","field":"body"},{"message":"too\nlong"}]}""", "X-A: b",
        "Could not comment #1", "", false)]
    public async Task A_refusal_says_what_to_do(int status, string body, string header, string title, string hint, bool isMissingPermission)
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(status, body, header));
        using var client = For(server.Address);
        var failure = await Should.ThrowAsync<GitHubException>(client.CreateCommentAsync(Repository, 1, "b", Cancellation));
        (failure.Title, failure.Hint, failure.IsMissingPermission).ShouldBe((title, hint, isMissingPermission));
        failure.ToString().ShouldNotContain("t0ken");
        if (status == 422)
            failure.Detail.ShouldBe("GitHub answered 422: Validation Failed; IssueComment body missing_field; too long");
    }

    [Theory]
    [InlineData("<html>a proxy</html>")]
    [InlineData("[]")]
    public async Task An_answer_that_is_not_githubs_is_told_as_such(string body)
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(200, body));
        using var client = For(server.Address);
        var failure = await Should.ThrowAsync<GitHubException>(client.GetCommentAsync(Repository, 1, Cancellation));
        failure.Detail.ShouldBe("the answer is not a JSON object");
    }

    [Fact]
    public async Task Where_nobody_listens_the_host_is_named()
    {
        Uri address;
        await using (var server = new LoopbackServer(_ => Task.CompletedTask))
            address = server.Address;
        using var client = For(address, _time);
        var failure = await Should.ThrowAsync<GitHubException>(client.CreateCommentAsync(Repository, 1, "b", Cancellation));
        failure.Failure.ShouldBe(GitHubFailure.Unreachable);
        failure.Detail.ShouldStartWith("127.0.0.1: ");
        _time.Waits.Count.ShouldBeGreaterThan(2);
        (_time.GetUtcNow() - WaitlessTime.Start).ShouldBeLessThan(TimeSpan.FromSeconds(21));
    }

    [Fact]
    public async Task The_token_tells_who_we_are()
    {
        await using var server = new GitHubStandIn();
        using var bot = For(server);
        (await bot.GetViewerAsync(Cancellation)).ShouldBe(new GitHubAccount("github-actions[bot]", 41898282));
        using var person = For(server, GitHubStandIn.PersonToken);
        (await person.GetViewerAsync(Cancellation)).ShouldBe(new GitHubAccount("mona", 7));

        server.Before = async r =>
        {
            if (r.Path != "/graphql")
                return false;
            await r.RespondAsync(404, "{}");
            return true;
        };
        using var oldBot = For(server);
        (await oldBot.GetViewerAsync(Cancellation)).ShouldBe(GitHubAccount.Workflow);
        using var oldPerson = For(server, GitHubStandIn.PersonToken);
        (await oldPerson.GetViewerAsync(Cancellation)).Login.ShouldBe("mona");
    }

    [Fact]
    public async Task Cancelling_ends_a_wait()
    {
        await using var server = new LoopbackServer(r => r.RespondAsync(429, "{}", "Retry-After: 100"));
        using var stop = new CancellationTokenSource();
        using var client = For(server.Address, TimeProvider.System, new GitHubClientOptions { OnWait = _ => stop.Cancel() });
        await Should.ThrowAsync<OperationCanceledException>(client.GetCommentAsync(Repository, 1, stop.Token));
    }
}
