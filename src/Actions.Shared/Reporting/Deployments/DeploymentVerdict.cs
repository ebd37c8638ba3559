using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Reporting.Deployments;

/// <summary>The result of a run in one sentence.</summary>
internal static class DeploymentVerdict
{
    public static string Of(DeploymentReport report)
    {
        var where = report.Environment.Length > 0 ? $"{report.Application} in {report.Environment}" : report.Application;
        return report.Outcome switch
        {
            DeploymentOutcome.Previewed when report.Objects.Any(o => o.Item.Action is PlannedAction.Conflict or PlannedAction.Refused) => $"{where} cannot be deployed: {Counts(report)}",
            DeploymentOutcome.Previewed => report.Objects.Any(o => o.Item.IsChange) ? $"{where} will change: {Counts(report)}" : $"{where} will not change: {Counts(report)}",
            DeploymentOutcome.PreviewedOffline => $"{where}: {Phrases.Count(report.Objects.Count, "object")}, not compared with a cluster",
            DeploymentOutcome.InSync => $"{where} is as the manifests say: {Counts(report)}",
            DeploymentOutcome.Drifted => $"{where} is not as the manifests say: {Counts(report)}",
            DeploymentOutcome.Deployed => $"{where} is deployed: {Counts(report)}",
            DeploymentOutcome.Unchanged => $"{where} is deployed already: {Counts(report)}",
            DeploymentOutcome.Refused when report.IsReadOnly => $"{where} cannot be deployed",
            DeploymentOutcome.Refused when report.Count(ObjectOutcome.Created) > 0 => $"{where} was not deployed, only its namespace was created",
            DeploymentOutcome.Refused => $"{where} was not deployed, nothing was changed",
            DeploymentOutcome.RolledBack => $"{where} failed and was rolled back: {Counts(report)}",
            DeploymentOutcome.RollbackFailed => $"{where} failed, and not all of it could be rolled back: {Counts(report)}",
            DeploymentOutcome.Cancelled => $"{where} was cancelled: {Counts(report)}",
            _ => $"{where} failed: {Counts(report)}",
        };
    }

    /// <summary>The objects, counted: by plan when nothing was done, else by outcome.</summary>
    public static string Counts(DeploymentReport report)
    {
        var isPlan = report.IsReadOnly || report.Outcome == DeploymentOutcome.Refused;
        string[] parts = isPlan
            ? [.. Enum.GetValues<PlannedAction>().Where(a => report.Planned(a) > 0).Select(a => $"{Phrases.Number(report.Planned(a))} {Word(a)}")]
            : [.. Enum.GetValues<ObjectOutcome>().Where(o => report.Count(o) > 0).Select(o => $"{Phrases.Number(report.Count(o))} {ChangeText.Done(o)}")];
        return parts.Length == 0 ? "no objects" : string.Join(", ", parts);
    }

    private static string Word(PlannedAction action) => action switch
    {
        PlannedAction.Unchanged => "unchanged",
        PlannedAction.Create => "to create",
        PlannedAction.Update => "to update",
        PlannedAction.Recreate => "to delete and create again",
        PlannedAction.Delete => "to delete",
        PlannedAction.Conflict => "in conflict",
        _ => "refused by the cluster",
    };
}
