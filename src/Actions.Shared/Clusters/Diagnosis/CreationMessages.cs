using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>
/// Why the API server refused to create an object: said to controllers that create pods (event <c>FailedCreate</c>, condition <c>ReplicaFailure</c>) and to
/// whoever applies an object.
/// </summary>
internal static partial class CreationMessages
{
    /// <summary>Explains the refusal; the sentence goes on after what should have been created, as in <c>its pods: quota compute leaves no room</c>.</summary>
    public static Explanation Explain(string text)
    {
        var message = text.Length > 4096 ? text[..4096] : text;

        // Policies first: what they say is free text and may contain the words of any other refusal.
        if (Webhook().Match(message) is { Success: true } webhook)
        {
            return new(CauseKind.AdmissionDenied, CauseCertainty.Certain,
                $"admission webhook {Quoted.Line(webhook.Groups["name"].Value, 253)} denies it: {Quoted.Line(webhook.Groups["said"].Value, 300)}",
                "Change what the policy objects to, or ask whoever owns the policy for an exception.");
        }

        if (AdmissionPolicy().Match(message) is { Success: true } policy)
        {
            return new(CauseKind.AdmissionDenied, CauseCertainty.Certain,
                $"ValidatingAdmissionPolicy {Quoted.Line(policy.Groups["name"].Value, 253)} denies it: {Quoted.Line(policy.Groups["said"].Value, 300)}",
                "Change what the policy objects to, or ask whoever owns the policy for an exception.");
        }

        if (FailedWebhook().Match(message) is { Success: true } failed)
        {
            return new(CauseKind.WebhookUnreachable, CauseCertainty.Likely,
                $"admission webhook {Quoted.Line(failed.Groups["name"].Value, 253)} does not answer: {Quoted.Line(LastLink(failed.Groups["said"].Value), 200)}",
                "See whether the pods behind the webhook's Service are ready; nothing that it must approve can be created until it answers.");
        }

        if (PodSecurity().Match(message) is { Success: true } level)
        {
            return new(CauseKind.PodSecurityViolated, CauseCertainty.Certain,
                $"it violates pod security level {Quoted.Line(level.Groups["level"].Value, 64)} of the namespace: {Quoted.Line(level.Groups["said"].Value, 300)}",
                "Set what is listed in securityContext of the pod and its containers.", "securityContext");
        }

        if (message.Contains("pod security policy", StringComparison.Ordinal) || message.Contains("security context constraint", StringComparison.Ordinal))
        {
            return new(CauseKind.PodSecurityViolated, CauseCertainty.Certain, $"no security policy that its service account may use allows it: {Quoted.Line(Forbidden(message), 300)}",
                "Set securityContext so that a policy allows the pod, or let its service account use a policy that does.", "securityContext");
        }

        if (QuotaNeeds().Match(message) is { Success: true } needs)
        {
            return new(CauseKind.QuotaNeedsResources, CauseCertainty.Certain,
                $"quota {Quoted.Line(needs.Groups["name"].Value, 253)} demands values that are not set: {Quoted.Line(needs.Groups["said"].Value, 200)}",
                "Set them under resources of every container, or give the namespace a LimitRange with defaults.", "containers/0/resources");
        }

        if (Quota().Match(message) is { Success: true } quota)
        {
            return new(CauseKind.QuotaExceeded, CauseCertainty.Likely,
                $"quota {Quoted.Line(quota.Groups["name"].Value, 253)} leaves no room: requested {Quoted.Line(quota.Groups["requested"].Value, 150)}; used {Quoted.Line(quota.Groups["used"].Value, 150)}; limit {Quoted.Line(quota.Groups["limited"].Value, 150)}",
                "Lower the requests or the replicas, remove what is not needed, or have the quota raised. A rolling update needs room for the additional pods of maxSurge.",
                "containers/0/resources");
        }

        if (LimitRange().Match(message) is { Success: true } range)
        {
            return new(CauseKind.LimitRangeViolated, CauseCertainty.Certain, $"a LimitRange of the namespace refuses it: {Quoted.Line(range.Value.TrimStart('[').TrimEnd(']'), 300)}",
                "Set requests and limits inside of the range that the message names.", "containers/0/resources");
        }

        if (ServiceAccount().Match(message) is { Success: true } account)
        {
            return new(CauseKind.ServiceAccountMissing, CauseCertainty.Likely, $"its ServiceAccount {Quoted.Line(account.Groups["name"].Value, 253)} does not exist",
                "Create the ServiceAccount in the same namespace, or correct serviceAccountName.", "serviceAccountName");
        }

        if (MissingClass().Match(message) is { Success: true } missing)
        {
            var (kind, name) = missing.Groups["priority"].Success ? ("PriorityClass", missing.Groups["priority"].Value) : ("RuntimeClass", missing.Groups["runtime"].Value);
            return new(CauseKind.ClassMissing, CauseCertainty.Certain, $"its {kind} {Quoted.Line(name, 253)} does not exist", $"Create the {kind}, or correct its name.",
                kind == "PriorityClass" ? "priorityClassName" : "runtimeClassName");
        }

        if (message.Contains("because it is being terminated", StringComparison.Ordinal))
        {
            return new(CauseKind.NamespaceTerminating, CauseCertainty.Certain, "the namespace is being deleted",
                "Wait until it is gone and create it again; if it never goes, see its status.conditions for what keeps it.");
        }

        if (Invalid().Match(message) is { Success: true } invalid)
        {
            return new(CauseKind.PodInvalid, CauseCertainty.Certain, $"the API server finds it invalid: {Quoted.Line(invalid.Groups["said"].Value, 300)}",
                "Correct the fields that the message names; if they are not in the manifest, a webhook added them.");
        }

        return new(CauseKind.PodCreationFailed, CauseCertainty.Likely, Quoted.Line(Forbidden(message), 300), "See the message of the API server.");
    }

    private static string Forbidden(string message) =>
        message.IndexOf(" is forbidden: ", StringComparison.Ordinal) is var at and >= 0 ? message[(at + " is forbidden: ".Length)..] : message.StartsWith("Error creating: ", StringComparison.Ordinal) ? message["Error creating: ".Length..] : message;

    private static string LastLink(string message) =>
        message.LastIndexOf("\": ", StringComparison.Ordinal) is var at and >= 0 ? message[(at + 3)..] : message;

    [GeneratedRegex("admission webhook \"(?<name>[^\"]+)\" denied the request(?: without explanation)?:? ?(?<said>.*)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Webhook();

    [GeneratedRegex("ValidatingAdmissionPolicy '(?<name>[^']+)'(?: with binding '[^']*')? denied request: (?<said>.*)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex AdmissionPolicy();

    [GeneratedRegex("failed calling webhook \"(?<name>[^\"]+)\": (?<said>.*)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex FailedWebhook();

    [GeneratedRegex("violates PodSecurity \"(?<level>[^\"]+)\": (?<said>.*)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex PodSecurity();

    [GeneratedRegex(@"exceeded quota: (?<name>[^,]+), requested: (?<requested>.+?), used: (?<used>.+?), limited: (?<limited>[^\n]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Quota();

    [GeneratedRegex(@"failed quota: (?<name>[^:]+): must specify (?<said>[^\n]+)", RegexOptions.CultureInvariant)]
    private static partial Regex QuotaNeeds();

    [GeneratedRegex(@"\[?(?:(?:maximum|minimum) \S+ usage per (?:Container|Pod|PersistentVolumeClaim) is |\S+ max limit to request ratio per (?:Container|Pod) is ).*", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex LimitRange();

    [GeneratedRegex("(?:error looking up service account|service account) .*?serviceaccounts? \"(?<name>[^\"]+)\" not found|service account (?:[^/\\s]+/)?(?<name>\\S+) was not found", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceAccount();

    [GeneratedRegex("no PriorityClass with name (?<priority>\\S+) was found|RuntimeClass \"(?<runtime>[^\"]+)\" not found|runtimeclass(?:es)?\\.node\\.k8s\\.io \"(?<runtime>[^\"]+)\" not found", RegexOptions.CultureInvariant)]
    private static partial Regex MissingClass();

    [GeneratedRegex("(?:Pod|pods?) \"[^\"]*\" is invalid: (?<said>.*)", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Invalid();
}
