using ClusterFixture;
using GitHubFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>What the published programs tell GitHub: comments of pull requests, deployments and their states. A stand-in remembers it.</summary>
public sealed class PullRequestReportSpecs(ControlPlane cluster) : IAsyncDisposable
{
    private const int Limit = 300_000;
    private const string Marker = "<!-- platform-actions/validate-manifests key=ci%2Fvalidate -->\n";

    private const string Good = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata:\n  colour: blue\n";
    private const string Bad = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata: blue\n";

    private readonly RunnerSandbox _sandbox = new();
    private readonly GitHubStandIn _github = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _sandbox.Dispose();
        await _github.DisposeAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Findings_are_in_one_comment_of_the_pull_request_until_they_are_gone()
    {
        _sandbox.Write("k8s/settings.yaml", Bad);
        var bad = await ValidateAsync();
        var comment = _github.Comments.ShouldHaveSingleItem();
        comment.Issue.ShouldBe(7);
        comment.Body.ShouldStartWith(Marker);
        comment.Body.ShouldContain("k8s/settings.yaml");
        (bad.ExitCode, bad.Outputs["comment-url"]).ShouldBe((1, $"https://github.example/octo/shop/pull/7#issuecomment-{comment.Id}"));
        bad.RawStdout.Replace($"::add-mask::{GitHubStandIn.WorkflowToken}", "", StringComparison.Ordinal).ShouldNotContain(GitHubStandIn.WorkflowToken);

        _sandbox.Write("k8s/settings.yaml", Good);
        var good = await ValidateAsync();
        good.ExitCode.ShouldBe(0);
        _github.Comments.ShouldHaveSingleItem().ShouldBe(comment);
        comment.Body.ShouldNotContain("k8s/settings.yaml:");
    }

    [Fact(Timeout = Limit)]
    public async Task Where_nothing_is_found_there_is_no_comment_unless_one_is_always_wanted()
    {
        _sandbox.Write("k8s/settings.yaml", Good);
        (await ValidateAsync()).Outputs["comment-url"].ShouldBe("");
        _github.Comments.ShouldBeEmpty();
        (await ValidateAsync(("comment", "always"))).Outputs["comment-url"].ShouldNotBeEmpty();
        (await ValidateAsync(("comment", "always"), ("comment-key", "other"))).ExitCode.ShouldBe(0);
        _github.Comments.Count.ShouldBe(2);
    }

    [Fact(Timeout = Limit)]
    public async Task A_token_that_may_only_read_leaves_the_report_on_the_page_of_the_run()
    {
        _sandbox.Write("k8s/settings.yaml", Bad);
        var quiet = await ValidateAsync(("github-token", GitHubStandIn.ReadOnlyToken));
        quiet.ExitCode.ShouldBe(1);
        quiet.Summary.ShouldContain("k8s/settings.yaml");
        quiet.Annotations.ShouldNotContain(a => a.Level == AnnotationLevel.Warning);
        quiet.Log.ShouldContain(l => l.Contains("Give the job \"permissions: pull-requests: write\"", StringComparison.Ordinal));

        var asked = await ValidateAsync(("github-token", GitHubStandIn.ReadOnlyToken), ("comment", "on-change"));
        asked.Annotations.Where(a => a.Level == AnnotationLevel.Warning).ShouldHaveSingleItem().Message.ShouldContain("The token may not comment #7");
        _github.Comments.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_push_is_commented_where_that_is_asked_for_and_its_commit_has_a_pull_request()
    {
        var push = new StepRequest();
        _github.AddPull(12, push.Sha);
        _sandbox.Write("k8s/settings.yaml", Bad);
        await ValidateAsync(push);
        _github.Requests.ShouldBeEmpty();
        await ValidateAsync(push, ("comment", "always"));
        _github.Comments.ShouldHaveSingleItem().Issue.ShouldBe(12);
        await ValidateAsync(push, ("comment", "off"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_preview_is_in_the_pull_request()
    {
        _sandbox.Write("k8s/settings.yaml", Good);
        WriteEvent();
        var result = await RunAsync("deploy-k8s", PullRequest, [("manifests", "k8s"), ("application", "shop"), ("namespace", "shop"), ("mode", "preview"), ("environment", "staging")]);
        result.ExitCode.ShouldBe(0, string.Join('\n', result.Log));
        var comment = _github.Comments.ShouldHaveSingleItem();
        comment.Body.ShouldStartWith("<!-- platform-actions/deploy-k8s key=staging%2Fshop -->\n");
        comment.Body.ShouldContain("ConfigMap");
        _github.Deployments.ShouldBeEmpty();
    }

    [Fact(Timeout = Limit)]
    public async Task A_deployment_is_shown_with_its_states_and_those_before_become_inactive()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        _sandbox.Write("k8s/settings.yaml", Good.Replace("  namespace: shop\n", "", StringComparison.Ordinal));
        var first = await DeployAsync(ns.Name, ("environment-url", "https://shop.example.com"));
        first.ExitCode.ShouldBe(0, string.Join('\n', first.Log));
        var deployment = _github.Deployments.ShouldHaveSingleItem();
        (deployment["environment"]!.ToString(), deployment["task"]!.ToString(), deployment["ref"]!.ToString()).ShouldBe(("staging", "deploy:shop", new StepRequest().Sha));
        _github.Statuses.Select(s => s.Status["state"]!.ToString()).ShouldBe(["queued", "in_progress", "success"]);
        var last = _github.Statuses[^1].Status;
        last["environment_url"]!.ToString().ShouldBe("https://shop.example.com");
        last["log_url"]!.ToString().ShouldBe("https://github.example/octo/shop/actions/runs/1658821493");
        last["description"]!.ToString().ShouldStartWith("shop in staging is deployed");

        (await DeployAsync(ns.Name)).ExitCode.ShouldBe(0);
        _github.Statuses.Skip(3).Select(s => (s.Deployment == (long)deployment["id"]!, s.Status["state"]!.ToString())).ShouldBe(
            [(false, "queued"), (false, "in_progress"), (false, "success"), (true, "inactive")]);

        _sandbox.Write("k8s/settings.yaml", Good.Replace("  namespace: shop\n", "", StringComparison.Ordinal).Replace("name: settings", "name: NOT_A_NAME", StringComparison.Ordinal));
        (await DeployAsync(ns.Name)).ExitCode.ShouldNotBe(0);
        _github.Statuses[^1].Status["state"]!.ToString().ShouldBeOneOf("failure", "error");
    }

    [Fact(Timeout = Limit)]
    public async Task A_deployment_goes_on_where_github_may_not_be_told()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        _sandbox.Write("k8s/settings.yaml", Good.Replace("  namespace: shop\n", "", StringComparison.Ordinal));
        var result = await DeployAsync(ns.Name, ("github-token", GitHubStandIn.ReadOnlyToken));
        (result.ExitCode, result.Outputs["result"]).ShouldBe((0, "deployed"), string.Join('\n', result.Log));
        result.Annotations.Where(a => a.Level == AnnotationLevel.Warning).ShouldHaveSingleItem().Message
            .ShouldContain("The token may not create a deployment to staging");
    }

    private static StepRequest PullRequest { get; } = new() { EventName = "pull_request" };

    private Task<StepResult> ValidateAsync(params (string Name, string Value)[] inputs)
    {
        WriteEvent();
        return ValidateAsync(PullRequest, inputs);
    }

    private Task<StepResult> ValidateAsync(StepRequest request, params (string Name, string Value)[] inputs) =>
        RunAsync("validate-manifests", request, [("paths", "k8s"), .. inputs]);

    private async Task<StepResult> DeployAsync(string ns, params (string Name, string Value)[] inputs)
    {
        await cluster.ConnectionAsync();
        var kubeconfig = await File.ReadAllTextAsync(cluster.KubeconfigPath, Cancellation);
        return await RunAsync(
            "deploy-k8s",
            new StepRequest(),
            [("manifests", "k8s"), ("application", "shop"), ("namespace", ns), ("kubeconfig", kubeconfig), ("timeout", "60s"), ("environment", "staging"), ("github-deployment", "true"), .. inputs]);
    }

    private Task<StepResult> RunAsync(string action, StepRequest request, (string Name, string Value)[] inputs)
    {
        var with = new Dictionary<string, string> { ["github-token"] = GitHubStandIn.WorkflowToken };
        foreach (var (name, value) in inputs)
            with[name] = value;
        return ActionRunner.Published(action).RunAsync(_sandbox, request with { With = with, Runner = _github.Variables }, Cancellation);
    }

    private void WriteEvent() => File.WriteAllText(_sandbox.EventPath, """{"pull_request":{"number":7}}""");
}
