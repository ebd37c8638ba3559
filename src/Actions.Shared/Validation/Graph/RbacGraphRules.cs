using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>Rules about what a subject may do through a binding: the binding is where the right is given, so that is where the finding points.</summary>
internal static class RbacGraphRules
{
    private static readonly string[] BindingKinds = ["RoleBinding", "ClusterRoleBinding"];
    private static readonly string[] Workloads = ["pods", "deployments", "daemonsets", "statefulsets", "replicasets", "replicationcontrollers", "jobs", "cronjobs"];

    private static readonly string[] CoreGroup = [""];
    private static readonly string[] WorkloadGroups = ["", "apps", "batch"];

    public static IReadOnlyList<GraphRule> All { get; } =
    [
        new(
            new(
                "rbac-cluster-admin-binding",
                Severity.Error,
                "The role cluster-admin must not be given to workloads or teams.",
                "It allows everything in the cluster, or through a RoleBinding everything in a namespace.",
                "Bind a role with the rights that are needed.")
            {
                Aliases =
                [
                    "kube-linter:cluster-admin-role-binding", "polaris:clusterrolebindingClusterAdmin", "polaris:rolebindingClusterAdminClusterRole",
                    "polaris:rolebindingClusterAdminRole",
                ],
            },
            static g =>
            {
                foreach (var binding in BindingKinds.SelectMany(g.Graph.OfKind))
                {
                    // The cluster's own binding of its administrators.
                    if (binding.Name != "cluster-admin" && binding.Body.Mapping("roleRef").Scalar("name") is { Value: "cluster-admin" } name)
                    {
                        g.Report(binding, name, $"{binding.Kind} {binding.Name} gives the role cluster-admin");
                    }
                }
            }),

        Given(
            "rbac-secrets-access", Severity.Warning, true, "read Secrets", "Whoever reads the Secrets of a namespace has every password and token in it.",
            ["kube-linter:access-to-secrets", "CKV2_K8S_5"], CoreGroup, ["secrets"], ["get", "list", "watch"]),
        Given(
            "rbac-create-pods", Severity.Warning, false, "create pods", "Whoever creates pods can mount every Secret of the namespace and run as every service account in it.",
            ["kube-linter:access-to-create-pods"], WorkloadGroups, Workloads, ["create"]),
        Given(
            "rbac-pods-exec-attach", Severity.Error, true, "run commands in pods", "Whoever runs commands in a pod has its Secrets, its files and its rights.",
            [
                "polaris:clusterrolePodExecAttach", "polaris:rolePodExecAttach", "polaris:clusterrolebindingPodExecAttach", "polaris:rolebindingClusterRolePodExecAttach",
                "polaris:rolebindingRolePodExecAttach", "CKV2_K8S_2",
            ],
            CoreGroup, ["pods/exec", "pods/attach"], ["create", "get"]),
        Given(
            "rbac-nodes-proxy", Severity.Error, true, "talk to the kubelets", "The kubelet's own interface runs commands in every pod of the node, past admission and audit.",
            ["CKV2_K8S_2"], CoreGroup, ["nodes/proxy"], ["create", "get"]),

        new(
            new(
                "rbac-dangling-role",
                Severity.Warning,
                "A binding must name a role that is there.",
                "The binding gives nothing until somebody makes a role of that name, with whatever rights.",
                "Correct the name, or add the role."),
            static g =>
            {
                foreach (var binding in BindingKinds.SelectMany(g.Graph.OfKind))
                {
                    var reference = binding.Body.Mapping("roleRef");
                    if (reference.Scalar("name") is not { } name || reference.Text("kind") is not { } kind || IsBuiltIn(name.Value))
                    {
                        continue;
                    }

                    // A ClusterRole that is not here may well come with the cluster or an add-on; a Role cannot be bound from elsewhere.
                    if (g.Graph.Find(binding, kind == "Role" ? binding.Namespace : null, kind, name.Value) is null && (kind == "Role" || g.Graph.OfKind("ClusterRole").Count > 0))
                    {
                        g.Report(binding, name, $"the {kind} {name.Value} is not there");
                    }
                }
            }),

        new(
            new(
                "rbac-dangling-subject",
                Severity.Warning,
                "A binding must name a service account that is there.",
                "The rights wait for whoever makes an account of that name.",
                "Correct the name or the namespace, or add the ServiceAccount."),
            static g =>
            {
                foreach (var binding in BindingKinds.SelectMany(g.Graph.OfKind))
                {
                    foreach (var subject in binding.Body.Mappings("subjects"))
                    {
                        if (subject.Text("kind") != "ServiceAccount" || subject.Scalar("name") is not { Value: not "default" } name)
                        {
                            continue;
                        }

                        var ns = subject.Text("namespace") ?? binding.Namespace;
                        if (g.Graph.Knows(ns) && g.Graph.Find(binding, ns, "ServiceAccount", name.Value) is null)
                        {
                            g.Report(binding, name, $"the service account {(ns is null ? "" : ns + "/")}{name.Value} is not there");
                        }
                    }
                }
            }),
    ];

    private static GraphRule Given(
        string id, Severity severity, bool onByDefault, string what, string why, string[] aliases, string[] groups, string[] resources, string[] verbs) => new(
        new(id, severity, $"Subjects must not be able to {what} unless they need it.", why, "Narrow the role: leave the resource out, or limit it with `resourceNames`.")
        {
            OnByDefault = onByDefault,
            Aliases = aliases,
        },
        g =>
        {
            var aggregates = new Aggregates(g.Graph);
            foreach (var binding in BindingKinds.SelectMany(g.Graph.OfKind))
            {
                var reference = binding.Body.Mapping("roleRef");
                if (reference.Scalar("name") is not { } name || reference.Text("kind") is not { } kind || binding.Body.Sequence("subjects") is not { Count: > 0 })
                {
                    continue;
                }

                var roles = g.Graph.FindAll(binding, kind == "Role" ? binding.Namespace : null, kind, name.Value);
                if (roles.SelectMany(r => aggregates.RulesOf(r)).Any(r => Allows(r, groups, resources, verbs)))
                {
                    g.Report(binding, name, $"{binding.Kind} {binding.Name} lets its subjects {what}, through the {kind} {name.Value}");
                }
            }
        });

    private static bool Allows(YamlMapping rule, string[] groups, string[] resources, string[] verbs) =>
        rule.Sequence("resourceNames") is not { Count: > 0 }
        && Items(rule, "apiGroups").Any(g => g == "*" || groups.Contains(g))
        && Items(rule, "resources").Any(r => r == "*" || resources.Contains(r) || (r.StartsWith("*/", StringComparison.Ordinal) && resources.Any(x => x.EndsWith(r[1..], StringComparison.Ordinal))))
        && Items(rule, "verbs").Any(v => v == "*" || verbs.Contains(v));

    private static IEnumerable<string> Items(YamlMapping rule, string list) => rule.Sequence(list)?.OfType<YamlScalar>().Select(s => s.Value) ?? [];

    private static bool IsBuiltIn(string role) => role is "cluster-admin" or "admin" or "edit" or "view" || role.StartsWith("system:", StringComparison.Ordinal);

    /// <summary>The rules of roles, those included that a ClusterRole gathers from others by their labels.</summary>
    private sealed class Aggregates(ObjectGraph graph)
    {
        private readonly Dictionary<GraphObject, YamlMapping[]> _rules = [];

        public IEnumerable<YamlMapping> RulesOf(GraphObject role)
        {
            var own = role.Body.Mappings("rules");
            if (role.Body.Mapping("aggregationRule") is not { } aggregation)
            {
                return own;
            }

            if (!_rules.TryGetValue(role, out var rules))
            {
                var selectors = aggregation.Mappings("clusterRoleSelectors").ToArray();
                _rules[role] = rules =
                [
                    .. own,
                    .. graph.OfKind("ClusterRole")
                        .Where(r => role.Sees(r) && selectors.Any(s => LabelSelector.Matches(s, r.Body.Mapping("metadata").Mapping("labels"))))
                        .SelectMany(r => r.Body.Mappings("rules")),
                ];
            }

            return rules;
        }
    }
}
