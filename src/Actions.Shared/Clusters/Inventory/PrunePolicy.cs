using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Inventory;

/// <summary>Decides which objects of an earlier release may be deleted because the manifests no longer have them.</summary>
/// <param name="MaxObjects">The most that one deployment may delete.</param>
/// <param name="MaxPercent">The most that one deployment may delete, in percent of the earlier release; not applied to fewer than five objects.</param>
public sealed record PrunePolicy(int MaxObjects, int MaxPercent)
{
    private const int Few = 5;

    /// <summary>Keeps an object from being pruned when it is <c>true</c>.</summary>
    public const string KeepAnnotation = "deploy-k8s/keep";

    /// <summary>Why objects of this kind are never pruned; null when they may be.</summary>
    public static string? Protection(ObjectKey key) => (key.Group, key.Kind) switch
    {
        ("", "Namespace") => "deleting a namespace deletes everything in it",
        ("", "PersistentVolumeClaim" or "PersistentVolume") => "it holds data",
        ("apiextensions.k8s.io", "CustomResourceDefinition") => "deleting a definition deletes every object of its kind",
        _ => null,
    };

    /// <summary>Why this object stays although the manifests no longer have it; null when it goes.</summary>
    /// <param name="key">The object.</param>
    /// <param name="live">The object as it is.</param>
    /// <param name="uid">Its UID when it was deployed; null when that was not recorded.</param>
    /// <param name="setId">The id of the set that it was deployed in.</param>
    public static string? Keeps(ObjectKey key, ClusterObject live, string? uid, string setId)
    {
        if (Protection(key) is { } reason)
        {
            return $"Kept, because {reason}. Delete it by hand if that is meant.";
        }

        if (JsonFields.Text(live.Metadata, "annotations", KeepAnnotation) == "true")
        {
            return $"Kept, because its annotation {KeepAnnotation} says so.";
        }

        if (uid is not null && live.Uid != uid)
        {
            return "Kept, because it is not the object that was deployed: somebody deleted that and made this.";
        }

        var set = JsonFields.Text(live.Metadata, "labels", ApplySet.MemberLabel);
        return set == setId ? null : set is null
            ? "Kept, because somebody removed the label that says it is ours."
            : "Kept, because it belongs to another application by now.";
    }

    /// <summary>Makes sure that a mistake in the manifests does not delete half an application.</summary>
    /// <param name="count">How many objects would be deleted.</param>
    /// <param name="before">How many objects the earlier release had.</param>
    /// <exception cref="ActionException">They are too many.</exception>
    public void Check(int count, int before)
    {
        if (count > MaxObjects || (before >= Few && count * 100 > before * MaxPercent))
        {
            throw new ActionException(
                $"This deployment would delete {count} of {before} objects",
                count > MaxObjects ? $"At most {MaxObjects} are allowed (prune-max-objects)." : $"At most {MaxPercent}% are allowed (prune-max-percent).",
                "Look at the list of deletions in a preview. If it is meant, raise the limit for this run.",
                exitCode: ExitCode.Findings);
        }
    }
}
