using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Planning;

public class ObjectFingerprintSpecs
{
    private const string Manifest = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: n}, data: {level: info}}";

    private const string Live =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: a
          namespace: n
          resourceVersion: "1"
          managedFields:
            - {manager: deploy-k8s, operation: Apply, apiVersion: v1, time: t1, fieldsType: FieldsV1, fieldsV1: {"f:data": {"f:level": {}}}}
        data:
          level: info
        """;

    public static TheoryData<string, string, string, bool> Cases => new()
    {
        { "Nothing happened", Manifest, Live, true },
        { "The order of keys does not matter", "{kind: ConfigMap, apiVersion: v1, data: {level: info}, metadata: {namespace: n, name: a}}", Live, true },
        { "Times and versions do not matter", Manifest, Live.Replace("time: t1", "time: t2").Replace("\"1\"", "\"2\""), true },
        { "Fields of others do not matter", Manifest, $"{Live}\n  theirs: x", true },
        { "The manifest changed", Manifest.Replace("info", "debug"), Live, false },
        { "Somebody took a field over", Manifest, Live.Replace("\"f:level\": {}", ""), false },
        { "Somebody applied another value under our name", Manifest, Live.Replace("level: info", "level: debug"), false },
        { "Somebody applied more under our name", Manifest, $"{Live.Replace("\"f:level\": {}", "\"f:level\": {}, \"f:more\": {}")}\n  more: x", false },
        { "Somebody removed our name", Manifest, Live.Replace("manager: deploy-k8s", "manager: other"), false },
        {
            "Somebody applied it with an older kubectl", Manifest,
            Live.Replace("managedFields:", "managedFields:\n    - {manager: kubectl-client-side-apply, operation: Update, apiVersion: v1, fieldsV1: {\"f:data\": {\"f:level\": {}}}}"), false
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_object_is_recognised_unless_an_apply_could_change_it(string what, string manifest, string live, bool isSame)
    {
        var left = ObjectFingerprint.Of(Objects.Read(Manifest), Objects.Read(Live), "deploy-k8s");

        left.ShouldNotBeNull().Length.ShouldBe(22);
        (ObjectFingerprint.Of(Objects.Read(manifest), Objects.Read(live), "deploy-k8s") == left).ShouldBe(isSame, what);
    }

    [Fact]
    public void An_object_that_was_never_applied_has_none() =>
        ObjectFingerprint.Of(Objects.Read(Manifest), new ClusterObject(Objects.Json(Manifest)), "deploy-k8s").ShouldBeNull();
}
