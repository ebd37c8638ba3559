namespace Actions.DeployK8s.Tests;

public class ClusterScopesSpecs
{
    [Theory]
    [InlineData("", "Namespace")]
    [InlineData("", "Node")]
    [InlineData("", "PersistentVolume")]
    [InlineData("apiextensions.k8s.io", "CustomResourceDefinition")]
    [InlineData("admissionregistration.k8s.io", "ValidatingWebhookConfiguration")]
    [InlineData("apiregistration.k8s.io", "APIService")]
    [InlineData("rbac.authorization.k8s.io", "ClusterRole")]
    [InlineData("rbac.authorization.k8s.io", "ClusterRoleBinding")]
    [InlineData("storage.k8s.io", "StorageClass")]
    [InlineData("networking.k8s.io", "IngressClass")]
    [InlineData("scheduling.k8s.io", "PriorityClass")]
    [InlineData("node.k8s.io", "RuntimeClass")]
    [InlineData("cert-manager.io", "ClusterIssuer")]
    public void Some_types_live_outside_of_namespaces(string group, string kind) => ClusterScopes.IsNamespaced(group, kind).ShouldBeFalse();

    [Theory]
    [InlineData("", "ConfigMap")]
    [InlineData("", "PersistentVolumeClaim")]
    [InlineData("apps", "Deployment")]
    [InlineData("rbac.authorization.k8s.io", "Role")]
    [InlineData("rbac.authorization.k8s.io", "RoleBinding")]
    [InlineData("networking.k8s.io", "Ingress")]
    [InlineData("cert-manager.io", "Issuer")]
    [InlineData("example.com", "Widget")]
    [InlineData("example.com", "Namespace")]
    public void Every_other_type_lives_in_one(string group, string kind) => ClusterScopes.IsNamespaced(group, kind).ShouldBeTrue();
}
