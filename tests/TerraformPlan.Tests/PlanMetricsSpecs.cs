using System.Diagnostics;
using Actions.Shared;
using Actions.Shared.Plans;
using Actions.TerraformPlan.Tests.Plans;
using Actions.TerraformPlanning.Roots;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning.Tests;

public sealed class PlanMetricsSpecs
{
    private static readonly DateTimeOffset End = new(2026, 11, 24, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_plan_tells_its_counts_its_risk_and_when()
    {
        var text = Render(RunMode.Plan, ExitCode.Done, Root("update"));
        text.ShouldContain("terraform_plan_success{root=\"infra\",workspace=\"default\",mode=\"plan\"} 1\n");
        text.ShouldContain("terraform_plan_result{root=\"infra\",workspace=\"default\",mode=\"plan\",result=\"planned\"} 1\n");
        text.ShouldContain("terraform_plan_timestamp_seconds{root=\"infra\",workspace=\"default\",mode=\"plan\"} 1795528800\n");
        text.ShouldContain("terraform_plan_objects{root=\"infra\",workspace=\"default\",mode=\"plan\",action=\"change\"} 1\n");
        text.ShouldContain("terraform_plan_step_duration_seconds{root=\"infra\",workspace=\"default\",mode=\"plan\",step=\"plan\"} 1.5\n");
        text.ShouldContain("terraform_plan_risk{root=\"infra\",workspace=\"default\",mode=\"plan\"} 1\n");
        text.ShouldNotContain("terraform_plan_drift{");
    }

    [Fact]
    public void Drift_is_told_by_class()
    {
        var drift = PlanDrift.Of(Recording.Plan("other/drift"));
        var text = Render(RunMode.Drift, DriftReport.Affecting, Root("other/drift") with { Drift = new DriftReport(drift), Outcome = RunOutcome.Drifted });
        text.ShouldContain($"class=\"drift-affecting-plan\"}} {drift.Affecting.Count}\n");
        text.ShouldContain($"class=\"drift\"}} {drift.Harmless.Count}\n");
        text.ShouldContain("terraform_plan_success{root=\"infra\",workspace=\"default\",mode=\"drift\"} 0\n");
        text.ShouldContain("terraform_plan_exit_code{root=\"infra\",workspace=\"default\",mode=\"drift\"} 5\n");
        text.ShouldNotContain("terraform_plan_last_success_timestamp_seconds{");
    }

    [Fact]
    public void A_root_that_failed_has_no_counts()
    {
        var failed = new RootReport(new RootResult(new TerraformRoot("b\"\n", "/b"))) { Redactor = PlanRedactor.For([]), Failure = new RootFailure("plan-failed", "x", "", ""), Outcome = RunOutcome.Failed };
        var text = Render(RunMode.Plan, ExitCode.Findings, Root("update"), failed);
        text.ShouldContain("terraform_plan_success{root=\"b\\\" \",workspace=\"default\",mode=\"plan\"} 0\n");
        text.ShouldNotContain("terraform_plan_objects{root=\"b");
    }

    [Fact]
    public async Task Prometheus_takes_them()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(d => File.Exists(Path.Combine(d, "promtool"))))
        {
            const string Missing = "promtool is not installed: run eng/tools.sh";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Missing);
            Assert.Fail(Missing);
        }

        var start = new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(Render(RunMode.Plan, ExitCode.Done, Root("update"), Root("replace") with { Result = Root("replace").Result with { Workspace = "staging" } }));
        process.StandardInput.Close();
        var problems = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        (process.ExitCode, problems).ShouldBe((0, ""));
    }

    private static string Render(RunMode mode, ExitCode exitCode, params RootReport[] roots) =>
        PlanMetrics.Render(new RunReport { Mode = mode, Outcome = roots.Max(r => r.Outcome), Roots = roots }, exitCode, End);

    private static RootReport Root(string recording)
    {
        var plan = Recording.Plan(recording);
        var report = Recording.Report(plan);
        return new RootReport(new RootResult(new TerraformRoot("infra", "/infra")) { Plan = plan, Times = [new StepTime("plan", TimeSpan.FromSeconds(1.5))] })
        {
            Redactor = report.Redactor,
            Plan = report,
            Outcome = RunOutcome.Planned,
        };
    }
}
