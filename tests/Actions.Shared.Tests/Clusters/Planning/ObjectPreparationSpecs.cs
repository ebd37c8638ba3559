using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Planning;

public class ObjectPreparationSpecs
{
    [Theory]
    [InlineData("{kind: ConfigMap, metadata: {name: a, labels: {app: x}}}", """{"kind":"ConfigMap","metadata":{"name":"a","labels":{"app":"x","applyset.kubernetes.io/part-of":"set"}}}""")]
    [InlineData("{kind: Thing, metadata: {name: a}, status: {x: 1}}", """{"kind":"Thing","metadata":{"name":"a","labels":{"applyset.kubernetes.io/part-of":"set"}}}""")]
    [InlineData("{kind: Secret, metadata: {labels: {}}, data: {a: eA==, b: eA==}, stringData: {b: 'yes', c: '1'}}", """{"kind":"Secret","metadata":{"labels":{"applyset.kubernetes.io/part-of":"set"}},"data":{"a":"eA==","b":"eWVz","c":"MQ=="}}""")]
    [InlineData("{kind: Service, metadata: {labels: {}}, spec: {ports: [{port: 80}, {port: 53, protocol: UDP}]}}", """{"kind":"Service","metadata":{"labels":{"applyset.kubernetes.io/part-of":"set"}},"spec":{"ports":[{"port":80,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]}}""")]
    [InlineData("{kind: Pod, metadata: {labels: {}}, spec: {containers: [{ports: [{containerPort: 80}]}, {name: b}]}}", """{"kind":"Pod","metadata":{"labels":{"applyset.kubernetes.io/part-of":"set"}},"spec":{"containers":[{"ports":[{"containerPort":80,"protocol":"TCP"}]},{"name":"b"}]}}""")]
    public void Objects_are_sent_in_the_form_in_which_they_come_back(string yaml, string expected) =>
        ObjectPreparation.Prepare(Objects.Read(yaml), "set").Body.ToJsonString().ShouldBe(expected);
}
