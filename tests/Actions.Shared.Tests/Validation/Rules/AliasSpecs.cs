using Actions.Shared.Validation;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Rules;

/// <summary>
/// Every check of the tools that this catalogue replaces is an alias of a rule, so that suppressions for those tools are honoured, and no alias is misspelt.
/// </summary>
public class AliasSpecs
{
    private const string KubeScore = """
        deployment-strategy deployment-replicas ingress-targets-service cronjob-has-deadline cronjob-restartpolicy container-resources
        container-resource-requests-equal-limits container-cpu-requests-equal-limits container-memory-requests-equal-limits container-image-tag
        container-image-pull-policy container-ephemeral-storage-request-and-limit container-ephemeral-storage-request-equals-limit container-ports-check
        environment-variable-key-duplication deployment-has-poddisruptionbudget statefulset-has-poddisruptionbudget poddisruptionbudget-has-policy
        pod-networkpolicy networkpolicy-targets-pod pod-probes pod-probes-identical container-security-context-user-group-id
        container-security-context-privileged container-security-context-readonlyrootfilesystem container-seccomp-profile service-targets-pod service-type
        stable-version deployment-has-host-podantiaffinity statefulset-has-host-podantiaffinity
        deployment-targeted-by-hpa-does-not-have-replicas-configured statefulset-has-servicename
        deployment-pod-selector-labels-match-template-metadata-labels statefulset-pod-selector-labels-match-template-metadata-labels label-values
        horizontalpodautoscaler-has-target horizontalpodautoscaler-replicas pod-topology-spread-constraints
        """;

    private const string KubeLinter = """
        access-to-create-pods access-to-secrets cluster-admin-role-binding wildcard-in-rules dangling-service dangling-ingress
        dangling-horizontalpodautoscaler dangling-networkpolicy dangling-networkpolicypeer-podselector dangling-servicemonitor non-isolated-pod
        default-service-account deprecated-service-account-field non-existent-service-account dnsconfig-options docker-sock sensitive-host-mounts
        writable-host-mount drop-net-raw-capability duplicate-env-var env-value-from env-var-secret read-secret-from-env-var exposed-services host-ipc
        host-network host-pid hpa-minimum-three-replicas minimum-three-replicas invalid-target-ports job-ttl-seconds-after-finished latest-tag
        liveness-port readiness-port startup-port no-liveness-probe no-readiness-probe mismatching-selector no-anti-affinity no-node-affinity
        no-extensions-v1beta disallowed-api-obj no-read-only-root-fs no-rolling-update-strategy pdb-max-unavailable pdb-min-available
        pdb-unhealthy-pod-eviction-policy priority-class-name privilege-escalation-container privileged-container privileged-ports ssh-port
        required-annotation-email required-label-owner restart-policy run-as-non-root scc-deny-privileged-container schema-validation sorted-keys
        unsafe-proc-mount unsafe-sysctls unset-cpu-requirements unset-memory-requirements use-namespace forbidden-annotation
        statefulset-volumeclaimtemplate-annotation verify-container-capabilities
        """;

    private const string Polaris = """
        deploymentMissingReplicas priorityClassNotSet tagNotSpecified pullPolicyNotAlways readinessProbeMissing livenessProbeMissing
        metadataAndInstanceMismatched pdbDisruptionsIsZero missingPodDisruptionBudget topologySpreadConstraint hpaMaxAvailability hpaMinAvailability
        pdbMinAvailableGreaterThanHPAMinReplicas cpuRequestsMissing cpuLimitsMissing memoryRequestsMissing memoryLimitsMissing
        automountServiceAccountToken hostIPCSet hostPIDSet hostNetworkSet hostPathSet hostPortSet hostProcess linuxHardening missingNetworkPolicy
        notReadOnlyRootFilesystem privilegeEscalationAllowed procMount runAsRootAllowed runAsPrivileged dangerousCapabilities insecureCapabilities
        tlsSettingsMissing sensitiveContainerEnvVar sensitiveConfigmapContent clusterrolebindingClusterAdmin rolebindingClusterAdminClusterRole
        rolebindingClusterAdminRole clusterrolePodExecAttach rolePodExecAttach clusterrolebindingPodExecAttach rolebindingClusterRolePodExecAttach
        rolebindingRolePodExecAttach
        """;

    private static readonly int[] Checkov =
        [.. Enumerable.Range(8, 16), .. Enumerable.Range(25, 7), 33, 34, 35, .. Enumerable.Range(37, 9), 49, .. Enumerable.Range(152, 8)];

    private static HashSet<string> Aliases { get; } =
    [
        .. RuleCatalogue.ObjectRules.Select(r => r.Descriptor)
            .Concat(GraphRuleCatalogue.Rules.Select(r => r.Descriptor))
            .Concat(StructureRules.All)
            .Concat(ValidationRules.All)
            .SelectMany(d => d.Aliases),
    ];

    [Fact]
    public void Every_check_of_kube_score_is_replaced() => Missing("kube-score:", Words(KubeScore)).ShouldBeEmpty();

    [Fact]
    public void Every_check_of_kube_linter_is_replaced() => Missing("kube-linter:", Words(KubeLinter)).ShouldBeEmpty();

    [Fact]
    public void Every_check_of_Polaris_is_replaced() => Missing("polaris:", Words(Polaris)).ShouldBeEmpty();

    [Fact]
    public void Every_check_of_checkov_about_manifests_is_replaced()
    {
        Missing("CKV_K8S_", Checkov.Select(n => $"{n}")).ShouldBeEmpty();
        Missing("CKV2_K8S_", Enumerable.Range(1, 6).Select(n => $"{n}")).ShouldBeEmpty();
    }

    [Fact]
    public void No_alias_is_misspelt()
    {
        var known = Words(KubeScore).Select(w => "kube-score:" + w)
            .Concat(Words(KubeLinter).Select(w => "kube-linter:" + w))
            .Concat(Words(Polaris).Select(w => "polaris:" + w))
            .Concat(Checkov.Select(n => $"CKV_K8S_{n}"))
            .Concat(Enumerable.Range(1, 6).Select(n => $"CKV2_K8S_{n}"))
            .Concat(["PSS:baseline", "PSS:restricted"]);

        RuleCatalogue.ObjectRules.SelectMany(r => r.Descriptor.Aliases).Except(known).ShouldBeEmpty();
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Missing(string tool, IEnumerable<string> checks) => checks.Select(c => tool + c).Where(alias => !Aliases.Contains(alias));
}
