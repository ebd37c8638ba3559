using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Images.Policies;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>
/// Sets images in the files of the workspace, the way that GitOps deploys: what is in git is changed, and a controller in the cluster follows. Either all of it is
/// written or nothing is.
/// </summary>
internal sealed class BumpRun(DeployK8sOptions options, ActionContext context)
{
    private const int MostAnnotations = 20;

    private readonly ReportFiles _files = new(options, context);

    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        var images = new BumpImages(options, context);
        var changes = await images.ResolveAsync(cancellation);
        context.Log.Untrusted(DeploymentText.Images(images.Images));
        var bumping = new ImageBumpOptions { Fields = options.Bump.Fields, IgnorePaths = options.Bump.IgnorePaths };
        var plan = BumpPlan.Make(context.WorkingDirectory, options.Manifests, changes, bumping, cancellation);
        IReadOnlyList<DeploymentFailure> failures = [.. images.Failures, .. BumpGuards.Check(plan, options)];
        var report = new BumpReport(options, plan, failures);

        context.Log.Untrusted(plan.Diff());
        Tell(plan, failures);
        if (failures.Count == 0 && !options.Bump.Check)
        {
            plan.Apply();
            report = report with { Delivery = await DeliverAsync(plan, changes, bumping, report, cancellation) };
        }

        Write(report);
        return report.Result is "bumped" or "unchanged" ? ExitCode.Done : ExitCode.Findings;
    }

    private async Task<BumpDelivery?> DeliverAsync(BumpPlan plan, IReadOnlyList<ImageChange> changes, ImageBumpOptions bumping, BumpReport report, CancellationToken cancellation)
    {
        if (options.Bump.Target == BumpTarget.Files)
        {
            return null;
        }

        using var publisher = new BumpPublisher(options, context);
        // The workspace may hold the bump already, by a step before, and GitHub not.
        FileBump[] files = plan.Changed.Any() ? [.. plan.Changed] : [.. plan.Files.Where(f => f.Settled.Count > 0).Take(options.Bump.MaxFiles)];
        var delivery = await publisher.PublishAsync(files, changes, bumping, report, cancellation);
        context.Outputs.Set("branch", delivery.Branch);
        context.Outputs.Set("commit", delivery.Commit);
        if (delivery.Number > 0)
        {
            context.Outputs.Set("pull-request", delivery.Number);
            context.Outputs.Set("pull-request-url", delivery.Url);
        }

        return delivery;
    }

    private void Tell(BumpPlan plan, IReadOnlyList<DeploymentFailure> failures)
    {
        foreach (var refusal in plan.Refusals.Take(MostAnnotations))
        {
            Annotate(Severity.Warning, $"{Named(refusal.Change)} is not set here: {refusal.Message}", refusal.Hint, refusal.Location);
        }

        foreach (var edit in plan.Edits.Where(e => e.Warning is not null || (e.OldVersion.Digest is not null && e.NewVersion.Digest is null && e.Change.Target.Digest is null)).Take(MostAnnotations))
        {
            Annotate(
                Severity.Warning,
                $"{edit.Pointer}: {edit.Warning ?? "the digest that stood here is dropped, as it belongs to the tag before"}",
                edit.Warning is null ? "With `image-gate: pin` the digest of the new tag is written." : "It is written with quotes now.",
                edit.Location);
        }

        foreach (var failure in failures)
        {
            Annotate(Severity.Error, failure.Message, failure.Hint, failure.Location);
        }
    }

    private void Annotate(Severity severity, string message, string hint, SourceLocation? location)
    {
        if (context.GitHub.IsActions)
        {
            context.Annotations.Add(new Annotation(severity, $"{message}\n{hint}") { Title = DeployK8sProgram.Definition.Name, Location = location });
        }
        else
        {
            context.Log.Untrusted($"{(severity == Severity.Error ? "error" : "warning")}: {(location is null ? "" : $"{location}: ")}{message}\n  hint: {hint}");
        }
    }

    private void Write(BumpReport report)
    {
        var markdown = report.Markdown();
        _files.WriteFile("plan-file", options.PlanFile, context.Secrets.Redact(markdown));
        _files.WriteFile("report-file", options.ReportFile, context.Secrets.Redact(BumpJson.Render(report.Plan)));
        if (options.Summary && context.Summary.IsAvailable)
        {
            context.Summary.Append(markdown);
        }

        context.Log.Info($"{report.Verdict}.");
        context.Outputs.Set("result", report.Result);
        context.Outputs.Set("changed", report.Result is "bumped" or "outdated");
        context.Outputs.Set("failure-cause", report.Failures.Count > 0 ? report.Failures[0].Cause : "");
        context.Outputs.Set("changes", context.Secrets.Redact(BumpJson.Render(report.Plan).TrimEnd('\n')));
        context.Outputs.Set("changed-files", string.Join('\n', report.Plan.Changed.Select(f => f.Path)));
    }

    internal static string Named(ImageChange change) => change.Policy ?? change.Name;
}

/// <summary>What must hold of a bump before anything is written.</summary>
internal static class BumpGuards
{
    private const int MostFailures = 20;

    public static IReadOnlyList<DeploymentFailure> Check(BumpPlan plan, DeployK8sOptions options)
    {
        var failures = new List<DeploymentFailure>();
        foreach (var unused in plan.Unmatched)
        {
            failures.Add(new("image-unused", $"No file names {(unused.Policy is { } policy ? $"the image policy {policy}" : $"the image {unused.Name}")}", "Check the name and `manifests`; fields that are not known are named by `image-fields`."));
        }

        // Where the image is set elsewhere, a place that cannot be set may follow from there, as a template does from its values.
        var settled = plan.Files.SelectMany(f => f.Settled).ToHashSet();
        foreach (var stuck in plan.Refusals.Where(r => !settled.Contains(r.Change)).DistinctBy(r => r.Change))
        {
            failures.Add(new("image-not-set", $"{BumpRun.Named(stuck.Change)} cannot be set anywhere: {stuck.Message}", stuck.Hint) { Location = stuck.Location });
        }

        var guards = options.ImageGate.Guards with { MaxFiles = options.Bump.MaxFiles };
        failures.AddRange(plan.Edits.SelectMany(e => Judge(e, plan, options)));
        if (guards.CheckFiles(plan) is { } tooMany)
        {
            failures.Add(new("too-many-files", tooMany.Message, "Narrow `manifests`, or raise `max-files`."));
        }

        return [.. failures.Take(MostFailures)];
    }

    private static IEnumerable<DeploymentFailure> Judge(ImageEdit edit, BumpPlan plan, DeployK8sOptions options)
    {
        var (oldTag, oldDigest) = edit.OldVersion;
        var (newTag, newDigest) = edit.NewVersion;
        if (edit.Change.Renames)
        {
            yield break;
        }

        if (!options.ImageGate.Guards.AllowDowngrade && oldTag is not null && newTag is not null && ImageGuards.IsDowngrade(oldTag, newTag))
        {
            yield return new("image-downgrade", $"{newTag} of {BumpRun.Named(edit.Change)} is lower than {oldTag}, which is there now", "Set `allow-image-downgrade` if it is meant.") { Location = edit.Location };
        }

        var tag = newTag ?? edit.Change.Target.Tag;
        var keepsTag = newTag is not null || oldTag is not null ? newTag == oldTag : !plan.Edits.Any(e => e != edit && e.Location.File == edit.Location.File && Parent(e) == Parent(edit) && e.NewVersion.Tag is not null);
        if (oldDigest is not null && newDigest is not null && oldDigest != newDigest && keepsTag && options.ImageGate.IsImmutable(tag))
        {
            yield return new("image-tag-moved", $"{BumpRun.Named(edit.Change)}:{tag} is {oldDigest} here and leads to {newDigest} now", "Find out who pushed it again; push new content under a new tag, or set `immutable-tags`.") { Location = edit.Location };
        }
    }

    private static string Parent(ImageEdit edit) => edit.Pointer[..edit.Pointer.LastIndexOf('/')];
}
