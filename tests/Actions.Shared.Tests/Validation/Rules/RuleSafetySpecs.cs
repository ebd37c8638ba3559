using System.Text.Json.Nodes;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Validation.Rules;

public class RuleSafetySpecs
{
    private static readonly string[] Fields =
    [
        "metadata", "spec", "template", "jobTemplate", "containers", "initContainers", "name", "namespace", "labels", "annotations", "securityContext",
        "capabilities", "add", "drop", "resources", "limits", "requests", "cpu", "memory", "image", "env", "valueFrom", "secretKeyRef", "volumes", "hostPath",
        "path", "volumeMounts", "ports", "port", "containerPort", "targetPort", "livenessProbe", "readinessProbe", "httpGet", "selector", "matchLabels",
        "matchExpressions", "operator", "values", "key", "rules", "verbs", "apiGroups", "subjects", "roleRef", "kind", "data", "stringData", "tls", "hosts", "host",
        "http", "paths", "backend", "service", "schedule", "timeZone", "replicas", "minReplicas", "maxReplicas", "scaleTargetRef", "topologySpreadConstraints",
        "volumeClaimTemplates", "storageClassName", "dnsConfig", "options", "value", "sops", "mac", "seccompProfile", "type", "sysctls", "exec", "command", "grpc",
        "lifecycle", "preStop", "readOnly", "nfs", "reference", "generateName", "roleRef", "externalIPs", "envFrom", "secretRef", "emptyDir", "sizeLimit", "affinity", "podAntiAffinity", "serviceAccountName", "restartPolicy", "minAvailable", "maxUnavailable", "policyTypes", "podSelector", "from", "ingress", "egress",
    ];

    private static readonly string[] Kinds =
    [
        "v1 Pod", "apps/v1 Deployment", "apps/v1 StatefulSet", "batch/v1 CronJob", "batch/v1 Job", "v1 Service", "v1 ConfigMap", "v1 Secret", "v1 ServiceAccount", "v1 PersistentVolumeClaim",
        "networking.k8s.io/v1 Ingress", "networking.k8s.io/v1 NetworkPolicy", "autoscaling/v2 HorizontalPodAutoscaler", "policy/v1 PodDisruptionBudget",
        "rbac.authorization.k8s.io/v1 Role", "rbac.authorization.k8s.io/v1 ClusterRoleBinding", "monitoring.coreos.com/v1 ServiceMonitor",
        "gateway.networking.k8s.io/v1 HTTPRoute", "example.com/v1 Widget",
    ];

    private static readonly string[] Scalars = ["", "x", "0", "-1", "70000", "true", "no", "~", "*", "app", "1Gi", "99999999999999999999", "\"\"", "\"a b\"", "100%", "* * * * *"];

    private static readonly string?[] Damages = [null, "{}", "[]", "[null]", "[{}]", "{\"a\": [1]}", "\"\"", "\"x\"", "0", "-1", "70000", "1.5", "true", "\"99999999999999999999\"", "\"*\"", "\"/\""];

    [Fact]
    public void No_rule_throws_whatever_the_object_looks_like() =>
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Inspect(Manifests(new Random(seed)))));

    /// <summary>Random objects hardly ever get as far into a rule as its own examples do.</summary>
    [Theory]
    [MemberData(nameof(RuleCaseSpecs.Rules), MemberType = typeof(RuleCaseSpecs))]
    public void A_rule_does_not_throw_when_its_own_examples_are_damaged(string rule)
    {
        foreach (var example in RuleCase.Read(rule))
        {
            for (var seed = 0; seed < 25; seed++)
            {
                var damaged = example with { Yaml = Damaged(example.Yaml, new Random(seed)) };

                Should.NotThrow(damaged.Run, $"{damaged}\n{damaged.Yaml}");
            }
        }
    }

    [Fact]
    public void The_graph_gives_the_same_findings_in_any_order()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var objects = Objects(Manifests(new Random(seed)));
            var there = FindingList.Normalize(GraphRuleCatalogue.Inspect(GraphRuleCatalogue.Rules, objects, RuleSettings.Default));
            var back = FindingList.Normalize(GraphRuleCatalogue.Inspect(GraphRuleCatalogue.Rules, objects.Reverse(), RuleSettings.Default));

            back.ShouldBe(there);
        }
    }

    private static string Damaged(string yaml, Random random)
    {
        var objects = YamlLoader.Load("case.yaml", yaml).Documents.Select(d => d.Root).OfType<YamlMapping>().Select(ManifestJson.From).ToArray();
        var nodes = objects.SelectMany(Below).ToArray();
        for (var i = 0; i < 3 && nodes.Length > 0; i++)
        {
            var (parent, key) = nodes[random.Next(nodes.Length)];
            var text = Damages[random.Next(Damages.Length)];
            var value = text is null ? null : JsonNode.Parse(text);
            switch (parent)
            {
                case JsonObject mapping when random.Next(4) == 0:
                    mapping.Remove((string)key);
                    break;
                case JsonObject mapping:
                    mapping[(string)key] = value;
                    break;
                case JsonArray list when (int)key < list.Count:
                    list[(int)key] = value;
                    break;
            }
        }

        // A file that starts with { is JSON.
        return "#\n" + string.Concat(objects.Select(o => $"---\n{o.ToJsonString()}\n"));
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Below(JsonNode? node) => node switch
    {
        JsonObject mapping => mapping.SelectMany(e => Below(e.Value).Prepend((mapping, e.Key))),
        JsonArray list => list.SelectMany((item, i) => Below(item).Prepend((list, i))),
        _ => [],
    };

    private static void Inspect(string yaml)
    {
        var runner = new RuleRunner(RuleCatalogue.ObjectRules, RuleSettings.Default with { PodSecurity = PodSecurityLevel.Restricted });
        var objects = Objects(yaml);
        var findings = GraphRuleCatalogue.Inspect(GraphRuleCatalogue.Rules, objects, RuleSettings.Default);
        foreach (var item in ManifestClassifier.Classify(YamlLoader.Load("a.yaml", yaml)).Resources)
        {
            runner.Inspect("a.yaml", item.Body, item.Reference, findings);
        }
    }

    private static IReadOnlyList<GraphObject> Objects(string yaml) =>
        [.. ManifestClassifier.Classify(YamlLoader.Load("a.yaml", yaml)).Resources.Select(r => GraphObject.From("", "a.yaml", r.Body, r.Reference)).OfType<GraphObject>()];

    private static string Manifests(Random random)
    {
        var documents = Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
        {
            var kind = Kinds[random.Next(Kinds.Length)].Split(' ');
            return $"{{apiVersion: {kind[0]}, kind: {kind[1]}, metadata: {{name: app}}, spec: {Node(random, 0)}, rules: {Node(random, 3)}, data: {Node(random, 4)}}}\n";
        });
        // A file that starts with { is JSON.
        return "#\n" + string.Join("---\n", documents);
    }

    private static string Node(Random random, int depth) => (depth > 7 ? 0 : random.Next(4)) switch
    {
        0 => Scalars[random.Next(Scalars.Length)] is { Length: > 0 } scalar ? Quote(scalar) : "~",
        1 => $"[{string.Join(", ", Enumerable.Range(0, random.Next(3)).Select(_ => Node(random, depth + 1)))}]",
        _ => $"{{{string.Join(", ", Enumerable.Range(0, random.Next(1, 6)).Select(_ => Fields[random.Next(Fields.Length)]).Distinct().Select(f => $"{f}: {Node(random, depth + 1)}"))}}}",
    };

    private static string Quote(string scalar) => scalar is "*" or "* * * * *" or "100%" ? $"'{scalar}'" : scalar;
}
