using System.Globalization;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Api;

/// <summary>A <c>coordination.k8s.io/v1 Lease</c>: who holds something, and since when.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
public sealed record Lease(string Namespace, string Name)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>Who holds it; empty for nobody.</summary>
    public string Holder { get; init; } = "";

    /// <summary>How long it counts after its last renewal; null if nothing is said.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Since when the holder has it.</summary>
    public DateTimeOffset? Acquired { get; init; }

    /// <summary>When the holder last said that it is alive.</summary>
    public DateTimeOffset? Renewed { get; init; }

    /// <summary>How often it changed hands.</summary>
    public int Transitions { get; init; }

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The version that a later update must find; null for one that is to be created.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>UID; null for one that is to be created.</summary>
    public string? Uid { get; init; }

    internal static Lease Read(ClusterObject lease)
    {
        var spec = lease.Spec;
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in lease.Metadata?["annotations"] as JsonObject ?? [])
        {
            if (value is JsonValue v && v.TryGetValue<string>(out var text))
                annotations[key] = text;
        }

        return new Lease(lease.Namespace ?? "", lease.Name)
        {
            Holder = spec?["holderIdentity"]?.GetValue<string>() ?? "",
            Duration = spec?["leaseDurationSeconds"] is JsonValue seconds ? TimeSpan.FromSeconds(seconds.GetValue<int>()) : null,
            Acquired = Time(spec, "acquireTime"),
            Renewed = Time(spec, "renewTime"),
            Transitions = spec?["leaseTransitions"]?.GetValue<int>() ?? 0,
            Annotations = annotations,
            ResourceVersion = lease.ResourceVersion,
            Uid = lease.Uid,
        };
    }

    internal JsonObject ToJson()
    {
        var metadata = new JsonObject { ["name"] = Name, ["namespace"] = Namespace };
        if (ResourceVersion is not null)
            metadata["resourceVersion"] = ResourceVersion;
        if (Uid is not null)
            metadata["uid"] = Uid;
        if (Annotations.Count > 0)
        {
            var annotations = new JsonObject();
            foreach (var (key, value) in Annotations)
                annotations[key] = value;
            metadata["annotations"] = annotations;
        }

        var spec = new JsonObject { ["leaseTransitions"] = Transitions };
        if (Holder.Length > 0)
            spec["holderIdentity"] = Holder;
        if (Duration is { } duration)
            spec["leaseDurationSeconds"] = Math.Max(1, (int)duration.TotalSeconds);
        if (Acquired is { } acquired)
            spec["acquireTime"] = acquired.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        if (Renewed is { } renewed)
            spec["renewTime"] = renewed.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return new JsonObject { ["apiVersion"] = "coordination.k8s.io/v1", ["kind"] = "Lease", ["metadata"] = metadata, ["spec"] = spec };
    }

    private static DateTimeOffset? Time(JsonObject? spec, string key) =>
        spec?[key] is JsonValue value && value.TryGetValue<string>(out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
