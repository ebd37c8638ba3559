using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Rules.Workloads;

/// <summary>The grammar of a CronJob's schedule, as the library behind it (robfig/cron v3, standard parser) reads it.</summary>
internal static class CronSchedule
{
    private const int DayOfMonth = 2;
    private const int Month = 3;
    private const int DayOfWeek = 4;

    private static readonly CronField[] Fields =
    [
        new("minute", 0, 59, []),
        new("hour", 0, 23, []),
        new("day of month", 1, 31, []),
        new("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new("day of week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    private static readonly int[] DaysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>What is wrong with <paramref name="schedule"/>, to follow its mention in a sentence; null when it is right.</summary>
    public static string? Problem(string schedule)
    {
        var text = schedule;
        if (text.StartsWith("TZ=", StringComparison.Ordinal) || text.StartsWith("CRON_TZ=", StringComparison.Ordinal))
        {
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            text = space < 0 ? "" : text[space..].Trim();
        }

        if (text.StartsWith('@'))
        {
            return text is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly" || IsEvery(text) ? null : "is no known descriptor";
        }

        var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields.Length)
        {
            return $"has {parts.Length} fields instead of five";
        }

        var values = new ulong[Fields.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            foreach (var range in parts[i].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!TryRange(range, Fields[i], out var bits))
                {
                    return $"has `{range}` for the {Fields[i].Name} ({Fields[i].Least} to {Fields[i].Greatest})";
                }

                values[i] |= bits;
            }
        }

        return parts[DayOfWeek][0] is '*' or '?' && !HasDate(values[DayOfMonth], values[Month]) ? "names a date that never comes" : null;
    }

    private static bool IsEvery(string text) => text.StartsWith("@every ", StringComparison.Ordinal) && Formats.IsGoDuration(text.AsSpan("@every ".Length));

    private static bool HasDate(ulong days, ulong months)
    {
        for (var month = 1; month <= DaysOfMonths.Length; month++)
        {
            var there = (1UL << (DaysOfMonths[month - 1] + 1)) - 1;
            if ((months & (1UL << month)) != 0 && (days & there) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryRange(string range, CronField field, out ulong bits)
    {
        bits = 0;
        var parts = range.Split('/');
        var ends = parts[0].Split('-');
        var step = 1;
        if (parts.Length > 2 || (parts.Length == 2 && !(int.TryParse(parts[1], out step) && step > 0)))
        {
            return false;
        }

        var (low, high) = (field.Least, field.Greatest);
        if (ends[0] is not ("*" or "?"))
        {
            if (ends.Length > 2 || !field.TryRead(ends[0], out low) || !field.TryRead(ends[^1], out high))
            {
                return false;
            }

            if (ends.Length == 1 && parts.Length == 2)
            {
                high = field.Greatest;
            }
        }

        if (low < field.Least || high > field.Greatest || low > high)
        {
            return false;
        }

        for (long value = low; value <= high; value += step)
        {
            bits |= 1UL << (int)value;
        }

        return true;
    }

    private sealed record CronField(string Name, int Least, int Greatest, string[] Names)
    {
        public bool TryRead(string text, out int value)
        {
            var name = Array.IndexOf(Names, text.ToLowerInvariant());
            value = name + Least;
            return name >= 0 || (text.Length is > 0 and < 10 && text.All(char.IsAsciiDigit) && int.TryParse(text, out value));
        }
    }
}
