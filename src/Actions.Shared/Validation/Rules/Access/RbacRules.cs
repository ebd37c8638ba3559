using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Access;

/// <summary>Rules about roles and bindings that one object alone can break. What a subject gets through a binding is for the graph rules.</summary>
internal static class RbacRules
{
    private static readonly RuleTarget Roles = RuleTarget.Kinds("rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole");
    private static readonly RuleTarget Bindings = RuleTarget.Kinds("rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding");

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
            "rbac-impersonate", Severity.Error, "impersonate other users", "impersonate", null,
            "Whoever may impersonate users, groups or service accounts has the rights of all of them.", ["CKV2_K8S_3"]),
        Grant(
            "rbac-bind", Severity.Error, "bind roles that are stronger than itself", "bind", ["roles", "clusterroles"],
            "The verb bind lets a subject give itself any role, cluster-admin included.", ["CKV_K8S_157"]),
        Grant(
            "rbac-escalate", Severity.Error, "give roles rights that it does not have itself", "escalate", ["roles", "clusterroles"],
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
                x, ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"], ["create", "update", "patch"], "the role may change admission webhooks")),

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
            static x => ReportGrant(x, ["certificatesigningrequests/approval"], ["update", "patch"], "the role may approve certificate requests")),

        new(
            new(
                "rbac-services-status",
                Severity.Warning,
                "Roles must not allow changing the status of Services or nodes.",
                "A forged status redirects traffic: a load balancer's address in a Service status is trusted by the nodes.",
                "Remove `services/status`; only the cloud controller needs it.")
            {
                Aliases = ["CKV2_K8S_4"],
            },
            Roles,
            static x => ReportGrant(x, ["services/status"], ["update", "patch"], "the role may change the status of Services")),

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
                    if (subject.Text("kind") == "ServiceAccount" && subject.Scalar("name") is { Value: "default" } name)
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
                "Everyone who can reach the API server, or everyone who has any account, gets these rights; system:masters bypasses authorisation altogether.",
                "Bind the role to a named user, group or service account."),
            Bindings,
            static x =>
            {
                foreach (var subject in x.Body.Mappings("subjects"))
                {
                    if (subject.Scalar("name") is { Value: "system:anonymous" or "system:unauthenticated" or "system:authenticated" or "system:masters" } name)
                    {
                        x.Report(name, $"the rights go to {name.Value}");
                    }
                }
            }),
    ];

    private static ObjectRule Grant(string id, Severity severity, string what, string verb, string[]? resources, string why, string[] aliases) => new(
        new(id, severity, $"Roles must not be able to {what}.", why, $"Remove the verb `{verb}`.") { Aliases = aliases },
        Roles,
        x =>
        {
            foreach (var rule in x.Body.Mappings("rules"))
            {
                var item = rule.Scalars("verbs").FirstOrDefault(v => v.Value == verb);
                if (item is not null && (resources is null || rule.Scalars("resources").Any(r => r.Value == "*" || resources.Contains(r.Value))))
                {
                    x.Report(item, $"the role may {what}");
                }
            }
        });

    private static void ReportGrant(ObjectInspection x, string[] resources, string[] verbs, string message)
    {
        foreach (var rule in x.Body.Mappings("rules"))
        {
            var resource = rule.Scalars("resources").FirstOrDefault(r => resources.Contains(r.Value));
            if (resource is not null && rule.Scalars("verbs").Any(v => v.Value == "*" || verbs.Contains(v.Value)))
            {
                x.Report(resource, message);
            }
        }
    }

}
