using Actions.Shared;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Locking;
using Actions.Shared.Clusters.Preflight;
using ClusterFixture;
using static Cluster.Tests.Deployments.Deployer;

namespace Cluster.Tests.Deployments;

/// <summary>The lock and the check of rights, with a real API server.</summary>
public class LockSpecs(ControlPlane cluster)
{
    private static readonly DeployLockOptions Impatient = new() { Timeout = TimeSpan.Zero };

    [Fact]
    public async Task Two_deployments_do_not_hold_the_same_lock()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await using (await AcquireAsync(ns, "first run"))
        {
            var error = await Should.ThrowAsync<ActionException>(() => AcquireAsync(ns, "second run"));
            error.Title.ShouldBe("Another deployment of this application is running");
            error.Detail.ShouldStartWith($"first run holds the lock (Lease {ns.Name}/deploy-k8s-shop) since ");
        }

        (await ns.Client.GetLeaseAsync(ns.Name, "deploy-k8s-shop", Cancellation)).ShouldBeNull();
        await using var after = await AcquireAsync(ns, "second run");
    }

    [Fact]
    public async Task A_lock_whose_holder_is_gone_is_taken_over()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var longAgo = DateTimeOffset.UtcNow.AddMinutes(-10);
        await ns.Client.CreateLeaseAsync(
            new Lease(ns.Name, "deploy-k8s-shop") { Holder = "dead run", Duration = TimeSpan.FromSeconds(30), Acquired = longAgo, Renewed = longAgo }, Cancellation);
        var said = new List<string>();

        await using var held = await DeployLock.AcquireAsync(ns.Client, ns.Name, "deploy-k8s-shop", "new run", Impatient, TimeProvider.System, said.Add, Cancellation);

        said.ShouldBe(["Took the lock over from dead run, which no longer renews it."]);
        (await ns.Client.GetLeaseAsync(ns.Name, "deploy-k8s-shop", Cancellation))!.Holder.ShouldBe("new run");
    }

    [Fact]
    public async Task Whoever_loses_the_lock_is_told()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        await using var held = await DeployLock.AcquireAsync(
            ns.Client, ns.Name, "deploy-k8s-shop", "first run", new DeployLockOptions { Duration = TimeSpan.FromSeconds(1.5) }, TimeProvider.System, _ => { }, Cancellation);
        var lost = new TaskCompletionSource();
        await using var registration = held.Lost.Register(lost.SetResult);

        while (true)
        {
            var lease = (await ns.Client.GetLeaseAsync(ns.Name, "deploy-k8s-shop", Cancellation))!;
            if (await ns.Client.UpdateLeaseAsync(lease with { Holder = "somebody else" }, Cancellation) is not null) break;
        }

        await lost.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        held.LostBecause.ShouldBe("somebody else took it over");
    }

    [Fact]
    public async Task Missing_rights_are_listed_with_the_roles_that_grant_them()
    {
        var ns = await cluster.CreateNamespaceAsync(Cancellation);
        var account = cluster.NewClient(await ns.ConnectAsAsync(["""{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","patch","create"]}"""], Cancellation));
        var catalog = await ns.Client.DiscoverAsync(Cancellation);
        var needs = AccessNeeds.ForObjects(
            [(catalog.Find("v1", "ConfigMap")!, ns.Name), (catalog.Find("apps/v1", "Deployment")!, ns.Name), (catalog.Find("v1", "Namespace")!, null)], (resource, _) => resource.Kind == "ConfigMap");

        var error = await Should.ThrowAsync<ActionException>(() => AccessCheck.DemandAsync(account, needs, "shop", Cancellation));

        error.Title.ShouldBe("The account may not do what this deployment needs; nothing was changed");
        error.Detail.ReplaceLineEndings("\n").ShouldBe(
            $$"""
            Missing:
            delete configmaps in namespace {{ns.Name}}
            get, create, patch deployments.apps in namespace {{ns.Name}}
            get, create, patch namespaces

            These roles grant it:
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: deploy-shop
            rules:
              - apiGroups: [""]
                resources: [namespaces]
                verbs: [create, get, patch]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata:
              name: deploy-shop
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deploy-shop}
            subjects:
              - {apiGroup: rbac.authorization.k8s.io, kind: User, name: WHOEVER-DEPLOYS}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata:
              name: deploy-shop
              namespace: {{ns.Name}}
            rules:
              - apiGroups: [""]
                resources: [configmaps]
                verbs: [delete]
              - apiGroups: ["apps"]
                resources: [deployments]
                verbs: [create, get, patch]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata:
              name: deploy-shop
              namespace: {{ns.Name}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deploy-shop}
            subjects:
              - {apiGroup: rbac.authorization.k8s.io, kind: User, name: WHOEVER-DEPLOYS}

            """.ReplaceLineEndings("\n"));
    }

    private static Task<DeployLock> AcquireAsync(TestNamespace ns, string holder) =>
        DeployLock.AcquireAsync(ns.Client, ns.Name, "deploy-k8s-shop", holder, Impatient, TimeProvider.System, _ => { }, Cancellation);
}
