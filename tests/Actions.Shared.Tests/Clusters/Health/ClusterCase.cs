using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Health;
using Actions.Shared.Clusters.Objects;
using Actions.Shared.Manifests;
using Actions.Shared.Tests.Reporting;

namespace Actions.Shared.Tests.Clusters.Health;

/// <summary>
/// One case of a file in <c>fixtures</c>: a line <c>### EXPECTED: title</c>, lines <c># name: value</c>, and the objects, the judged one first. Left out in
/// the files and added here: <c>apiVersion</c>, the namespace <c>shop</c>, UIDs (<c>kind/name</c>), <c>owner: kind/name</c> for an owner reference, and
/// of Events everything but <c>about: kind/name{container}</c>, reason and message (type Warning, seen at 12:00:30). Everything was applied at 12:00:00
/// and is judged at 12:01:00, unless <c># now</c> says otherwise.
/// </summary>
public sealed partial record ClusterCase(string File, int Line, string Expected, string Title, IReadOnlyDictionary<string, string> Settings, IReadOnlyList<ClusterObject> Objects)
{
    public static DateTimeOffset Applied { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public ClusterObject Subject => Objects[0];

    public EventLog Events => new(Objects.Where(o => o.Kind == "Event").Select(ClusterEvent.Read));

    public ObjectFamily Family => new(Objects.Where(o => o.Kind != "Event"));

    public HealthContext Context => new(Settings.TryGetValue("now", out var now) ? DateTimeOffset.Parse($"2026-03-01T{now}Z", CultureInfo.InvariantCulture) : Applied.AddMinutes(1))
    {
        Since = Applied,
        Generation = Settings.TryGetValue("generation", out var generation) ? long.Parse(generation) : null,
        Family = Family,
        Events = Events,
        WaitForAddresses = Settings.ContainsKey("addresses"),
        WaitForMetrics = Settings.ContainsKey("metrics"),
    };

    public static string FolderOf(string part) => Path.Combine(Golden.Root, "tests", "Actions.Shared.Tests", "Clusters", part, "fixtures");

    public static IReadOnlyList<ClusterCase> ReadAll(string part) =>
        [.. Directory.EnumerateFiles(FolderOf(part), "*.yaml").Order(StringComparer.Ordinal).SelectMany(Read)];

    public static IReadOnlyList<ClusterCase> Read(string path)
    {
        var cases = new List<ClusterCase>();
        var text = "\n" + System.IO.File.ReadAllText(path);
        var at = text.IndexOf("\n### ", StringComparison.Ordinal);
        while (at >= 0)
        {
            var next = text.IndexOf("\n### ", at + 1, StringComparison.Ordinal);
            var part = text[(at + 5)..(next < 0 ? text.Length : next)];
            var lines = part.Split('\n');
            var colon = lines[0].IndexOf(": ", StringComparison.Ordinal);
            var settings = lines.Skip(1).TakeWhile(l => l.StartsWith("# ", StringComparison.Ordinal))
                .Select(l => l[2..].Split(": ", 2)).ToDictionary(p => p[0].TrimEnd(':'), p => p.Length > 1 ? p[1].Trim() : "");
            var line = text.AsSpan(0, at + 1).Count('\n');
            cases.Add(new(Path.GetFileNameWithoutExtension(path), line, lines[0][..colon], lines[0][(colon + 2)..], settings, Parse(part[lines[0].Length..])));
            at = next;
        }

        return cases;
    }

    public override string ToString() => $"{File}.yaml:{Line} {Title}";

    public static IReadOnlyList<ClusterObject> Parse(string yaml)
    {
        var file = YamlLoader.Load("case.yaml", yaml);
        file.Problems.ShouldBeEmpty();
        return [.. file.Documents.Where(d => d.Root is YamlMapping).Select(d =>
        {
            d.Problems.ShouldBeEmpty();
            return Complete((JsonObject)Convert(d.Root!)!);
        })];
    }

    private static ClusterObject Complete(JsonObject body)
    {
        var kind = body["kind"]!.GetValue<string>();
        if (kind == "Event")
        {
            return CompleteEvent(body);
        }

        body["apiVersion"] ??= kind switch
        {
            "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet" => "apps/v1",
            "Job" or "CronJob" => "batch/v1",
            "StorageClass" => "storage.k8s.io/v1",
            "Ingress" => "networking.k8s.io/v1",
            "HorizontalPodAutoscaler" => "autoscaling/v2",
            "CustomResourceDefinition" => "apiextensions.k8s.io/v1",
            "APIService" => "apiregistration.k8s.io/v1",
            _ => "v1",
        };
        var metadata = (JsonObject)(body["metadata"] ??= new JsonObject { ["name"] = "web" });
        var name = metadata["name"]!.GetValue<string>();
        if (kind is not ("Node" or "StorageClass" or "PersistentVolume" or "Namespace" or "CustomResourceDefinition" or "APIService"))
        {
            metadata["namespace"] ??= "shop";
        }

        metadata["uid"] ??= $"{kind.ToLowerInvariant()}/{name}";
        if (metadata["owner"] is { } owner)
        {
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = owner.GetValue<string>(), ["controller"] = true });
            metadata.Remove("owner");
        }

        return new(body);
    }

    private static ClusterObject CompleteEvent(JsonObject body)
    {
        var about = About().Match(body["about"]!.GetValue<string>());
        body["involvedObject"] = new JsonObject
        {
            ["uid"] = about.Groups["uid"].Value,
            ["fieldPath"] = about.Groups["container"].Success ? $"spec.containers{{{about.Groups["container"].Value}}}" : null,
        };
        body.Remove("about");
        body["type"] ??= "Warning";
        body["lastTimestamp"] ??= "2026-03-01T12:00:30Z";
        return new(body);
    }

    public static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Select(e => KeyValuePair.Create(e.Key.Value, Convert(e.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Select(Convert)]),
        YamlScalar scalar => scalar.Type switch
        {
            YamlScalarType.Null => null,
            YamlScalarType.Boolean => scalar.Value == "true",
            YamlScalarType.Integer => long.Parse(scalar.Value, CultureInfo.InvariantCulture),
            _ => JsonValue.Create(scalar.Value),
        },
        _ => throw new NotSupportedException(),
    };

    [GeneratedRegex(@"^(?<uid>[^{]+)(?:\{(?<container>[^}]+)\})?$")]
    private static partial Regex About();
}
