using System.Text;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Graph;

/// <summary>
/// Twice the objects must cost twice the work, in the shapes that invite a comparison of everything with everything. Work is counted in bytes allocated:
/// looking at a candidate allocates, and bytes do not depend on how busy the machine is. They are counted for one thread, so the rules run one after the other here.
/// </summary>
public class LinearTimeSpecs
{
    private const int Few = 1000;

    public static TheoryData<string> Shapes => [.. Makers.Keys];

    private static Dictionary<string, Func<int, string>> Makers { get; } = new()
    {
        ["the same application in many namespaces"] = static i => Application("web", $"tenant-{i}"),
        ["the same application in many folders"] = static i => Application("web", null),
        ["many applications in one namespace"] = static i => Application($"web-{i}", "shop"),
        ["one default-deny policy for each of many pods of a namespace"] = static i => Pod($"web-{i}", "shop") + Policy($"deny-{i}", "shop", "{}"),
        ["policies that select by expression"] = static i =>
            Pod($"web-{i}", "shop") + Policy($"web-{i}", "shop", $"{{matchExpressions: [{{key: app, operator: In, values: [web-{i}, api-{i}]}}]}}"),
        ["policies that rule labels out"] = static i =>
            Pod($"web-{i}", "shop") + Policy($"web-{i}", "shop", "{matchExpressions: [{key: app, operator: DoesNotExist}]}"),
        ["budgets that select by a label that all pods have"] = static i =>
            Pod($"web-{i}", "shop") + $"---\n{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: web-{i}, namespace: shop}}, spec: {{minAvailable: 1, selector: {{matchLabels: {{part-of: shop, app: web-{i}}}}}}}}}\n",
        ["monitors of Services"] = static i =>
            $"---\n{{apiVersion: v1, kind: Service, metadata: {{name: web-{i}, namespace: shop, labels: {{app: web-{i}, part-of: shop}}}}, spec: {{ports: [{{name: http, port: 80}}]}}}}\n"
            + $"---\n{{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {{name: web-{i}, namespace: shop}}, spec: {{selector: {{matchLabels: {{part-of: shop, app: web-{i}}}}}, endpoints: [{{port: http}}]}}}}\n",
        ["the same object again and again"] = static i => "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}}\n",
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Twice_the_objects_cost_twice_the_work(string shape)
    {
        Cost(shape, 10);
        var (once, twice) = (Cost(shape, Few), Cost(shape, 2 * Few));

        (twice / (double)once).ShouldBeLessThan(2.5, $"{once:N0} and {twice:N0} bytes");
    }

    private static long Cost(string shape, int count)
    {
        var objects = new List<GraphObject>();
        for (var i = 0; i < count; i++)
        {
            var file = shape.Contains("folders", StringComparison.Ordinal) ? $"tenants/{i}/app.yaml" : "app.yaml";
            objects.AddRange(ManifestClassifier.Classify(YamlLoader.Load(file, "#\n" + Makers[shape](i))).Resources.Select(r => GraphObject.From("", file, r.Body, r.Reference)!));
        }

        objects.Count.ShouldBeGreaterThanOrEqualTo(count);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var graph = new ObjectGraph(objects);
        foreach (var rule in GraphRuleCatalogue.Rules)
        {
            rule.Check(new GraphInspection(graph, RuleSettings.Default, rule.Descriptor));
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Pod(string name, string ns) =>
        $"---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: {ns}, labels: {{app: {name}, part-of: shop}}}}, spec: {{containers: [{{name: web, image: web}}]}}}}\n";

    private static string Policy(string name, string ns, string selector) =>
        $"---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: {name}, namespace: {ns}}}, spec: {{podSelector: {selector}, policyTypes: [Ingress]}}}}\n";

    private static string Application(string name, string? ns)
    {
        var metadata = $"{{name: {name}{(ns is null ? "" : $", namespace: {ns}")}}}";
        return new StringBuilder()
            .Append($"---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {metadata}, spec: {{replicas: 2, template: {{metadata: {{labels: {{app: {name}, part-of: shop}}}}, ")
            .Append($"spec: {{serviceAccountName: {name}, containers: [{{name: web, image: web:1, ports: [{{containerPort: 80}}], envFrom: [{{configMapRef: {{name: {name}}}}}]}}]}}}}}}}}\n")
            .Append($"---\n{{apiVersion: v1, kind: Service, metadata: {metadata}, spec: {{selector: {{app: {name}}}, ports: [{{port: 80}}]}}}}\n")
            .Append($"---\n{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {metadata}, spec: {{scaleTargetRef: {{kind: Deployment, name: {name}}}}}}}\n")
            .Append($"---\n{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {metadata}, spec: {{minAvailable: 1, selector: {{matchLabels: {{app: {name}}}}}}}}}\n")
            .Append($"---\n{{apiVersion: v1, kind: ServiceAccount, metadata: {metadata}}}\n")
            .Append($"---\n{{apiVersion: v1, kind: ConfigMap, metadata: {metadata}}}\n")
            .Append($"---\n{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {metadata}, spec: {{rules: [{{host: {name}.{ns}.example.com, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}]}}}}]}}}}\n")
            .ToString();
    }
}
