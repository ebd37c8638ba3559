using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules.Network;

/// <summary>Rules about Services and Ingresses that one object alone can break.</summary>
internal static partial class NetworkRules
{
    private static readonly RuleTarget Ingresses = RuleTarget.Kinds("networking.k8s.io/Ingress", "extensions/Ingress");

    private static readonly RuleParameter ExposedTypes = new("types", "Service types that are reported.", "NodePort", "LoadBalancer");

    public static IReadOnlyList<ObjectRule> All { get; } =
    [
        new(
            new(
                "service-exposed-type",
                Severity.Warning,
                "A Service should not be reachable from outside the cluster by itself.",
                "A NodePort opens every node; each LoadBalancer costs an address and has no TLS, limits or logs of its own.",
                "Use ClusterIP behind an Ingress or Gateway.")
            {
                Aliases = ["kube-linter:exposed-services", "kube-score:service-type"],
            },
            RuleTarget.Kinds("Service"),
            static x =>
            {
                if (x.Body.Mapping("spec").Scalar("type") is { } type && x.Values(ExposedTypes).Contains(type.Value, StringComparer.Ordinal))
                {
                    x.Report(type, $"the Service is of type {type.Value}");
                }
            })
        { Parameters = [ExposedTypes] },

        new(
            new(
                "external-ips",
                Severity.Warning,
                "A Service must not set `externalIPs`.",
                "Whoever may write them can take over traffic to any address, also of other tenants (CVE-2020-8554).",
                "Remove `externalIPs`; use a load balancer or a Gateway."),
            RuleTarget.Kinds("Service"),
            static x =>
            {
                if (x.Body.Mapping("spec").Sequence("externalIPs") is { Count: > 0 } addresses)
                {
                    x.Report(addresses, "the Service takes external addresses");
                }
            }),

        new(
            new(
                "ingress-host-invalid",
                Severity.Error,
                "An Ingress host must be a DNS name, with a wildcard at most as its whole first label.",
                "The API server refuses other hosts: no IP addresses, no ports, no paths, no `*` inside a label.",
                "Write the host as in `app.example.com` or `*.example.com`."),
            Ingresses,
            static x =>
            {
                foreach (var host in Hosts(x))
                {
                    if (!HostName().IsMatch(host.Value) || host.Value.Length > 253 || IpAddress().IsMatch(host.Value))
                    {
                        x.Report(host, $"`{host.Value}` is no host name");
                    }
                }
            }),

        new(
            new(
                "ingress-tls-missing",
                Severity.Warning,
                "An Ingress must use TLS.",
                "Without `tls` passwords, cookies and data cross the network in clear text.",
                "Add a `tls` entry with the hosts and a certificate's secret.")
            {
                Aliases = ["polaris:tlsSettingsMissing"],
            },
            Ingresses,
            static x =>
            {
                if (x.Body.Mapping("spec") is { } spec && spec.Sequence("tls") is not { Count: > 0 })
                {
                    x.ReportMissing(spec, "tls", "the Ingress serves plain HTTP");
                }
            }),

        new(
            new(
                "ingress-tls-host-mismatch",
                Severity.Warning,
                "Every host of an Ingress with TLS must be in one of its `tls` entries, and the other way round.",
                "A host that is missing there is served with the controller's default certificate, which browsers refuse.",
                "Add the host to `tls[].hosts`."),
            Ingresses,
            static x =>
            {
                var spec = x.Body.Mapping("spec");
                var entries = spec.Mappings("tls").ToArray();
                if (entries.Length == 0 || entries.Any(t => t.Sequence("hosts") is null))
                {
                    return;
                }

                var secured = entries.SelectMany(t => t.Scalars("hosts")).ToArray();
                var hosts = RuleHosts(x).ToArray();
                foreach (var host in hosts)
                {
                    if (!secured.Any(s => Covers(s.Value, host.Value)))
                    {
                        x.Report(host, $"the host {host.Value} has no certificate: it is in no `tls` entry");
                    }
                }

                foreach (var host in secured)
                {
                    if (hosts.Length > 0 && !hosts.Any(h => Covers(host.Value, h.Value) || Covers(h.Value, host.Value)))
                    {
                        x.Report(host, $"the `tls` host {host.Value} is in no rule", "Add a rule for the host, or remove it here.");
                    }
                }
            }),

        new(
            new(
                "ingress-host-wildcard",
                Severity.Warning,
                "An Ingress should name its hosts instead of a wildcard or none.",
                "A rule for all hosts also takes the requests of names that belong to others.",
                "Name the host."),
            Ingresses,
            static x =>
            {
                foreach (var rule in x.Body.Mapping("spec").Mappings("rules"))
                {
                    var host = rule.Scalar("host");
                    if (host is null || host.Value.Length == 0)
                    {
                        x.ReportMissing(rule, "host", "the rule takes the requests of every host");
                    }
                    else if (host.Value.StartsWith('*'))
                    {
                        x.Report(host, $"the rule takes the requests of {host.Value}");
                    }
                }
            }),

        new(
            new(
                "nginx-snippet",
                Severity.Error,
                "An Ingress must not carry configuration snippets for the NGINX controller.",
                "A snippet is code that runs in the controller, which can read every Secret of the cluster (CVE-2021-25742). The known attacks use Lua or `alias`, but no snippet is safe: "
                + "all of them are reported.",
                "Use the controller's own annotations; keep `allow-snippet-annotations` off.")
            {
                Aliases = ["CKV_K8S_152", "CKV_K8S_153", "CKV_K8S_154"],
            },
            Ingresses,
            static x =>
            {
                foreach (var entry in x.Body.Mapping("metadata").Entries("annotations"))
                {
                    if (IsSnippet(entry.Key.Value))
                    {
                        x.Report(entry.Key, $"the annotation {entry.Key.Value} puts code into the Ingress controller");
                    }
                }
            }),
    ];

    private static IEnumerable<YamlScalar> RuleHosts(ObjectInspection x) =>
        x.Body.Mapping("spec").Mappings("rules").Select(r => r.Scalar("host")).OfType<YamlScalar>().Where(h => h.Value.Length > 0);

    private static IEnumerable<YamlScalar> Hosts(ObjectInspection x) =>
        RuleHosts(x).Concat(x.Body.Mapping("spec").Mappings("tls").SelectMany(t => t.Scalars("hosts")));

    private static bool IsSnippet(string annotation) =>
        (annotation.StartsWith("nginx.ingress.kubernetes.io/", StringComparison.Ordinal) && annotation.EndsWith("-snippet", StringComparison.Ordinal))
        || (annotation.StartsWith("nginx.org/", StringComparison.Ordinal) && annotation.EndsWith("-snippets", StringComparison.Ordinal));

    private static bool Covers(string pattern, string host) =>
        pattern == host || (pattern.StartsWith("*.", StringComparison.Ordinal) && host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && host[dot..] == pattern[1..]);

    [GeneratedRegex(@"^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex IpAddress();
}
