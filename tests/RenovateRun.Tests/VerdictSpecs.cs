using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.Shared;
using Actions.Shared.Processes;

namespace Actions.RenovateRun.Tests;

/// <summary>The verdict over recorded runs of the real Renovate, most of which ended with exit code 0.</summary>
public class VerdictSpecs
{
    [Theory]
    [InlineData("bad-token", 0)]
    [InlineData("rate-limit", 0)]
    [InlineData("branch-error", 0)]
    [InlineData("lookup-failure", 0)]
    [InlineData("no-repositories", 0)]
    [InlineData("nothing-discovered", 0)]
    [InlineData("nothing-found", 0)]
    [InlineData("broken-host-rules", 0)]
    [InlineData("unknown-option", 0)]
    [InlineData("wrong-repository-config", 0)]
    [InlineData("broken-repository-config", 0)]
    [InlineData("unreachable-preset", 0)]
    [InlineData("bad-token-at-start", 1)]
    [InlineData("rate-limit-at-start", 1)]
    [InlineData("broken-config", 1)]
    [InlineData("repositories-in-local-mode", 1)]
    [InlineData("out-of-memory", 134)]
    public void A_run_that_did_not_do_its_work_is_bad_whatever_its_exit_code(string recording, int exitCode)
    {
        var run = Recording.Of(recording);

        run.End.ExitCode.ShouldBe(exitCode);
        run.Verdict.IsGood.ShouldBeFalse();
    }

    [Theory]
    [InlineData("updates")]
    [InlineData("branches")]
    [InlineData("extract")]
    public void A_run_that_did_its_work_is_good(string recording)
    {
        var verdict = Recording.Of(recording).Verdict;

        verdict.Failures.ShouldBeEmpty();
        verdict.ExitCode.ShouldBe(ExitCode.Done);
    }

    [Theory]
    [InlineData("bad-token", ExitCode.BadInput, "The server refused the token")]
    [InlineData("bad-token-at-start", ExitCode.BadInput, "The server refused the token")]
    [InlineData("rate-limit", ExitCode.DependencyUnreachable, "The server's rate limit is used up")]
    [InlineData("rate-limit-at-start", ExitCode.DependencyUnreachable, "The server refuses to answer (403)")]
    [InlineData("broken-config", ExitCode.BadInput, "Renovate cannot read its configuration: Could not parse config environment variable (JSON5: invalid end of input at 1:6)")]
    [InlineData("repositories-in-local-mode", ExitCode.Findings, "Renovate ended by an error: Invalid configuration: repositories list not supported when platform=local")]
    [InlineData("out-of-memory", ExitCode.Findings, "Renovate ran out of memory: the heap of Node.js was full")]
    [InlineData("no-repositories", ExitCode.BadInput, "Renovate had no repository to look at")]
    [InlineData("nothing-discovered", ExitCode.BadInput, "Renovate had no repository to look at")]
    [InlineData("nothing-found", ExitCode.Findings, "No manager found a dependency")]
    [InlineData("unknown-option", ExitCode.BadInput, "Renovate found a mistake in the configuration of the run and went on without that part: Invalid configuration option: kubernets")]
    [InlineData("wrong-repository-config", ExitCode.BadInput, "The configuration in the repository is wrong (Configuration option `kubernetes.managerFilePatterns` should be a list (Array))")]
    [InlineData("broken-repository-config", ExitCode.BadInput, "The configuration in the repository is wrong (Syntax error: expecting String near { broken)")]
    [InlineData("unreachable-preset", ExitCode.DependencyUnreachable, "A registry or host failed, and Renovate stopped (getaddrinfo ENOTFOUND api.github.com)")]
    [InlineData("branch-error", ExitCode.Findings, "The branch renovate/cronjob-1.x (Update dependency CronJob to batch/v1) could not be updated: Error updating branch (Schema error)")]
    [InlineData("lookup-failure", ExitCode.Findings, "Failed to look up docker package localhost:5123/team/app: no-result")]
    public void The_first_line_says_what_happened_and_the_exit_code_whether_to_try_again(string recording, ExitCode code, string message)
    {
        var verdict = Recording.Of(recording).Verdict;

        verdict.Failures[0].Message.ShouldBe(message);
        verdict.Failures[0].Hint.ShouldNotBeEmpty();
        verdict.ExitCode.ShouldBe(code);
    }

    [Fact]
    public void Rules_for_hosts_that_Renovate_passed_over_are_named()
    {
        var verdict = Recording.Of("broken-host-rules").Verdict;

        verdict.Failures.ShouldContain(f => f.State == RunState.ConfigIgnored && f.Message == "Renovate did not understand the value of RENOVATE_HOST_RULES and went on without it");
    }

    [Theory]
    [InlineData(nameof(RunState.LookupFailure))]
    [InlineData(nameof(RunState.NothingFound))]
    public void What_fails_a_run_can_be_chosen(string name)
    {
        var state = Enum.Parse<RunState>(name);
        var run = Recording.Of(state == RunState.NothingFound ? "nothing-found" : "lookup-failure");

        RunJudge.Judge(run.Facts, null, [], [.. Recording.Defaults.Where(s => s != state)]).IsGood.ShouldBeTrue();
        RunJudge.Judge(run.Facts, null, [], [state]).Failures.ShouldHaveSingleItem().State.ShouldBe(state);
    }

    [Fact]
    public void Updates_fail_a_run_only_when_asked_to()
    {
        var facts = Recording.Of("updates").Facts;

        RunJudge.Judge(facts, null, [], Recording.Defaults).Repositories.Single().State.ShouldBe(RunState.Outdated);
        RunJudge.Judge(facts, null, [], [RunState.Outdated]).Failures.ShouldHaveSingleItem().Message.ShouldBe("There are 3 updates");
    }

    [Fact]
    public void A_report_that_is_missing_is_a_failure()
    {
        var run = Recording.Of("updates", withReport: false);

        run.Facts.Repositories.Single().Updates.Count().ShouldBe(3, "the log says the same");
        run.Verdict.Failures.ShouldHaveSingleItem().Message.ShouldBe("Renovate ended without a report, so nobody knows what it did");
    }

    [Theory]
    [InlineData(ChildOutcome.TimedOut, 130, ExitCode.DependencyUnreachable, "Renovate did not end within 50 minutes and was stopped while it was at acme/shop")]
    [InlineData(ChildOutcome.Cancelled, 130, ExitCode.Cancelled, "The run was cancelled while it was at acme/shop")]
    [InlineData(ChildOutcome.Exited, 137, ExitCode.Findings, "Renovate was killed while it was at acme/shop, most likely because the container reached its memory limit")]
    [InlineData(ChildOutcome.Exited, 143, ExitCode.DependencyUnreachable, "Renovate was terminated from outside while it was at acme/shop")]
    [InlineData(ChildOutcome.Exited, 1, ExitCode.Findings, "Renovate ended with exit code 1 and did not say why: last words")]
    [InlineData(ChildOutcome.Exited, 2, ExitCode.Findings, "Renovate ended with exit code 2 and did not say why: last words")]
    [InlineData(ChildOutcome.Exited, 3, ExitCode.Findings, "Renovate ended with exit code 3 and did not say why: last words")]
    public void An_end_that_came_too_early_is_told_once_with_the_repository_that_it_hit(ChildOutcome outcome, int exitCode, ExitCode code, string message)
    {
        var facts = new RunFacts { Repositories = [new RepositoryFacts("acme/shop")] };
        var verdict = RunJudge.Judge(facts, RunEndings.Of(new ProcessEnd(outcome, exitCode, "noise\nlast words\n", TimeSpan.FromMinutes(50)), facts), [], Recording.Defaults);

        verdict.Failures.ShouldHaveSingleItem().Message.ShouldBe(message);
        verdict.ExitCode.ShouldBe(code);
    }

    /// <summary>The codes that Renovate has for each kind of failure of a repository, when RENOVATE_EXIT_CODE_FOR_ERRORS is true.</summary>
    [Theory]
    [InlineData(3, "disk-space", ExitCode.Findings, "The disk is full")]
    [InlineData(4, "bad-credentials", ExitCode.BadInput, "The server refused the token")]
    [InlineData(5, "config-validation", ExitCode.BadInput, "The configuration in the repository is wrong")]
    [InlineData(6, "temporary-error", ExitCode.DependencyUnreachable, "Something failed that should pass by itself")]
    [InlineData(7, "external-host-error", ExitCode.DependencyUnreachable, "A registry or host failed, and Renovate stopped")]
    [InlineData(8, "unknown-error", ExitCode.Findings, "Renovate stopped with an error that it does not know")]
    public void An_exit_code_for_a_repository_is_told_once_as_the_repository_has_it(int exitCode, string result, ExitCode code, string message)
    {
        var facts = new RunFacts { HasReport = true, Repositories = [Finished("acme/good", "done"), Finished("acme/shop", result)] };
        var verdict = RunJudge.Judge(facts, RunEndings.Of(new ProcessEnd(ChildOutcome.Exited, exitCode, "", default), facts), [], Recording.Defaults);

        verdict.Failures.ShouldHaveSingleItem().Message.ShouldBe(message);
        verdict.ExitCode.ShouldBe(code);
    }

    [Fact]
    public void An_early_end_fails_the_run_even_if_nothing_else_may()
    {
        var facts = new RunFacts();

        RunJudge.Judge(facts, RunEndings.Of(new ProcessEnd(ChildOutcome.Exited, 137, "", default), facts), [], []).ExitCode.ShouldBe(ExitCode.Findings);
    }

    [Theory]
    [InlineData("disk-space", nameof(RunState.Failed), ExitCode.Findings)]
    [InlineData("out-of-memory", nameof(RunState.Failed), ExitCode.Findings)]
    [InlineData("authentication-error", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("bad-credentials", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("integration-unauthorized", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("rate-limit-exceeded", nameof(RunState.Failed), ExitCode.DependencyUnreachable)]
    [InlineData("platform-unknown-error", nameof(RunState.Failed), ExitCode.DependencyUnreachable)]
    [InlineData("config-validation", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("config-presets-invalid", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("config-secrets-exposed", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("repository-changed", nameof(RunState.Failed), ExitCode.DependencyUnreachable)]
    [InlineData("temporary-error", nameof(RunState.Failed), ExitCode.DependencyUnreachable)]
    [InlineData("external-host-error", nameof(RunState.Failed), ExitCode.DependencyUnreachable)]
    [InlineData("lockfile-error", nameof(RunState.Failed), ExitCode.Findings)]
    [InlineData("missing-api-credentials", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("unknown-error", nameof(RunState.Failed), ExitCode.Findings)]
    [InlineData("a-word-of-tomorrow", nameof(RunState.Failed), ExitCode.Findings)]
    [InlineData("not-found", nameof(RunState.Failed), ExitCode.BadInput)]
    [InlineData("onboarding", nameof(RunState.Onboarding), ExitCode.Done)]
    [InlineData("archived", nameof(RunState.Disabled), ExitCode.Done)]
    [InlineData("disabled-no-config", nameof(RunState.Disabled), ExitCode.Done)]
    [InlineData("fork", nameof(RunState.Disabled), ExitCode.Done)]
    [InlineData("done", nameof(RunState.UpToDate), ExitCode.Done)]
    [InlineData("automerged", nameof(RunState.UpToDate), ExitCode.Done)]
    [InlineData(null, nameof(RunState.UpToDate), ExitCode.Done)]
    public void Each_result_of_a_repository_has_a_state_and_an_exit_code(string? result, string state, ExitCode code)
    {
        // Beside a good one: that every repository is left alone is a failure of its own.
        var facts = new RunFacts { HasReport = true, Repositories = [Finished("acme/good", "done"), Finished("acme/shop", result)] };
        var verdict = RunJudge.Judge(facts, null, [], Recording.Defaults);

        verdict.Repositories[1].State.ToString().ShouldBe(state);
        verdict.ExitCode.ShouldBe(code);
    }

    [Fact]
    public void A_run_that_left_every_repository_alone_is_bad()
    {
        var facts = new RunFacts { HasReport = true, Repositories = [Finished("acme/a", "archived"), Finished("acme/b", "disabled-no-config")] };

        RunJudge.Judge(facts, null, [], Recording.Defaults).Failures.ShouldHaveSingleItem().Message.ShouldBe("Renovate left every repository alone");
    }

    [Fact]
    public void Dependencies_that_are_all_skipped_are_no_success()
    {
        var facts = new RunFacts { HasReport = true, Repositories = [Finished("acme/a", "done") with { Dependencies = [new() { Manager = "kubernetes", File = "a.yaml", SkipReason = "contains-variable" }] }] };

        RunJudge.Judge(facts, null, [], Recording.Defaults).Failures.ShouldHaveSingleItem().State.ShouldBe(RunState.AllSkipped);
    }

    [Fact]
    public void An_error_in_the_log_fails_a_repository_that_Renovate_calls_done()
    {
        var facts = new RunFacts { HasReport = true, Repositories = [Finished("acme/a", "done") with { Problems = [new(true, "Something broke"), new(false, "Something creaked")] }] };
        var verdict = RunJudge.Judge(facts, null, [], Recording.Defaults);

        verdict.Failures.ShouldHaveSingleItem().Message.ShouldBe("Something broke");
        verdict.Repositories.Single().Remarks.Select(r => r.State).ShouldBe([RunState.Failed, RunState.Warning]);
    }

    [Fact]
    public void Failures_of_different_kinds_have_the_exit_code_of_findings()
    {
        var facts = new RunFacts { HasReport = true, Repositories = [Finished("acme/a", "bad-credentials"), Finished("acme/b", "rate-limit-exceeded")] };

        RunJudge.Judge(facts, null, [], Recording.Defaults).ExitCode.ShouldBe(ExitCode.Findings);
    }

    private static RepositoryFacts Finished(string name, string? result) => new(name)
    {
        IsFinished = true,
        Result = result,
        IsExtracted = true,
        Dependencies = [new() { Manager = "npm", File = "package.json", Name = "left-pad" }],
    };
}
