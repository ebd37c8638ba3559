using System.Globalization;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;

namespace ClusterFixture;

/// <summary>
/// Plays the kubelet and the scheduler of a namespace: writes the status that they write, in the form that they write it. The API server and the
/// controllers take it from there, so that a Deployment becomes available, or does not, within milliseconds.
/// </summary>
public sealed class Kubelet(ClusterClient client, string ns)
{
    /// <summary>The Pod runs and is ready.</summary>
    /// <param name="pod">The Pod.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <param name="imageId">The image that the runtime reports for what a container asks for; a digest of zeros if null.</param>
    public Task ReadyAsync(ClusterObject pod, CancellationToken cancellation, Func<string, string>? imageId = null) => ReportAsync(
        pod,
        "Running",
        isReady: true,
        c =>
        {
            var status = Status(c, true, 0, """{"running":{"startedAt":"NOW"}}""");
            status["imageID"] = imageId is null ? status["imageID"]!.GetValue<string>() : imageId(c.Image);
            return status;
        },
        cancellation);

    /// <summary>The containers run, and the readiness probe says no.</summary>
    public Task NotReadyAsync(ClusterObject pod, CancellationToken cancellation) => ReportAsync(
        pod, "Running", isReady: false, c => Status(c, false, 0, """{"running":{"startedAt":"NOW"}}"""), cancellation);

    /// <summary>The Pod has ended well (<c>Succeeded</c>) or badly (<c>Failed</c>).</summary>
    public Task EndedAsync(ClusterObject pod, int exitCode, CancellationToken cancellation) => ReportAsync(
        pod,
        exitCode == 0 ? "Succeeded" : "Failed",
        isReady: false,
        c => Status(c, false, 0, $$$"""{"terminated":{"exitCode":{{{exitCode}}},"reason":"{{{(exitCode == 0 ? "Completed" : "Error")}}}","startedAt":"NOW","finishedAt":"NOW"}}"""),
        cancellation);

    /// <summary>The containers wait with a reason, such as <c>ContainerCreating</c>, <c>CreateContainerConfigError</c>, <c>ErrImagePull</c>.</summary>
    public Task WaitingAsync(ClusterObject pod, string reason, string message, CancellationToken cancellation) => ReportAsync(
        pod, "Pending", isReady: false, c => Status(c, false, 0, Waiting(reason, message)), cancellation);

    /// <summary>The image cannot be pulled, and the kubelet waits before it tries again.</summary>
    public Task ImagePullBackOffAsync(ClusterObject pod, CancellationToken cancellation) =>
        WaitingAsync(pod, "ImagePullBackOff", $"Back-off pulling image \"{Image(pod)}\"", cancellation);

    /// <summary>The container ends again and again.</summary>
    public Task CrashLoopAsync(ClusterObject pod, int exitCode, int restarts, CancellationToken cancellation) =>
        CrashedAsync(pod, "Error", exitCode, restarts, cancellation);

    /// <summary>The container is killed again and again because it takes more memory than it may.</summary>
    public Task OutOfMemoryAsync(ClusterObject pod, int restarts, CancellationToken cancellation) => CrashedAsync(pod, "OOMKilled", 137, restarts, cancellation);

    /// <summary>No node takes the Pod.</summary>
    public Task UnschedulableAsync(ClusterObject pod, string message, CancellationToken cancellation)
    {
        var condition = new JsonObject
        {
            ["type"] = "PodScheduled",
            ["status"] = "False",
            ["reason"] = "Unschedulable",
            ["message"] = message,
            ["lastTransitionTime"] = Now(),
        };
        return PatchAsync(pod, new JsonObject { ["phase"] = "Pending", ["conditions"] = new JsonArray(condition) }, cancellation);
    }

    /// <summary>An init container ends again and again.</summary>
    public Task InitCrashLoopAsync(ClusterObject pod, string container, int exitCode, int restarts, CancellationToken cancellation)
    {
        var status = Crashed(container, "", "Error", exitCode, restarts);
        return PatchAsync(pod, new JsonObject { ["phase"] = "Pending", ["initContainerStatuses"] = new JsonArray(status), ["conditions"] = Conditions(false) }, cancellation);
    }

    /// <summary>The Pod was evicted.</summary>
    public Task EvictedAsync(ClusterObject pod, string message, CancellationToken cancellation) =>
        PatchAsync(pod, new JsonObject { ["phase"] = "Failed", ["reason"] = "Evicted", ["message"] = message }, cancellation);

    /// <summary>Says something of an object, as a <c>v1 Event</c>.</summary>
    public async Task SayAsync(
        ClusterObject about, string type, string reason, string message, CancellationToken cancellation, int count = 1, string source = "kubelet", string? fieldPath = null)
    {
        var involved = new JsonObject
        {
            ["apiVersion"] = about.ApiVersion,
            ["kind"] = about.Kind,
            ["name"] = about.Name,
            ["namespace"] = about.Namespace,
            ["uid"] = about.Uid,
        };
        if (fieldPath is not null)
            involved["fieldPath"] = fieldPath;
        var body = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = $"{about.Name}.{Guid.NewGuid():N}", ["namespace"] = ns },
            ["involvedObject"] = involved,
            ["type"] = type,
            ["reason"] = reason,
            ["message"] = message,
            ["count"] = count,
            ["source"] = new JsonObject { ["component"] = source },
            ["firstTimestamp"] = Now(),
            ["lastTimestamp"] = Now(),
        };
        await client.CreateAsync(KnownResources.Events, ns, body, null, cancellation);
    }

    /// <summary>Writes a status as it is, merged into the present one.</summary>
    public async Task PatchAsync(ClusterObject pod, JsonObject status, CancellationToken cancellation) => await client.MergePatchAsync(
        KnownResources.Pods.Object(ns, pod.Name), new JsonObject { ["status"] = status }, new WriteOptions { Subresource = "status" }, cancellation);

    private Task CrashedAsync(ClusterObject pod, string reason, int exitCode, int restarts, CancellationToken cancellation) => ReportAsync(
        pod, "Running", isReady: false, c => Crashed(c.Name, c.Image, reason, exitCode, restarts), cancellation);

    private Task ReportAsync(
        ClusterObject pod, string phase, bool isReady, Func<(string Name, string Image), JsonObject> status, CancellationToken cancellation)
    {
        var containers = new JsonArray();
        foreach (var container in pod.Spec!["containers"]!.AsArray())
            containers.Add(status((container!["name"]!.GetValue<string>(), container["image"]!.GetValue<string>())));
        return PatchAsync(
            pod,
            new JsonObject { ["phase"] = phase, ["startTime"] = Now(), ["conditions"] = Conditions(isReady), ["containerStatuses"] = containers },
            cancellation);
    }

    private static JsonArray Conditions(bool isReady)
    {
        var conditions = new JsonArray();
        foreach (var (type, isTrue) in new[] { ("PodScheduled", true), ("Initialized", true), ("ContainersReady", isReady), ("Ready", isReady) })
        {
            var condition = new JsonObject { ["type"] = type, ["status"] = isTrue ? "True" : "False", ["lastTransitionTime"] = Now() };
            if (!isTrue)
                condition["reason"] = "ContainersNotReady";
            conditions.Add(condition);
        }

        return conditions;
    }

    private static JsonObject Crashed(string container, string image, string reason, int exitCode, int restarts)
    {
        var status = Status((container, image), false, restarts, Waiting("CrashLoopBackOff", $"back-off 10s restarting failed container={container}"));
        status["lastState"] = Json.Object(
            $$$"""{"terminated":{"exitCode":{{{exitCode}}},"reason":"{{{reason}}}","startedAt":"{{{Now()}}}","finishedAt":"{{{Now()}}}","containerID":"containerd://0"}}""");
        return status;
    }

    private static JsonObject Status((string Name, string Image) container, bool isReady, int restarts, string state) => new()
    {
        ["name"] = container.Name,
        ["image"] = container.Image,
        ["imageID"] = isReady ? $"{container.Image}@sha256:{new string('0', 64)}" : "",
        ["ready"] = isReady,
        ["started"] = isReady,
        ["restartCount"] = restarts,
        ["state"] = Json.Object(state.Replace("NOW", Now(), StringComparison.Ordinal)),
    };

    private static string Waiting(string reason, string message) =>
        new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } }.ToJsonString();

    private static string Image(ClusterObject pod) => pod.Spec!["containers"]![0]!["image"]!.GetValue<string>();

    private static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
