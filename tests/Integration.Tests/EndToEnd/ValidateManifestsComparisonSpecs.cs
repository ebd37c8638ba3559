using System.Text.Json;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program beside what was there before: a baseline, or the commit that a pull request starts from.</summary>
public sealed class ValidateManifestsComparisonSpecs : IDisposable
{
    private readonly RunnerSandbox _sandbox = new();

    [Fact(Timeout = 60_000)]
    public async Task What_a_baseline_holds_fails_nothing_and_what_is_new_does()
    {
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));

        var first = await RunAsync(("write-baseline", "baseline.json"), ("fail-on", "never"));
        var again = await RunAsync(("baseline", "baseline.json"));
        _sandbox.Write("k8s/a.yaml", "# moved down\n\n" + Pod("a", "privileged: true"));
        _sandbox.Write("k8s/b.yaml", Pod("b", "privileged: true"));
        var more = await RunAsync(("baseline", "baseline.json"));
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: false"));
        _sandbox.Write("k8s/b.yaml", Pod("b", "privileged: false"));
        var less = await RunAsync(("baseline", "baseline.json"));

        Counts(first).ShouldBe(("1", "0", "0"));
        Counts(again).ShouldBe(("0", "1", "0"));
        again.ExitCode.ShouldBe(0);
        again.Log[0].ShouldStartWith("No new problems in 1 file: 1 unchanged, 0 fixed");
        again.Annotations.ShouldBeEmpty();
        Counts(more).ShouldBe(("1", "1", "0"));
        more.ExitCode.ShouldBe(1);
        more.Log[0].ShouldStartWith("1 new error in 1 of 2 files: 1 unchanged, 0 fixed");
        more.Annotations.Single().File.ShouldBe("k8s/b.yaml");
        Counts(less).ShouldBe(("0", "0", "1"));
        less.Summary.ShouldContain("(+17)");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_that_was_not_scanned_is_not_called_fixed()
    {
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));
        _sandbox.Write("other/b.yaml", Pod("b", "privileged: true"));
        await RunAsync(("paths", "."), ("write-baseline", "baseline.json"));

        var part = await RunAsync(("paths", "k8s"), ("baseline", "baseline.json"));
        File.Delete(Path.Combine(_sandbox.Workspace, "other/b.yaml"));
        var gone = await RunAsync(("paths", "k8s"), ("baseline", "baseline.json"));

        Counts(part).ShouldBe(("0", "1", "0"));
        Counts(gone).ShouldBe(("0", "1", "1"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\": \"9.0\"}")]
    public async Task A_baseline_that_is_none_is_one_clear_error(string content)
    {
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));
        _sandbox.Write("baseline.json", content);

        var result = await RunAsync(("baseline", "baseline.json"));

        result.ExitCode.ShouldBe(2);
        result.Annotations.Single().ToString().ShouldContain("baseline");
    }

    [Fact(Timeout = 60_000)]
    public async Task In_a_pull_request_only_changed_lines_fail_even_in_a_checkout_of_two_commits()
    {
        using var origin = new RunnerSandbox();
        var (merge, fork) = PullRequest(origin);
        Clone(origin, "--depth=2");
        File.WriteAllText(_sandbox.EventPath, JsonSerializer.Serialize(new { pull_request = new { @base = new { sha = fork } } }));

        var result = await RunAsync(new StepRequest { EventName = "pull_request", Sha = merge }, ("changed-since", "auto"), ("comment-file", "comment.md"));

        result.ExitCode.ShouldBe(1, string.Join('\n', result.Log));
        Counts(result).ShouldBe(("1", "1", "0"));
        result.Annotations.Single().File.ShouldBe("k8s/new.yaml");
        var comment = _sandbox.Read("comment.md");
        comment.ShouldStartWith("<!-- validate-manifests -->\n### ❌ validate-manifests: 1 new error in 1 of 2 files\n");
        comment.ShouldContain("1 unchanged, compared with commit");
        result.Outputs["comment-file"].ShouldBe("comment.md");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_checkout_without_history_is_one_clear_error_that_names_the_cure()
    {
        using var origin = new RunnerSandbox();
        var (merge, fork) = PullRequest(origin);
        Clone(origin, "--depth=1");
        File.WriteAllText(_sandbox.EventPath, JsonSerializer.Serialize(new { pull_request = new { @base = new { sha = fork } } }));

        var result = await RunAsync(new StepRequest { EventName = "pull_request", Sha = merge }, ("changed-since", "auto"));

        result.ExitCode.ShouldBe(2, string.Join('\n', result.Log));
        result.Annotations.Single().ToString().ShouldContain("fetch-depth");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_head_of_a_pull_request_is_compared_with_where_it_left_its_base()
    {
        using var origin = new RunnerSandbox();
        PullRequest(origin);
        Clone(origin);
        var git = new GitFixture(_sandbox.Workspace);
        git.Run("checkout", "--quiet", "topic");
        File.WriteAllText(_sandbox.EventPath, JsonSerializer.Serialize(new { pull_request = new { @base = new { sha = git.Run("rev-parse", "origin/main^1") } } }));

        var result = await RunAsync(new StepRequest { EventName = "pull_request", Sha = git.Run("rev-parse", "HEAD") }, ("changed-since", "auto"));

        Counts(result).ShouldBe(("1", "1", "0"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("pull_request_target", """{"pull_request": {"base": {"sha": "SHA"}}}""")]
    [InlineData("merge_group", """{"merge_group": {"base_sha": "SHA"}}""")]
    public async Task The_merge_of_another_event_is_compared_with_the_base_that_the_event_names(string name, string content)
    {
        using var origin = new RunnerSandbox();
        var (merge, _) = PullRequest(origin);
        Clone(origin);
        File.WriteAllText(_sandbox.EventPath, content.Replace("SHA", merge, StringComparison.Ordinal));

        var result = await RunAsync(new StepRequest { EventName = name, Sha = merge }, ("changed-since", "auto"));

        Counts(result).ShouldBe(("0", "2", "0"));
        result.Annotations.Single().Message.ShouldContain("Nothing has changed");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("""{"pull_request": {"base": []}}""")]
    public async Task An_event_that_does_not_name_its_base_is_one_clear_error(string content)
    {
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));
        File.WriteAllText(_sandbox.EventPath, content);

        var result = await RunAsync(new StepRequest { EventName = "pull_request" }, ("changed-since", "auto"));

        result.ExitCode.ShouldBe(2, string.Join('\n', result.Log));
        result.Annotations.Single().ToString().ShouldContain("The event cannot be read");
    }

    [Fact(Timeout = 60_000)]
    public async Task Outside_of_a_pull_request_auto_lets_everything_count()
    {
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));
        GitFixture.Create(_sandbox.Workspace).Commit("all");

        var result = await RunAsync(("changed-since", "auto"));

        result.ExitCode.ShouldBe(1);
        Counts(result).ShouldBe(("1", "0", "0"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_git_does_not_know_and_what_is_not_committed_counts_as_changed()
    {
        var git = GitFixture.Create(_sandbox.Workspace);
        _sandbox.Write(".gitignore", "rendered/\n");
        _sandbox.Write("k8s/old.yaml", Pod("old", "privileged: true"));
        _sandbox.Write("k8s/edited.yaml", Pod("edited", "privileged: false"));
        git.Commit("start");
        _sandbox.Write("k8s/edited.yaml", Pod("edited", "privileged: true"));
        _sandbox.Write("k8s/untracked.yaml", Pod("untracked", "privileged: true"));
        _sandbox.Write("rendered/ignored.yaml", Pod("ignored", "privileged: true"));

        var result = await RunAsync(("paths", "k8s\nrendered"), ("changed-since", "HEAD"));

        result.Annotations.Select(a => a.File).ShouldBe(["k8s/edited.yaml", "k8s/untracked.yaml", "rendered/ignored.yaml"]);
        Counts(result).ShouldBe(("3", "1", "0"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_change_itself_can_neither_hide_its_lines_nor_run_a_program()
    {
        var git = GitFixture.Create(_sandbox.Workspace);
        var canary = Path.Combine(_sandbox.RunnerTemp, "canary");
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: false"));
        git.Commit("start");
        git.Run("config", "diff.evil.command", $"touch {canary}");
        git.Run("config", "diff.evil.textconv", $"touch {canary}; cat");
        git.Run("config", "core.fsmonitor", $"touch {canary}");
        _sandbox.Write(".gitattributes", "*.yaml diff=evil\nk8s/*.yaml binary -diff\n");
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));
        git.Run("-c", "core.fsmonitor=", "add", "--all");

        var result = await RunAsync(("changed-since", "HEAD"));

        Counts(result).ShouldBe(("1", "0", "0"));
        File.Exists(canary).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_change_of_nothing_is_said()
    {
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));
        GitFixture.Create(_sandbox.Workspace).Commit("all");

        var result = await RunAsync(("changed-since", "HEAD"));

        result.ExitCode.ShouldBe(0);
        result.Annotations.Single().Message.ShouldStartWith("Nothing has changed since commit ");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no-such-branch", "no-such-branch")]
    [InlineData("--output=k8s/a.yaml", "--output")]
    public async Task A_commit_that_is_not_there_is_one_clear_error(string since, string told)
    {
        _sandbox.Write("k8s/a.yaml", Pod("a", "privileged: true"));
        GitFixture.Create(_sandbox.Workspace).Commit("all");

        var result = await RunAsync(("changed-since", since));

        result.ExitCode.ShouldBe(2);
        result.Annotations.Single().ToString().ShouldContain(told);
        _sandbox.Read("k8s/a.yaml").ShouldStartWith("apiVersion");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_comment_fits_into_what_GitHub_takes()
    {
        for (var i = 0; i < 400; i++)
            _sandbox.Write($"k8s/{i:000}.yaml", Pod($"app-{i}", "privileged: true"));

        await RunAsync(("comment-file", "comment.md"));

        _sandbox.Read("comment.md").Length.ShouldBeInRange(30_000, 65_536);
        _sandbox.Read("comment.md").ShouldContain("are not shown here");
    }

    public void Dispose() => _sandbox.Dispose();

    private static string Pod(string name, string line) =>
        $"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  containers:\n    - name: app\n      image: app:1\n      securityContext:\n        {line}\n";

    private static (string? New, string? Unchanged, string? Fixed) Counts(StepResult result) => (result.Outputs["new"], result.Outputs["unchanged"], result.Outputs["fixed"]);

    /// <summary>A repository whose checked-out commit merges a topic, which adds a file, into main, which had a mistake already.</summary>
    private static (string Merge, string Fork) PullRequest(RunnerSandbox origin)
    {
        var git = GitFixture.Create(origin.Workspace);
        origin.Write("k8s/old.yaml", Pod("old", "privileged: true"));
        var fork = git.Commit("start");
        git.Run("checkout", "--quiet", "-b", "topic");
        origin.Write("k8s/new.yaml", Pod("new", "privileged: true"));
        git.Commit("topic");
        git.Run("checkout", "--quiet", "main");
        origin.Write("k8s/old.yaml", "# main has moved on\n" + Pod("old", "privileged: true"));
        git.Commit("main");
        git.Run("merge", "--quiet", "--no-ff", "--message", "merge", "topic");
        return (git.Run("rev-parse", "HEAD"), fork);
    }

    private void Clone(RunnerSandbox origin, params string[] options) =>
        new GitFixture(_sandbox.Home).Run(["clone", "--quiet", .. options, $"file://{origin.Workspace}", _sandbox.Workspace]);

    private Task<StepResult> RunAsync(params (string Name, string Value)[] with) => RunAsync(new StepRequest(), with);

    private Task<StepResult> RunAsync(StepRequest request, params (string Name, string Value)[] with) =>
        ActionRunner.Published("validate-manifests").RunAsync(
            _sandbox,
            request with { With = with.Prepend((Name: "paths", Value: "k8s")).Prepend((Name: "rules", Value: "all=off, privileged-container=on")).GroupBy(w => w.Name).ToDictionary(g => g.Key, g => g.Last().Value) },
            TestContext.Current.CancellationToken);
}
