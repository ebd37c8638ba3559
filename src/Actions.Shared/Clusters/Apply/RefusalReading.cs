using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Diagnosis;

namespace Actions.Shared.Clusters.Apply;

/// <summary>Reads what an API server says when it refuses an object.</summary>
internal static partial class RefusalReading
{
    /// <summary>The word for every refusal that has none of its own.</summary>
    public const string Refused = "refused";

    private static readonly string[] ImmutableWords =
    [
        "field is immutable", "may not change once set", "is immutable after creation", "updates to statefulset spec for fields other than",
        "cannot be changed", "can not be less than previous value", "cannot change roleRef", "pod updates may not change fields other than",
    ];

    /// <summary>Whether it refuses to change a field that can only be set when the object is made.</summary>
    public static bool IsImmutable(ClusterException e) =>
        e.Failure == ClusterFailure.Invalid && e.Status is { } status
        && status.Causes.Select(c => c.Message).Append(status.Message).Any(m => ImmutableWords.Any(w => m.Contains(w, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether fields of others are the reason.</summary>
    public static bool IsConflict(ClusterException e) => e.Failure == ClusterFailure.Conflict && e.Status?.Causes.Any(c => c.Reason == "FieldManagerConflict") == true;

    /// <summary>The fields that others manage, with their managers.</summary>
    public static IEnumerable<(string Field, string Manager)> Conflicts(ClusterStatus status) =>
        status.Causes.Where(c => c.Reason == "FieldManagerConflict").Select(c => (c.Field.TrimStart('.'), Manager(c.Message))).Distinct();

    /// <summary>Why an object is refused: a sentence, and the field that it is about (empty if none is named).</summary>
    public static (string Problem, string Field) Explain(ClusterException e)
    {
        if (e.Status is not { } status)
        {
            return (e.Message, "");
        }

        // The server could not make sense of the object at all: it names fields in its text only, with a dot in front.
        if (status.Message.StartsWith("failed to create typed patch object", StringComparison.Ordinal) && TypedProblem().Matches(status.Message) is { Count: > 0 } problems)
        {
            return (
                string.Join("; ", problems.Select(p => $"{p.Groups["field"].Value}: {p.Groups["problem"].Value.Replace("field not declared in schema", "this cluster does not know the field", StringComparison.Ordinal)}")),
                problems[0].Groups["field"].Value);
        }

        // "Deployment.apps \"web\" is invalid: spec.x: …": the object is named beside it already.
        var causes = status.Causes.Where(c => c.Message.Length > 0 && c.Reason != "FieldManagerConflict").ToArray();
        var field = causes.Length > 0 ? causes[0].Field : "";
        var text = e.Failure == ClusterFailure.Invalid && causes.Length > 0
            ? string.Join("; ", causes.Select(c => c.Field.Length == 0 || c.Field == "<nil>" ? WithoutDump(c.Message) : $"{c.Field}: {WithoutDump(c.Message)}").Distinct())
            : status.Message;
        return (text, field == "<nil>" ? "" : field);
    }

    /// <summary>A stable word for why an object is refused, and what to do about it.</summary>
    public static (string Cause, string Hint) Classify(ClusterException e) => CreationMessages.Explain(e.Status?.Message ?? "") switch
    {
        { Kind: CauseKind.AdmissionDenied or CauseKind.WebhookUnreachable or CauseKind.QuotaExceeded or CauseKind.QuotaNeedsResources or CauseKind.LimitRangeViolated or CauseKind.NamespaceTerminating } known =>
            (known.Kind.Id(), known.Hint),
        _ => (Refused, "Correct the manifest."),
    };

    /// <summary>The reason without the whole value before it, where that is an object: a pod template is pages long.</summary>
    private static string WithoutDump(string message) => Dump().Match(message) is { Success: true } dump ? dump.Groups["said"].Value : message;

    // Invalid value: core.PodTemplateSpec{ObjectMeta:…}: field is immutable; newer servers write JSON.
    [GeneratedRegex(@"^Invalid value: [^\s{""]{0,100}\{.*\}: (?<said>[^{}]+)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Dump();

    [GeneratedRegex(@"(?<=^|\s)\.(?<field>[A-Za-z][^\n]*?): (?<problem>[^\n]+)")]
    private static partial Regex TypedProblem();

    // conflict with "kube-controller-manager" with subresource "scale" using apps/v1 at 2026-01-02T03:04:05Z
    private static string Manager(string message)
    {
        var start = message.IndexOf('"', StringComparison.Ordinal);
        var end = start < 0 ? -1 : message.IndexOf('"', start + 1);
        return end < 0 ? message : message[(start + 1)..end];
    }
}
