using System.Text.Json;
using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.RenovateRun.Reporting;
using Actions.Shared;

namespace Actions.RenovateRun.Tests;

public sealed class ReportingSpecs : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void Metrics_are_those_that_the_documentation_names()
    {
        var text = RunMetrics.Render(Result(Recording.Of("branches")));

        text.ShouldStartWith("""
            # HELP renovate_run_success Whether the last run was good.
            # TYPE renovate_run_success gauge
            renovate_run_success 1
            # HELP renovate_run_exit_code Exit code of the last run.
            # TYPE renovate_run_exit_code gauge
            renovate_run_exit_code 0
            # HELP renovate_run_duration_seconds How long the last run took.
            # TYPE renovate_run_duration_seconds gauge
            renovate_run_duration_seconds 90

            """);
        text.ShouldContain("\nrenovate_run_last_success_timestamp_seconds 1795521690\n");
        text.ShouldContain("\nrenovate_run_repositories{result=\"outdated\"} 1\n");
        text.ShouldContain("\nrenovate_run_updates{repository=\"acme/shop\",manager=\"kubernetes\",type=\"minor\"} 1\n");
        text.ShouldContain("\nrenovate_run_dependencies{repository=\"acme/shop\",state=\"total\"} 2\n");
        text.ShouldContain("\nrenovate_run_lookup_failures{repository=\"acme/shop\"} 0\n");
    }

    [Fact]
    public void A_bad_run_has_no_time_of_success()
    {
        var text = RunMetrics.Render(Result(Recording.Of("bad-token")));

        text.ShouldContain("renovate_run_success 0\n");
        text.ShouldContain("renovate_run_exit_code 2\n");
        text.ShouldNotContain("last_success");
        text.ShouldContain("renovate_run_repositories{result=\"failed\"} 1\n");
    }

    [Fact]
    public void Names_that_others_chose_break_no_metric()
    {
        var facts = new RunFacts { HasReport = true, Repositories = [new("a\"b\\c\nd") { IsFinished = true, Result = "done" }] };

        RunMetrics.Render(Result(facts)).ShouldContain("{repository=\"a\\\"b\\\\c d\"}");
    }

    [Fact]
    public void The_summary_begins_with_the_verdict_and_its_causes()
    {
        var text = RunMarkdown.Render(Result(Recording.Of("branch-error")));

        text.ShouldStartWith("### ❌ Renovate looked at acme/shop: 1 failed, 1 update\n\n- **acme/shop, k8s/cronjob.yaml: The branch renovate/cronjob-1.x");
        text.ShouldContain("\n| acme/shop | ❌ branch-error | 2 | 1 |  | 6.9s |\n");
        text.ShouldContain("| CronJob | `batch/v1beta1` | `batch/v1` | patch | `k8s/cronjob.yaml` |");
        text.ShouldContain("Slowest hosts");
    }

    [Fact]
    public void Text_of_others_does_nothing_in_the_summary()
    {
        var facts = new RunFacts
        {
            HasReport = true,
            Repositories =
            [
                new("a/b")
                {
                    IsFinished = true,
                    Dependencies = [new() { Manager = "npm", File = "<img src=x>|`", Name = "@everyone | **bold**", CurrentValue = "`1`", SkipReason = "[x](https://x)", Warnings = ["<script>"] }],
                },
            ],
        };

        var text = RunMarkdown.Render(Result(facts));

        text.ShouldNotContain("<img");
        text.ShouldNotContain("<script");
        text.ShouldNotContain("@everyone");
        text.ShouldNotContain("](https:");
    }

    [Fact]
    public void A_report_reads_back_as_the_run_before()
    {
        var run = Recording.Of("branches");
        File.WriteAllText(_path, RunJson.Render(Result(run)));

        var previous = RunJson.ReadPrevious(_path)!;
        var changes = RunChanges.Between(previous, run.Facts, run.Verdict);

        previous.Fails.ShouldBe([KeyValuePair.Create("acme/shop", false)]);
        (changes.NewUpdates.Count, changes.GoneUpdates.Count, changes.NewlyBad.Count, changes.Recovered.Count).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public void What_is_new_gone_failing_and_recovered_is_told()
    {
        File.WriteAllText(_path, RunJson.Render(Result(Recording.Of("branches"))));
        var now = Recording.Of("branch-error");

        var changes = RunChanges.Between(RunJson.ReadPrevious(_path)!, now.Facts, now.Verdict);

        changes.GoneUpdates.Select(u => u.To).ShouldBe(["1.1.0", "2.0.0"], ignoreOrder: true);
        changes.NewlyBad.ShouldBe(["acme/shop"]);
        RunMarkdown.Render(Result(now) with { Changes = changes }).ShouldContain("**Since the run before:** 2 updates gone, 1 repository that has begun to fail.");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("{\"version\":2}")]
    [InlineData("[]")]
    public void A_previous_report_that_is_none_is_an_error_that_names_the_file(string text)
    {
        File.WriteAllText(_path, text);

        Should.Throw<ActionException>(() => RunJson.ReadPrevious(_path)).Detail.ShouldContain(_path);
    }

    [Fact]
    public void Without_a_previous_report_there_is_nothing_to_compare() => RunJson.ReadPrevious(_path).ShouldBeNull();

    [Fact]
    public void The_report_says_what_failed_and_of_what()
    {
        using var report = JsonDocument.Parse(RunJson.Render(Result(Recording.Of("lookup-failure"))));

        var root = report.RootElement;
        (root.GetProperty("good").GetBoolean(), root.GetProperty("exitCode").GetInt32()).ShouldBe((false, 1));
        var failure = root.GetProperty("failures").EnumerateArray().ShouldHaveSingleItem();
        (failure.GetProperty("state").GetString(), failure.GetProperty("file").GetString()).ShouldBe(("lookup-failure", "k8s/cronjob.yaml"));
        root.GetProperty("repositories")[0].GetProperty("state").GetString().ShouldBe("lookup-failure");
    }

    public void Dispose() => File.Delete(_path);

    private static RunResult Result(Recording run) => new(run.Facts, run.Verdict, Noon, TimeSpan.FromSeconds(90), [], null, null);

    private static RunResult Result(RunFacts facts) => new(facts, RunJudge.Judge(facts, null, [], Recording.Defaults), Noon, TimeSpan.FromSeconds(90), [], null, null);
}
