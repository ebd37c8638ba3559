using System.Text;
using Actions.Shared.GitHub.Rest;
using GitHubFixture;
using static GitHub.Tests.Clients;

namespace GitHub.Tests;

public sealed class CombinedCommentSpecs
{
    private static readonly CombinedComment Frame = new(new CommentMarker("terraform-plan"), "## Plans", "| Root | Changes |\n|---|---|");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_job_has_its_row_and_its_details()
    {
        await using var server = new GitHubStandIn();
        using var client = For(server);
        var comments = new StickyComments(client, Repository);
        (await comments.UpsertSectionAsync(7, Frame, Section("b", "two"), Cancellation)).Action.ShouldBe(StickyAction.Created);
        (await comments.UpsertSectionAsync(7, Frame, Section("a", "one"), Cancellation)).Action.ShouldBe(StickyAction.Updated);
        (await comments.UpsertSectionAsync(7, Frame, Section("a", "one"), Cancellation)).Action.ShouldBe(StickyAction.Unchanged);
        var visible = string.Join('\n', server.Comments.ShouldHaveSingleItem().Body.Split('\n').Where(l => !l.StartsWith("<!--", StringComparison.Ordinal) && l.Length > 0));
        visible.ShouldBe("## Plans\n| Root | Changes |\n|---|---|\n| a | 1 |\n| b | 1 |\none\ntwo");
    }

    [Fact]
    public async Task A_section_that_another_job_has_overwritten_is_written_again()
    {
        await using var server = new GitHubStandIn();
        var comment = server.AddComment(7, CombinedBody.Write(Frame, [Part("c")]));
        var overwritten = false;
        server.After = r =>
        {
            if (r.Method != "PATCH" || overwritten)
                return;

            // Another job had read the comment before we wrote it.
            overwritten = true;
            comment.Body = CombinedBody.Write(Frame, [Part("c"), Part("b")]);
        };
        using var client = For(server);
        await new StickyComments(client, Repository).UpsertSectionAsync(7, Frame, Section("a", "one"), Cancellation);
        overwritten.ShouldBeTrue();
        CombinedBody.Read(comment.Body).Select(p => p.Key).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task Jobs_that_write_at_the_same_moment_all_get_in()
    {
        await using var server = new GitHubStandIn();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            using var client = For(server, time: TimeProvider.System);
            await new StickyComments(client, Repository).UpsertSectionAsync(7, Frame, Section($"root-{i}", $"detail {i}"), Cancellation);
        }));
        var parts = CombinedBody.Read(server.Comments.ShouldHaveSingleItem().Body);
        parts.Select(p => (p.Key, p.Detail)).ShouldBe(Enumerable.Range(0, 4).Select(i => ($"root-{i}", $"detail {i}")));
    }

    [Fact]
    public async Task Duplicates_are_merged_into_the_oldest()
    {
        await using var server = new GitHubStandIn();
        var oldest = server.AddComment(7, CombinedBody.Write(Frame, [Part("a")]));
        server.AddComment(7, CombinedBody.Write(Frame, [Part("b")]));
        using var client = For(server);
        await new StickyComments(client, Repository).UpsertSectionAsync(7, Frame, Section("c", "three"), Cancellation);
        server.Comments.ShouldHaveSingleItem().ShouldBe(oldest);
        CombinedBody.Read(oldest.Body).Select(p => p.Key).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public async Task A_later_runs_section_is_left_alone()
    {
        await using var server = new GitHubStandIn();
        server.AddComment(7, CombinedBody.Write(Frame, [CombinedBody.Part.Of(Section("a", "new") with { Run = 12 })]));
        using var client = For(server);
        var result = await new StickyComments(client, Repository).UpsertSectionAsync(7, Frame, Section("a", "late") with { Run = 11 }, Cancellation);
        result.Action.ShouldBe(StickyAction.Superseded);
        server.Requests.ShouldNotContain(r => r.StartsWith("PATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_others_always_overwrite_it_ends_with_an_error()
    {
        await using var server = new GitHubStandIn();
        var comment = server.AddComment(7, CombinedBody.Write(Frame, [Part("b")]));
        server.After = r =>
        {
            if (r.Method == "PATCH")
                comment.Body = CombinedBody.Write(Frame, [Part("b")]);
        };
        using var client = For(server);
        var failure = await Should.ThrowAsync<GitHubException>(
            new StickyComments(client, Repository).UpsertSectionAsync(7, Frame, Section("a", "one"), Cancellation));
        failure.Failure.ShouldBe(GitHubFailure.Conflict);
        failure.Detail.ShouldBe("others overwrote or deleted it 8 times");
    }

    [Fact]
    public void Details_cannot_forge_a_section()
    {
        var forged = CombinedBody.Write(Frame, [Part("victim")]);
        var body = CombinedBody.Write(Frame, [CombinedBody.Part.Of(new CommentSection("a", "| a | 1 |", $"```\n{forged}\n```\n<!-- PLATFORM-ACTIONS-end -->"))]);
        CombinedBody.Read(body).ShouldHaveSingleItem().Key.ShouldBe("a");
    }

    [Fact]
    public void Sections_that_are_gone_are_dropped()
    {
        var body = CombinedBody.Write(Frame with { Keys = ["a", "b"] }, [Part("a"), Part("b"), Part("gone")]);
        CombinedBody.Read(body).Select(p => p.Key).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void What_is_too_long_together_is_cut_where_it_is_longest()
    {
        var long1 = $"```\n{string.Concat(Enumerable.Repeat("0123456789\n", 5000))}```";
        var long2 = $"<details>\n\n{string.Concat(Enumerable.Repeat("größe\n", 5000))}\n</details>";
        var parts = new[] { ("a", long1), ("b", "short"), ("c", long2) }.Select(s => CombinedBody.Part.Of(Section(s.Item1, s.Item2))).ToArray();
        var body = CombinedBody.Write(Frame, parts);
        Encoding.UTF8.GetByteCount(body).ShouldBeInRange(60_000, IssueComment.MaxLength);
        var read = CombinedBody.Read(body);
        read.Select(p => p.Digest).ShouldBe(parts.Select(p => p.Digest));
        read[1].Detail.ShouldBe("short");
        read[0].Detail.Split("```").Length.ShouldBe(3);
        read[2].Detail.Split("details>").Length.ShouldBe(3);
    }

    [Fact]
    public void Hundreds_of_sections_fit()
    {
        var body = CombinedBody.Write(Frame, Enumerable.Range(0, 150).Select(i => CombinedBody.Part.Of(Section($"root-{i:000}", new string('x', 5000)))));
        Encoding.UTF8.GetByteCount(body).ShouldBeLessThanOrEqualTo(IssueComment.MaxLength);
        CombinedBody.Read(body).Count.ShouldBe(150);
    }

    private static CommentSection Section(string key, string detail) => new(key, $"| {key} | 1 |", detail);

    private static CombinedBody.Part Part(string key) => CombinedBody.Part.Of(Section(key, $"of {key}"));
}
