namespace Actions.DeployK8s;

/// <summary>Tells without a cluster which types live outside of namespaces.</summary>
internal static class ClusterScopes
{
    private static readonly HashSet<string> CoreKinds = new(StringComparer.Ordinal) { "Namespace", "Node", "PersistentVolume" };

    private static readonly HashSet<string> Groups = new(StringComparer.Ordinal)
    {
        "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "node.k8s.io", "scheduling.k8s.io",
    };

    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal)
    {
        "ClusterRole", "ClusterRoleBinding", "StorageClass", "VolumeAttachment", "CSIDriver", "CSINode", "IngressClass", "GatewayClass", "ClusterIssuer",
        "CertificateSigningRequest", "ClusterTrustBundle", "PodSecurityPolicy",
    };

    /// <summary>Whether objects of the type live in namespaces, as far as Kubernetes itself and well-known controllers define it.</summary>
    public static bool IsNamespaced(string group, string kind) =>
        group.Length == 0 ? !CoreKinds.Contains(kind) : !Groups.Contains(group) && !Kinds.Contains(kind);
}
