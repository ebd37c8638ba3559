using Actions.Shared.Clusters.Api;
using ClusterFixture;

namespace Integration.Tests.EndToEnd;

/// <summary>kubectl and the program at the same objects.</summary>
public sealed class DeployK8sKubectlSpecs(ControlPlane cluster) : DeployK8sTrial(cluster)
{
    [Fact(Timeout = Limit)]
    public async Task Kubectl_leaves_the_set_alone_and_prunes_it_once_it_is_given_away()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings, Settings.Replace("name: settings", "name: more"));
        (await RunAsync(ns)).Outputs["result"].ShouldBe("deployed");
        File.Delete(Path.Combine(Sandbox.Workspace, "k8s", "1.yaml"));

        var refused = await ApplyAsync(ns, "deploy-k8s-shop");
        (await KubectlAsync("-n", ns.Name, "annotate", "--overwrite", "secret", "deploy-k8s-shop", "applyset.kubernetes.io/tooling=kubectl/v1.32.4")).Code.ShouldBe(0);
        var pruned = await ApplyAsync(ns, "deploy-k8s-shop");
        var after = await RunAsync(ns);

        refused.Code.ShouldNotBe(0);
        refused.Text.ShouldContain("is managed by tooling \"deploy-k8s");
        pruned.Code.ShouldBe(0, pruned.Text);
        pruned.Text.ShouldContain("configmap/more pruned");
        (await GetAsync(ns, KnownResources.ConfigMaps, "more")).ShouldBeNull();
        (await GetAsync(ns, KnownResources.ConfigMaps, "settings")).ShouldNotBeNull();
        after.ExitCode.ShouldBe(2);
        after.Annotations.ShouldHaveSingleItem().Message.ShouldStartWith($"Secret {ns.Name}/deploy-k8s-shop is not an inventory of this program");
    }

    [Fact(Timeout = Limit)]
    public async Task What_belongs_to_one_set_is_not_taken_into_another_by_either_of_the_two()
    {
        var ns = await Cluster.CreateNamespaceAsync(Cancellation);
        Write(Settings);
        (await RunAsync(ns)).Outputs["result"].ShouldBe("deployed");

        var kubectl = await ApplyAsync(ns, "other");
        Write(Settings.Replace("name: settings", "name: theirs"));
        (await ApplyAsync(ns, "other")).Code.ShouldBe(0);
        var ours = await RunAsync(ns, ("prune", "false"));

        kubectl.Code.ShouldNotBe(0, kubectl.Text);
        (ours.ExitCode, ours.Outputs["result"], ours.Outputs["failure-cause"]).ShouldBe((1, "refused", "conflict"), string.Join('\n', ours.Log));
        ours.Annotations[0].Message.ShouldStartWith($"ConfigMap {ns.Name}/theirs has fields that somebody else manages: metadata.labels.applyset.kubernetes.io/part-of (kubectl)");
    }

    /// <summary>kubectl, with the first manifest and a Secret as the parent of the set.</summary>
    private Task<(int Code, string Text)> ApplyAsync(TestNamespace ns, string parent) => KubectlAsync(
        "apply", "--server-side", "--validate=false", "--prune", $"--applyset=secret/{parent}", "-n", ns.Name, "-f", Path.Combine(Sandbox.Workspace, "k8s", "0.yaml"));

    private async Task<(int Code, string Text)> KubectlAsync(params string[] arguments)
    {
        using var kubectl = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("kubectl", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KUBECONFIG"] = Cluster.KubeconfigPath, ["KUBECTL_APPLYSET"] = "true", ["HOME"] = Sandbox.Home },
        })!;
        var error = kubectl.StandardError.ReadToEndAsync(Cancellation);
        var text = await kubectl.StandardOutput.ReadToEndAsync(Cancellation) + await error;
        await kubectl.WaitForExitAsync(Cancellation);
        return (kubectl.ExitCode, text);
    }
}
