using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>The published program under the runner's contract, with the real Terraform behind it, on roots that need no provider.</summary>
public sealed class TerraformPlanSpecs : IDisposable
{
    private const int Limit = 300_000;
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const string Canary = "CANARY-hunter2-CANARY";

    private readonly RunnerSandbox _sandbox = new();

    private static ActionRunner Program { get; } = ActionRunner.Published("terraform-plan");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> BrokenPlans => ["not json", "a list", "another major version", "no plan", "deeply nested", "not there"];

    public void Dispose() => _sandbox.Dispose();

    [Fact(Timeout = Limit)]
    public async Task A_plan_is_counted_shown_and_reported_and_changes_nothing()
    {
        Write("infra/main.tf", "resource \"terraform_data\" \"a\" {\n  input = \"one\"\n}\n\noutput \"a\" {\n  value = terraform_data.a.input\n}\n");

        var result = await RunAsync(("root", "infra"), ("report-file", "out/report.json"), ("metrics-file", "out/plan.prom"), ("plan-secret", Secret));

        result.Outcome.ShouldBe(StepOutcome.Success, string.Join('\n', result.Log));
        (result.Outputs["result"], result.Outputs["has-changes"], result.Outputs["add"], result.Outputs["change"], result.Outputs["outputs"], result.Outputs["risk"], result.Outputs["failure-cause"])
            .ShouldBe(("planned", "true", "1", "0", "1", "low", ""));
        result.Outputs["digest"].ShouldStartWith("hmac-sha256:");
        result.Summary.ShouldContain("terraform_data.a");
        using var report = JsonDocument.Parse(_sandbox.Read("out/report.json"));
        var root = report.RootElement.GetProperty("roots")[0];
        (root.GetProperty("root").GetString(), root.GetProperty("plan").GetProperty("changes")[0].GetProperty("action").GetString()).ShouldBe(("infra", "create"));
        result.Outputs["metrics-file"].ShouldBe("out/plan.prom");
        _sandbox.Read("out/plan.prom").ShouldContain("terraform_plan_success{root=\"infra\",workspace=\"default\",mode=\"plan\"} 1\n");
        Files("infra").ShouldBe(["main.tf"]);
        Directory.GetDirectories(_sandbox.RunnerTemp, "terraform-plan-*").ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_replaced_destroyed_moved_and_forgotten_is_told_apart()
    {
        Write("main.tf", Data("kept", "1") + Data("changed", "1") + Data("gone", "1") + Data("old", "1") + Data("left", "1") + "resource \"terraform_data\" \"replaced\" {\n  triggers_replace = [\"1\"]\n}\n");
        await TerraformAsync("init", "-input=false");
        await TerraformAsync("apply", "-auto-approve", "-input=false");
        Write(
            "main.tf",
            Data("kept", "1") + Data("changed", "2") + Data("new", "1") + "resource \"terraform_data\" \"replaced\" {\n  triggers_replace = [\"2\"]\n}\n"
            + "moved {\n  from = terraform_data.old\n  to   = terraform_data.new\n}\nremoved {\n  from = terraform_data.left\n  lifecycle {\n    destroy = false\n  }\n}\n");

        var result = await RunAsync(("max-destroy", "1"));

        (result.Outputs["add"], result.Outputs["change"], result.Outputs["replace"], result.Outputs["destroy"], result.Outputs["move"], result.Outputs["forget"])
            .ShouldBe(("0", "1", "1", "1", "1", "1"), string.Join('\n', result.Log));
        (result.ExitCode, result.Outputs["failure-cause"], result.Outputs["risk"]).ShouldBe((1, "gates", "high"));
        result.Annotations.ShouldContain(a => a.Level == AnnotationLevel.Error && a.Message.Contains("at most 1 may be", StringComparison.Ordinal));
        var replaced = result.Annotations.Where(a => a.Message.StartsWith("terraform_data.replaced will be destroyed, then created again", StringComparison.Ordinal)).ShouldHaveSingleItem();
        (replaced.Level, replaced.File, replaced.Line, replaced.Column).ShouldBe((AnnotationLevel.Error, "main.tf", 13, 1));
        var left = result.Annotations.Where(a => a.Message.StartsWith("terraform_data.left will be forgotten", StringComparison.Ordinal)).ShouldHaveSingleItem();
        (left.Level, left.Line).ShouldBe((AnnotationLevel.Warning, 20));
        result.Annotations.Where(a => a.Message.StartsWith("terraform_data.gone will be destroyed", StringComparison.Ordinal)).ShouldHaveSingleItem().File.ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Modules_in_the_workspace_are_annotated_too()
    {
        Write("infra/main.tf", "module \"net\" {\n  for_each = toset([\"a\"])\n  source   = \"../modules/net\"\n  zone     = \"1\"\n}\n");
        Write("modules/net/main.tf", "variable \"zone\" {}\n\nresource \"terraform_data\" \"x\" {\n  triggers_replace = [var.zone]\n}\n");
        await TerraformAsync("-chdir=infra", "init", "-input=false");
        await TerraformAsync("-chdir=infra", "apply", "-auto-approve", "-input=false");
        Write("infra/main.tf", "module \"net\" {\n  for_each = toset([\"a\"])\n  source   = \"../modules/net\"\n  zone     = \"2\"\n}\n");

        var result = await RunAsync(("root", "infra"));

        var replaced = result.Annotations.Where(a => a.Level == AnnotationLevel.Warning).ShouldHaveSingleItem();
        (replaced.File, replaced.Line).ShouldBe(("modules/net/main.tf", 3), string.Join('\n', result.Log));
        replaced.Message.ShouldStartWith("module.net[\"a\"].terraform_data.x will be destroyed, then created again");
    }

    [Fact(Timeout = Limit)]
    public async Task A_root_without_changes_says_so()
    {
        Write("main.tf", Data("a", "1"));
        await TerraformAsync("init", "-input=false");
        await TerraformAsync("apply", "-auto-approve", "-input=false");

        var result = await RunAsync(("fail-on", "changes"));

        (result.Outcome, result.Outputs["result"], result.Outputs["has-changes"], result.Outputs["risk"]).ShouldBe((StepOutcome.Success, "no-changes", "false", "none"));
        var lines = result.RawStdout.Split('\n').SkipWhile(l => l != "::group::terraform plan").TakeWhile(l => l != "::endgroup::").ToArray();
        lines.ShouldContain("terraform_data.a is refreshed");
        lines.ShouldContain(l => l.StartsWith("plan: 1 refreshed (", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_mistake_is_annotated_at_its_line_and_is_the_one_error()
    {
        Write("infra/main.tf", "resource \"terraform_data\" \"a\" {\n  input = var.nope\n}\n");

        var result = await RunAsync(("root", "infra"), ("report-file", "report.json"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "failed", "validate-failed"));
        var error = result.Annotations.Where(a => a.Level == AnnotationLevel.Error).ShouldHaveSingleItem();
        (error.File, error.Line, error.Column).ShouldBe(("infra/main.tf", 2, 11));
        error.Message.ShouldStartWith("validate failed in infra: Reference to undeclared input variable");
        result.Summary.ShouldContain("infra/main.tf:2:11");
        using var report = JsonDocument.Parse(_sandbox.Read("report.json"));
        report.RootElement.GetProperty("roots")[0].GetProperty("failure").GetProperty("line").GetInt32().ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_cannot_be_read_is_told_at_its_line()
    {
        Write("main.tf", "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n");

        var result = await RunAsync();

        result.Outputs["failure-cause"].ShouldBe("init-failed");
        result.Annotations.ShouldContain(a => a.Level == AnnotationLevel.Error && a.File == "main.tf" && a.Line == 1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_file_that_is_not_formatted_is_a_warning_or_fails_if_asked()
    {
        Write("infra/main.tf", "resource \"terraform_data\" \"a\" {\ninput = \"x\"\n}\n");

        var warned = await RunAsync(("root", "infra"));
        var failed = await RunAsync(("root", "infra"), ("fail-on", "format"));

        warned.Outcome.ShouldBe(StepOutcome.Success);
        warned.Annotations.ShouldContain(a => a.Level == AnnotationLevel.Warning && a.File == "infra/main.tf");
        failed.ExitCode.ShouldBe(1);
    }

    [Fact(Timeout = Limit)]
    public async Task A_check_that_fails_is_annotated_where_it_stands()
    {
        Write("main.tf", Data("a", "1") + "check \"health\" {\n  assert {\n    condition     = terraform_data.a.input == \"2\"\n    error_message = \"It is not two.\"\n  }\n}\n");

        var result = await RunAsync(("fail-on", "checks"));

        (result.ExitCode, result.Outputs["failure-cause"]).ShouldBe((1, "checks"));
        result.Annotations.Where(a => a.Level == AnnotationLevel.Error).ShouldHaveSingleItem().Message.ShouldStartWith("1 check does not hold: check.health");
        result.Summary.TrimStart().ShouldStartWith("### ❌ 1 check does not hold");
        result.Annotations.ShouldContain(a => a.Level == AnnotationLevel.Warning && a.File == "main.tf" && a.Line == 7 && a.Message.Contains("It is not two.", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Variables_files_targets_and_backend_settings_reach_terraform_and_never_its_command_line()
    {
        Write("infra/main.tf", "terraform {\n  backend \"local\" {}\n}\n\nvariable \"a\" {}\nvariable \"b\" {}\nvariable \"c\" {\n  type = list(string)\n}\n\n"
            + "resource \"terraform_data\" \"x\" {\n  input = \"${var.a}-${var.b}-${join(\"+\", var.c)}\"\n}\n\nresource \"terraform_data\" \"y\" {}\n");
        Write("vars/base.tfvars", "a = \"file\"\nb = \"file\"\nc = []\n");

        var result = await RunAsync(
            ("root", "infra"), ("var-files", "vars/base.tfvars"), ("variables", "b = upper(\"x\")\nc = [\"p\", \"q\"]"), ("backend-config", "path=elsewhere/state.tfstate"), ("targets", "terraform_data.x"),
            ("report-file", "report.json"));

        result.Outputs["failure-cause"].ShouldBe("plan-failed"); // functions are not allowed in files of variables
        result = await RunAsync(
            ("root", "infra"), ("var-files", "vars/base.tfvars"), ("variables", "b = \"input\"\nc = [\"p\", \"q\"]"), ("backend-config", "path=elsewhere/state.tfstate"), ("targets", "terraform_data.x"),
            ("mode", "apply"), ("plan-secret", Secret), ("approved-digest", "hmac-sha256:00"), ("report-file", "report.json"));

        (result.Outputs["add"], result.Outputs["failure-cause"]).ShouldBe(("1", "plan-changed"), string.Join('\n', result.Log));
        result = await RunAsync(
            ("root", "infra"), ("var-files", "vars/base.tfvars"), ("variables", "b = \"input\"\nc = [\"p\", \"q\"]"), ("backend-config", "path=elsewhere/state.tfstate"), ("targets", "terraform_data.x"),
            ("mode", "apply"), ("plan-secret", Secret), ("approved-digest", result.Outputs["digest"]));
        result.Outputs["result"].ShouldBe("applied", string.Join('\n', result.Log));
        var state = JsonNode.Parse(_sandbox.Read("infra/elsewhere/state.tfstate"))!;
        state["resources"]![0]!["instances"]![0]!["attributes"]!["input"]!["value"]!.GetValue<string>().ShouldBe("file-input-p+q");
    }

    [Fact(Timeout = Limit)]
    public async Task Only_what_was_approved_is_applied_and_the_difference_is_shown()
    {
        Write("main.tf", "variable \"size\" {\n  default = \"small\"\n}\n\n" + "resource \"terraform_data\" \"a\" {\n  input = var.size\n}\n");
        var plan = await RunAsync(("plan-secret", Secret), ("plan-directory", "plans"));
        plan.Outputs["plan-file"].ShouldBe("plans/root.sealed-plan");

        var changed = await RunAsync(("plan-secret", Secret), ("plan-directory", "plans"), ("mode", "apply"), ("approved-digest", plan.Outputs["digest"]), ("variables", "size = \"huge\""));
        (changed.ExitCode, changed.Outputs["result"], changed.Outputs["failure-cause"]).ShouldBe((1, "refused", "plan-changed"), string.Join('\n', changed.Log));
        changed.Summary.ShouldContain("What is different from the approved plan");
        changed.Summary.ShouldContain("huge");
        File.Exists(Path.Combine(_sandbox.Workspace, "terraform.tfstate")).ShouldBeFalse();

        var applied = await RunAsync(("plan-secret", Secret), ("mode", "apply"), ("approved-digest", plan.Outputs["digest"]));
        (applied.Outcome, applied.Outputs["result"]).ShouldBe((StepOutcome.Success, "applied"), string.Join('\n', applied.Log));
        _sandbox.Read("terraform.tfstate").ShouldContain("small");

        var again = await RunAsync(("plan-secret", Secret), ("mode", "apply"));
        again.Outputs["result"].ShouldBe("no-changes");
    }

    [Fact(Timeout = Limit)]
    public async Task Without_an_approval_nothing_is_applied()
    {
        Write("main.tf", Data("a", "1"));

        var result = await RunAsync(("plan-secret", Secret), ("mode", "apply"));

        (result.ExitCode, result.Outputs["failure-cause"]).ShouldBe((1, "not-approved"));
        File.Exists(Path.Combine(_sandbox.Workspace, "terraform.tfstate")).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_secret_that_changes_alone_is_another_plan_though_it_looks_the_same()
    {
        Write("main.tf", "variable \"password\" {\n  sensitive = true\n}\n\nresource \"terraform_data\" \"a\" {\n  input = var.password\n}\n");
        var plan = await RunAsync(("plan-secret", Secret), new StepRequest { Env = new Dictionary<string, string> { ["TF_VAR_password"] = Canary } });

        var other = await RunAsync(("plan-secret", Secret), new StepRequest { Env = new Dictionary<string, string> { ["TF_VAR_password"] = Canary + "2" } });

        other.Outputs["digest"].ShouldNotBe(plan.Outputs["digest"]);
    }

    [Theory(Timeout = Limit)]
    [InlineData("plan")]
    [InlineData("validate fails")]
    [InlineData("plan fails")]
    [InlineData("apply fails")]
    [InlineData("refused")]
    [InlineData("unmarked")]
    public async Task A_secret_is_in_no_output_however_the_run_ends(string end)
    {
        var root = "variable \"password\" {\n  sensitive = true\n}\n\nvariable \"plain_token\" {}\n\nresource \"terraform_data\" \"a\" {\n  input = { password = var.password, plain = var.plain_token, user = \"me\" }\n}\n";
        root += end switch
        {
            "validate fails" => "output \"x\" {\n  value = nope.y\n}\n",
            "plan fails" => "resource \"terraform_data\" \"b\" {\n  input = file(\"/nope/${var.password}\")\n}\n",
            "apply fails" => "resource \"terraform_data\" \"b\" {\n  provisioner \"local-exec\" {\n    command = \"echo ${var.password} ${var.plain_token}; exit 3\"\n  }\n}\n",
            "unmarked" => "output \"x\" {\n  value = nonsensitive(var.password)\n}\n",
            _ => "",
        };
        Write("main.tf", root);
        var environment = new StepRequest { Env = new Dictionary<string, string> { ["TF_VAR_password"] = Canary, ["TF_VAR_plain_token"] = Canary.ToLowerInvariant() }, Debug = true };
        var digest = (await RunAsync(("plan-secret", Secret), environment)).Outputs.GetValueOrDefault("digest", "");

        var result = end is "apply fails" or "refused"
            ? await RunAsync([("mode", "apply"), ("plan-secret", Secret), ("approved-digest", end == "refused" ? "hmac-sha256:00" : digest), ("report-file", "report.json")], environment)
            : await RunAsync([("plan-secret", Secret), ("report-file", "report.json"), ("plan-directory", "plans")], environment);

        (end == "plan" || end == "unmarked" ? 0 : 1).ShouldBe(result.ExitCode, string.Join('\n', result.Log));
        var commands = result.RawStdout.Split('\n').Where(l => !l.StartsWith("::add-mask::", StringComparison.Ordinal));
        foreach (var text in new[] { string.Join('\n', commands), result.RawStderr, result.Summary, _sandbox.Read("report.json"), string.Join('\n', result.Outputs.Values), string.Join('\n', result.Annotations) })
        {
            text.ShouldNotContain("hunter2", Case.Insensitive);
        }

        foreach (var file in Directory.Exists(Path.Combine(_sandbox.Workspace, "plans")) ? Directory.GetFiles(Path.Combine(_sandbox.Workspace, "plans")) : [])
        {
            File.ReadAllText(file).ShouldNotContain("hunter2", Case.Insensitive);
        }

        Directory.GetDirectories(_sandbox.RunnerTemp, "terraform-plan-*").ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task The_runners_tokens_do_not_reach_terraform()
    {
        Write("main.tf", "resource \"terraform_data\" \"a\" {\n  provisioner \"local-exec\" {\n    command = \"env > seen.txt\"\n  }\n}\n");
        var digest = (await RunAsync(("plan-secret", Secret))).Outputs["digest"];
        var environment = new StepRequest { Env = new Dictionary<string, string> { ["SCW_ACCESS_KEY"] = "SCWXXXXXXXX", ["TF_CLI_ARGS"] = "-destroy", ["NPM_TOKEN"] = "npm", ["ALLOWED"] = "yes" } };

        var result = await RunAsync([("mode", "apply"), ("plan-secret", Secret), ("approved-digest", digest), ("pass-environment", "ALLOWED")], environment);

        result.Outputs["result"].ShouldBe("applied", string.Join('\n', result.Log));
        var seen = _sandbox.Read("seen.txt").Split('\n').Select(l => l.Split('=')[0]).ToHashSet();
        seen.ShouldContain("SCW_ACCESS_KEY");
        seen.ShouldContain("ALLOWED");
        seen.ShouldNotContain("NPM_TOKEN");
        seen.ShouldNotContain("TF_CLI_ARGS");
        seen.ShouldNotContain(n => n.StartsWith("ACTIONS_", StringComparison.Ordinal) || n.StartsWith("INPUT_", StringComparison.Ordinal) || n.StartsWith("GITHUB_", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task A_locked_state_tells_who_holds_it_and_since_when()
    {
        using var apply = await BlockedApplyAsync();

        var result = await RunAsync(("lock-timeout", "0s"));

        (result.ExitCode, result.Outputs["failure-cause"]).ShouldBe((3, "state-locked"), string.Join('\n', result.Log));
        result.Outputs["lock-info"].ShouldMatch("^held by .+@.+ for apply since 20..-..-.. ..:..:.. UTC");
        result.Annotations.ShouldContain(a => a.Level == AnnotationLevel.Error && a.Message.Contains("terraform force-unlock ", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(_sandbox.Workspace, "go"), "go\n", Cancellation);
        await apply.WaitForExitAsync(Cancellation);
    }

    [Fact(Timeout = Limit)]
    public async Task A_cancelled_apply_ends_in_order_and_leaves_a_state_that_can_be_used()
    {
        Write("main.tf", Data("first", "1") + Blocking("depends_on = [terraform_data.first]"));
        Fifo();
        var digest = (await RunAsync(("plan-secret", Secret))).Outputs["digest"];

        var result = await RunAsync(
            [("mode", "apply"), ("plan-secret", Secret), ("approved-digest", digest)],
            new StepRequest { CancelAt = line => line.Contains("terraform_data.slow: Creating", StringComparison.Ordinal) });

        (result.Outcome, result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((StepOutcome.Cancelled, 130, "cancelled", "cancelled"), string.Join('\n', result.Log));
        result.Signals.Select(s => s.Name).ShouldBe(["SIGINT"]);
        Files(".").ShouldNotContain(f => f.Contains("lock.info", StringComparison.Ordinal));
        var state = JsonNode.Parse(_sandbox.Read("terraform.tfstate"))!;
        state["resources"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()).ShouldContain("first");
        var next = await RunAsync();
        next.Outputs["replace"].ShouldBe("1", string.Join('\n', next.Log)); // what was interrupted is tainted
    }

    [Fact(Timeout = Limit)]
    public async Task Roots_are_planned_together_and_one_that_fails_does_not_hide_the_others()
    {
        Write("infra/a/main.tf", Data("a", "1"));
        Write("infra/b/main.tf", "resource \"terraform_data\" \"b\" {\n  input = nope\n}\n");
        Write("infra/c/main.tf", Data("c", "1") + Data("d", "1"));
        Write("infra/modules/x/main.tf", Data("x", "1"));

        var result = await RunAsync(("root", "infra/**\n!infra/modules/**"), ("plan-secret", Secret), ("plan-directory", "plans"), ("root-parallelism", "3"));

        (result.ExitCode, result.Outputs["add"], result.Outputs["failure-cause"], result.Outputs["plan-file"]).ShouldBe((1, "3", "validate-failed", "plans"), string.Join('\n', result.Log));
        Files("plans").ShouldBe(["infra_2Fa.sealed-plan", "infra_2Fc.sealed-plan"]);
        result.Summary.ShouldContain("terraform_data.d");
        result.Annotations.ShouldContain(a => a.File == "infra/b/main.tf" && a.Line == 2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_workspace_that_is_not_there_is_told_with_the_nearest_and_made_only_if_asked()
    {
        Write("main.tf", Data("a", "${terraform.workspace}"));
        await TerraformAsync("init", "-input=false");
        await TerraformAsync("workspace", "new", "production");

        var wrong = await RunAsync(("workspace", "prodution"));
        var right = await RunAsync(("workspace", "production"), ("report-file", "report.json"));
        var made = await RunAsync(("workspace", "staging"), ("create-workspace", "true"));

        (wrong.ExitCode, wrong.Outputs["failure-cause"]).ShouldBe((2, "no-workspace"));
        wrong.Annotations.ShouldContain(a => a.Message.Contains("Did you mean production?", StringComparison.Ordinal));
        right.Outputs["add"].ShouldBe("1");
        _sandbox.Read("report.json").ShouldContain("\"workspace\": \"production\"");
        made.Outputs["add"].ShouldBe("1");
    }

    [Fact(Timeout = Limit)]
    public async Task Destroy_replace_and_refresh_only_are_plans_of_their_own()
    {
        Write("main.tf", Data("a", "1") + Data("b", "1"));
        await TerraformAsync("init", "-input=false");
        await TerraformAsync("apply", "-auto-approve", "-input=false");

        (await RunAsync(("destroy", "true"))).Outputs["destroy"].ShouldBe("2");
        (await RunAsync(("replace", "terraform_data.b"))).Outputs["replace"].ShouldBe("1");
        (await RunAsync(("refresh-only", "true"))).Outputs["result"].ShouldBe("no-changes");
    }

    [Fact(Timeout = Limit)]
    public async Task Drift_mode_tells_code_that_is_not_applied_from_a_root_in_sync()
    {
        Write("main.tf", Data("a", "1"));
        var before = await RunAsync(("mode", "drift"));
        await TerraformAsync("init", "-input=false");
        await TerraformAsync("apply", "-auto-approve", "-input=false");
        var after = await RunAsync(("mode", "drift"));

        (before.ExitCode, before.Outputs["result"], before.Outputs["drift-class"]).ShouldBe((1, "drifted", "unapplied-code"), string.Join('\n', before.Log));
        (after.ExitCode, after.Outputs["result"], after.Outputs["drift-class"]).ShouldBe((0, "in-sync", "none"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("update", "update", 5, "drift-affecting-plan")]
    [InlineData("update", "no-op", 4, "drift")]
    [InlineData("no-op", "no-op", 0, "none")]
    public async Task Drift_has_exit_codes_of_its_own(string drift, string change, int exitCode, string name)
    {
        // Without a real provider nothing drifts, so a stand-in for Terraform shows a plan that has.
        var plan = """
            {"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[CHANGE],"resource_drift":[DRIFT],
             "configuration":{"root_module":{}},"applyable":true,"complete":true,"errored":false}
            """.Replace("CHANGE", Resource(change)).Replace("DRIFT", Resource(drift));
        Write("main.tf", Data("a", "1"));
        Write("shown.json", plan);

        var result = await RunAsync(("mode", "drift"), StandIn("1.11.4"));

        (result.ExitCode, result.Outputs["drift-class"]).ShouldBe((exitCode, name), string.Join('\n', result.Log));

        static string Resource(string action) => """
            {"address":"terraform_data.a","mode":"managed","type":"terraform_data","name":"a","provider_name":"terraform.io/builtin/terraform",
             "change":{"actions":["ACTION"],"before":{"input":"1"},"after":{"input":"VALUE"},"after_unknown":{},"before_sensitive":{},"after_sensitive":{}}}
            """.Replace("ACTION", action).Replace("VALUE", action == "no-op" ? "1" : "2");
    }

    [Theory(Timeout = Limit)]
    [InlineData("1.5.7", "init -no-color -input=false -reconfigure")]
    [InlineData("1.9.0", "init -json -input=false -reconfigure")]
    public async Task A_version_that_cannot_initialise_with_json_is_not_asked_to(string version, string call)
    {
        Write("main.tf", Data("a", "1"));
        Write("shown.json", """{"format_version":"1.2","terraform_version":"1.5.7","resource_changes":[],"errored":false}""");

        var result = await RunAsync(("check-format", "false"), StandIn(version));

        (result.Outcome, result.Outputs["result"]).ShouldBe((StepOutcome.Success, "no-changes"), string.Join('\n', result.Log));
        _sandbox.Read("calls.txt").Split('\n').ShouldContain(call);
    }

    [Fact(Timeout = Limit)]
    public async Task A_recorded_plan_is_rendered_without_terraform()
    {
        _sandbox.Write("plan.json", await File.ReadAllTextAsync(Repository.Path("infrastructure", "terraform", "examples", "storefront", "recorded-plan.json"), Cancellation));

        var result = await RunAsync(
            [("mode", "render"), ("plan-json", "plan.json"), ("root", "storefront")],
            new StepRequest { Env = new Dictionary<string, string> { ["PATH"] = "/nowhere" } });

        (result.Outcome, result.Outputs["result"], result.Outputs["replace"], result.Outputs["destroy"], result.Outputs["move"]).ShouldBe((StepOutcome.Success, "rendered", "1", "2", "1"), string.Join('\n', result.Log));
        result.Summary.ShouldContain("s3:PutObject");
        result.Summary.ShouldNotContain("only-for-the-example");
    }

    [Theory(Timeout = Limit)]
    [MemberData(nameof(BrokenPlans))]
    public async Task What_is_no_plan_is_refused_in_one_clear_error(string kind)
    {
        if (kind != "not there")
        {
            _sandbox.Write("plan.json", kind switch
            {
                "not json" => "{\"format_version\": ",
                "a list" => "[]",
                "another major version" => "{\"format_version\": \"2.0\"}",
                "no plan" => "{\"hello\": 1}",
                _ => new string('[', 100_000),
            });
        }

        var result = await RunAsync(("mode", "render"), ("plan-json", "plan.json"));

        (result.ExitCode, result.Outputs["result"]).ShouldBe((2, "failed"), string.Join('\n', result.Log));
        result.Annotations.Where(a => a.Level == AnnotationLevel.Error).ShouldHaveSingleItem().Message.ShouldContain("plan.json");
    }

    [Fact(Timeout = Limit)]
    public async Task A_root_outside_of_the_workspace_is_refused_also_by_a_link()
    {
        Directory.CreateSymbolicLink(Path.Combine(_sandbox.Workspace, "out"), _sandbox.RunnerTemp);
        File.WriteAllText(Path.Combine(_sandbox.RunnerTemp, "main.tf"), Data("a", "1"));

        foreach (var root in new[] { "out", "../..", "/etc" })
        {
            var result = await RunAsync(("root", root));
            (result.ExitCode, result.Outputs["result"]).ShouldBe((2, "failed"), root);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Findings_of_other_tools_are_annotated_and_fail_the_step()
    {
        Write("main.tf", Data("a", "1"));
        Write("tflint.sarif", """
            {"version":"2.1.0","runs":[{"tool":{"driver":{"name":"tflint","rules":[{"id":"deprecated","defaultConfiguration":{"level":"error"}}]}},
             "results":[{"ruleId":"deprecated","message":{"text":"Do not use this."},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"main.tf"},"region":{"startLine":2,"startColumn":3}}}]}]}]}
            """);

        var result = await RunAsync(("sarif-files", "*.sarif"));

        (result.ExitCode, result.Outputs["failure-cause"]).ShouldBe((1, "findings"));
        var errors = result.Annotations.Where(a => a.Level == AnnotationLevel.Error).ToArray();
        errors.Select(e => (e.File ?? "", e.Line ?? 0)).ShouldBe([("", 0), ("main.tf", 2)]);
        errors[0].Message.ShouldStartWith("Other tools have found 1 error: tflint/deprecated in main.tf:2:3");
        result.Summary.ShouldContain("Do not use this");
    }

    [Fact(Timeout = Limit)]
    public async Task Options_that_do_not_go_together_are_told_all_at_once()
    {
        var result = await RunAsync(("mode", "apply"), ("plan-json", "x"), ("destroy", "true"), ("refresh-only", "true"), ("terraform-version", "latest"));

        result.ExitCode.ShouldBe(2);
        result.Annotations.Count(a => a.Level == AnnotationLevel.Error).ShouldBe(4);
    }

    private static string Data(string name, string input) => $"resource \"terraform_data\" \"{name}\" {{\n  input = \"{input}\"\n}}\n\n";

    private static string Blocking(string more) =>
        $"resource \"terraform_data\" \"slow\" {{\n  {more}\n  provisioner \"local-exec\" {{\n    command = \"echo started > started; exec cat go\"\n  }}\n}}\n";

    private void Write(string path, string text) => _sandbox.Write(path, text);

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(Path.Combine(_sandbox.Workspace, folder)).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private void Fifo()
    {
        using var make = Process.Start("mkfifo", [Path.Combine(_sandbox.Workspace, "go")]);
        make.WaitForExit();
    }

    /// <summary>A real apply that holds the lock until a line is written to the pipe <c>go</c>.</summary>
    private async Task<Process> BlockedApplyAsync()
    {
        Write("main.tf", Blocking(""));
        Fifo();
        await TerraformAsync("init", "-input=false");
        var started = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(_sandbox.Workspace, "started");
        watcher.Created += (_, _) => started.TrySetResult();
        watcher.EnableRaisingEvents = true;
        var process = Process.Start(Terraform("apply", "-auto-approve", "-input=false"))!;
        _ = process.StandardOutput.ReadToEndAsync(Cancellation);
        await started.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        return process;
    }

    private async Task TerraformAsync(params string[] arguments)
    {
        using var process = Process.Start(Terraform(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        process.ExitCode.ShouldBe(0, await output);
    }

    private ProcessStartInfo Terraform(params string[] arguments)
    {
        var start = new ProcessStartInfo("terraform", arguments) { WorkingDirectory = _sandbox.Workspace, RedirectStandardOutput = true };
        start.Environment["TF_CLI_CONFIG_FILE"] = "/dev/null";
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        return start;
    }

    /// <summary>A stand-in for Terraform that shows the plan in <c>shown.json</c> and writes down how it is called.</summary>
    private StepRequest StandIn(string version)
    {
        Write(
            "bin/terraform",
            $$"""
            #!/bin/sh
            echo "$*" >>'{{_sandbox.Workspace}}/calls.txt'
            case "$1" in
              version) echo '{"terraform_version": "{{version}}"}' ;;
              validate) echo '{"valid": true, "diagnostics": []}' ;;
              show) cat '{{_sandbox.Workspace}}/shown.json' ;;
              *) echo '{"type": "version"}' ;;
            esac

            """);
        File.SetUnixFileMode(Path.Combine(_sandbox.Workspace, "bin/terraform"), (UnixFileMode)0b111_101_101);
        return new StepRequest { Env = new Dictionary<string, string> { ["PATH"] = $"{_sandbox.Workspace}/bin:/usr/bin:/bin" } };
    }

    private Task<StepResult> RunAsync(params (string Name, string Value)[] with) => RunAsync(with, new StepRequest());

    private Task<StepResult> RunAsync((string Name, string Value) with, StepRequest request) => RunAsync([with], request);

    private Task<StepResult> RunAsync((string Name, string Value)[] with, StepRequest request) =>
        Program.RunAsync(_sandbox, request with { With = with.Append(("github-token", "")).ToDictionary(w => w.Item1, w => w.Item2) }, Cancellation);
}
