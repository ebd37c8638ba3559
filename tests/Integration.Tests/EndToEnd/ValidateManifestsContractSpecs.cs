using System.Text;
using System.Text.Json;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program under the runner's contract: reading, schemas, reports and wrong input. Rules are off, they have specs of their own.</summary>
public sealed class ValidateManifestsContractSpecs : IDisposable
{
    private const string Good = """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: app
        data:
          key: value

        """;

    private const string Bad = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: app
        spec:
          replicas: "3"
          selector:
            matchLabels: {app: app}
          template:
            metadata:
              labels: {app: app}
            spec:
              containers:
                - name: app
                  image: app:1
                  imagePulPolicy: Always

        """;

    private readonly RunnerSandbox _sandbox = new();

    [Fact(Timeout = 60_000)]
    public async Task Good_manifests_pass_and_every_output_says_so()
    {
        _sandbox.Write("k8s/a.yaml", Good);

        var result = await RunAsync(("paths", "k8s"));

        result.Outcome.ShouldBe(StepOutcome.Success);
        result.ExitCode.ShouldBe(0);
        result.Annotations.ShouldBeEmpty();
        result.Outputs.ShouldBe(
            new Dictionary<string, string>
            {
                ["errors"] = "0",
                ["warnings"] = "0",
                ["infos"] = "0",
                ["files"] = "1",
                ["resources"] = "1",
                ["valid-resources"] = "1",
                ["invalid-resources"] = "0",
                ["skipped"] = "0",
                ["suppressed"] = "0",
                ["new"] = "0",
                ["unchanged"] = "0",
                ["fixed"] = "0",
                ["score"] = "100",
                ["valid"] = "true",
                ["comment-url"] = "",
            },
            ignoreOrder: true);
        result.Summary.ShouldContain("No problems");
    }

    [Fact(Timeout = 60_000)]
    public async Task Mistakes_become_annotations_at_their_line_and_column()
    {
        _sandbox.Write("k8s/a.yaml", Good);
        _sandbox.Write("k8s/b.yaml", Bad);

        var result = await RunAsync(("paths", "k8s"));

        result.Outcome.ShouldBe(StepOutcome.Failure);
        result.ExitCode.ShouldBe(1);
        result.Annotations.Select(a => (a.Level, a.File, a.Line, a.Column)).ShouldBe(
            [(AnnotationLevel.Error, "k8s/b.yaml", 6, 13), (AnnotationLevel.Error, "k8s/b.yaml", 16, 11)], ignoreOrder: true);
        result.Outputs["errors"].ShouldBe("2");
        result.Outputs["invalid-resources"].ShouldBe("1");
        result.Outputs["valid"].ShouldBe("false");
        result.Log[0].ShouldStartWith("2 errors in 1 of 2 files");
        result.Summary.ShouldContain("imagePullPolicy");
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_report_is_written_and_named()
    {
        _sandbox.Write("k8s/b.yaml", Bad);

        var result = await RunAsync(("paths", "k8s"), ("format", "text\njson=out/findings.json\nsarif=out/findings.sarif\njunit=out/junit.xml"));

        result.Outputs["sarif-file"].ShouldBe("out/findings.sarif");
        result.Outputs["report-file"].ShouldBe("out/findings.json");
        using var json = JsonDocument.Parse(_sandbox.Read("out/findings.json"));
        json.RootElement.GetProperty("findings").GetArrayLength().ShouldBe(2);
        json.RootElement.GetProperty("findings")[0].GetProperty("line").GetInt32().ShouldBe(6);
        using var sarif = JsonDocument.Parse(_sandbox.Read("out/findings.sarif"));
        sarif.RootElement.GetProperty("version").GetString().ShouldBe("2.1.0");
        _sandbox.Read("out/junit.xml").ShouldContain("<testsuite");
    }

    [Fact(Timeout = 60_000)]
    public async Task More_than_ten_errors_leave_nine_annotations_and_one_that_counts_the_rest()
    {
        for (var i = 0; i < 30; i++)
        {
            _sandbox.Write($"k8s/{i:00}.yaml", Bad);
        }

        var result = await RunAsync(("paths", "k8s"));

        result.Annotations.Count.ShouldBe(10);
        result.Annotations.Count(a => a.File is null).ShouldBe(1);
        result.Outputs["errors"].ShouldBe("60");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("::error::injected")]
    [InlineData("  ::set-output name=valid::true")]
    [InlineData("##[error]injected")]
    [InlineData("x ##[set-output name=valid]true")]
    [InlineData("\u001b[31mred")]
    public async Task Text_of_a_manifest_never_becomes_a_command(string text)
    {
        // The harness itself fails the test when it sees a command that the action did not mean.
        _sandbox.Write("k8s/a.yaml", $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n{JsonSerializer.Serialize(text)}: 1\ndata: {JsonSerializer.Serialize(text)}\n");

        var result = await RunAsync(("paths", "k8s"));

        result.Outcome.ShouldBe(StepOutcome.Failure);
        result.Outputs["valid"].ShouldBe("false");
        result.RawStdout.ShouldNotContain("\u001b");
    }

    [Fact(Timeout = 60_000)]
    public async Task Commands_in_manifests_stay_text()
    {
        string[] traps = ["::error::gotcha", "::set-output name=valid::true", "##[add-matcher]x.json", "x ##[error]gotcha", "::stop-commands::x", "::add-mask::kind"];
        foreach (var (index, trap) in traps.Index())
        {
            var value = JsonSerializer.Serialize("line\r" + trap + "\n" + trap);
            _sandbox.Write($"k8s/{index}.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: {value}, namespace: {value}}}\n{value}: 1\nspec: {value}\n");
        }

        _sandbox.Write("k8s/a,b:c%0A::error::d.yaml", "kind: [\n");

        // The harness throws when anything of it is carried out.
        var result = await RunAsync(("paths", "k8s"), ("format", "text\njson=out.json"));

        result.ExitCode.ShouldBe(1, string.Join('\n', result.Log));
        result.Annotations.ShouldNotContain(annotation => annotation.Message == "gotcha");
    }

    [Fact(Timeout = 60_000)]
    public async Task Several_versions_say_which_of_them_a_finding_is_about()
    {
        _sandbox.Write(
            "k8s/a.yaml",
            "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: PriorityLevelConfiguration\nmetadata:\n  name: app\nspec:\n  type: Exempt\n");

        var result = await RunAsync(("paths", "k8s"), ("kubernetes-versions", "1.30, 1.36"), ("format", "json=findings.json"));

        using var json = JsonDocument.Parse(_sandbox.Read("findings.json"));
        var removed = json.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("rule").GetString() == "api-removed");
        removed.GetProperty("kubernetesVersions").EnumerateArray().Select(v => v.GetString()).ShouldBe(["1.36"]);
        removed.GetProperty("line").GetInt32().ShouldBe(1);
        result.Outcome.ShouldBe(StepOutcome.Failure);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_custom_resource_is_held_against_the_definition_in_any_file_of_the_tree()
    {
        _sandbox.CopyFromRepository("examples/broken/custom-resource.yaml");
        _sandbox.CopyFromRepository("examples/broken/custom-resource-definition.yaml");

        var result = await RunAsync(("paths", "examples"));

        result.Annotations.Select(a => a.Line).ShouldBe([15, 20, 21], ignoreOrder: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mistake_in_a_kustomize_patch_is_shown_at_the_line_of_the_patch()
    {
        _sandbox.CopyFromRepository("examples/broken-kustomize");

        var result = await RunAsync(("paths", "examples/broken-kustomize/typo-in-patch"));

        result.Annotations.Single().File.ShouldBe("examples/broken-kustomize/typo-in-patch/overlay/resources.yaml");
        result.Annotations.Single().Message.ShouldContain("did you mean");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_kustomization_that_does_not_build_is_one_error()
    {
        _sandbox.CopyFromRepository("examples/broken-kustomize");

        var result = await RunAsync(("paths", "examples/broken-kustomize/does-not-build"));

        result.Annotations.Single().Title!.ShouldContain("kustomize-build");
        result.ExitCode.ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mistake_in_a_chart_is_shown_in_its_template_when_charts_are_rendered()
    {
        _sandbox.Write("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
        _sandbox.Write("chart/values.yaml", "level: info\n");
        _sandbox.Write("chart/templates/config.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndta:\n  level: {{ .Values.level }}\n");

        var rendered = await RunAsync(("paths", "chart"), ("helm", "on"));
        var passedOver = await RunAsync(("paths", "chart"));

        rendered.ExitCode.ShouldBe(1, string.Join('\n', rendered.Log));
        rendered.Annotations.Single().File.ShouldBe("chart/templates/config.yaml");
        rendered.Annotations.Single().Line.ShouldBe(5);
        passedOver.ExitCode.ShouldBe(0);
        int.Parse(passedOver.Outputs["skipped"]).ShouldBeGreaterThan(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_valid_overlays_pass()
    {
        _sandbox.CopyFromRepository("examples/kustomize");

        var result = await RunAsync(("paths", "examples/kustomize"));

        result.Log.ShouldContain(line => line.StartsWith("No problems"));
        result.ExitCode.ShouldBe(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_sample_application_passes_the_strict_check_of_every_version()
    {
        _sandbox.CopyFromRepository("k8s");

        var result = await RunAsync(("paths", "k8s"), ("kubernetes-versions", "1.30-1.36"), ("missing-schemas", "error"), ("fail-on", "warning"), ("fail-on-skipped", "all"));

        result.ExitCode.ShouldBe(0, string.Join('\n', result.Log));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_skipped_is_counted_and_can_fail_the_step()
    {
        _sandbox.Write("k8s/a.yaml", Good);
        _sandbox.Write("k8s/t.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n");

        var passes = await RunAsync(("paths", "k8s"));
        var fails = await RunAsync(("paths", "k8s"), ("fail-on-skipped", "template"));

        passes.ExitCode.ShouldBe(0);
        passes.Outputs["skipped"].ShouldBe("1");
        fails.ExitCode.ShouldBe(1);
        fails.Outputs["valid"].ShouldBe("false");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("fail-on", "warning", 1)]
    [InlineData("fail-on", "error", 0)]
    [InlineData("fail-on", "never", 0)]
    [InlineData("missing-schemas", "error", 1)]
    [InlineData("missing-schemas", "ignore", 0)]
    [InlineData("skip", "example.com/v1/Widget", 0)]
    [InlineData("reject", "Widget", 1)]
    public async Task An_unknown_custom_resource_gates_as_configured(string input, string value, int exitCode)
    {
        _sandbox.Write("k8s/a.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: app\n");

        var result = await RunAsync(("paths", "k8s"), (input, value));

        result.ExitCode.ShouldBe(exitCode, string.Join('\n', result.Log));
    }

    public static TheoryData<string, string, string> WrongInputs => new()
    {
        { "paths", "nowhere", "nowhere" },
        { "paths", "empty", "empty" },
        { "paths", "k8s/*.txt", "*.txt" },
        { "kubernetes-versions", "1.99", "1.99" },
        { "kubernetes-versions", "latest", "latest" },
        { "schema-locations", "https://schemas.example.com/{{ .Nope }}.json", "Nope" },
        { "schema-locations", "no/such/folder", "no/such/folder" },
        { "strict", "yes", "strict" },
        { "fail-on", "errors", "error" },
        { "format", "xml", "xml" },
        { "format", "json\nsarif", "log" },
        { "skip", "deployment", "Kind" },
        { "fail-on-skipped", "templates", "template" },
        { "rules", "privileged-contaner=off", "privileged-container" },
        { "rules", "privileged-container", "rule=off" },
        { "rules", "privileged-container=fatal", "warning" },
        { "rules", "yaml-syntax=off", "yaml-syntax" },
        { "pod-security", "strict", "restricted" },
        { "pod-security", "restricted:2", "restricted" },
        { "config", "nowhere.yaml", "nowhere.yaml" },
        { "baseline", "nowhere.json", "nowhere.json" },
        { "minimum-score", "101", "100" },
        { "changed-since", "main", "git" },
        { "comment-file", "findings.json", "findings.json" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(WrongInputs))]
    public async Task Wrong_input_is_one_clear_error_and_nothing_is_written(string input, string value, string told)
    {
        _sandbox.Write("k8s/a.yaml", Good);
        Directory.CreateDirectory(Path.Combine(_sandbox.Workspace, "empty"));

        var result = input == "format"
            ? await RunAsync(("paths", "k8s"), (input, value))
            : await RunAsync(("format", "json=findings.json"), (input, value));

        result.ExitCode.ShouldBe(2, string.Join('\n', result.Log));
        result.Annotations.Single().Level.ShouldBe(AnnotationLevel.Error);
        $"{result.Annotations.Single().Title} {result.Annotations.Single().Message}".ShouldContain(told);
        result.Summary.ShouldContain("❌");
        File.Exists(Path.Combine(_sandbox.Workspace, "findings.json")).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_report_that_cannot_be_written_is_one_clear_error()
    {
        _sandbox.Write("k8s/a.yaml", Good);

        var result = await RunAsync(("paths", "k8s"), ("format", "json=k8s/a.yaml/findings.json"));

        result.ExitCode.ShouldBe(2);
        result.Annotations.Single().Message.ShouldContain("k8s/a.yaml/findings.json");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("warn")]
    [InlineData("ignore")]
    public async Task A_schema_server_that_cannot_be_reached_is_never_a_pass(string missing)
    {
        // Port 9 of the loopback is closed.
        _sandbox.Write("k8s/a.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: app\n---\napiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: web\n");

        var result = await RunAsync(("paths", "k8s"), ("missing-schemas", missing), ("schema-locations", "default\nhttp://127.0.0.1:9/{{ .ResourceKind }}.json"));

        result.ExitCode.ShouldBe(3, string.Join('\n', result.Log));
        result.Annotations.Single().Message.ShouldContain("127.0.0.1");
    }

    [Fact(Timeout = 60_000)]
    public async Task All_wrong_inputs_are_told_at_once()
    {
        var result = await RunAsync(("strict", "maybe"), ("fail-on", "sometimes"), ("kubernetes-versions", "9"));

        result.ExitCode.ShouldBe(2);
        result.Annotations.Count.ShouldBe(3);
    }

    public static TheoryData<string, byte[]> HostileFiles => new()
    {
        { "invalid UTF-8", [.. "a: "u8, 0xC3, 0x28, (byte)'\n'] },
        { "10,000 levels of flow", Encoding.UTF8.GetBytes(new string('[', 10_000) + new string(']', 10_000)) },
        { "10,000 levels of block", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("- ", 10_000)) + "x\n") },
        { "an alias bomb", Encoding.UTF8.GetBytes("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"))) },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(HostileFiles))]
    public async Task A_hostile_file_is_one_clear_error_that_names_it(string what, byte[] content)
    {
        _sandbox.Write("k8s/a.yaml", Good);
        _sandbox.Write("k8s/hostile.yaml", content);

        var result = await RunAsync(("paths", "k8s"), ("format", "json=findings.json"));

        result.ExitCode.ShouldBe(2, $"{what}\n{string.Join('\n', result.Log)}");
        result.Annotations.Single().File.ShouldBe("k8s/hostile.yaml");
        File.Exists(Path.Combine(_sandbox.Workspace, "findings.json")).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_file_of_a_gigabyte_is_refused_by_its_size()
    {
        using (var file = File.Create(_sandbox.Write("k8s/huge.yaml", "")))
        {
            file.SetLength(1L << 30);
        }

        var result = await RunAsync(("paths", "k8s"));

        result.ExitCode.ShouldBe(2);
        result.Annotations.Single().File.ShouldBe("k8s/huge.yaml");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_link_that_leaves_the_workspace_is_refused()
    {
        _sandbox.Write("k8s/a.yaml", Good);
        File.CreateSymbolicLink(Path.Combine(_sandbox.Workspace, "k8s", "out.yaml"), "/etc/passwd");

        var result = await RunAsync(("paths", "k8s"));

        result.ExitCode.ShouldBe(2);
        $"{result.Annotations.Single().Title} {result.Annotations.Single().Message}".ShouldContain("out.yaml");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_loop_of_links_is_refused()
    {
        _sandbox.Write("k8s/a.yaml", Good);
        File.CreateSymbolicLink(Path.Combine(_sandbox.Workspace, "k8s", "b.yaml"), "c.yaml");
        File.CreateSymbolicLink(Path.Combine(_sandbox.Workspace, "k8s", "c.yaml"), "b.yaml");

        var result = await RunAsync(("paths", "k8s"));

        result.ExitCode.ShouldBe(2);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("data:\n  password: canary-5f3a\n  password: canary-5f3a\n")]
    [InlineData("data:\n  password: canary-5f3a: x\n")]
    [InlineData("data:\n\tpassword: canary-5f3a\n")]
    [InlineData("stringData:\n  password: [canary-5f3a]\n")]
    [InlineData("immutable: canary-5f3a\n")]
    public async Task The_content_of_a_Secret_is_in_no_output(string rest)
    {
        _sandbox.Write("k8s/a.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\n" + rest);

        var result = await RunAsync(("paths", "k8s"), ("format", "text\njson=1.json\nsarif=1.sarif\njunit=1.xml"));

        result.ExitCode.ShouldBe(1);
        foreach (var text in new[] { result.RawStdout, result.RawStderr, result.Summary, _sandbox.Read("1.json"), _sandbox.Read("1.sarif"), _sandbox.Read("1.xml") })
        {
            text.ShouldNotContain("canary-5f3a");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_input_gives_the_same_bytes()
    {
        _sandbox.CopyFromRepository("examples/broken");

        await RunAsync(("paths", "examples"), ("format", "json=1.json\nsarif=1.sarif\njunit=1.xml"));
        await RunAsync(("paths", "examples"), ("format", "json=2.json\nsarif=2.sarif\njunit=2.xml"));

        foreach (var kind in new[] { "json", "sarif", "xml" })
        {
            _sandbox.Read($"2.{kind}").ShouldBe(_sandbox.Read($"1.{kind}"));
        }
    }

    public void Dispose() => _sandbox.Dispose();

    private Task<StepResult> RunAsync(params (string Name, string Value)[] with) =>
        ActionRunner.Published("validate-manifests").RunAsync(
            _sandbox, new() { With = with.Prepend((Name: "rules", Value: "all=off")).GroupBy(w => w.Name).ToDictionary(g => g.Key, g => g.Last().Value) }, TestContext.Current.CancellationToken);
}
