using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Reporting.Deployments;

/// <summary>The report as plain text for a log. It may hold text of manifests and of the cluster; values of Secrets are not in it.</summary>
public static class DeploymentText
{
    /// <summary>One sentence: what the run came to.</summary>
    public static string Verdict(DeploymentReport report) => DeploymentVerdict.Of(report) + ".";

    /// <summary>The objects that change with every field, those in conflict and those that are refused; what is unchanged is left out.</summary>
    public static string Objects(IEnumerable<ObjectResult> objects)
    {
        using var text = new StringWriter { NewLine = "\n" };
        foreach (var item in objects.Select(o => o.Item).Where(i => i.Action != PlannedAction.Unchanged || i.Notes.Count > 0))
        {
            text.WriteLine($"{Sign(item.Action)} {item.Key}: {ChangeText.Planned(item)}");
            foreach (var line in item.Changes.SelectMany(ChangeText.Lines))
            {
                text.WriteLine($"    {line}");
            }

            foreach (var conflict in item.Conflicts)
            {
                text.WriteLine($"    {conflict.Field} is managed by {conflict.Manager}: {conflict.Live} there, {conflict.Ours} in the manifest; {ChangeText.Decision(conflict)}");
            }

            if (item.Problem.Length > 0)
            {
                text.WriteLine($"    {item.Problem}");
            }

            foreach (var note in item.Notes)
            {
                text.WriteLine($"    {note}");
            }
        }

        return text.ToString();
    }

    /// <summary>The images that were looked up, each with what it leads to.</summary>
    public static string Images(IEnumerable<DeployedImage> images)
    {
        using var text = new StringWriter { NewLine = "\n" };
        foreach (var image in images)
        {
            text.WriteLine(image.Digest.Length > 0 ? $"{image.Image} is {image.Digest}" : $"{image.Image} was not found");
        }

        return text.ToString();
    }

    /// <summary>What is done with an image, and who runs it.</summary>
    internal static string Remark(DeployedImage image)
    {
        var parts = new List<string>();
        if (image.IsPinned)
        {
            parts.Add("pinned");
        }

        if (image.Pods is { } pods)
        {
            parts.Add(pods == 1 ? "1 container runs it" : $"{Phrases.Number(pods)} containers run it");
        }

        return string.Join(", ", parts);
    }

    /// <summary>One object and what became of it.</summary>
    public static string Done(ObjectResult result) =>
        $"{result.Item.Key}: {ChangeText.Done(result.Outcome)}{(result.Message.Length > 0 ? $". {result.Message}" : "")}";

    /// <summary>Why a run failed, for a person.</summary>
    public static string Failure(DeploymentFailure failure)
    {
        using var text = new StringWriter { NewLine = "\n" };
        text.WriteLine(failure.Message);
        if (failure.Location is { } location)
        {
            text.WriteLine($"  at {location}");
        }

        if (failure.Hint.Length > 0)
        {
            text.WriteLine($"  hint: {failure.Hint}");
        }

        foreach (var line in failure.Events)
        {
            text.WriteLine($"  event: {line}");
        }

        foreach (var line in GitHub.PlainText.Lines(failure.Log))
        {
            text.WriteLine($"  log: {line}");
        }

        return text.ToString();
    }

    private static char Sign(PlannedAction action) => action switch
    {
        PlannedAction.Create => '+',
        PlannedAction.Update or PlannedAction.Recreate => '~',
        PlannedAction.Delete => '-',
        PlannedAction.Unchanged => '=',
        _ => '!',
    };
}
