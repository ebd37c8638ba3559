using System.Diagnostics;
using System.Text.Json.Nodes;
using GitHubFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>
/// The published program with the real Terraform on its way through a pull request: plan, comment, approval, apply, drift. A stand-in for GitHub remembers what it is told.
/// </summary>
public sealed class TerraformPullRequestSpecs : IAsyncDisposable
{
    private const int Limit = 300_000;
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const string First = "1111111111111111111111111111111111111111";
    private const string Second = "2222222222222222222222222222222222222222";
    private const string Merge = "3333333333333333333333333333333333333333";

    private readonly RunnerSandbox _sandbox = new();
    private readonly GitHubStandIn _github = new();
    private long _run = 1000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _sandbox.Dispose();
        await _github.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_plan_is_commented_compared_approved_applied_and_watched_for_drift()
    {
        _github.AddPull(7, First);
        Write("infra/main.tf", Data("a", "1") + Data("b", "1"));

        var planned = await PlanAsync(First);
        var comment = _github.Comments.ShouldHaveSingleItem();
        (planned.Outputs["result"], planned.Outputs["comment-url"]).ShouldBe(("planned", $"https://github.example/octo/shop/pull/7#issuecomment-{comment.Id}"), Log(planned));
        comment.Body.ShouldContain("| `infra` | 📋 planned | low | 2 resources will be created |");
        comment.Body.ShouldNotContain("Since the last plan");

        Head(Second);
        Write("infra/main.tf", Data("a", "1") + Data("b", "2") + Data("c", "1"));
        var again = await PlanAsync(Second);
        _github.Comments.ShouldHaveSingleItem().ShouldBe(comment);
        comment.Body.ShouldContain("Since the last plan, of `111111111111`: 2 differences.");
        comment.Body.ShouldContain("`terraform_data.c` was not in the last plan, and is to be created");
        comment.Body.ShouldContain("`terraform_data.b` is still to be created, but with other values: input");
        Log(again).ShouldContain("terraform_data.c was not in the last plan");

        // Somebody pushes after the approval.
        Head(First);
        var moved = await ApplyAsync();
        (moved.ExitCode, moved.Outputs["result"], moved.Outputs["failure-cause"]).ShouldBe((1, "refused", "head-moved"), Log(moved));
        comment.Body.ShouldContain("⛔ refused");

        // What was refused is approved no more, until it is planned again.
        Head(Second);
        (await ApplyAsync()).Outputs["failure-cause"].ShouldBe("not-approved");
        (await PlanAsync(Second)).Outputs["result"].ShouldBe("planned");

        // The code is not what was approved: what is different is told from what the comment remembers.
        Write("infra/main.tf", Data("a", "1") + Data("b", "3") + Data("c", "1"));
        var changed = await ApplyAsync();
        (changed.ExitCode, changed.Outputs["failure-cause"]).ShouldBe((1, "plan-changed"), Log(changed));
        changed.Summary.ShouldContain("What is different from the approved plan");
        changed.Summary.ShouldContain("`terraform_data.b` is still to be created, but with other values: input");
        changed.Summary.ShouldNotContain("`terraform_data.c` is still");
        File.Exists(Path.Combine(_sandbox.Workspace, "infra", "terraform.tfstate")).ShouldBeFalse();

        Write("infra/main.tf", Data("a", "1") + Data("b", "2") + Data("c", "1"));
        (await PlanAsync(Second)).Outputs["result"].ShouldBe("planned");
        var pull = _github.Pulls.ShouldHaveSingleItem();
        (pull["state"], pull["merge_commit_sha"]) = ("closed", Merge);
        var applied = await ApplyAsync();
        (applied.Outputs["result"], applied.Outputs["failure-cause"]).ShouldBe(("applied", ""), Log(applied));
        comment.Body.ShouldContain("✅ applied");
        _github.Comments.ShouldHaveSingleItem().ShouldBe(comment);
        JsonNode.Parse(_sandbox.Read("infra/terraform.tfstate"))!["resources"]!.AsArray().Count.ShouldBe(3);

        // There is nothing left to apply, and nothing that would be approved.
        comment.Body.ShouldNotContain("digest=hmac-sha256:");
        (await ApplyAsync()).Outputs["result"].ShouldBe("no-changes");

        (await DriftAsync()).Outputs["result"].ShouldBe("in-sync");
        _github.Issues.ShouldBeEmpty();
        Write("infra/main.tf", Data("a", "1") + Data("b", "4") + Data("c", "1"));
        var drifted = await DriftAsync();
        var issue = _github.Issues.ShouldHaveSingleItem();
        (drifted.ExitCode, drifted.Outputs["drift-class"], drifted.Outputs["issue-url"]).ShouldBe((1, "unapplied-code", "https://github.example/octo/shop/issues/1"), Log(drifted));
        (issue["title"]!.ToString(), issue["state"]!.ToString(), issue["labels"]![0]!.ToString()).ShouldBe(("Drift in infra", "open", "terraform-drift"));
        issue["body"]!.ToString().ShouldContain("terraform_data.b");

        Write("infra/main.tf", Data("a", "1") + Data("b", "2") + Data("c", "1"));
        (await DriftAsync()).ExitCode.ShouldBe(0);
        issue["state"]!.ToString().ShouldBe("closed");
        _github.Comments.ShouldContain(c => c.Issue == 1 && c.Body.Contains("In sync again", StringComparison.Ordinal));

        Write("infra/main.tf", Data("a", "1"));
        await DriftAsync();
        (_github.Issues.ShouldHaveSingleItem(), issue["state"]!.ToString()).ShouldBe((issue, "open"));
    }

    [Fact(Timeout = Limit)]
    public async Task Jobs_of_a_matrix_share_a_comment_and_each_applies_its_own_root()
    {
        _github.AddPull(7, First);
        Write("infra/a/main.tf", Data("a", "1"));
        Write("infra/b/main.tf", Data("b", "1") + Data("bb", "1"));

        var plans = await Task.WhenAll(PlanAsync(First, "infra/a"), PlanAsync(First, "infra/b"));

        plans.ShouldAllBe(p => p.Outputs["result"] == "planned");
        var comment = _github.Comments.ShouldHaveSingleItem();
        comment.Body.ShouldContain("| `infra/a` | 📋 planned | low | 1 resource will be created |\n| `infra/b` | 📋 planned | low | 2 resources will be created |");
        _github.Pulls[0]["merge_commit_sha"] = Merge;
        var applied = await Task.WhenAll(ApplyAsync("infra/a"), ApplyAsync("infra/b"));
        applied.Select(a => a.Outputs["result"]).ShouldBe(["applied", "applied"], Log(applied[0]) + Log(applied[1]));
        comment.Body.ShouldContain("| `infra/a` | ✅ applied |");
        comment.Body.ShouldContain("| `infra/b` | ✅ applied |");
    }

    [Fact(Timeout = Limit)]
    public async Task What_somebody_else_writes_into_the_pull_request_approves_nothing()
    {
        _github.AddPull(7, First);
        Write("infra/main.tf", Data("a", "1"));
        await PlanAsync(First);
        var body = _github.Comments.ShouldHaveSingleItem().Body;
        _github.Comments.Clear();
        _github.AddComment(7, body, byBot: false);
        _github.Pulls[0]["merge_commit_sha"] = Merge;

        var result = await ApplyAsync();

        (result.ExitCode, result.Outputs["failure-cause"]).ShouldBe((1, "not-approved"), Log(result));
        File.Exists(Path.Combine(_sandbox.Workspace, "infra", "terraform.tfstate")).ShouldBeFalse();
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_may_only_read_leaves_the_plan_on_the_page_of_the_run_without_a_warning()
    {
        _github.AddPull(7, First);
        Write("infra/main.tf", Data("a", "1"));

        var result = await PlanAsync(First, "infra", ("github-token", GitHubStandIn.ReadOnlyToken));

        (result.Outcome, result.Outputs["result"], result.Outputs["comment-url"]).ShouldBe((StepOutcome.Success, "planned", ""), Log(result));
        result.Summary.ShouldContain("terraform_data.a");
        result.Annotations.ShouldNotContain(a => a.Level == AnnotationLevel.Warning);
        _github.Comments.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_label_of_the_pull_request_opens_the_gates()
    {
        _github.AddPull(7, First);
        Write("infra/main.tf", Data("a", "1") + Data("b", "1"));
        await TerraformAsync("infra", "init", "-input=false");
        await TerraformAsync("infra", "apply", "-auto-approve", "-input=false");
        Write("infra/main.tf", Data("a", "1"));

        var closed = await PlanAsync(First, "infra", ("max-destroy", "0"));
        (closed.ExitCode, closed.Outputs["failure-cause"]).ShouldBe((1, "gates"), Log(closed));
        _github.Comments.ShouldHaveSingleItem().Body.ShouldContain("| `infra` | ⛔ gates |");

        _github.Pulls[0]["labels"] = new JsonArray(new JsonObject { ["name"] = "terraform-plan:override" });
        var open = await PlanAsync(First, "infra", ("max-destroy", "0"));
        (open.ExitCode, open.Outputs["destroy"]).ShouldBe((0, "1"), Log(open));
        _github.Comments.ShouldHaveSingleItem().Body.ShouldContain("let pass by the label");
    }

    private static string Data(string name, string input) => $"resource \"terraform_data\" \"{name}\" {{\n  input = \"{input}\"\n}}\n\n";

    private static string Log(StepResult result) => string.Join('\n', result.Log);

    private void Write(string path, string text) => _sandbox.Write(path, text.TrimEnd('\n') + "\n");

    private void Head(string sha) => _github.Pulls[0]["head"]!["sha"] = sha;

    /// <summary>A plan in a pull request whose head is a commit.</summary>
    private Task<StepResult> PlanAsync(string sha, string root = "infra", params (string Name, string Value)[] inputs)
    {
        File.WriteAllText(_sandbox.EventPath, """{"pull_request":{"number":7,"head":{"sha":"SHA"}}}""".Replace("SHA", sha, StringComparison.Ordinal));
        return RunAsync(new StepRequest { EventName = "pull_request" }, [("root", root), .. inputs]);
    }

    /// <summary>An apply of the commit that merged the pull request; before it is merged, of its head.</summary>
    private Task<StepResult> ApplyAsync(string root = "infra")
    {
        File.WriteAllText(_sandbox.EventPath, """{"ref":"refs/heads/main"}""");
        return RunAsync(new StepRequest { Sha = _github.Pulls[0]["merge_commit_sha"]?.ToString() ?? _github.Pulls[0]["head"]!["sha"]!.ToString() }, [("root", root), ("mode", "apply")]);
    }

    private Task<StepResult> DriftAsync()
    {
        File.WriteAllText(_sandbox.EventPath, """{"schedule":"17 5 * * *"}""");
        return RunAsync(new StepRequest { EventName = "schedule", Sha = Merge }, [("root", "infra"), ("mode", "drift")]);
    }

    private Task<StepResult> RunAsync(StepRequest request, (string Name, string Value)[] inputs)
    {
        var with = new Dictionary<string, string> { ["github-token"] = GitHubStandIn.WorkflowToken, ["plan-secret"] = Secret };
        foreach (var (name, value) in inputs)
            with[name] = value;
        return ActionRunner.Published("terraform-plan").RunAsync(_sandbox, request with { With = with, Runner = _github.Variables, RunId = _run++ }, Cancellation);
    }

    private async Task TerraformAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("terraform", arguments) { WorkingDirectory = Path.Combine(_sandbox.Workspace, folder), RedirectStandardOutput = true };
        start.Environment["TF_CLI_CONFIG_FILE"] = "/dev/null";
        start.Environment["CHECKPOINT_DISABLE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        process.ExitCode.ShouldBe(0, await output);
    }
}
