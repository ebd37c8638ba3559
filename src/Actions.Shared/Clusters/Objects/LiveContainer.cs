using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Objects;

/// <summary>What a container is for in its pod.</summary>
internal enum LiveContainerRole
{
    /// <summary>Runs to its end before the others start.</summary>
    Init,

    /// <summary>An init container with <c>restartPolicy: Always</c>: starts before the others and keeps running.</summary>
    Sidecar,

    /// <summary>One of <c>spec.containers</c>.</summary>
    Regular,
}

/// <summary>A container of a pod that a cluster runs: what was asked for and how it is.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Spec">Its entry in <c>spec.containers</c> or <c>spec.initContainers</c>.</param>
/// <param name="Status">Its entry in the statuses; null while the kubelet has not reported any.</param>
internal sealed record LiveContainer(LiveContainerRole Role, JsonObject Spec, JsonObject? Status)
{
    public string Name => Spec.Text("name") ?? "";

    public string Image => Spec.Text("image") ?? Status.Text("image") ?? "";

    /// <summary>The list of the pod that holds it.</summary>
    public string List => Role == LiveContainerRole.Regular ? "containers" : "initContainers";

    public JsonObject? Waiting => Status.Object("state").Object("waiting");

    public JsonObject? Running => Status.Object("state").Object("running");

    public JsonObject? Terminated => Status.Object("state").Object("terminated");

    public JsonObject? LastTerminated => Status.Object("lastState").Object("terminated");

    public long Restarts => Status.Integer("restartCount") ?? 0;

    public bool IsReady => Status.IsTrue("ready");

    public bool IsStarted => Status.IsTrue("started");

    /// <summary>For sentences: <c>container app</c>, <c>init container migrate</c>, <c>sidecar proxy</c>.</summary>
    public override string ToString() => Role switch
    {
        LiveContainerRole.Init => $"init container {Name}",
        LiveContainerRole.Sidecar => $"sidecar {Name}",
        _ => $"container {Name}",
    };

    /// <summary>The containers of a pod in the order in which they start.</summary>
    public static IReadOnlyList<LiveContainer> Of(ClusterObject pod)
    {
        var containers = new List<LiveContainer>();
        foreach (var spec in pod.Spec.Objects("initContainers"))
        {
            var role = spec.Text("restartPolicy") == "Always" ? LiveContainerRole.Sidecar : LiveContainerRole.Init;
            containers.Add(new(role, spec, StatusOf(pod, "initContainerStatuses", spec.Text("name"))));
        }

        foreach (var spec in pod.Spec.Objects("containers"))
        {
            containers.Add(new(LiveContainerRole.Regular, spec, StatusOf(pod, "containerStatuses", spec.Text("name"))));
        }

        return containers;
    }

    private static JsonObject? StatusOf(ClusterObject pod, string list, string? name)
    {
        foreach (var status in pod.Status.Objects(list))
        {
            if (status.Text("name") == name)
            {
                return status;
            }
        }

        return null;
    }
}
