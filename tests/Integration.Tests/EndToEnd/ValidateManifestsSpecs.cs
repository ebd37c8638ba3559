using System.Text.Json;
using Integration.Tests.Containers;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>validate-manifests as a step of a workflow: the image does what the published program does.</summary>
public sealed class ValidateManifestsSpecs(ImageFixture images) : IDisposable
{
    private const string Good =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: settings
          namespace: shop
        data:
          colour: blue
        """;

    // Line 8 has a text where a number belongs, line 13 a key that no schema knows.
    private const string Bad =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
          namespace: shop
          labels: {app: web}
        spec:
          replicas: "two"
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              contaners:
                - name: web
                  image: registry.example.com/web@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        """;

    private readonly RunnerSandbox _sandbox = new();

    public static TheoryData<bool> Modes => [false, true];

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Modes))]
    public async Task Good_manifests_pass(bool inContainer)
    {
        _sandbox.Write("k8s/settings.yaml", Good);

        var result = await RunAsync(inContainer, ("paths", "k8s"), ("fail-on-skipped", "all"));

        result.Outcome.ShouldBe(StepOutcome.Success, string.Join('\n', result.Log));
        result.ExitCode.ShouldBe(0);
        result.JobOutputs["valid"].ShouldBe("true");
        result.JobOutputs["errors"].ShouldBe("0");
        result.JobOutputs["files"].ShouldBe("1");
        result.JobOutputs["resources"].ShouldBe("1");
        result.JobOutputs["valid-resources"].ShouldBe("1");
        result.Annotations.ShouldNotContain(annotation => annotation.Level == AnnotationLevel.Error);
        result.Summary.ShouldNotBeEmpty();
    }

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Modes))]
    public async Task Each_mistake_is_annotated_at_its_line(bool inContainer)
    {
        _sandbox.Write("k8s/settings.yaml", Good);
        _sandbox.Write("k8s/web.yaml", Bad);

        var result = await RunAsync(inContainer, ("paths", "k8s"));

        result.Outcome.ShouldBe(StepOutcome.Failure);
        result.ExitCode.ShouldBe(1);
        result.JobOutputs["valid"].ShouldBe("false");
        int.Parse(result.JobOutputs["errors"]).ShouldBeGreaterThanOrEqualTo(2);
        result.JobOutputs["invalid-resources"].ShouldBe("1");
        var errors = result.Annotations.Where(annotation => annotation.Level == AnnotationLevel.Error).ToList();
        errors.ShouldContain(error => error.File == "k8s/web.yaml" && error.Line == 8 && error.Message.Contains("replicas"));
        errors.ShouldContain(error => error.File == "k8s/web.yaml" && error.Line == 13 && error.Message.Contains("contaners"));
        result.Annotations.Select(annotation => annotation.File).ShouldNotContain(file => file != null && file.StartsWith('/'));
    }

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Modes))]
    public async Task Reports_are_written_where_they_are_asked_for(bool inContainer)
    {
        _sandbox.Write("k8s/web.yaml", Bad);

        var result = await RunAsync(inContainer, ("paths", "k8s"), ("format", "text\nsarif=reports/manifests.sarif\njson=reports/manifests.json"));

        result.JobOutputs["sarif-file"].ShouldBe("reports/manifests.sarif");
        result.JobOutputs["report-file"].ShouldBe("reports/manifests.json");
        using var sarif = JsonDocument.Parse(_sandbox.Read("reports/manifests.sarif"));
        sarif.RootElement.GetProperty("version").GetString().ShouldBe("2.1.0");
        using var json = JsonDocument.Parse(_sandbox.Read("reports/manifests.json"));
        json.RootElement.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("file").GetString()).ShouldContain("k8s/web.yaml");
        // Readable for later steps, which run as the runner's own user: a container writes as root.
        File.GetUnixFileMode(Path.Combine(_sandbox.Workspace, "reports/manifests.sarif")).HasFlag(UnixFileMode.OtherRead).ShouldBeTrue();
        File.GetUnixFileMode(Path.Combine(_sandbox.Workspace, "reports")).HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherExecute).ShouldBeTrue();
    }

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Modes))]
    public async Task Kustomize_roots_are_rendered(bool inContainer)
    {
        _sandbox.Write("app/base/kustomization.yaml", "resources: [settings.yaml]\n");
        _sandbox.Write("app/base/settings.yaml", Good);
        _sandbox.Write("app/prod/kustomization.yaml", "resources: [../base]\npatches:\n  - path: patch.yaml\n");
        _sandbox.Write("app/prod/patch.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndatta: {colour: red}\n");

        var result = await RunAsync(inContainer, ("paths", "app/prod"));

        result.ExitCode.ShouldBe(1, string.Join('\n', result.Log));
        result.Annotations.ShouldContain(annotation => annotation.Message.Contains("datta"));
    }

    [Theory(Timeout = 600_000)]
    [MemberData(nameof(Modes))]
    public async Task Git_tells_what_has_changed(bool inContainer)
    {
        _sandbox.Write("k8s/old.yaml", Bad);
        GitFixture.Create(_sandbox.Workspace).Commit("start");
        _sandbox.Write("k8s/new.yaml", Bad);

        var result = await RunAsync(inContainer, ("paths", "k8s"), ("rules", "all=off"), ("changed-since", "HEAD"));

        result.ExitCode.ShouldBe(1, string.Join('\n', result.Log));
        result.JobOutputs["unchanged"].ShouldBe(result.JobOutputs["new"]);
        result.Annotations.Where(annotation => annotation.File is not null).ShouldAllBe(annotation => annotation.File == "k8s/new.yaml");
    }

    public void Dispose() => _sandbox.Dispose();

    private async Task<StepResult> RunAsync(bool inContainer, params (string Name, string Value)[] with)
    {
        var inputs = with.GroupBy(input => input.Name).ToDictionary(input => input.Key, input => input.Last().Value);
        var runner = inContainer ? await images.RunnerAsync("validate-manifests") : ActionRunner.Published("validate-manifests");
        return await runner.RunAsync(_sandbox, new() { With = inputs }, TestContext.Current.CancellationToken);
    }
}
