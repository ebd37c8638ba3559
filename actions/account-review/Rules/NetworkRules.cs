using System.Net;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>Security groups, servers in the open, load balancers.</summary>
internal static class NetworkRules
{
    private static readonly (int Port, string Name)[] Sensitive =
    [
        (22, "SSH"), (2379, "etcd"), (3306, "MySQL"), (3389, "Remote Desktop"), (5432, "PostgreSQL"), (6379, "Redis"), (6443, "Kubernetes"), (9200, "Elasticsearch"), (10250, "kubelet"), (27017, "MongoDB"),
    ];

    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("network-open-port", ReviewArea.Security, ReviewSeverity.Critical,
            "No port for administration or data is open to everybody.",
            "Whatever listens on such a port is found within minutes, and its passwords are tried from then on.",
            "Let only the addresses in that need it, or use a private network and the bastion of a public gateway.",
            CloudKinds.SecurityGroupRule, OpenPort)
        { Needs = [CloudKinds.SecurityGroup] },

        new("network-open-by-default", ReviewArea.Security, ReviewSeverity.High,
            "A security group drops what no rule allows.",
            "With `inbound_default_policy: accept` every port of its servers is open, those that are opened next year as well. That is what a group gets when nobody says otherwise.",
            "Set the inbound default policy to drop, after adding a rule for each port that is needed.",
            CloudKinds.SecurityGroup, (group, _) => group.Data.Text("inbound_default_policy") is not ("accept" or "drop") || group.Data.Items("servers") is not { } servers
                ? Verdict.Missing("what the group does by default, or whom it protects")
                : servers.Count == 0 ? Verdict.DoesNotApply
                : Verdict.PassIf(group.Data.Text("inbound_default_policy") == "drop", $"Everything that no rule drops reaches the {servers.Count} server{(servers.Count == 1 ? "" : "s")} of the group.")),

        new("network-stateless-group", ReviewArea.Security, ReviewSeverity.Medium,
            "A security group is stateful.",
            "A stateless one has to let in the answers to whatever its servers ask, which is nearly everything.",
            "Make the group stateful.",
            CloudKinds.SecurityGroup, (group, _) => group.Data.Flag("stateful") is not { } stateful || group.Data.Items("servers") is not { } servers
                ? Verdict.Missing("whether the group is stateful")
                : servers.Count == 0 ? Verdict.DoesNotApply : Verdict.PassIf(stateful, "The group is stateless.")),

        new("network-public-server-in-default-group", ReviewArea.Security, ReviewSeverity.Medium,
            "A server with a public address has a security group of its own.",
            "The default group of a project is shared by everything that nobody thought about.",
            "Make a security group for what the server does, and put it in there.",
            CloudKinds.Server, (server, context) => server.Data.Items("public_ips") is not { } addresses ? Verdict.Missing("whether the server has a public address")
                : addresses.Count == 0 ? Verdict.DoesNotApply
                : server.Data.Text("security_group", "id") is not { } id || context.Inventory.Find(CloudKinds.SecurityGroup, server.Locality, id)?.Data.Flag("project_default") is not { } isDefault
                    ? Verdict.Missing("the security group of the server")
                : Verdict.PassIf(!isDefault, "The server has a public address and is in the default security group."))
        { Needs = [CloudKinds.SecurityGroup] },

        new("load-balancer-old-tls", ReviewArea.Security, ReviewSeverity.Medium,
            "A load balancer speaks only versions of TLS that are safe.",
            "`ssl_compatibility_level_old` allows versions and ciphers that are broken.",
            "Set the compatibility level to intermediate or modern.",
            CloudKinds.LoadBalancer, (balancer, _) => balancer.Data.Text("ssl_compatibility_level") is not { } level ? Verdict.Missing("which versions of TLS are allowed")
                : Verdict.PassIf(level != "ssl_compatibility_level_old", "The load balancer allows versions of TLS that are broken.")),

        new("load-balancer-certificate", ReviewArea.Security, ReviewSeverity.High,
            "The certificates of a load balancer are valid, and will be for a while.",
            "Once it has expired nobody reaches what is behind it.",
            "Renew the certificate; for one of Let's Encrypt, look into why it was not renewed.",
            CloudKinds.Certificate, (certificate, context) => certificate.Data.Text("status") == "error"
                    ? Verdict.Fail($"The certificate of {certificate.Data.Text("common_name")} could not be made: {certificate.Data.Text("status_details") ?? "no reason is given"}.")
                : certificate.Data.Date("not_valid_after") is not { } end ? Verdict.Missing("until when the certificate is valid")
                : end <= context.Now ? Verdict.Fail($"The certificate of {certificate.Data.Text("common_name")} expired {context.DaysSince(end)} days ago.") with { Severity = ReviewSeverity.Critical }
                : Verdict.PassIf(end - context.Now > context.Settings.CertificateNotice, $"The certificate of {certificate.Data.Text("common_name")} expires in {(int)(end - context.Now).TotalDays} days.")),

        new("load-balancer-plain-http", ReviewArea.Security, ReviewSeverity.Low,
            "A load balancer that takes plain HTTP also takes HTTPS.",
            "What is sent to port 80 can be read and changed on its way. Whether it is redirected there is set by access rules, or by what is behind, which the list of frontends does not tell.",
            "Add a frontend with a certificate, and redirect to it.",
            CloudKinds.Frontend, PlainHttp)
        { Needs = [CloudKinds.LoadBalancer] },
    ];

    private static Verdict? OpenPort(CloudResource rule, RuleContext context)
    {
        var data = rule.Data;
        if (data.Text("direction") is not { } direction || data.Text("action") is not { } action || data.Text("ip_range") is not { } range || data.Text("protocol") is not { } protocol)
        {
            return Verdict.Missing("what the rule allows");
        }

        // Those that cannot be edited block outgoing mail.
        if (direction != "inbound" || action != "accept" || data.Flag("editable") == false || protocol == "ICMP")
        {
            return Verdict.DoesNotApply;
        }

        if (!IsEverybody(range))
        {
            return Verdict.Pass;
        }

        var open = Open(protocol, data.Whole("dest_port_from"), data.Whole("dest_port_to"));
        if (open.Length == 0)
        {
            return Verdict.Pass;
        }

        if (context.Inventory.Find(CloudKinds.SecurityGroup, rule.Locality, rule.ParentId) is not { } group || group.Data.Items("servers") is not { } servers)
        {
            return Verdict.Manual($"Everybody may reach {open}, and the servers of the group are not known.");
        }

        return Verdict.Fail($"Everybody may reach {open} of the security group {group.Name}{(servers.Count == 0 ? ", which has no server yet" : "")}.") with
        {
            Severity = servers.Count == 0 ? ReviewSeverity.Low : null,
        };
    }

    private static bool IsEverybody(string range) => IPNetwork.TryParse(range, out var network) ? network.PrefixLength == 0 : range is "0.0.0.0" or "::";

    private static string Open(string protocol, long? from, long? to)
    {
        if (protocol == "ANY" || from is null)
        {
            return protocol == "ANY" ? "every port" : $"every {protocol} port";
        }

        var last = to ?? from;
        var ports = Sensitive.Where(s => s.Port >= from && s.Port <= last).Select(s => $"{s.Port} ({s.Name})").ToArray();
        return ports.Length == 0 ? "" : from == last ? $"port {ports[0]}" : $"ports {from} to {last}, among them {string.Join(", ", ports)},";
    }

    private static Verdict? PlainHttp(CloudResource frontend, RuleContext context)
    {
        if (frontend.Data.Whole("inbound_port") is not { } port)
        {
            return Verdict.Missing("the port of the frontend");
        }

        if (port != 80 || frontend.Data.Text("backend", "forward_protocol") != "http" || HasCertificate(frontend))
        {
            return Verdict.DoesNotApply;
        }

        var siblings = context.Inventory.Of(CloudKinds.Frontend).Where(f => f.ParentId == frontend.ParentId && f.Locality == frontend.Locality);
        return Verdict.PassIf(siblings.Any(HasCertificate), "The load balancer takes plain HTTP, and has no frontend with a certificate.");
    }

    private static bool HasCertificate(CloudResource frontend) => frontend.Data.Items("certificate_ids") is { Count: > 0 } || frontend.Data.Find("certificate").ValueKind == System.Text.Json.JsonValueKind.Object;
}
