using System.Diagnostics;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Plans;
using Actions.TerraformPlan.Tests.Plans;
using Actions.TerraformPlanning.Roots;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning.Tests;

/// <summary>Holds reports against docs/reference/plan-report.schema.json, by a validator that nobody here wrote (tests/tools/json-schema).</summary>
public sealed class ReportSchemaSpecs : IDisposable
{
    private static readonly string Tool = Path.Combine(Recording.Repository, "tests", "tools", "json-schema");
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Reports_are_as_the_schema_says()
    {
        if (!Directory.Exists(Path.Combine(Tool, "node_modules")))
        {
            const string Missing = "The schema validator is not installed: run eng/tools.sh";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Missing);
            Assert.Fail(Missing);
        }

        var reports = Recording.Names.Select(n => Run(RunMode.Plan, Planned(n)))
            .Append(Run(RunMode.Plan, Planned("update"), Failed()))
            .Append(Run(RunMode.Drift, Planned("other/drift") with { Drift = new DriftReport(PlanDrift.Of(Recording.Plan("other/drift"))), Outcome = RunOutcome.Drifted, IssueUrl = "https://x/1" }))
            .Append(Run(RunMode.Apply, Planned("update") with { Outcome = RunOutcome.Applied, SealedFile = "plans/root.sealed-plan" }))
            .Append(Run(RunMode.Plan, Planned("checks")) with { Refusals = FailOnRules.Judge(Run(RunMode.Plan, Planned("checks")), Enum.GetValues<FailOn>()), Findings = [Finding] });
        var files = reports.Select((report, i) =>
        {
            var path = Path.Combine(_directory.Path, $"{i}.json");
            File.WriteAllText(path, ReportJson.Render(report, "1.2.3"));
            return path;
        }).ToArray();
        var start = new ProcessStartInfo("node", [Path.Combine(Tool, "validate.mjs"), Path.Combine(Recording.Repository, "docs", "reference", "plan-report.schema.json"), .. files])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var problems = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        (process.ExitCode, problems + await errors).ShouldBe((0, ""));
    }

    private static Finding Finding { get; } = new()
    {
        Rule = "tflint/x",
        Severity = Severity.Error,
        Location = new SourceLocation("a.tf", new TextRegion(1, 2, 1, 3)),
        Message = "m",
    };

    private static RootReport Planned(string recording)
    {
        var plan = Recording.Plan(recording);
        var report = Recording.Report(plan) with
        {
            Gates = PlanGates.Check(plan, new GateOptions { MaxDestroy = 0 }),
            SinceLast = [new PlanDifference("terraform_data.a", "", "created", []), new PlanDifference("terraform_data.b", "updated", "updated", ["input"])],
            SinceCommit = "ffac537e",
            Findings = [.. PlanRules.Check(plan, PlanRedactor.For(plan)), Finding],
        };
        return new RootReport(new RootResult(new TerraformRoot("infra", "/infra")) { Plan = plan, Tool = "Terraform 1.11.4", Times = [new StepTime("plan", TimeSpan.FromSeconds(1.5))] })
        {
            Redactor = report.Redactor,
            Plan = report,
            Outcome = RunOutcome.Planned,
        };
    }

    private static RootReport Failed()
    {
        var failure = new RootFailure("plan-failed", "t", "d", "h", new SourceLocation("a.tf", new TextRegion(1, 1, 1, 2)), ExitCode.Findings);
        var result = new RootResult(new TerraformRoot("b", "/b"))
        {
            Failure = failure,
            HeldLock = new StateLock("id", "who", "apply", "path", DateTimeOffset.UnixEpoch),
            Diagnostics = [new Diagnostic(Severity.Error, "s", "d", "a.b", failure.Location), new Diagnostic(Severity.Warning, "s", "", "", null)],
            Unformatted = ["b/main.tf"],
            Completed = ["a.b"],
        };
        return new RootReport(result) { Redactor = PlanRedactor.For([]), Failure = failure, Outcome = RunOutcome.Failed };
    }

    private static RunReport Run(RunMode mode, params RootReport[] roots) => new() { Mode = mode, Outcome = roots.Max(r => r.Outcome), Roots = roots, Digest = "hmac-sha256:00", Sha = "ff", PullRequest = 7 };
}
