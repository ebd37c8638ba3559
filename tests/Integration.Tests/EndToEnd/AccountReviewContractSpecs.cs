using System.Text.Json;
using Integration.Tests.Harness;
using ScalewayStandIn;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program under the runner's contract, with a stand-in of Scaleway's API behind it.</summary>
public sealed class AccountReviewContractSpecs : IAsyncDisposable
{
    private const int Limit = 120_000;

    private readonly RunnerSandbox _sandbox = new();
    private readonly StandInServer _server = new(SampleAccount.Create());

    private static ActionRunner Program { get; } = ActionRunner.Published("account-review");

    public async ValueTask DisposeAsync()
    {
        _sandbox.Dispose();
        await _server.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_review_reports_in_every_form_and_changes_nothing()
    {
        var result = await RunAsync(("report-file", "report.json"), ("markdown-file", "report.md"), ("sarif-file", "report.sarif"), ("record", "recording.jsonl"));

        (result.ExitCode, result.Outputs["complete"]).ShouldBe((1, "true"), string.Join('\n', result.Log));
        int.Parse(result.Outputs["critical"]).ShouldBeGreaterThan(0);
        decimal.Parse(result.Outputs["saving"]).ShouldBeGreaterThan(0);
        result.Summary.ShouldContain("#### Danger");
        result.Log.ShouldContain(line => line.Contains("API calls"));
        using var report = JsonDocument.Parse(_sandbox.Read("report.json"));
        report.RootElement.GetProperty("findings").GetArrayLength().ShouldBeGreaterThan(20);
        _sandbox.Read("report.sarif").ShouldContain("iam-owner-key");
        _server.Requests.ShouldAllBe(r => r.Method == "GET");
    }

    [Fact(Timeout = Limit)]
    public async Task A_recording_is_reviewed_without_a_key_to_the_same_result()
    {
        var live = await RunAsync(("record", "recording.jsonl"));
        var replayed = await Program.RunAsync(_sandbox, new StepRequest { With = new Dictionary<string, string> { ["replay"] = "recording.jsonl" } }, TestContext.Current.CancellationToken);

        foreach (var output in new[] { "findings", "critical", "high", "manual", "saving", "score", "complete" })
            replayed.Outputs[output].ShouldBe(live.Outputs[output], output);
        _sandbox.Read("recording.jsonl").ShouldNotContain("CANARY");
    }

    [Fact(Timeout = Limit)]
    public async Task A_wrong_key_is_told_in_one_line_and_shown_nowhere()
    {
        _server.Interfere = _ => StandInAnswer.BadKey;

        var result = await RunAsync();

        result.ExitCode.ShouldBe(3);
        string.Join('\n', result.Log).ShouldContain("The API key is refused");
        string.Join('\n', result.Log).ShouldNotContain("CANARY");
    }

    [Fact(Timeout = Limit)]
    public async Task Everything_that_is_wrong_with_the_options_is_told_before_anything_is_asked()
    {
        var result = await RunAsync(("disabled-rules", "iam-owner-kee"), ("fail-on", "sometimes"), ("zones", "fr-par-1"));

        result.ExitCode.ShouldBe(2);
        var log = string.Join('\n', result.Log);
        log.ShouldContain("Did you mean iam-owner-key?");
        log.ShouldContain("fail-on");
        _server.Requests.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_permission_is_told_and_the_rest_is_reviewed()
    {
        _server.Interfere = request => request.Path.StartsWith("/billing/", StringComparison.Ordinal) ? StandInAnswer.Denied("billing", "read") : null;

        var result = await RunAsync();

        result.Outputs["complete"].ShouldBe("false");
        result.Summary.ShouldContain("The review is not complete");
        result.Log.ShouldContain(line => line.Contains("Not read: budget", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Manifests_are_checked_against_a_version_without_a_key_or_any_request()
    {
        _sandbox.Write("k8s/kustomization.yaml", "resources: [pdb.yaml]\n");
        _sandbox.Write("k8s/pdb.yaml", "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata:\n  name: web\nspec:\n  minAvailable: 1\n");
        Task<StepResult> CheckAsync(string version, string failOn) => Program.RunAsync(
            _sandbox,
            new StepRequest { With = new Dictionary<string, string> { ["mode"] = "upgrade-plan", ["manifests"] = "k8s", ["target-version"] = version, ["fail-on"] = failOn, ["report-file"] = "upgrade.json" } },
            TestContext.Current.CancellationToken);

        var blocked = await CheckAsync("1.25", "critical");
        var told = await CheckAsync("1.25", "none");
        var free = await CheckAsync("1.24", "critical");

        (blocked.ExitCode, blocked.Outputs["blocked"]).ShouldBe((1, "1"), string.Join('\n', blocked.Log));
        blocked.Log.ShouldContain(line => line.Contains("PodDisruptionBudget web uses policy/v1beta1, which 1.25 does not serve: use policy/v1.", StringComparison.Ordinal));
        blocked.Annotations.ShouldHaveSingleItem().ShouldSatisfyAllConditions(a => a.Level.ShouldBe(AnnotationLevel.Warning), a => a.File.ShouldBe("k8s/pdb.yaml"), a => a.Line.ShouldBe(1));
        (told.ExitCode, told.Outputs["blocked"]).ShouldBe((0, "1"));
        (free.ExitCode, free.Outputs["blocked"]).ShouldBe((0, "0"));
        _server.Requests.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task An_upgrade_plan_reads_clusters_and_nothing_else()
    {
        var result = await RunAsync(("mode", "upgrade-plan"));

        (result.ExitCode, result.Outputs["upgrades"]).ShouldBe((0, "1"), string.Join('\n', result.Log));
        _server.Requests.ShouldNotContain(r => r.Path.Contains("/iam/", StringComparison.Ordinal) || r.Path.Contains("/billing/", StringComparison.Ordinal) || r.Path.StartsWith("/s3/", StringComparison.Ordinal));
    }

    private Task<StepResult> RunAsync(params (string Name, string Value)[] with) => Program.RunAsync(
        _sandbox,
        new StepRequest
        {
            With = with.Append(("organization", StandInAccount.Organisation)).Append(("access-key", "SCWREV1EWREV1EWREV11")).Append(("secret-key", _server.Account.SecretKey)).Append(("api-url", _server.Address.ToString())).Append(("object-storage-url", _server.ObjectStorage))
                .ToDictionary(w => w.Item1, w => w.Item2),
            Secrets = [_server.Account.SecretKey],
        },
        TestContext.Current.CancellationToken);
}
