using System.Text;
using Actions.RenovateRun.Reading;
using Actions.Shared;
using Actions.Shared.Images;

namespace Actions.RenovateRun;

/// <summary>The changes that Renovate would propose to images, made by our own engine instead of a branch on a server.</summary>
/// <param name="Text">By branch, in ordinal order: a line <c># branch</c>, then a unified diff for <c>git apply</c>.</param>
/// <param name="Edits">How many fields would change.</param>
/// <param name="Refusals">Places that are left alone, one sentence each.</param>
/// <param name="Others">How many updates are not of images, so that they are not shown.</param>
internal sealed record Preview(string Text, int Edits, IReadOnlyList<string> Refusals, int Others)
{
    /// <summary>Makes the changes in memory. Nothing is written.</summary>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="dependencies">What Renovate found there.</param>
    /// <param name="cancellation">Stops between files.</param>
    public static Preview Make(string workspace, IReadOnlyList<Dependency> dependencies, CancellationToken cancellation)
    {
        var wanted =
            (from dependency in dependencies
             from update in dependency.Updates
             let change = Change(dependency, update)
             where change is not null
             select (update.Branch, dependency.File, Change: change))
            .ToList();
        var text = new StringBuilder();
        var refusals = new List<string>();
        var edits = 0;
        foreach (var branch in wanted.GroupBy(w => w.Branch).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var diffs = new StringBuilder();
            foreach (var file in branch.GroupBy(w => w.File).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                var plan = Plan(workspace, file.Key, [.. file.Select(w => w.Change).Distinct()], refusals, cancellation);
                edits += plan?.Edits.Count() ?? 0;
                diffs.Append(plan?.Diff());
            }

            if (diffs.Length > 0)
            {
                text.Append($"# {Shared.GitHub.PlainText.Clean(branch.Key).ReplaceLineEndings(" ")}\n").Append(diffs);
            }
        }

        return new Preview(text.ToString(), edits, refusals, dependencies.Sum(d => d.Updates.Count) - wanted.Count);
    }

    private static BumpPlan? Plan(string workspace, string file, IReadOnlyList<ImageChange> changes, List<string> refusals, CancellationToken cancellation)
    {
        try
        {
            var plan = BumpPlan.Make(workspace, [file], changes, cancellation: cancellation);
            refusals.AddRange(plan.Refusals.Select(r => $"{r.Location}: {r.Change.Target} is not set: {r.Message}"));
            refusals.AddRange(plan.Unmatched.Select(c => $"{file}: {c.Target} is not set: the image was not found in a form that can be changed"));
            return plan;
        }
        catch (ActionException e)
        {
            refusals.Add($"{file}: {e.Message}");
            return null;
        }
    }

    /// <summary>An update of an image as a change; null if it is none.</summary>
    private static ImageChange? Change(Dependency dependency, FoundUpdate update)
    {
        if (dependency.Datasource != "docker" || !ImageReference.TryParse(dependency.Name, out var name))
        {
            return null;
        }

        var tag = update.NewValue ?? dependency.CurrentValue;
        var digest = update.NewDigest ?? (update.NewValue == dependency.CurrentValue ? dependency.CurrentDigest : null);
        if ((tag is null && digest is null) || (tag is not null && !ImageReference.IsTag(tag)) || (digest is not null && !ImageReference.IsDigest(digest)))
        {
            return null;
        }

        return ImageChange.To(name.With(tag, digest)) with { CurrentTag = dependency.CurrentValue };
    }
}
