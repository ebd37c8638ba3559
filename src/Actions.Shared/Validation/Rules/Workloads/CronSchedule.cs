namespace Actions.Shared.Validation.Rules.Workloads;

/// <summary>The grammar of a CronJob's schedule, as the library behind it (robfig/cron v3, standard parser) reads it.</summary>
internal static class CronSchedule
{
    private static readonly (string Name, int Least, int Greatest, string[] Names)[] Fields =
    [
        ("minute", 0, 59, []),
        ("hour", 0, 23, []),
        ("day of month", 1, 31, []),
        ("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        ("day of week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    /// <summary>What is wrong with <paramref name="schedule"/>, to follow its mention in a sentence; null when it is right.</summary>
    public static string? Problem(string schedule)
    {
        var text = schedule.Trim();
        if (text.StartsWith("TZ=", StringComparison.Ordinal) || text.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            text = space < 0 ? "" : text[space..].Trim();
        }

        if (text.StartsWith('@'))
        {
            return text is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly" || IsEvery(text) ? null : "is no known descriptor";
        }

        var parts = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
        {
            return $"has {parts.Length} fields instead of five";
        }

        for (var i = 0; i < parts.Length; i++)
        {
            foreach (var range in parts[i].Split(','))
            {
                if (!IsRange(range, i))
                {
                    return $"has `{range}` for the {Fields[i].Name} ({Fields[i].Least} to {Fields[i].Greatest})";
                }
            }
        }

        return null;
    }

    private static bool IsEvery(string text) => text.StartsWith("@every ", StringComparison.Ordinal) && text.Length > 7 && char.IsAsciiDigit(text[7]);

    private static bool IsRange(string range, int field)
    {
        var (_, least, greatest, _) = Fields[field];
        var step = range.Split('/');
        if (step.Length > 2 || (step.Length == 2 && (!int.TryParse(step[1], out var size) || size <= 0)))
        {
            return false;
        }

        if (step[0] is "*" or "?")
        {
            return true;
        }

        var ends = step[0].Split('-');
        if (ends.Length > 2 || !TryRead(ends[0], field, out var low))
        {
            return false;
        }

        var high = low;
        if (ends.Length == 2 && !TryRead(ends[1], field, out high))
        {
            return false;
        }

        return low >= least && high <= greatest && low <= high;
    }

    private static bool TryRead(string text, int field, out int value)
    {
        var name = Array.IndexOf(Fields[field].Names, text.ToLowerInvariant());
        if (name >= 0)
        {
            value = name + Fields[field].Least;
            return true;
        }

        value = 0;
        return text.Length > 0 && text.All(char.IsAsciiDigit) && int.TryParse(text, out value);
    }
}
