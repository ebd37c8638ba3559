using Actions.Shared.Clusters.Api;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.EndToEnd;

/// <summary>What a cluster, or the program, refuses: word by word, at which line, and with which exit code it ends.</summary>
public sealed class DeployK8sRefusalSpecs(ControlPlane cluster) : DeployK8sTrial(cluster)
{
    private const string Job =
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: migrate\nspec:\n  template:\n    spec:\n      schedulerName: nobody\n      restartPolicy: Never\n      containers:\n        - {name: main, image: x:1}\n";

    [Fact(Timeout = Limit)]
    public async Task What_a_webhook_denies_is_told_with_its_reason_before_anything_changes()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        await using var webhook = await DenyAsync(ns, "apps", "deployments", "images must come from registry.corp.example.com");
        Write(Settings, Web);

        var result = await RunAsync(ns);

        ShouldFail(result, "refused", "admission-denied", "k8s/1.yaml", 1, ns,
            """
            Deployment NS/web is refused: admission webhook "policy.example.com" denied the request: images must come from registry.corp.example.com
            Change what the policy objects to, or ask whoever owns the policy for an exception.
            """);
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task Pods_that_a_webhook_denies_are_the_cause_of_a_failed_rollout()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        await using var webhook = await DenyAsync(ns, "", "pods", "no pods today");
        Write(Web);

        var result = await RunAsync(ns);

        ShouldFail(result, "rolled-back", "admission-denied", "k8s/0.yaml", 13, ns,
            """
            Deployment NS/web cannot create its pods: admission webhook policy.example.com denies it: no pods today
            Change what the policy objects to, or ask whoever owns the policy for an exception.
            """);
    }

    [Fact(Timeout = Limit)]
    public async Task A_webhook_that_does_not_answer_is_named()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        await using (await DenyAsync(ns, "apps", "deployments", ""))
        {
            foreach (var server in Servers) await server.DisposeAsync();
            Write(Settings, Web);

            var result = await RunAsync(ns);

            (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", "webhook-unreachable"), string.Join('\n', result.Log));
            var said = result.Annotations.ShouldHaveSingleItem().Message;
            said.ShouldStartWith($"Deployment {ns.Name}/web is refused: ");
            said.ShouldContain("failed calling webhook \"policy.example.com\"");
            said.ShouldEndWith("See whether the pods behind the webhook's Service are ready; nothing that it must approve can be created until it answers.");
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_config_map_that_is_denied_leaves_what_runs_alone()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings);
        (await RunAsync(ns)).Outputs["result"].ShouldBe("deployed");
        await using var webhook = await DenyAsync(ns, "", "configmaps", "too many settings", "CREATE");
        Write([Settings.Replace("info", "debug"), .. Numbered(5)]);

        var result = await RunAsync(ns);

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "failed", "admission-denied"), string.Join('\n', result.Log));
        result.Annotations[0].Message.ShouldStartWith($"ConfigMap {ns.Name}/settings-");
        result.Annotations[0].Message.ShouldContain(" was not applied: admission webhook \"policy.example.com\" denied the request: too many settings");
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings"))!.Body["data"]!["level"]!.GetValue<string>().ShouldBe("info");
    }

    [Fact(Timeout = Limit)]
    public async Task A_field_that_cannot_be_changed_is_told_at_its_line()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Web);
        (await RunAsync(ns, ("wait", "false"))).Outputs["result"].ShouldBe("deployed");
        Write(Web.Replace("app: web}", "app: shop}"));

        var result = await RunAsync(ns);

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", "refused"));
        var annotation = result.Annotations.ShouldHaveSingleItem();
        (annotation.File, annotation.Line).ShouldBe(("k8s/0.yaml", 8));
        annotation.Message.Replace(ns.Name, "NS").ShouldBe(
            """
            Deployment NS/web is refused: A field of it cannot be changed once it is there: spec.selector: field is immutable
            Leave the field as it was, or give the object another name. With Deployment among `recreate` it is deleted and made again.
            """.ReplaceLineEndings("\n"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_job_that_may_not_be_made_again_is_refused_at_its_line()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Job);
        (await RunAsync(ns, ("wait", "false"))).Outputs["result"].ShouldBe("deployed");
        Write(Settings, Job.Replace("x:1", "x:2"));

        var result = await RunAsync(ns, ("wait", "false"), ("recreate", "ReplicaSet"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"]).ShouldBe((1, "refused", "refused"), string.Join('\n', result.Log));
        var annotation = result.Annotations.ShouldHaveSingleItem();
        (annotation.File, annotation.Line).ShouldBe(("k8s/1.yaml", 7));
        annotation.Message.Replace(ns.Name, "NS").ShouldBe(
            """
            Job NS/migrate is refused: A field of it cannot be changed once it is there: spec.template: field is immutable
            Leave the field as it was, or give the object another name. With Job among `recreate` it is deleted and made again.
            """.ReplaceLineEndings("\n"));
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task A_job_with_another_template_is_made_again()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Job);
        (await RunAsync(ns, ("wait", "false"))).Outputs["result"].ShouldBe("deployed");
        var jobs = (await ns.Client.DiscoverAsync(Cancellation)).Find("batch/v1", "Job")!;
        var before = (await GetAsync(ns, jobs, "migrate"))!.Uid;
        Write(Job.Replace("x:1", "x:2"));

        var result = await RunAsync(ns, ("wait", "false"));

        (result.Outputs["result"], result.Outputs["updated"]).ShouldBe(("deployed", "1"), string.Join('\n', result.Log));
        (await GetAsync(ns, jobs, "migrate"))!.Uid.ShouldNotBe(before);
    }

    [Fact(Timeout = Limit)]
    public async Task An_older_commit_does_not_replace_a_newer_one_unless_it_is_told_to()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings.Replace("info", "new"));
        (await RunAsync(ns.Name, r => r with { RunId = 200, Sha = new string('b', 40) })).Outputs["result"].ShouldBe("deployed");
        Write(Settings.Replace("info", "old"));
        var late = (StepRequest r) => r with { RunId = 100, Sha = new string('a', 40) };

        var result = await RunAsync(ns.Name, late);
        var level = (await GetAsync(ns, KnownResources.ConfigMaps, "settings"))!.Body["data"]!["level"]!.GetValue<string>();
        var told = await RunAsync(ns.Name, late, ("allow-older", "true"));

        (result.ExitCode, result.Outputs["result"], result.Outputs["failure-cause"], level).ShouldBe((1, "refused", "newer-deployed", "new"));
        result.Annotations.ShouldHaveSingleItem().Message.ShouldBe(
            """
            A later run has deployed commit bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb already: https://github.com/octo-org/platform/actions/runs/200/attempts/1
            Nothing to do if this run was late. To go back, use `mode: rollback`; to deploy the older commit all the same, set `allow-older`.
            """.ReplaceLineEndings("\n"));
        told.Outputs["result"].ShouldBe("deployed");
    }
}
