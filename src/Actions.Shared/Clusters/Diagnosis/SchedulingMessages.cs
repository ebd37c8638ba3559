using System.Globalization;
using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What the scheduler reports about a pod that no node takes.</summary>
internal static partial class SchedulingMessages
{
    private const int MostReasons = 4;

    /// <summary>Explains the message of the condition <c>PodScheduled</c> or of the event <c>FailedScheduling</c>.</summary>
    public static Explanation Explain(string message)
    {
        if (MissingClaim().Match(message) is { Success: true } claim)
        {
            return new(CauseKind.ClaimMissing, CauseCertainty.Likely, $"cannot be placed: its PersistentVolumeClaim {Quoted.Line(claim.Groups[1].Value, 253)} does not exist",
                "Create the claim in the same namespace, or correct claimName.", $"claim/{claim.Groups[1].Value}");
        }

        if (message.Contains("unbound immediate PersistentVolumeClaims", StringComparison.Ordinal))
        {
            return new(CauseKind.ClaimNotBound, CauseCertainty.Likely, "cannot be placed: one of its PersistentVolumeClaims is not bound to a volume",
                "See the events of the claim: its StorageClass must exist, and the provisioner must run and have room.", "volumes");
        }

        if (message.Contains("no nodes available", StringComparison.Ordinal))
        {
            return new(CauseKind.Unschedulable, CauseCertainty.Transient, "cannot be placed: the cluster has no nodes that take pods", "Check that the node pool has nodes and that they are ready.");
        }

        if (message.Contains("gated", StringComparison.OrdinalIgnoreCase) && message.Contains("scheduling gate", StringComparison.OrdinalIgnoreCase))
        {
            return new(CauseKind.Unschedulable, CauseCertainty.Transient, "is held back by a scheduling gate", "Whoever set the gate must remove it: see schedulingGates of the pod.", "schedulingGates");
        }

        var (total, reasons) = Parse(message);
        if (reasons.Count == 0)
        {
            return new(CauseKind.Unschedulable, CauseCertainty.Likely, $"cannot be placed: {(message.Length > 0 ? Quoted.Line(message, 300) : "the scheduler finds no node")}",
                "See the events of the pod for what the scheduler reports.");
        }

        reasons.Sort(static (a, b) => (b.Nodes, (int)a.Kind).CompareTo((a.Nodes, (int)b.Kind)));
        // A taint of the control plane is never what keeps a pod out as long as other nodes have another reason.
        var main = reasons.Find(static r => !r.IsOrdinary) ?? reasons[0];
        var list = string.Join(", ", reasons.Take(MostReasons).Select(r => $"{r.Nodes} of {total} {r.Text}"));
        var rest = reasons.Count > MostReasons ? $", and {reasons.Count - MostReasons} more reasons" : "";
        return new(main.Kind, main.IsPassing ? CauseCertainty.Transient : CauseCertainty.Likely, $"finds no node: {list}{rest}", Hint(main), main.Field);
    }

    private static (int Total, List<NodeReason> Reasons) Parse(string message)
    {
        var reasons = new List<NodeReason>();
        if (Nodes().Match(message) is not { Success: true } nodes)
        {
            return (0, reasons);
        }

        var total = int.Parse(nodes.Groups["total"].Value, CultureInfo.InvariantCulture);
        // What follows is about preemption and says the same again.
        var text = message[(nodes.Index + nodes.Length)..];
        var end = text.IndexOf("preemption: ", StringComparison.Ordinal);
        foreach (Match part in Reason().Matches(end >= 0 ? text[..end] : text))
        {
            var count = int.Parse(part.Groups["count"].Value, CultureInfo.InvariantCulture);
            reasons.Add(NodeReason.Read(count, part.Groups["reason"].Value.TrimEnd(' ', '.', ',')));
        }

        return (total, reasons);
    }

    private static string Hint(NodeReason reason) => reason.Kind switch
    {
        CauseKind.UnschedulableResources => "Lower the requests, scale something else down, or add nodes (with an autoscaler: check its limit and whether its nodes are large enough for the requests).",
        CauseKind.UnschedulableTaints when reason.IsPassing => "The nodes are not ready; see the state of the nodes.",
        CauseKind.UnschedulableTaints => "Add a toleration if the pod may run there, or add nodes without that taint.",
        CauseKind.UnschedulableAffinity => "Compare nodeSelector and affinity with the labels of the nodes; required anti-affinity needs a node for each replica.",
        CauseKind.UnschedulableTopology => "Add nodes in the zones that have none, or relax topologySpreadConstraints (whenUnsatisfiable: ScheduleAnyway).",
        CauseKind.UnschedulableVolume => "The volume exists in another zone or on another node than those that have room: add room there, or use a StorageClass with volumeBindingMode: WaitForFirstConsumer.",
        CauseKind.UnschedulablePorts => "A host port can be used once for each node: avoid hostPort, or run fewer replicas than nodes and replace pods one by one (maxSurge: 0).",
        _ => "See the state of the nodes and the events of the pod.",
    };

    [GeneratedRegex("persistentvolumeclaim \"([^\"]+)\" (?:not found|is being deleted)", RegexOptions.CultureInvariant)]
    private static partial Regex MissingClaim();

    [GeneratedRegex(@"0/(?<total>\d{1,6}) nodes are available: ?", RegexOptions.CultureInvariant)]
    private static partial Regex Nodes();

    [GeneratedRegex(@"(?<count>\d{1,6}) (?<reason>(?:node\(s\) |Insufficient |Too many pods|cannot allocate|pod has )[^\d].*?)(?=,? \d{1,6} (?:node\(s\)|Insufficient|Too many|cannot|pod has)|\. |\.?$)|(?<count>\d{1,6}) (?<reason>Too many pods)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Reason();

    /// <summary>One reason of the scheduler and the number of nodes that it holds for.</summary>
    /// <param name="Nodes">How many nodes.</param>
    /// <param name="Kind">What it means.</param>
    /// <param name="Text">What these nodes do or have.</param>
    /// <param name="Field">The field of the pod spec to look at.</param>
    /// <param name="IsOrdinary">Holds for some node of every cluster, such as the taint of the control plane.</param>
    /// <param name="IsPassing">Passes by itself, such as a node that is not ready yet.</param>
    private sealed record NodeReason(int Nodes, CauseKind Kind, string Text, string Field, bool IsOrdinary = false, bool IsPassing = false)
    {
        public static NodeReason Read(int nodes, string text)
        {
            if (text.StartsWith("Insufficient ", StringComparison.Ordinal))
            {
                return new(nodes, CauseKind.UnschedulableResources, $"lack{(nodes == 1 ? "s" : "")} {Quoted.Line(text["Insufficient ".Length..], 100)}", "containers/0/resources/requests");
            }

            if (text.StartsWith("Too many pods", StringComparison.Ordinal))
            {
                return new(nodes, CauseKind.UnschedulableResources, $"run{(nodes == 1 ? "s" : "")} as many pods as allowed", "");
            }

            var has = nodes == 1 ? "has" : "have";
            if (Contains(text, "taint"))
            {
                var taint = Taint().Match(text) is { Success: true } match ? Quoted.Line(match.Value, 150) : "";
                var notReady = Contains(taint, "node.kubernetes.io/not-ready") || Contains(taint, "node.kubernetes.io/unreachable") || Contains(taint, "uninitialized")
                    || Contains(taint, "node.cilium.io/agent-not-ready");
                var controlPlane = Contains(taint, "node-role.kubernetes.io/control-plane") || Contains(taint, "node-role.kubernetes.io/master");
                return new(nodes, CauseKind.UnschedulableTaints, notReady ? $"{(nodes == 1 ? "is" : "are")} not ready ({taint})" : $"{has} a taint that is not tolerated ({taint})", "tolerations", controlPlane, notReady);
            }

            if (Contains(text, "unschedulable"))
            {
                return new(nodes, CauseKind.UnschedulableTaints, $"{(nodes == 1 ? "is" : "are")} cordoned (unschedulable)", "tolerations", IsOrdinary: true);
            }

            if (Contains(text, "topology spread"))
            {
                return new(nodes, CauseKind.UnschedulableTopology, $"would break topologySpreadConstraints{(Contains(text, "missing required label") ? " (label of the topology is missing)" : "")}", "topologySpreadConstraints");
            }

            if (Contains(text, "volume") || Contains(text, "persistentvolume"))
            {
                var full = Contains(text, "max volume count");
                return new(nodes, CauseKind.UnschedulableVolume,
                    full ? $"{has} as many volumes as allowed" : Contains(text, "node affinity conflict") ? $"{(nodes == 1 ? "is" : "are")} not where the volume is" : $"{has} no matching volume to bind",
                    "volumes");
            }

            if (Contains(text, "free ports"))
            {
                return new(nodes, CauseKind.UnschedulablePorts, $"{has} the host port taken", "containers/0/ports");
            }

            if (Contains(text, "anti-affinity"))
            {
                return new(nodes, CauseKind.UnschedulableAffinity, $"{(nodes == 1 ? "runs" : "run")} a pod that anti-affinity keeps away", "affinity/podAntiAffinity");
            }

            if (Contains(text, "pod affinity"))
            {
                return new(nodes, CauseKind.UnschedulableAffinity, $"{(nodes == 1 ? "does" : "do")} not match podAffinity", "affinity/podAffinity");
            }

            return Contains(text, "affinity") || Contains(text, "selector")
                ? new(nodes, CauseKind.UnschedulableAffinity, $"{(nodes == 1 ? "does" : "do")} not match nodeSelector or nodeAffinity", "nodeSelector")
                : new(nodes, CauseKind.Unschedulable, $"say{(nodes == 1 ? "s" : "")} '{Quoted.Line(text, 150)}'", "");
        }

        private static bool Contains(string text, string word) => text.Contains(word, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Taint();
}
