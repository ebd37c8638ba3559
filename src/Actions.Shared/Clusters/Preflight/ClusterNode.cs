using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Objects;
using Actions.Shared.Images.Registries;

namespace Actions.Shared.Clusters.Preflight;

/// <summary>A node, as far as it decides which images can run on it.</summary>
/// <param name="Platform">Operating system and processor.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Taints">The entries of <c>spec.taints</c>.</param>
public sealed record ClusterNode(ImagePlatform Platform, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<JsonObject> Taints)
{
    private static readonly ApiResource Nodes = new("", "v1", "Node", "nodes", false, ["list"]);

    /// <summary>The nodes of a cluster; null if we may not list them.</summary>
    /// <exception cref="ClusterException">The cluster cannot be asked otherwise.</exception>
    public static async Task<IReadOnlyList<ClusterNode>?> ListAsync(ClusterClient client, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            var list = await client.ListAsync(Nodes, null, null, cancellation).ConfigureAwait(false);
            return [.. list.Items.Select(Read).OfType<ClusterNode>()];
        }
        catch (ClusterException e) when (e.Failure == ClusterFailure.Forbidden)
        {
            return null;
        }
    }

    /// <summary>What it says of itself; null while it has not reported its platform.</summary>
    public static ClusterNode? Read(ClusterObject node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var info = node.Status.Object("nodeInfo");
        if (info.Text("operatingSystem") is not { Length: > 0 } os || info.Text("architecture") is not { Length: > 0 } architecture)
        {
            return null;
        }

        var labels = node.Metadata.Object("labels") ?? [];
        return new ClusterNode(
            new ImagePlatform(os, architecture),
            labels.Where(l => l.Value is JsonValue).ToDictionary(l => l.Key, l => labels.Text(l.Key) ?? "", StringComparer.Ordinal),
            [.. node.Spec.Objects("taints")]);
    }

    /// <summary>The platforms of the nodes on which a pod may be placed, in order of their names.</summary>
    /// <param name="pod">The <c>spec</c> of the pod.</param>
    /// <param name="nodes">The nodes.</param>
    public static IReadOnlyList<ImagePlatform> PlatformsFor(JsonObject pod, IEnumerable<ClusterNode> nodes) =>
        [.. nodes.Where(n => n.Takes(pod)).Select(n => n.Platform).Distinct().OrderBy(p => p.ToString(), StringComparer.Ordinal)];

    /// <summary>Whether a pod may be placed on the node: by its node selector, the affinity that it requires, and taints. What is not understood speaks for it.</summary>
    /// <param name="pod">The <c>spec</c> of the pod.</param>
    public bool Takes(JsonObject pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var selector = pod.Object("nodeSelector") ?? [];
        if (selector.Any(s => Labels.GetValueOrDefault(s.Key) != selector.Text(s.Key)))
        {
            return false;
        }

        var terms = pod.Object("affinity").Object("nodeAffinity").Object("requiredDuringSchedulingIgnoredDuringExecution").Objects("nodeSelectorTerms").ToArray();
        if (terms.Length > 0 && !terms.Any(t => t.Objects("matchExpressions").All(Fits)))
        {
            return false;
        }

        return Taints.Where(IsLasting).All(t => pod.Objects("tolerations").Any(o => Tolerates(o, t)));
    }

    private bool Fits(JsonObject expression)
    {
        var value = Labels.GetValueOrDefault(expression.Text("key") ?? "");
        var values = (expression["values"] as JsonArray)?.Select(v => v?.ToString()) ?? [];
        return expression.Text("operator") switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => true,
        };
    }

    /// <summary>What the cluster taints a node with when it is not well comes and goes.</summary>
    private static bool IsLasting(JsonObject taint) =>
        taint.Text("effect") is "NoSchedule" or "NoExecute" && taint.Text("key")?.StartsWith("node.kubernetes.io/", StringComparison.Ordinal) != true;

    private static bool Tolerates(JsonObject toleration, JsonObject taint)
    {
        var (key, effect) = (toleration.Text("key") ?? "", toleration.Text("effect") ?? "");
        return (key.Length == 0 || key == taint.Text("key"))
            && (effect.Length == 0 || effect == taint.Text("effect"))
            && (toleration.Text("operator") == "Exists" || (key.Length > 0 && (toleration.Text("value") ?? "") == (taint.Text("value") ?? "")));
    }
}
