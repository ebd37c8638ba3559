using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actions.Shared;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s.Tests;

public sealed partial class DeploymentMetricsSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly DeploymentReport Report = new()
    {
        Tool = "deploy-k8s",
        ToolVersion = "1.2.3",
        Mode = "deploy",
        Application = "shop",
        Namespace = "storefront",
        Environment = "staging",
        Trace = new DeploymentTrace { Run = "" },
        Outcome = DeploymentOutcome.Deployed,
        Objects =
        [
            Result("a", PlannedAction.Create, ObjectOutcome.Created),
            Result("b", PlannedAction.Update, ObjectOutcome.Updated),
            Result("c", PlannedAction.Recreate, ObjectOutcome.Recreated),
            Result("d", PlannedAction.Unchanged, ObjectOutcome.Unchanged),
        ],
        Release = 7,
        Duration = TimeSpan.FromMilliseconds(1500),
        Requests = [new("apply", 3)],
    };

    [Fact]
    public void A_good_deployment_is_told_with_what_it_changed()
    {
        var text = DeploymentMetrics.Render(Report, ExitCode.Done, Noon);

        const string Labels = "application=\"shop\",namespace=\"storefront\",environment=\"staging\",mode=\"deploy\"";
        text.ShouldStartWith($$"""
            # HELP deploy_k8s_success Whether the last run was good.
            # TYPE deploy_k8s_success gauge
            deploy_k8s_success{{{Labels}}} 1

            """);
        foreach (var line in (string[])
        [
            $"deploy_k8s_exit_code{{{Labels}}} 0",
            $"deploy_k8s_result{{{Labels},result=\"deployed\"}} 1",
            $"deploy_k8s_result{{{Labels},result=\"rolled-back\"}} 0",
            $"deploy_k8s_duration_seconds{{{Labels}}} 1.5",
            $"deploy_k8s_timestamp_seconds{{{Labels}}} 1795521600",
            $"deploy_k8s_last_success_timestamp_seconds{{{Labels}}} 1795521600",
            $"deploy_k8s_objects{{{Labels},action=\"created\"}} 1",
            $"deploy_k8s_objects{{{Labels},action=\"updated\"}} 2",
            $"deploy_k8s_objects{{{Labels},action=\"unchanged\"}} 1",
            $"deploy_k8s_objects{{{Labels},action=\"failed\"}} 0",
            $"deploy_k8s_release{{{Labels}}} 7",
            $"deploy_k8s_requests{{{Labels},verb=\"apply\"}} 3",
        ])
        {
            text.ShouldContain($"\n{line}\n");
        }

        text.ShouldNotContain("drifted_objects");
    }

    [Fact]
    public void A_look_for_drift_counts_what_is_not_as_it_should_be()
    {
        var drift = Report with
        {
            Mode = "drift",
            Outcome = DeploymentOutcome.Drifted,
            Objects = [Result("a", PlannedAction.Update, ObjectOutcome.NotReached), Result("b", PlannedAction.Conflict, ObjectOutcome.NotReached), Result("c", PlannedAction.Unchanged, ObjectOutcome.NotReached)],
        };

        var text = DeploymentMetrics.Render(drift, ExitCode.Findings, Noon);

        text.ShouldContain("mode=\"drift\"} 2\n# HELP deploy_k8s_release");
        text.ShouldContain("deploy_k8s_success{application=\"shop\",namespace=\"storefront\",environment=\"staging\",mode=\"drift\"} 0\n");
        text.ShouldContain("action=\"updated\"} 1\n");
        text.ShouldContain("action=\"unchanged\"} 1\n");
        text.ShouldNotContain("last_success");
    }

    [Fact]
    public void The_reference_names_every_metric()
    {
        var reference = File.ReadAllText(Path.Combine(Root(), "docs", "reference", "metrics.md"));

        var names = Name().Matches(DeploymentMetrics.Render(Report with { Mode = "drift" }, ExitCode.Done, Noon)).Select(m => m.Groups[1].Value).ToArray();

        names.Length.ShouldBe(10);
        names.ShouldAllBe(n => reference.Contains($"\n| `{n}` |", StringComparison.Ordinal));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Actions.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    private static ObjectResult Result(string name, PlannedAction action, ObjectOutcome outcome)
    {
        var item = new ClusterObject((JsonObject)JsonNode.Parse($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"storefront"}}""")!);
        return new ObjectResult(new PlanItem { Key = ObjectKey.Of(item), Action = action, Stage = ApplyStage.Configuration, Sent = item }, outcome);
    }

    [GeneratedRegex("^# TYPE ([a-z0-9_]+) gauge$", RegexOptions.Multiline)]
    private static partial Regex Name();
}
