namespace Actions.Shared.Reporting.Deployments;

/// <summary>
/// A run as metrics. Every sample says which application, namespace, environment and mode it is about, so that the files of several pipelines can lie side by
/// side. No label holds the address of a cluster, a person or a value of a manifest.
/// </summary>
public static class DeploymentMetrics
{
    /// <summary>Renders the metrics, in a fixed order.</summary>
    /// <param name="report">The run.</param>
    /// <param name="exitCode">With which code the program ends.</param>
    /// <param name="end">When the run ended.</param>
    public static string Render(DeploymentReport report, ExitCode exitCode, DateTimeOffset end)
    {
        ArgumentNullException.ThrowIfNull(report);
        (string, string)[] labels = [("application", report.Application), ("namespace", report.Namespace), ("environment", report.Environment), ("mode", report.Mode)];
        (string, string)[] With(string name, string value) => [.. labels, (name, value)];
        var timestamp = end.ToUnixTimeMilliseconds() / 1000.0;
        var text = new PrometheusText()
            .Gauge("deploy_k8s_success", "Whether the last run was good.", [(labels, exitCode == ExitCode.Done ? 1 : 0)])
            .Gauge("deploy_k8s_exit_code", "Exit code of the last run.", [(labels, (int)exitCode)])
            .Gauge(
                "deploy_k8s_result", "1 for what the last run came to, 0 for what it did not.",
                Enum.GetValues<DeploymentOutcome>().Select(o => (With("result", DeploymentJson.Id(o)), o == report.Outcome ? 1.0 : 0.0)))
            .Gauge("deploy_k8s_duration_seconds", "How long the last run took.", [(labels, Math.Round(report.Duration.TotalSeconds, 3))])
            .Gauge("deploy_k8s_timestamp_seconds", "When the last run ended.", [(labels, timestamp)]);
        if (exitCode == ExitCode.Done)
        {
            text.Gauge("deploy_k8s_last_success_timestamp_seconds", "When the last good run ended; absent after a bad one.", [(labels, timestamp)]);
        }

        text.Gauge(
            "deploy_k8s_objects", "Objects by what the last run did with them, or would do.", report.Tally.Select(t => (With("action", t.Action), (double)t.Count)));
        if (report.Mode == "drift")
        {
            text.Gauge("deploy_k8s_drifted_objects", "Objects that are not as the manifests say; only of a look for drift.", [(labels, report.Drifted)]);
        }

        return text
            .Gauge("deploy_k8s_release", "Number of the release that is deployed, 0 for none.", [(labels, report.Release)])
            .Gauge("deploy_k8s_requests", "Requests to the cluster by verb.", report.Requests.Select(r => (With("verb", r.Key), (double)r.Value)))
            .ToString();
    }
}
