using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Clusters.Planning;

/// <summary>Objects written as YAML.</summary>
internal static class Objects
{
    public static ClusterObject Read(string yaml)
    {
        // A document that starts with a brace is JSON; below a key it is YAML in flow style.
        var isFlow = yaml.StartsWith('{');
        var root = (YamlMapping)YamlLoader.Load("test.yaml", isFlow ? $"root: {yaml}" : yaml).Documents[0].Root!;
        return new(ManifestJson.From(isFlow ? (YamlMapping)root["root"]! : root));
    }

    public static JsonObject Json(string yaml) => Read(yaml).Body;

    public static DesiredObject Desired(string yaml) => new(Read(yaml), new SourceLocation("test.yaml"));

    public static PlanItem Item(PlannedAction action, string? desired = null, string? live = null)
    {
        var wanted = desired is null ? null : Desired(desired);
        var current = live is null ? null : Read(live);
        return new PlanItem
        {
            Key = wanted?.Key ?? ObjectKey.Of(current!),
            Action = action,
            Stage = ApplyStage.Workloads,
            Desired = wanted,
            Sent = wanted?.Object,
            Live = current,
            Changes = action == PlannedAction.Update ? FieldDiff.Between(current, wanted!.Object) : [],
        };
    }
}
