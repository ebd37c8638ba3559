using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Apply;

namespace Actions.Shared.Tests.Clusters.Apply;

public class RefusalReadingSpecs
{
    [Theory]
    [InlineData("""Invalid value: core.PodTemplateSpec{Labels:map[string]string{"a: b":"c}: d"}, Spec:core.PodSpec{Volumes:[]core.Volume(nil)}}: field is immutable""", "spec.template: field is immutable")]
    [InlineData("""Invalid value: &v1.LabelSelector{MatchLabels:map[string]string{"app":"shop"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable""", "spec.template: field is immutable")]
    [InlineData("""Invalid value: {"metadata":{"labels":{"a":"b"}},"spec":{}}: field is immutable""", "spec.template: field is immutable")]
    [InlineData("""Invalid value: "10.0.0.1": field is immutable""", """spec.template: Invalid value: "10.0.0.1": field is immutable""")]
    [InlineData("""Invalid value: "{x}: y": must not have braces""", """spec.template: Invalid value: "{x}: y": must not have braces""")]
    [InlineData("Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden", "spec.template: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden")]
    public void A_value_that_is_an_object_is_left_out_of_the_reason(string said, string shown)
    {
        var status = new ClusterStatus(422, "Invalid", "whatever", [new("FieldValueInvalid", said, "spec.template")], null);
        var refusal = new ClusterException(ClusterFailure.Invalid, "The cluster refuses the object", "", "", status, ExitCode.Findings);

        RefusalReading.Explain(refusal).ShouldBe((shown, "spec.template"));
    }
}
