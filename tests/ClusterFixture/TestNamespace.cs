using System.Globalization;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;

namespace ClusterFixture;

/// <summary>A namespace of its own for one test, with what tests do in it.</summary>
public sealed class TestNamespace(ControlPlane cluster, ClusterClient client, string name)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>A client of an administrator.</summary>
    public ClusterClient Client => client;

    /// <summary>Plays the kubelet of its Pods.</summary>
    public Kubelet Kubelet { get; } = new(client, name);

    /// <summary>Creates an object from JSON; its namespace is set. <c>kind</c> and <c>apiVersion</c> name a type that the cluster serves.</summary>
    public async Task<ClusterObject> CreateAsync(string json, CancellationToken cancellation)
    {
        var body = Json.Object(json);
        var resource = (await client.DiscoverAsync(cancellation)).Find(body["apiVersion"]!.GetValue<string>(), body["kind"]!.GetValue<string>())!;
        if (resource.IsNamespaced)
            body["metadata"]!["namespace"] = name;
        return (await client.CreateAsync(resource, name, body, null, cancellation)).Object;
    }

    /// <summary>Creates a Deployment of one container, which no scheduler of a real cluster touches.</summary>
    public Task<ClusterObject> CreateDeploymentAsync(string deployment, int replicas, CancellationToken cancellation, string image = "registry.example.com/web:1") =>
        CreateAsync(
            $$$"""
            {
              "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "{{{deployment}}}"},
              "spec": {
                "replicas": {{{replicas}}}, "progressDeadlineSeconds": 600, "selector": {"matchLabels": {"app": "{{{deployment}}}"}},
                "template": {
                  "metadata": {"labels": {"app": "{{{deployment}}}"}},
                  "spec": {"schedulerName": "nobody", "containers": [{"name": "web", "image": "{{{image}}}"}]}
                }
              }
            }
            """,
            cancellation);

    /// <summary>Waits, by watching, until objects are as a test needs them.</summary>
    /// <param name="resource">The type.</param>
    /// <param name="labels">Label selector; null for all of the namespace.</param>
    /// <param name="isRight">Whether they are.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<IReadOnlyList<ClusterObject>> WaitAsync(
        ApiResource resource, string? labels, Func<IReadOnlyList<ClusterObject>, bool> isRight, CancellationToken cancellation)
    {
        var objects = new Dictionary<string, ClusterObject>();
        var isSynced = false;
        await foreach (var change in client.WatchAsync(resource, resource.IsNamespaced ? name : null, new WatchOptions { LabelSelector = labels }, cancellation))
        {
            if (change.Type == WatchEventType.Synced)
                isSynced = true;
            else if (change.Type == WatchEventType.Deleted)
                objects.Remove(change.Object!.Name);
            else
                objects[change.Object!.Name] = change.Object;
            if (isSynced && isRight([.. objects.Values]))
                return [.. objects.Values];
        }

        throw new InvalidOperationException("The watch ended.");
    }

    /// <summary>Waits until a controller made this many Pods with the labels.</summary>
    public Task<IReadOnlyList<ClusterObject>> WaitForPodsAsync(string labels, int count, CancellationToken cancellation) =>
        WaitAsync(KnownResources.Pods, labels, pods => pods.Count == count, cancellation);

    /// <summary>Creates a service account that may do what is listed, and gives a connection as it, with a token that the cluster signed.</summary>
    /// <param name="rules">RBAC rules as JSON, for a Role of this namespace: <c>{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}</c>.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<ClusterConnection> ConnectAsAsync(IReadOnlyList<string> rules, CancellationToken cancellation)
    {
        var account = $"account-{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8]}";
        await CreateAsync($$$"""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"{{{account}}}"}}""", cancellation);
        await CreateAsync($$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"{{account}}"},"rules":[{{string.Join(',', rules)}}]}""", cancellation);
        await CreateAsync(
            $$"""
            {
              "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "{{account}}"},
              "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "{{account}}"},
              "subjects": [{"kind": "ServiceAccount", "name": "{{account}}", "namespace": "{{name}}"}]
            }
            """,
            cancellation);
        var token = await TokenAsync(account, cancellation);
        var admin = await cluster.ConnectionAsync();
        return admin with { ClientCertificate = null, Token = (_, _) => ValueTask.FromResult(token), Source = account };
    }

    /// <summary>A token of a service account, for an hour.</summary>
    public async Task<string> TokenAsync(string account, CancellationToken cancellation)
    {
        var tokens = new ApiResource("", "v1", "TokenRequest", $"serviceaccounts/{account}/token", true, ["create"]);
        var request = Json.Object("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","metadata":{},"spec":{"expirationSeconds":3600}}""");
        var result = await client.CreateAsync(tokens, name, request, null, cancellation);
        return result.Object.Status!["token"]!.GetValue<string>();
    }
}
