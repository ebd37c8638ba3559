using Actions.Shared.GitHub.Rest;
using GitHubFixture;
using static GitHub.Tests.Clients;

namespace GitHub.Tests;

public sealed class StickyCommentSpecs
{
    private static readonly CommentMarker Marker = new("validate-manifests", "production");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_run_creates_the_comment_and_later_ones_change_it()
    {
        await using var server = new GitHubStandIn();
        using var client = For(server);
        var comments = new StickyComments(client, Repository);
        var first = await comments.UpsertAsync(7, Marker, "one", null, Cancellation);
        first.Action.ShouldBe(StickyAction.Created);
        first.Url.ShouldBe("https://github.example/octo/shop/pull/7#issuecomment-1000");
        (await comments.UpsertAsync(7, Marker, "one", null, Cancellation)).Action.ShouldBe(StickyAction.Unchanged);
        (await comments.UpsertAsync(7, Marker, "two", null, Cancellation)).Action.ShouldBe(StickyAction.Updated);
        (await comments.UpsertAsync(7, Marker with { Key = "staging" }, "other", null, Cancellation)).Action.ShouldBe(StickyAction.Created);
        server.Comments.Select(c => c.Body).ShouldBe(
        [
            "<!-- platform-actions/validate-manifests key=production -->\ntwo",
            "<!-- platform-actions/validate-manifests key=staging -->\nother",
        ]);
    }

    [Fact]
    public async Task The_comment_is_found_behind_hundreds_of_others()
    {
        await using var server = new GitHubStandIn();
        for (var i = 0; i < 250; i++)
            server.AddComment(7, $"talk {i}", byBot: i % 2 == 0);
        var ours = server.AddComment(7, $"{Marker.Line()}\r\nold\r\n");
        using var client = For(server);
        (await new StickyComments(client, Repository).UpsertAsync(7, Marker, "new", null, Cancellation)).Action.ShouldBe(StickyAction.Updated);
        ours.Body.ShouldEndWith("\nnew");
        server.Comments.Count.ShouldBe(251);
    }

    [Fact]
    public async Task Somebody_elses_comment_with_our_line_is_left_alone()
    {
        await using var server = new GitHubStandIn();
        var forged = server.AddComment(7, $"{Marker.Line()}\nforged", byBot: false);
        var quoted = server.AddComment(7, $"> {Marker.Line()}\nquoted");
        using var client = For(server);
        (await new StickyComments(client, Repository).UpsertAsync(7, Marker, "new", null, Cancellation)).Action.ShouldBe(StickyAction.Created);
        forged.Body.ShouldEndWith("forged");
        quoted.Body.ShouldEndWith("quoted");
        server.Comments.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Of_several_of_ours_the_oldest_stays()
    {
        await using var server = new GitHubStandIn();
        var oldest = server.AddComment(7, $"{Marker.Line()}\na");
        server.AddComment(7, $"{Marker.Line()}\nb");
        server.AddComment(7, $"{Marker.Line()}\nc");
        using var client = For(server);
        await new StickyComments(client, Repository).UpsertAsync(7, Marker, "new", null, Cancellation);
        server.Comments.ShouldHaveSingleItem().ShouldBe(oldest);
        oldest.Body.ShouldEndWith("\nnew");
    }

    [Fact]
    public async Task Two_jobs_that_create_it_at_the_same_time_end_with_one()
    {
        await using var server = new GitHubStandIn();
        var other = 0;
        server.After = r =>
        {
            // Between our look and our comment somebody else made one.
            if (r is { Method: "GET" } && r.Path.Contains("/comments", StringComparison.Ordinal) && other++ == 0)
                server.AddComment(7, $"{Marker.Line()}\nof another job");
        };
        using var client = For(server);
        (await new StickyComments(client, Repository).UpsertAsync(7, Marker, "ours", null, Cancellation)).Action.ShouldBe(StickyAction.Created);
        server.Comments.ShouldHaveSingleItem().Body.ShouldEndWith("\nours");
    }

    [Fact]
    public async Task A_comment_that_is_deleted_meanwhile_is_created_again()
    {
        await using var server = new GitHubStandIn();
        var comment = server.AddComment(7, $"{Marker.Line()}\nold");
        server.Before = r =>
        {
            if (r.Method == "PATCH")
                server.Comments.Remove(comment);
            return Task.FromResult(false);
        };
        using var client = For(server);
        (await new StickyComments(client, Repository).UpsertAsync(7, Marker, "new", null, Cancellation)).Action.ShouldBe(StickyAction.Created);
        server.Comments.ShouldHaveSingleItem().Body.ShouldEndWith("\nnew");
    }

    [Fact]
    public async Task A_comment_that_arrived_although_the_connection_broke_is_not_made_twice()
    {
        await using var server = new GitHubStandIn();
        var broken = false;
        server.Before = r =>
        {
            if (r.Method != "POST" || r.Path == "/graphql" || broken)
                return Task.FromResult(false);
            broken = true;
            server.AddComment(7, $"{Marker.Line()}\nnew");
            r.Reset();
            return Task.FromResult(true);
        };
        using var client = For(server);
        await new StickyComments(client, Repository).UpsertAsync(7, Marker, "new", null, Cancellation);
        broken.ShouldBeTrue();
        server.Comments.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_comment_that_lists_do_not_know_yet_is_not_made_twice()
    {
        await using var server = new GitHubStandIn();
        server.Before = async r =>
        {
            if (r.Method != "GET" || !r.Path.Contains("/issues/7/comments", StringComparison.Ordinal))
                return false;
            await r.RespondAsync(200, "[]");
            return true;
        };
        using var client = For(server);
        var comments = new StickyComments(client, Repository);
        (await comments.UpsertAsync(7, Marker, "new", null, Cancellation)).Action.ShouldBe(StickyAction.Created);
        await comments.UpsertSectionAsync(7, new CombinedComment(new CommentMarker("x"), "", ""), new CommentSection("a", "| a |", "b"), Cancellation);
        server.Comments.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_later_runs_comment_is_left_alone()
    {
        await using var server = new GitHubStandIn();
        using var client = For(server);
        var comments = new StickyComments(client, Repository);
        await comments.UpsertAsync(7, Marker, "new", new StickyOptions { Run = 12 }, Cancellation);
        (await comments.UpsertAsync(7, Marker, "late", new StickyOptions { Run = 11 }, Cancellation)).Action.ShouldBe(StickyAction.Superseded);
        server.Comments.ShouldHaveSingleItem().Body.ShouldBe("<!-- platform-actions/validate-manifests key=production run=12 -->\nnew");
    }

    [Fact]
    public async Task Without_a_need_for_one_only_one_that_is_there_is_changed()
    {
        await using var server = new GitHubStandIn();
        using var client = For(server);
        var comments = new StickyComments(client, Repository);
        var options = new StickyOptions { CreateIfMissing = false };
        (await comments.UpsertAsync(7, Marker, "fine", options, Cancellation)).ShouldBe(new StickyResult(StickyAction.Skipped, null));
        server.AddComment(7, $"{Marker.Line()}\nbad");
        (await comments.UpsertAsync(7, Marker, "fine", options, Cancellation)).Action.ShouldBe(StickyAction.Updated);
    }

    [Fact]
    public async Task It_is_hidden_when_all_is_well_and_shown_when_it_is_not()
    {
        await using var server = new GitHubStandIn();
        var comment = server.AddComment(7, $"{Marker.Line()}\nbad");
        using var client = For(server);
        var comments = new StickyComments(client, Repository);
        await comments.UpsertAsync(7, Marker, "fine", new StickyOptions { Hide = HiddenReason.Resolved }, Cancellation);
        comment.Hidden.ShouldBe("RESOLVED");
        await comments.UpsertAsync(7, Marker, "bad", null, Cancellation);
        comment.Hidden.ShouldBeNull();
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_cut_and_says_so()
    {
        await using var server = new GitHubStandIn();
        using var client = For(server);
        var body = "```\n" + string.Concat(Enumerable.Repeat("a line of text\n", 10_000)) + "```\n";
        await new StickyComments(client, Repository).UpsertAsync(7, Marker, body, null, Cancellation);
        var written = server.Comments.ShouldHaveSingleItem().Body;
        written.Length.ShouldBeInRange(65_000, 65_536);
        written.Split("```").Length.ShouldBe(3);
        written.ShouldContain("**This was cut here**");
    }

    [Fact]
    public async Task A_read_only_token_is_told_apart()
    {
        await using var server = new GitHubStandIn();
        using var client = For(server, GitHubStandIn.ReadOnlyToken);
        var failure = await Should.ThrowAsync<GitHubException>(new StickyComments(client, Repository).UpsertAsync(7, Marker, "b", null, Cancellation));
        failure.IsMissingPermission.ShouldBeTrue();
        failure.Permission.ShouldBe("pull-requests: write");
    }

    [Fact]
    public async Task It_can_be_taken_away()
    {
        await using var server = new GitHubStandIn();
        server.AddComment(7, $"{Marker.Line()}\na");
        server.AddComment(7, "talk");
        using var client = For(server);
        var comments = new StickyComments(client, Repository);
        (await comments.DeleteAsync(7, Marker, Cancellation)).ShouldBeTrue();
        (await comments.DeleteAsync(7, Marker, Cancellation)).ShouldBeFalse();
        server.Comments.ShouldHaveSingleItem().Body.ShouldBe("talk");
    }

    [Theory]
    [InlineData("")]
    [InlineData("infrastructure/terraform/account")]
    [InlineData("a--b -->\n<!-- x")]
    [InlineData("größe 100% \u202E")]
    public void A_marker_finds_its_own_line_and_no_other(string key)
    {
        var marker = new CommentMarker("terraform-plan", key);
        marker.Marks($"{marker.Line(5)}\nbody").ShouldBeTrue();
        marker.Line().ShouldNotContain('\n');
        marker.Line()[4..^3].ShouldNotContain("--");
        (marker with { Key = key + "x" }).Marks(marker.Line()).ShouldBeFalse();
        new CommentMarker("deploy-k8s", key).Marks(marker.Line()).ShouldBeFalse();
    }
}
