using System.Text.Json;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The rules of the published program: which run, how they are configured and suppressed, and what is told of them.</summary>
public sealed class ValidateManifestsRuleSpecs : IDisposable
{
    private const string Unsafe = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: agent
          namespace: shop
          labels: {app: agent}
        spec:
          containers:
            - name: agent
              image: registry.example.com:5000/shop/agent
              securityContext:
                privileged: true

        """;

    private readonly RunnerSandbox _sandbox = new();

    [Fact(Timeout = 60_000)]
    public async Task The_sample_application_is_clean_under_all_default_rules_and_the_restricted_standard_without_suppressions()
    {
        _sandbox.CopyFromRepository("k8s");

        var result = await RunAsync(("paths", "k8s"), ("pod-security", "restricted"), ("fail-on", "warning"), ("minimum-score", "100"));

        result.ExitCode.ShouldBe(0, string.Join('\n', result.Log));
        result.Outputs["suppressed"].ShouldBe("0");
        result.Outputs["infos"].ShouldBe("0");
        result.Outputs["score"].ShouldBe("100");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_unsafe_pod_is_found_by_default_at_the_field()
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe);

        var findings = await FindingsAsync(("paths", "k8s"));

        findings.ShouldContain(("privileged-container", "error", 12));
        findings.ShouldContain(("image-tag-latest", "error", 10));
        findings.ShouldContain(("run-as-root", "warning", 7));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("privileged-container=off", false, "")]
    [InlineData("privileged-container=warning", true, "warning")]
    [InlineData("all=off", false, "")]
    [InlineData("all=off, privileged-container=info", true, "info")]
    [InlineData("all=off\nprivileged-container=on", true, "error")]
    public async Task The_input_rules_has_the_last_word(string rules, bool isThere, string severity)
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe);
        _sandbox.Write(".validate-manifests.yaml", "rules:\n  privileged-container: error\n");

        var findings = await FindingsAsync(("paths", "k8s"), ("rules", rules));

        findings.Where(f => f.Rule == "privileged-container").Select(f => f.Severity).ShouldBe(isThere ? [severity] : []);
    }

    [Fact(Timeout = 60_000)]
    public async Task With_all_rules_off_schemas_are_still_checked()
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe.Replace("privileged: true", "privileged: yes please", StringComparison.Ordinal));

        var findings = await FindingsAsync(("paths", "k8s"), ("rules", "all=off"));

        findings.ShouldBe([("schema-type", "error", 12)]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("none", "warning")]
    [InlineData("baseline", "warning")]
    [InlineData("restricted", "error")]
    [InlineData("restricted:1.30", "error")]
    public async Task A_demanded_standard_makes_errors_of_its_rules(string level, string severity)
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe);

        var findings = await FindingsAsync(("paths", "k8s"), ("pod-security", level));

        findings.Single(f => f.Rule == "seccomp-missing").Severity.ShouldBe(severity);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mistake_is_told_once_by_the_schema_or_by_a_rule()
    {
        _sandbox.CopyFromRepository("examples/broken/missing-selector.yaml");

        var findings = await FindingsAsync(("paths", "examples"));

        findings.Where(f => f.Rule is "schema-required" or "selector-missing").Select(f => f.Rule).ShouldBe(["schema-required"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_object_of_another_folder_counts_and_two_overlays_do_not_meet()
    {
        const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {app: web}\n  ports:\n    - {name: http, port: 80, targetPort: 8080}\n";
        const string Pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec:\n  containers:\n    - {name: web, image: 'web:1', ports: [{containerPort: 8080}]}\n";
        _sandbox.Write("plain/services/web.yaml", Service);
        _sandbox.Write("plain/pods/web.yaml", Pod);
        foreach (var overlay in new[] { "staging", "production" })
        {
            _sandbox.Write($"overlays/{overlay}/kustomization.yaml", "resources: [web.yaml]\n");
            _sandbox.Write($"overlays/{overlay}/web.yaml", Service.Replace("app: web", "app: other", StringComparison.Ordinal));
        }

        var files = await FilesAsync("service-no-pods", ("paths", "."), ("rules", "all=off, service-no-pods=on, duplicate-resource=on"));

        files.ShouldBe(["overlays/production/web.yaml", "overlays/staging/web.yaml"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_rule_finds_a_mistake_of_a_rendered_object_at_the_line_of_its_source()
    {
        _sandbox.Write("app/kustomization.yaml", "resources: [pod.yaml]\npatches:\n  - path: patch.yaml\n");
        _sandbox.Write("app/pod.yaml", Unsafe.Replace("privileged: true", "privileged: false", StringComparison.Ordinal));
        _sandbox.Write("app/patch.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: agent, namespace: shop}\nspec:\n  containers:\n    - name: agent\n      securityContext:\n        privileged: true\n");

        var report = await ReportAsync(("paths", "app"), ("rules", "all=off, privileged-container=on"));

        var finding = report.GetProperty("findings").EnumerateArray().Single();
        finding.GetProperty("file").GetString().ShouldBe("app/patch.yaml");
        finding.GetProperty("line").GetInt32().ShouldBe(8);
    }

    [Fact(Timeout = 60_000)]
    public async Task Kinds_that_are_skipped_are_not_looked_at_by_rules_either()
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe);

        (await FindingsAsync(("paths", "k8s"), ("skip", "Pod"))).ShouldBeEmpty();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_configuration_of_the_repository_is_honoured_and_is_no_manifest()
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe);
        _sandbox.Write("dev/pod.yaml", Unsafe);
        _sandbox.Write(".validate-manifests.yaml", "rules:\n  all: off\n  privileged-container: on\noverrides:\n  - paths: [dev/**]\n    rules:\n      privileged-container: info\n");

        var report = await ReportAsync(("paths", "."));

        report.GetProperty("findings").EnumerateArray().Select(f => (f.GetProperty("file").GetString(), f.GetProperty("severity").GetString()))
            .ShouldBe([("dev/pod.yaml", "info"), ("k8s/pod.yaml", "error")]);
        report.GetProperty("summary").GetProperty("files").GetInt32().ShouldBe(2);
        report.GetProperty("skipped").GetArrayLength().ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_mistake_of_a_configuration_is_told_with_its_line()
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe);
        _sandbox.Write("config.yaml", "rules:\n  privileged-contaner: off\n  image-tag-latest: fatal\nrule: {}\n");

        var result = await RunAsync(("paths", "k8s"), ("config", "config.yaml"), ("format", "json=findings.json"));

        result.ExitCode.ShouldBe(2);
        result.Annotations.Select(a => (a.File, a.Line)).ShouldBe([("config.yaml", 2), ("config.yaml", 3), ("config.yaml", 4)], ignoreOrder: true);
        result.Annotations.ShouldContain(a => a.ToString().Contains("privileged-container"));
        File.Exists(Path.Combine(_sandbox.Workspace, "findings.json")).ShouldBeFalse();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("privileged: true # validate-manifests: ignore privileged-container: it mounts volumes")]
    [InlineData("privileged: true # validate-manifests: ignore privileged-container: it mounts volumes (until=2999-12-31)")]
    public async Task A_comment_with_a_reason_suppresses_a_finding_and_the_reason_is_shown(string line)
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe.Replace("privileged: true", line, StringComparison.Ordinal));

        var result = await RunAsync(("paths", "k8s"), ("rules", "all=off, privileged-container=on"), ("format", "text\njson=findings.json"));

        result.ExitCode.ShouldBe(0, string.Join('\n', result.Log));
        result.Outputs["suppressed"].ShouldBe("1");
        result.Log[0].ShouldContain("1 suppressed");
        result.Summary.ShouldContain("it mounts volumes");
        using var json = JsonDocument.Parse(_sandbox.Read("findings.json"));
        var suppressed = json.RootElement.GetProperty("suppressed").EnumerateArray().Single();
        suppressed.GetProperty("rule").GetString().ShouldBe("privileged-container");
        suppressed.GetProperty("suppression").GetProperty("reason").GetString().ShouldBe("it mounts volumes");
        suppressed.GetProperty("suppression").GetProperty("line").GetInt32().ShouldBe(12);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ignore privileged-container: it mounts volumes (until=2020-01-01)", "suppression-expired")]
    [InlineData("ignore host-network: not needed any more", "suppression-unused")]
    [InlineData("ignore privileged-contaner: misspelt", "suppression-invalid")]
    [InlineData("ignore privileged-container", "suppression-invalid")]
    public async Task A_suppression_that_does_not_hold_is_reported_and_hides_nothing(string comment, string rule)
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe.Replace("privileged: true", $"privileged: true # validate-manifests: {comment}", StringComparison.Ordinal));

        var findings = await FindingsAsync(("paths", "k8s"), ("rules", "all=off, privileged-container=on, host-network=on"));

        findings.Select(f => (f.Rule, f.Line)).ShouldBe([("privileged-container", 12), (rule, 12)], ignoreOrder: true);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ignore-check.kube-linter.io/privileged-container: needed")]
    [InlineData("kube-score/ignore: container-security-context-privileged")]
    [InlineData("polaris.fairwinds.com/runAsPrivileged-exempt: 'true'")]
    [InlineData("checkov.io/skip1: CKV_K8S_16=needed")]
    [InlineData("validate-manifests/ignore: 'privileged-container: needed'")]
    public async Task Annotations_of_other_tools_are_honoured(string annotation)
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe.Replace("  labels: {app: agent}", $"  annotations:\n    {annotation}", StringComparison.Ordinal));

        var result = await RunAsync(("paths", "k8s"), ("rules", "all=off, privileged-container=on"));

        result.Outputs["suppressed"].ShouldBe("1", string.Join('\n', result.Log));
        result.ExitCode.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_score_below_the_minimum_fails_and_says_so_first()
    {
        _sandbox.Write("k8s/pod.yaml", Unsafe);

        var result = await RunAsync(("paths", "k8s"), ("fail-on", "never"), ("minimum-score", "90"));

        result.ExitCode.ShouldBe(1);
        result.Log[0].ShouldStartWith($"The score {result.Outputs["score"]} is below 90, ");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_input_gives_the_same_bytes_on_one_and_on_many_processors()
    {
        // The examples of all rules, and more objects in one file than one thread is given.
        _sandbox.CopyFromRepository("examples");
        _sandbox.CopyFromRepository("tests/Actions.Shared.Tests/Validation/Rules/cases");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_sandbox.Workspace, "tests"), "*.yaml", SearchOption.AllDirectories))
            File.WriteAllText(file, File.ReadAllText(file).Replace("\n### ", "\n---\n### ", StringComparison.Ordinal));
        _sandbox.Write("many.yaml", string.Concat(Enumerable.Range(0, 2000).Select(i => $"---\n{{apiVersion: v1, kind: Pod, metadata: {{name: web-{i}}}, spec: {{containers: [{{name: web, image: web}}]}}}}\n").Prepend("#\n")));
        var formats = "json={0}.json\nsarif={0}.sarif\njunit={0}.xml";

        foreach (var processors in new[] { "1", "8" })
        {
            var result = await RunAsync(
                new StepRequest { Env = new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = processors } },
                ("paths", "examples\ntests\nmany.yaml"), ("rules", "all=on"), ("format", string.Format(formats, processors)), ("comment-file", $"{processors}.md"), ("write-baseline", $"{processors}.baseline"));
            result.ExitCode.ShouldBe(1, string.Join('\n', result.Log));
        }

        foreach (var kind in new[] { "json", "sarif", "xml", "md", "baseline" })
            _sandbox.Read($"8.{kind}").ShouldBe(_sandbox.Read($"1.{kind}"));
        var told = JsonDocument.Parse(_sandbox.Read("1.json")).RootElement.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("rule").GetString()!).ToHashSet();
        var known = RuleCatalogue.ObjectRules.Select(r => r.Descriptor.Id).Concat(GraphRuleCatalogue.Rules.Select(r => r.Descriptor.Id)).ToArray();
        known.Count(told.Contains).ShouldBeGreaterThan(known.Length * 4 / 5, string.Join(' ', known.Except(told)));
    }

    public void Dispose() => _sandbox.Dispose();

    private async Task<List<(string Rule, string Severity, int Line)>> FindingsAsync(params (string Name, string Value)[] with) =>
    [
        .. (await ReportAsync(with)).GetProperty("findings").EnumerateArray()
            .Select(f => (f.GetProperty("rule").GetString()!, f.GetProperty("severity").GetString()!, f.GetProperty("line").GetInt32())),
    ];

    private async Task<List<string?>> FilesAsync(string rule, params (string Name, string Value)[] with) =>
    [
        .. (await ReportAsync(with)).GetProperty("findings").EnumerateArray()
            .Where(f => f.GetProperty("rule").GetString() == rule).Select(f => f.GetProperty("file").GetString()),
    ];

    private async Task<JsonElement> ReportAsync(params (string Name, string Value)[] with)
    {
        var result = await RunAsync(new StepRequest(), [.. with, ("format", "text\njson=findings.json")]);
        result.ExitCode.ShouldBeLessThan(2, string.Join('\n', result.Log));
        return JsonDocument.Parse(_sandbox.Read("findings.json")).RootElement;
    }

    private Task<StepResult> RunAsync(params (string Name, string Value)[] with) => RunAsync(new StepRequest(), with);

    private Task<StepResult> RunAsync(StepRequest request, params (string Name, string Value)[] with) =>
        ActionRunner.Published("validate-manifests").RunAsync(
            _sandbox, request with { With = with.ToDictionary(w => w.Name, w => w.Value) }, TestContext.Current.CancellationToken);
}
