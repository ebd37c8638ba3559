using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Access;

/// <summary>Rules about roles and bindings that one object alone can break. What a subject gets through a binding is for the graph rules.</summary>
internal static class RbacRules
{
    private static readonly RuleTarget Roles = RuleTarget.Kinds("rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole");
    private static readonly RuleTarget Bindings = RuleTarget.Kinds("rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding");

    private const string RbacGroup = "rbac.authorization.k8s.io";

    /// <summary>What Kubernetes itself gives to everybody: API discovery, version, health, and the keys that service account tokens are checked with.</summary>
    private static readonly string[] PublicRoles = ["system:discovery", "system:basic-user", "system:public-info-viewer", "system:service-account-issuer-discovery"];

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "rbac-wildcard",
                Severity.Warning,
                "Roles must name what they allow instead of using `*`.",
                "A wildcard also grants everything that is added to the cluster later: new kinds, new verbs, new secrets.",
                "List the API groups, resources and verbs that are needed.")
            {
                Aliases = ["kube-linter:wildcard-in-rules", "CKV_K8S_49"],
            },
            Roles,
            static x =>
            {
                foreach (var rule in x.Body.Mappings("rules"))
                {
                    foreach (var list in (ReadOnlySpan<string>)["apiGroups", "resources", "verbs", "nonResourceURLs"])
                    {
                        foreach (var item in rule.Scalars(list))
                        {
                            if (item.Value == "*")
                            {
                                x.Report(item, $"the role allows every one of `{list}`");
                            }
                        }
                    }
                }
            }),

        Grant(
            "rbac-impersonate", "impersonate other users", "impersonate", ["", "authentication.k8s.io"], ["users", "groups", "serviceaccounts", "uids"],
            "Whoever may impersonate users, groups or service accounts has the rights of all of them.", ["CKV2_K8S_3"]),
        Grant(
            "rbac-bind", "bind roles that are stronger than itself", "bind", [RbacGroup], ["roles", "clusterroles"],
            "The verb bind lets a subject give itself any role, cluster-admin included.", ["CKV_K8S_157"]),
        Grant(
            "rbac-escalate", "give roles rights that it does not have itself", "escalate", [RbacGroup], ["roles", "clusterroles"],
            "The verb escalate lets a subject write any right into its own role.", ["CKV_K8S_158", "CKV2_K8S_1"]),

        new(
            new(
                "rbac-webhook-config",
                Severity.Warning,
                "Roles must not allow changing admission webhooks.",
                "A webhook sees and may change every object that is written, Secrets included.",
                "Leave webhook configurations to the cluster's administrators and to the controllers that own them.")
            {
                Aliases = ["CKV_K8S_155"],
            },
            Roles,
            static x => ReportGrant(
                x, "admissionregistration.k8s.io", ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"], ["create", "update", "patch"],
                "the role may change admission webhooks")),

        new(
            new(
                "rbac-csr-approve",
                Severity.Warning,
                "Roles must not allow approving certificate requests.",
                "Whoever approves certificates can have one made in any name, the cluster administrator's included.",
                "Leave approval to the cluster's own controllers.")
            {
                Aliases = ["CKV_K8S_156"],
            },
            Roles,
            static x => ReportGrant(x, "certificates.k8s.io", ["certificatesigningrequests/approval", "*/approval"], ["update", "patch"], "the role may approve certificate requests")),

        new(
            new(
                "rbac-services-status",
                Severity.Warning,
                "Roles must not allow changing the status of Services.",
                "The nodes believe the address of a load balancer that a Service's status names: a forged one redirects the traffic to any address (CVE-2020-8554).",
                "Remove `services/status`; only the cloud controller needs it.")
            {
                Aliases = ["CKV2_K8S_4"],
            },
            Roles,
            static x => ReportGrant(x, "", ["services/status", "*/status"], ["update", "patch"], "the role may change the status of Services")),

        new(
            new(
                "rbac-default-sa-binding",
                Severity.Error,
                "Rights must not be bound to the service account `default`.",
                "Every pod that names no service account runs as `default`, so all of them get these rights.",
                "Make a service account for the workload and bind the role to that.")
            {
                Aliases = ["CKV_K8S_42"],
            },
            Bindings,
            static x =>
            {
                foreach (var subject in x.Body.Mappings("subjects"))
                {
                    if (subject.Scalar("name") is { } name && IsDefaultAccount(subject.Text("kind"), name.Value))
                    {
                        x.Report(name, "the rights go to the service account `default`");
                    }
                }
            }),

        new(
            new(
                "rbac-system-group-binding",
                Severity.Error,
                "Rights must not be bound to anonymous users or to everybody.",
                "Everyone who can reach the API server, or everyone who has any account, gets these rights; system:masters bypasses authorisation altogether. "
                + "Kubernetes' own roles for everybody, such as system:discovery, are let through.",
                "Bind the role to a named user, group or service account."),
            Bindings,
            static x =>
            {
                if (x.Body.Mapping("roleRef").Text("name") is { } role && PublicRoles.Contains(role))
                {
                    return;
                }

                foreach (var subject in x.Body.Mappings("subjects"))
                {
                    if (subject.Scalar("name") is { Value: "system:anonymous" or "system:unauthenticated" or "system:authenticated" or "system:serviceaccounts" or "system:masters" } name)
                    {
                        x.Report(name, $"the rights go to {name.Value}");
                    }
                }
            }),
    ];

    private static ObjectRule Grant(string id, string what, string verb, string[] groups, string[] resources, string why, string[] aliases) => new(
        new(id, Severity.Error, $"Roles must not be able to {what}.", why, $"Remove the verb `{verb}`.") { Aliases = aliases },
        Roles,
        x =>
        {
            foreach (var rule in x.Body.Mappings("rules"))
            {
                // A rule that is all wildcards is rbac-wildcard's matter.
                var isNamed = rule.Scalars("resources").Any(r => resources.Contains(ResourceOf(r.Value)));
                var item = rule.Scalars("verbs").FirstOrDefault(v => v.Value == verb || (v.Value == "*" && isNamed));
                if (item is not null && Has(rule, "apiGroups", groups) && (isNamed || Has(rule, "resources", [])))
                {
                    x.Report(item, $"the role may {what}", item.Value == "*" ? "List the verbs that are needed instead of `*`." : null);
                }
            }
        });

    private static void ReportGrant(ObjectInspection x, string group, string[] resources, string[] verbs, string message)
    {
        foreach (var rule in x.Body.Mappings("rules"))
        {
            var resource = rule.Scalars("resources").FirstOrDefault(r => resources.Contains(r.Value));
            if (resource is not null && Has(rule, "apiGroups", [group]) && Has(rule, "verbs", verbs))
            {
                x.Report(resource, message);
            }
        }
    }

    /// <summary>Whether a list of an RBAC rule holds one of <paramref name="values"/>, or all by <c>*</c>.</summary>
    private static bool Has(YamlMapping rule, string list, string[] values) => rule.Scalars(list).Any(i => i.Value == "*" || values.Contains(i.Value));

    /// <summary>What may be impersonated by a resource: <c>userextras/scopes</c> and the like are properties of users.</summary>
    private static string ResourceOf(string resource) => resource.StartsWith("userextras/", StringComparison.Ordinal) ? "users" : resource;

    private static bool IsDefaultAccount(string? kind, string name) => kind == "User"
        ? name.StartsWith("system:serviceaccount:", StringComparison.Ordinal) && name.EndsWith(":default", StringComparison.Ordinal)
        : kind == "ServiceAccount" && name == "default";
}
