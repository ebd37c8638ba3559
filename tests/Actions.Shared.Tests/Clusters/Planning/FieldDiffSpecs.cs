using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Planning;

public class FieldDiffSpecs
{
    [Theory]
    [InlineData("{spec: {replicas: 1}}", "{spec: {replicas: 2}}", "spec.replicas Changed 1 2")]
    [InlineData("{spec: {replicas: 1}}", "{spec: {}}", "spec.replicas Removed 1 ")]
    [InlineData("{spec: {}}", "{spec: {replicas: 2}}", "spec.replicas Added  2")]
    [InlineData("{spec: {a: 1}}", "{spec: {a: 1.0}}", "")]
    [InlineData("{metadata: {labels: {app: a}}}", "{metadata: {labels: {app: a, tier: web}}}", "metadata.labels.tier Added  \"web\"")]
    [InlineData("{metadata: {name: a}}", "{metadata: {name: a, labels: {app: a}}}", "metadata.labels.app Added  \"a\"")]
    [InlineData("{metadata: {resourceVersion: '1', uid: a, generation: 1, creationTimestamp: x, managedFields: []}}", "{metadata: {resourceVersion: '2', uid: b, generation: 2}}", "")]
    [InlineData("{status: {replicas: 1}}", "{status: {replicas: 2}}", "")]
    [InlineData("{metadata: {annotations: {deployment.kubernetes.io/revision: '1', kubectl.kubernetes.io/last-applied-configuration: x}}}", "{metadata: {annotations: {}}}", "")]
    [InlineData("{data: {a: x}}", "{data: {b: x}}", "data.a Removed \"x\" |data.b Added  \"x\"")]
    public void Fields_are_compared_one_by_one(string before, string after, string expected) => Describe(before, after).ShouldBe(expected);

    [Theory]
    [InlineData("{containers: [{name: a, image: x}]}", "{containers: [{name: a, image: z}]}", "containers[name=\"a\"].image Changed \"x\" \"z\"")]
    [InlineData("{containers: [{name: a}, {name: b}]}", "{containers: [{name: b}]}", "containers[name=\"a\"] Removed {\"name\":\"a\"} ")]
    [InlineData("{containers: [{name: a}, {name: b}]}", "{containers: [{name: b}, {name: a}]}", "containers Reordered [\"[name=\\u0022a\\u0022]\",\"[name=\\u0022b\\u0022]\"] [\"[name=\\u0022b\\u0022]\",\"[name=\\u0022a\\u0022]\"]")]
    [InlineData("{ports: [{containerPort: 80}]}", "{ports: [{containerPort: 80, protocol: TCP, name: http}]}", "ports[containerPort=80,protocol=\"TCP\"].name Added  \"http\"|ports[containerPort=80,protocol=\"TCP\"].protocol Added  \"TCP\"")]
    [InlineData("{ports: [{port: 80, protocol: UDP}]}", "{ports: [{port: 80, protocol: UDP, targetPort: 1}]}", "ports[port=80,protocol=\"UDP\"].targetPort Added  1")]
    [InlineData("{volumeMounts: [{mountPath: /a, name: x}]}", "{volumeMounts: [{mountPath: /a, name: z}]}", "volumeMounts[mountPath=\"/a\"].name Changed \"x\" \"z\"")]
    [InlineData("{args: [a, b]}", "{args: [a, c]}", "args Changed [\"a\",\"b\"] [\"a\",\"c\"]")]
    [InlineData("{rules: [{verbs: [get]}]}", "{rules: [{verbs: [list]}]}", "rules[0].verbs Changed [\"get\"] [\"list\"]")]
    [InlineData("{env: [{name: A, value: x}, {name: A, value: w}]}", "{env: [{name: A, value: x}, {name: A, value: z}]}", "env[1].value Changed \"w\" \"z\"")]
    [InlineData("{list: []}", "{list: [{name: a}]}", "list[name=\"a\"] Added  {\"name\":\"a\"}")]
    public void Items_are_told_apart_by_their_keys(string before, string after, string expected) => Describe(before, after).ShouldBe(expected);

    [Fact]
    public void Values_of_a_secret_are_withheld_and_its_keys_are_not()
    {
        var changes = FieldDiff.Between(
            Objects.Read("{apiVersion: v1, kind: Secret, metadata: {name: s, labels: {a: x}}, data: {password: b2xk, gone: eA==}}"),
            Objects.Read("{apiVersion: v1, kind: Secret, metadata: {name: s, labels: {a: z}}, data: {password: bmV3}, stringData: {more: hunter2}}"));

        changes.Select(c => $"{c.Field} {c.Kind} {c.IsSecret}").ShouldBe(
            ["data.gone Removed True", "data.password Changed True", "metadata.labels.a Changed False", "stringData.more Added True"]);
        changes.Where(c => c.IsSecret).ShouldAllBe(c => c.Before == null && c.After == null);
        string.Concat(changes.Select(c => c.ToString())).ShouldNotContain("hunter2");
    }

    [Fact]
    public void Nothing_to_something_is_everything() =>
        Describe(null, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}").ShouldBe(
            "apiVersion Added  \"v1\"|data.k Added  \"v\"|kind Added  \"ConfigMap\"|metadata.name Added  \"a\"");

    private static string Describe(string? before, string after) => string.Join('|', FieldDiff
        .Between(before is null ? null : Objects.Read(before), Objects.Read(after))
        .Select(c => $"{c.Field} {c.Kind} {c.Before?.ToJsonString()} {c.After?.ToJsonString()}"));
}
