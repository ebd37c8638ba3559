using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>Container registries.</summary>
internal static class RegistryRules
{
    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("registry-public-namespace", ReviewArea.Security, ReviewSeverity.High,
            "No registry namespace is public.",
            "Anybody can pull the images of a public namespace, with whatever is in them.",
            "Make the namespace private, unless it is meant for everybody: then put it on the allow-list.",
            CloudKinds.RegistryNamespace, (space, _) => space.Data.Flag("is_public") is not { } isPublic ? Verdict.Missing("whether the namespace is public")
                : Verdict.PassIf(!isPublic, "Anybody can pull the images of this namespace.")),

        new("registry-public-image", ReviewArea.Security, ReviewSeverity.High,
            "No image is public in a private namespace.",
            "The image goes its own way: nobody who looks at the namespace sees it.",
            "Set the visibility of the image to inherit.",
            CloudKinds.RegistryImage, PublicImage)
        { Needs = [CloudKinds.RegistryNamespace] },

        new("registry-empty-namespace", ReviewArea.CleanUp, ReviewSeverity.Low,
            "No registry namespace is empty.",
            "An empty namespace holds a name that is unique in the region, and nothing else.",
            "Delete the namespace.",
            CloudKinds.RegistryNamespace, (space, context) => space.Data.Whole("image_count") is not { } images || space.ChangedAt is not { } changed ? Verdict.Missing("how many images the namespace has, and since when")
                : Verdict.PassIf(images > 0 || context.Now - changed < context.Settings.UnusedAfter, $"The namespace has been empty for {context.DaysSince(changed)} days."))
        { CleansUp = true, Needs = [CloudKinds.RegistryImage] },

        new("registry-unused-tag", ReviewArea.CleanUp, ReviewSeverity.Low,
            "No image tag is kept that nothing uses.",
            "The registry counts no pulls and knows no retention: what is not deleted is paid for ever. A tag is unused when no cluster and no manifest names it or its digest, it is none of the newest `keep-tags`, is no version, is older than `unused-after`, and shares its digest with no tag that is kept.",
            "Delete the tag.",
            CloudKinds.RegistryTag, UnusedTag)
        { CleansUp = true, Needs = [CloudKinds.RegistryImage, CloudKinds.RegistryNamespace, CloudKinds.Cluster] },
    ];

    /// <summary>The name of an image as a pod has it; null when its namespace is not known.</summary>
    public static string? NameOf(CloudResource image, RuleContext context) =>
        image.Data.Text("namespace_id") is { } id && context.Inventory.Find(CloudKinds.RegistryNamespace, image.Locality, id) is { } space
            ? $"{space.Data.Text("endpoint") ?? $"rg.{image.Locality}.scw.cloud/{space.Name}"}/{image.Name}"
            : null;

    private static Verdict? PublicImage(CloudResource image, RuleContext context)
    {
        if (image.Data.Text("visibility") is not { } visibility)
        {
            return Verdict.Missing("who can pull the image");
        }

        if (visibility != "public")
        {
            return Verdict.Pass;
        }

        var space = image.Data.Text("namespace_id") is { } id ? context.Inventory.Find(CloudKinds.RegistryNamespace, image.Locality, id) : null;
        return space?.Data.Flag("is_public") switch
        {
            null => Verdict.Missing("whether the namespace is public"),
            true => Verdict.DoesNotApply,
            false => Verdict.Fail($"Anybody can pull this image, although its namespace {space.Name} is private."),
        };
    }

    private static Verdict? UnusedTag(CloudResource tag, RuleContext context)
    {
        if (context.Inventory.Find(CloudKinds.RegistryImage, tag.Locality, tag.ParentId) is not { } image || NameOf(image, context) is not { } name)
        {
            return Verdict.Manual("The image of the tag, or its namespace, is not in the lists.");
        }

        if (tag.Data.Text("digest") is not { Length: > 0 } digest || tag.CreatedAt is not { } created)
        {
            return Verdict.Missing("the digest of the tag, or when it was made");
        }

        var siblings = context.Inventory.ChildrenOf(image, CloudKinds.RegistryTag).ToArray();
        var newest = siblings.OrderByDescending(t => t.CreatedAt ?? DateTimeOffset.MaxValue).ThenBy(t => t.Id, StringComparer.Ordinal).Take(context.Settings.KeepTags).ToHashSet();
        bool IsKept(CloudResource other) =>
            newest.Contains(other)
            || other.CreatedAt is not { } at || context.Now - at < context.Settings.UnusedAfter
            || IsVersion(other.Name)
            || context.Usage.Images.Contains($"{name}:{other.Name}")
            || (other.Data.Text("digest") is { } d && context.Usage.Images.Contains($"{name}@{d}"));

        // Deleting one tag can take the image away from every other tag of the same digest.
        return siblings.Where(t => t.Data.Text("digest") == digest).Any(IsKept)
            ? Verdict.Pass
            : context.Usage.Unasked(context.Inventory) is { Count: > 0 } unasked
                ? Verdict.Manual($"The cluster {unasked[0].Name} was not asked whether it uses the image.")
            : Verdict.Fail($"Nothing uses {name}:{tag.Name}, which was made {context.DaysSince(created)} days ago.");
    }

    private static bool IsVersion(string tag)
    {
        var parts = tag.TrimStart('v').Split('.');
        return parts.Length is 2 or 3 && parts.All(p => p.Length > 0 && p.All(char.IsAsciiDigit));
    }
}
