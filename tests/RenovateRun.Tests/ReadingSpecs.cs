using System.Text;
using System.Text.Json;
using Actions.RenovateRun.Reading;

namespace Actions.RenovateRun.Tests;

public class ReadingSpecs
{
    [Fact]
    public void A_log_and_a_report_tell_of_branches_updates_and_hosts()
    {
        var facts = Recording.Of("branches").Facts;

        facts.Version.ShouldBe("44.121.2");
        var repository = facts.Repositories.ShouldHaveSingleItem();
        (repository.Name, repository.IsFinished, repository.Result, repository.Status).ShouldBe(("acme/shop", true, "done", "onboarded"));
        repository.Duration.ShouldBe(TimeSpan.FromMilliseconds(15088));
        repository.Branches.Select(b => b.Name).ShouldBe(["renovate/cronjob-1.x", "renovate/localhost-5123-team-app-1.x", "renovate/localhost-5123-team-app-2.x"]);
        repository.Updates.Select(u => (u.Dependency.Name, u.Update.Type, u.Update.NewValue)).ShouldBe(
            [("localhost:5123/team/app", "minor", "1.1.0"), ("localhost:5123/team/app", "major", "2.0.0"), ("CronJob", "patch", "batch/v1")], ignoreOrder: true);
        repository.Hosts.ShouldContain(h => h.Host == "localhost" && h.Requests > 0);
        repository.LibYears.ShouldNotBeNull();
    }

    [Fact]
    public void A_look_up_has_updates_although_it_has_no_branches()
    {
        var repository = Recording.Of("updates").Facts.Repositories.ShouldHaveSingleItem();

        repository.Branches.ShouldBeEmpty();
        repository.Updates.Count().ShouldBe(3);
    }

    [Fact]
    public void Updates_have_the_manager_that_the_branches_of_a_report_do_not_name()
    {
        File.ReadAllText(Recording.PathOf("branches", "report.json")).ShouldNotContain("\"manager\"");

        Recording.Of("branches").Facts.Repositories.Single().Updates.Select(u => u.Dependency.Manager).Distinct().ShouldBe(["kubernetes"]);
    }

    [Fact]
    public void The_log_alone_tells_what_a_report_tells()
    {
        var with = Recording.Of("branches").Facts.Repositories.Single();
        var without = Recording.Of("branches", withReport: false).Facts.Repositories.Single();

        without.Updates.Select(u => (u.Dependency.Name, u.Update)).ShouldBe(with.Updates.Select(u => (u.Dependency.Name, u.Update)));
        without.Branches.ShouldBe(with.Branches);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void A_report_reads_the_same_in_pieces_of_any_size(int size)
    {
        var bytes = File.ReadAllBytes(Recording.PathOf("branches", "report.json"));

        var report = RunReport.Read(new Pieces(bytes, size));

        report.Repositories.Single().Dependencies.Count.ShouldBe(2);
        report.Repositories.Single().Branches.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"problems\":[")]
    [InlineData("{\"repositories\":{\"a/b\":{\"packageFiles\":{\"npm\":[{\"deps\":[")]
    [InlineData("{\"repositories\":[]}")]
    [InlineData("nonsense")]
    public void A_report_that_is_broken_is_refused(string text) =>
        Should.Throw<JsonException>(() => RunReport.Read(new Pieces(Encoding.UTF8.GetBytes(text), 16)));

    [Fact]
    public void Every_beginning_of_a_report_is_refused_rather_than_read_as_less()
    {
        var bytes = File.ReadAllBytes(Recording.PathOf("updates", "report.json"));

        for (var length = 0; length < bytes.Length; length += 97)
            Should.Throw<JsonException>(() => RunReport.Read(new MemoryStream(bytes, 0, length)));
    }

    [Fact]
    public void Fields_of_other_types_than_expected_count_as_not_said()
    {
        var report = RunReport.Read(new MemoryStream(Encoding.UTF8.GetBytes(
            """{"problems":[5,{"level":"x"}],"new":{"a":[1]},"repositories":{"a/b":{"branches":7,"packageFiles":{"npm":[{"packageFile":3,"deps":[{"depName":{},"updates":"none"},7]}]},"libYearsWithStatus":null}}}""")));

        report.Repositories.Single().Dependencies.Count.ShouldBe(2);
        report.Repositories.Single().LibYears.ShouldBeNull();
    }

    [Fact]
    public void A_line_of_any_length_is_read_whole()
    {
        var text = new string('x', 3_000_000);
        var line = $$"""{"level":40,"repository":"a/b","msg":"{{text}}"}""";

        var facts = Facts($"{line}\n");

        facts.Repositories.Single().Problems.Single().Message.Length.ShouldBe(text.Length);
    }

    [Fact]
    public void Lines_that_are_torn_or_no_JSON_are_counted_and_hurt_nothing_else()
    {
        var facts = Facts("{\"level\":30,\"renovateVersion\":\"44.1.0\",\"msg\":\"Renovate started\"}\nnonsense\n{\"level\":40,\"msg\":\"a\"}\n{\"level\":40,\"msg\":\"b");

        (facts.Version, facts.UnreadLines, facts.Problems.Single().Message).ShouldBe(("44.1.0", 2, "a"));
    }

    [Fact]
    public void A_line_that_is_longer_than_what_is_read_is_passed_over()
    {
        using var lines = new LineReader(longest: 100_000);
        var seen = new List<string>();
        var stream = new MemoryStream(Encoding.UTF8.GetBytes($"a\n{new string('x', 1_000_000)}\nb\nc"));

        lines.ReadAvailable(stream, l => seen.Add(Encoding.UTF8.GetString(l)));
        lines.Complete(l => seen.Add(Encoding.UTF8.GetString(l)));

        seen.ShouldBe(["a", "b", "c"]);
        lines.TooLong.ShouldBe(1);
    }

    [Fact]
    public void A_file_that_grows_is_read_on()
    {
        using var lines = new LineReader();
        using var stream = new MemoryStream();
        var seen = new List<string>();
        foreach (var part in new[] { "one\ntw", "o\n", "", "three" })
        {
            var at = stream.Position;
            stream.Write(Encoding.UTF8.GetBytes(part));
            stream.Position = at;
            lines.ReadAvailable(stream, l => seen.Add(Encoding.UTF8.GetString(l)));
        }

        seen.ShouldBe(["one", "two"]);
        lines.Complete(l => seen.Add(Encoding.UTF8.GetString(l)));
        seen.ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public void Dependencies_of_all_base_branches_count_although_the_report_has_one()
    {
        static string Line(string dependency) =>
            $$$"""{"level":20,"repository":"a/b","config":{"npm":[{"packageFile":"package.json","deps":[{"depName":"{{{dependency}}}"}]}]},"msg":"packageFiles with updates"}""";
        var log = new RunLog();
        log.Take(Encoding.UTF8.GetBytes(Line("one")));
        log.Take(Encoding.UTF8.GetBytes(Line("two")));
        var report = RunReport.Read(new MemoryStream(Encoding.UTF8.GetBytes("""{"problems":[],"repositories":{"a/b":{"packageFiles":{"npm":[{"packageFile":"package.json","deps":[{"depName":"one"}]}]}}}}""")));

        log.Facts(report, 0).Repositories.Single().Dependencies.Select(d => d.Name).ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Pull_requests_are_counted_from_the_log()
    {
        static string Line(string message) => $$"""{"level":30,"repository":"a/b","msg":"{{message}}"}""";

        var facts = Facts(string.Join('\n', new[] { "PR created", "PR created", "PR updated", "PR automerged", "Branch automerged" }.Select(Line)));

        facts.Repositories.Single().PullRequests.ShouldBe(new PullRequestCounts(2, 1, 2));
    }

    [Fact]
    public void A_second_process_does_again_what_the_first_did_not_finish()
    {
        var first = new RunFacts { Version = "1", HasReport = true, Repositories = [new("a/a") { IsFinished = true }, new("a/b")] };
        var second = new RunFacts { HasReport = true, Repositories = [new("a/b") { IsFinished = true }, new("a/c") { IsFinished = true }] };

        var both = first.Then(second);

        both.Repositories.Select(r => (r.Name, r.IsFinished)).ShouldBe([("a/a", true), ("a/b", true), ("a/c", true)]);
        both.Unfinished.ShouldBeNull();
    }

    private static RunFacts Facts(string log)
    {
        var run = new RunLog();
        using var lines = new LineReader();
        lines.ReadAvailable(new MemoryStream(Encoding.UTF8.GetBytes(log)), run.Take);
        lines.Complete(run.Take);
        return run.Facts(null, lines.TooLong);
    }

    /// <summary>A stream that gives so many bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));
    }
}
