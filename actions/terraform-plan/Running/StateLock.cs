using System.Globalization;
using System.Text.RegularExpressions;

namespace Actions.TerraformPlanning.Running;

/// <summary>Who holds the lock of a state, as the tool's message tells it. Texts are untrusted.</summary>
/// <param name="Id">What <c>force-unlock</c> takes.</param>
/// <param name="Who">User and machine.</param>
/// <param name="Operation">What it is doing, for example <c>OperationTypeApply</c>.</param>
/// <param name="Path">The state.</param>
/// <param name="Created">Since when; null when not told.</param>
internal sealed partial record StateLock(string Id, string Who, string Operation, string Path, DateTimeOffset? Created)
{
    /// <summary>Finds it in the detail of a diagnostic; null when that is about something else.</summary>
    public static StateLock? Find(string summary, string detail)
    {
        if (!summary.Contains("acquiring the state lock", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var fields = Field().Matches(detail).GroupBy(m => m.Groups["name"].Value, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First().Groups["value"].Value.Trim(), StringComparer.Ordinal);
        return new StateLock(
            fields.GetValueOrDefault("ID", ""), fields.GetValueOrDefault("Who", ""), fields.GetValueOrDefault("Operation", ""), fields.GetValueOrDefault("Path", ""), Time(fields.GetValueOrDefault("Created", "")));
    }

    /// <summary>One sentence without a full stop: who, doing what, since when.</summary>
    public string Describe(DateTimeOffset now)
    {
        var what = Operation.Replace("OperationType", "", StringComparison.Ordinal).ToLowerInvariant();
        var who = Who.Length == 0 ? "somebody who is not told" : Who;
        var since = Created is { } at ? $" since {at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} UTC ({Age(now - at)})" : "";
        return $"held by {who}{(what.Length > 0 ? $" for {what}" : "")}{since}";
    }

    private static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "just now",
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{(int)age.TotalSeconds} s ago"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{(int)age.TotalMinutes} min ago"),
        { TotalDays: < 1 } => FormattableString.Invariant($"{(int)age.TotalHours} h ago"),
        _ => FormattableString.Invariant($"{(int)age.TotalDays} days ago"),
    };

    // Go writes 2026-11-24 10:14:55.869344944 +0000 UTC.
    private static DateTimeOffset? Time(string text) =>
        GoTime().Match(text) is { Success: true } m
        && DateTimeOffset.TryParse($"{m.Groups["date"].Value}T{m.Groups["time"].Value}{m.Groups["zone"].Value[..3]}:{m.Groups["zone"].Value[3..]}", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;

    [GeneratedRegex(@"^\s*(?<name>ID|Path|Operation|Who|Created):[ \t]*(?<value>[^\r\n]{0,300})", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex(@"^(?<date>\d{4}-\d\d-\d\d) (?<time>\d\d:\d\d:\d\d)(\.\d+)? (?<zone>[+-]\d{4})", RegexOptions.CultureInvariant)]
    private static partial Regex GoTime();
}
