using System.Text.Json;
using Actions.Shared.Tests.Images;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary><c>mode: bump</c> of the published program: files, registries, and a GitHub of the test's own.</summary>
public sealed class DeployK8sBumpSpecs(DockerRegistry registry) : IClassFixture<DockerRegistry>, IDisposable
{
    private const string Token = "ghs_CANARY-of-the-bump-4711";

    private const string Web =
        """
        # the shop
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          template:
            spec:
              containers:
                - name: web
                  image: ghcr.io/team/web:1.4.0   # current

        """;

    private const string Kustomization = "images:\n  - name: ghcr.io/team/web\n    newTag: 1.4.0\n";

    private readonly RunnerSandbox _sandbox = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public async Task It_sets_the_image_in_every_file_and_lists_what_it_did()
    {
        _sandbox.Write("k8s/web.yaml", Web);
        _sandbox.Write("k8s/prod/kustomization.yaml", Kustomization);
        _sandbox.Write("k8s/other.yaml", "kind: ConfigMap\n");

        var result = await RunAsync(("images", "ghcr.io/team/web:1.5.0"), ("report-file", "changes.json"));
        var again = await RunAsync(("images", "ghcr.io/team/web:1.5.0"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["changed"], result.Outputs["changed-files"]).ShouldBe((0, "bumped", "true", "k8s/prod/kustomization.yaml\nk8s/web.yaml"), string.Join('\n', result.Log));
        _sandbox.Read("k8s/web.yaml").ShouldBe(Web.Replace("1.4.0", "1.5.0"));
        _sandbox.Read("k8s/prod/kustomization.yaml").ShouldBe(Kustomization.Replace("1.4.0", "1.5.0"));
        using var changes = JsonDocument.Parse(_sandbox.Read("changes.json"));
        var change = changes.RootElement.GetProperty("changes")[1];
        (change.GetProperty("file").GetString(), change.GetProperty("line").GetInt32(), change.GetProperty("old").GetString(), change.GetProperty("new").GetString())
            .ShouldBe(("k8s/web.yaml", 10, "ghcr.io/team/web:1.4.0", "ghcr.io/team/web:1.5.0"));
        result.Outputs["changes"].ShouldBe(_sandbox.Read("changes.json").TrimEnd('\n'));
        result.Summary.TrimStart().ShouldStartWith("### ✅ shop: 2 fields in 2 files changed\n");
        result.Log.ShouldContain("-    newTag: 1.4.0");
        (again.ExitCode, again.Outputs["result"], again.Outputs["changed"]).ShouldBe((0, "unchanged", "false"));
    }

    [Fact]
    public async Task A_check_shows_the_diff_writes_nothing_and_fails()
    {
        _sandbox.Write("k8s/web.yaml", Web);

        var result = await RunAsync(("images", "ghcr.io/team/web:1.5.0"), ("check", "true"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["changed"]).ShouldBe((1, "outdated", "true"), string.Join('\n', result.Log));
        result.Log.ShouldContain("+          image: ghcr.io/team/web:1.5.0   # current");
        _sandbox.Read("k8s/web.yaml").ShouldBe(Web);
    }

    [Theory]
    [InlineData("images", "ghcr.io/team/web:1.3.0", "image-downgrade", 10)]
    [InlineData("images", "ghcr.io/team/unknown:1", "image-unused", null)]
    [InlineData("images", "ghcr.io/team/web:1.5.0\nghcr.io/team/block:2", "image-not-set", 2)]
    [InlineData("max-files", "1", "too-many-files", null)]
    public async Task A_guard_that_does_not_hold_leaves_every_file_as_it_was(string input, string value, string cause, int? line)
    {
        _sandbox.Write("k8s/web.yaml", Web);
        _sandbox.Write("k8s/more.yaml", Web + "---\nkind: Pod\napiVersion: v1\nspec: {containers: [{name: x, image: ghcr.io/team/once:1}]}\n");
        _sandbox.Write("k8s/values.yaml", "image:\n  repository: >-\n    ghcr.io/team/block\n  digest: |\n    sha256:1\n  tag: |\n    1\n");

        var result = await RunAsync(("images", "ghcr.io/team/web:1.5.0"), (input, value));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", cause), string.Join('\n', result.Log));
        if (line is { } at) result.Annotations.ShouldContain(a => a.Level == AnnotationLevel.Error && a.Line >= at);
        _sandbox.Read("k8s/web.yaml").ShouldBe(Web);
    }

    [Fact]
    public async Task A_policy_chooses_the_tag_and_pin_writes_the_digest_of_the_index()
    {
        var path = $"team/{Guid.NewGuid().ToString("N")[..8]}";
        var name = registry.Image(path).Name;
        foreach (var tag in new[] { "1.4.0", "1.4.9", "2.0.0", "latest" }) await registry.PushAsync(path, tag);
        var digest = await registry.PushIndexAsync(path, "1.5.2", (await registry.PushAsync(path, "amd64"), "linux/amd64"));
        _sandbox.Write("k8s/web.yaml", Web.Replace("ghcr.io/team/web", name));
        _sandbox.Write("k8s/flux.yaml", $$"""
            spec:
              tag: 1.4.0 # {"$imagepolicy": "flux-system:web:tag"}

            """);

        var result = await RunAsync(("image-policies", $"{name}=semver:^1.4\n{name}=semver:~1.4 marker=flux-system:web"), ("image-gate", "pin"));
        var none = await RunAsync(("image-policies", $"{name}=semver:^7"));

        (result.ExitCode, result.Outputs["result"]).ShouldBe((0, "bumped"), string.Join('\n', result.Log));
        _sandbox.Read("k8s/web.yaml").ShouldContain($"image: {name}:1.5.2@{digest}   # current");
        _sandbox.Read("k8s/flux.yaml").ShouldContain("tag: 1.4.9 #");
        (none.ExitCode, none.Outputs["failure-cause"]).ShouldBe((1, "image-no-tag"));
        none.Annotations.ShouldHaveSingleItem().Message.ShouldContain("fits semver:^7: of 6 tags 0 do not match the filter, 2 cannot be read as the policy needs it, 4 are out of range");
    }

    [Fact]
    public async Task A_pull_request_is_opened_once_and_then_kept_up_to_date()
    {
        using var github = new RepositoryStandIn(("k8s/web.yaml", Web), ("README.md", "x"));
        _sandbox.Write("k8s/web.yaml", Web);
        (string, string)[] inputs = [("bump-to", "pull-request"), ("bump-token", Token), ("pull-request-labels", "deploy, automated")];

        var first = await RunAsync(github, [("images", "ghcr.io/team/web:1.5.0"), .. inputs]);
        _sandbox.Write("k8s/web.yaml", Web);
        var writes = github.Writes.Count;
        var again = await RunAsync(github, [("images", "ghcr.io/team/web:1.5.0"), .. inputs]);
        var idle = github.Writes.Skip(writes).ToArray();
        _sandbox.Write("k8s/web.yaml", Web);
        var newer = await RunAsync(github, [("images", "ghcr.io/team/web:1.6.0"), .. inputs]);

        (first.ExitCode, first.Outputs["result"], first.Outputs["branch"], first.Outputs["pull-request"]).ShouldBe((0, "bumped", "bump/shop", "1"), string.Join('\n', first.Log));
        first.Outputs["pull-request-url"].ShouldBe("https://github.com/octo/gitops/pull/1");
        (again.Outputs["commit"], again.Outputs["pull-request"]).ShouldBe(("", "1"));
        idle.ShouldBeEmpty();
        (newer.ExitCode, newer.Outputs["pull-request"], github.Pulls.Count).ShouldBe((0, "1", 1), string.Join('\n', newer.Log));
        github.Text("bump/shop", "k8s/web.yaml").ShouldBe(Web.Replace("1.4.0", "1.6.0"));
        github.Text("main", "k8s/web.yaml").ShouldBe(Web);
        github.Pulls[0]["title"]!.GetValue<string>().ShouldBe("Set web to 1.6.0");
        github.Pulls[0]["body"]!.GetValue<string>().ShouldStartWith($"<!-- deploy-k8s:bump:shop commit={github.Branches["bump/shop"]} -->\n");
        github.Pulls[0]["labels"]!.AsArray().Select(l => l!["name"]!.GetValue<string>()).ShouldBe(["deploy", "automated"]);
        github.Messages[0].ShouldBe("Set web to 1.5.0\n- ghcr.io/team/web:1.5.0");
        github.Branches.Keys.ShouldBe(["main", "bump/shop"]);
    }

    [Fact]
    public async Task Commits_of_others_on_the_branch_are_kept()
    {
        using var github = new RepositoryStandIn(("k8s/web.yaml", Web));
        _sandbox.Write("k8s/web.yaml", Web);
        (string, string)[] inputs = [("bump-to", "pull-request"), ("bump-token", Token)];
        await RunAsync(github, [("images", "ghcr.io/team/web:1.5.0"), .. inputs]);
        github.Push("bump/shop", "k8s/web.yaml", github.Text("bump/shop", "k8s/web.yaml").Replace("the shop", "the shop of a person"));

        _sandbox.Write("k8s/web.yaml", Web);
        var result = await RunAsync(github, [("images", "ghcr.io/team/web:1.6.0"), .. inputs]);

        result.ExitCode.ShouldBe(0, string.Join('\n', result.Log));
        github.Text("bump/shop", "k8s/web.yaml").ShouldBe(Web.Replace("1.4.0", "1.6.0").Replace("the shop", "the shop of a person"));
    }

    [Fact]
    public async Task A_pull_request_whose_change_is_in_its_base_is_closed_and_none_is_opened_for_nothing()
    {
        using var github = new RepositoryStandIn(("k8s/web.yaml", Web));
        _sandbox.Write("k8s/web.yaml", Web);
        (string, string)[] inputs = [("images", "ghcr.io/team/web:1.5.0"), ("bump-to", "pull-request"), ("github-token", Token)];
        await RunAsync(github, inputs);
        github.Push("main", "k8s/web.yaml", Web.Replace("1.4.0", "1.5.0"));

        var result = await RunAsync(github, inputs);
        var again = await RunAsync(github, inputs);

        (result.ExitCode, result.Outputs["result"], result.Outputs.GetValueOrDefault("pull-request", "")).ShouldBe((0, "unchanged", ""), string.Join('\n', result.Log));
        github.Pulls.ShouldHaveSingleItem()["state"]!.GetValue<string>().ShouldBe("closed");
        github.Branches.Keys.ShouldBe(["main"]);
        (again.ExitCode, github.Pulls.Count).ShouldBe((0, 1));
    }

    [Fact]
    public async Task A_branch_gets_a_commit_of_what_is_on_github_and_nothing_else_of_the_workspace()
    {
        using var github = new RepositoryStandIn(("apps/web.yaml", Web + "# pushed meanwhile\n"));
        _sandbox.Write("gitops/.git/HEAD", "ref: refs/heads/main\n");
        _sandbox.Write("gitops/apps/web.yaml", Web + "# only here\n");

        var result = await RunAsync(github, ("manifests", "gitops"), ("images", "ghcr.io/team/web:1.5.0"), ("bump-to", "branch"), ("bump-branch", "main"), ("bump-token", Token), ("bump-repository", "octo/gitops"));

        (result.ExitCode, result.Outputs["branch"], result.Outputs["commit"]).ShouldBe((0, "main", github.Branches["main"]), string.Join('\n', result.Log));
        github.Text("main", "apps/web.yaml").ShouldBe(Web.Replace("1.4.0", "1.5.0") + "# pushed meanwhile\n");
        _sandbox.Read("gitops/apps/web.yaml").ShouldBe(Web.Replace("1.4.0", "1.5.0") + "# only here\n");
    }

    private Task<StepResult> RunAsync(params (string Name, string Value)[] inputs) => RunAsync(null, inputs);

    private async Task<StepResult> RunAsync(RepositoryStandIn? github, params (string Name, string Value)[] inputs)
    {
        var with = new Dictionary<string, string> { ["mode"] = "bump", ["application"] = "shop", ["manifests"] = "k8s" };
        foreach (var (name, value) in inputs) with[name] = value;
        var result = await ActionRunner.Published("deploy-k8s").RunAsync(
            _sandbox, new StepRequest { With = with, Secrets = [Token], Debug = true, Runner = github?.Environment ?? [] }, Cancellation);
        foreach (var text in (string[])[result.RawStderr, result.Summary, .. result.Outputs.Values]) text.ShouldNotContain(Token, Case.Sensitive);
        return result;
    }
}
