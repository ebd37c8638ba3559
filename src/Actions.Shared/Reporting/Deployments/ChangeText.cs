using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Reporting.Deployments;

/// <summary>Words for plans and what became of them.</summary>
internal static class ChangeText
{
    private const int LongestValue = 200;
    private const int MostLines = 40;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What is planned: <c>create</c>, <c>update, restarts its pods</c>.</summary>
    public static string Planned(PlanItem item) => item.Action switch
    {
        PlannedAction.Update when item.RestartsPods => "update, restarts its pods",
        PlannedAction.Unchanged when item.Desired is null => "keep",
        PlannedAction.Unchanged => "unchanged",
        PlannedAction.Create => "create",
        PlannedAction.Update => "update",
        PlannedAction.Recreate => "delete and create again",
        PlannedAction.Delete => "delete",
        PlannedAction.Conflict => "conflict",
        _ => "refused",
    };

    /// <summary>What became of it.</summary>
    public static string Done(ObjectOutcome outcome) => outcome switch
    {
        ObjectOutcome.NotReached => "not reached",
        ObjectOutcome.RemovedAgain => "created, then deleted again",
        ObjectOutcome.Restored => "changed, then changed back",
        ObjectOutcome.NotRestored => "changed, and not changed back",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>The lines of a difference: <c>- field: before</c>, <c>+ field: after</c>.</summary>
    public static IEnumerable<string> Lines(FieldChange change)
    {
        if (change.IsSecret)
        {
            yield return change.Kind switch
            {
                FieldChangeKind.Added => $"+ {change.Field}: ***",
                FieldChangeKind.Removed => $"- {change.Field}: ***",
                _ => $"! {change.Field}: *** (another value)",
            };
            yield break;
        }

        if (change.Kind == FieldChangeKind.Reordered)
        {
            yield return $"! {change.Field}: another order, {Value(change.After)}";
            yield break;
        }

        if (Text(change.Before) is { } before && Text(change.After) is { } after && (before.Contains('\n', StringComparison.Ordinal) || after.Contains('\n', StringComparison.Ordinal)))
        {
            yield return $"! {change.Field}:";
            foreach (var line in Between(before.Split('\n'), after.Split('\n')))
            {
                yield return line;
            }

            yield break;
        }

        if (change.Kind != FieldChangeKind.Added)
        {
            yield return $"- {change.Field}: {Value(change.Before)}";
        }

        if (change.Kind != FieldChangeKind.Removed)
        {
            yield return $"+ {change.Field}: {Value(change.After)}";
        }
    }

    /// <summary>The table of the fields that others manage: field, manager, in the cluster, in the manifest, what is done.</summary>
    public static string Decision(FieldConflict conflict) => conflict.Decision switch
    {
        ConflictDecision.Yield => "left to it",
        ConflictDecision.TakeOver => "taken over",
        ConflictDecision.Force => "forced",
        _ => "to be decided",
    };

    /// <summary>A span of time for a person: <c>350 ms</c>, <c>4.2 s</c>, <c>3 min 5 s</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string Value(JsonNode? node) => Phrases.Shorten(Text(node) ?? Write(node), LongestValue).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Write(JsonNode? node)
    {
        if (node is null)
        {
            return "null";
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            node.WriteTo(json);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    // What is between the lines that both begin and end with.
    private static string[] Between(string[] before, string[] after)
    {
        var start = 0;
        while (start < before.Length && start < after.Length && before[start] == after[start])
        {
            start++;
        }

        var end = 0;
        while (end < before.Length - start && end < after.Length - start && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        string[] lines =
        [
            .. before[start..(before.Length - end)].Select(l => "-   " + Phrases.Shorten(l, LongestValue)),
            .. after[start..(after.Length - end)].Select(l => "+   " + Phrases.Shorten(l, LongestValue)),
        ];
        return lines.Length <= MostLines ? lines : [.. lines[..MostLines], $"    … {lines.Length - MostLines} more lines"];
    }
}
