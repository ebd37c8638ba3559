using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Actions.Shared.Validation.Cel;

/// <summary>Instants and lengths of time as Go reads and writes them.</summary>
internal static class CelTimes
{
    public const long Second = 1_000_000_000;

    private const long Minute = 60 * Second;

    private const int LongestZone = 64;

    // Names of zones are names of files: none of them may lead elsewhere.
    private static readonly SearchValues<char> ZoneCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/");

    private static readonly SearchValues<char> DecimalCharacters = SearchValues.Create("0123456789.");
    private static readonly Int128 Earliest = -62_135_596_800 * (Int128)Second;
    private static readonly Int128 Latest = (253_402_300_800 * (Int128)Second) - 1;

    /// <summary>An instant, or an error outside the years 1 to 9999.</summary>
    public static CelValue Timestamp(Int128 nanoseconds) => nanoseconds >= Earliest && nanoseconds <= Latest ? new CelTimestamp(nanoseconds) : CelError.Overflow("timestamp");

    /// <summary>A length of time, or an error beyond 292 years.</summary>
    public static CelValue Duration(Int128 nanoseconds) => nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue ? new CelDuration((long)nanoseconds) : CelError.Overflow("duration");

    /// <summary>Whole seconds since 1970, rounded down.</summary>
    public static Int128 Seconds(Int128 nanoseconds) => nanoseconds >= 0 ? nanoseconds / Second : -((-nanoseconds + Second - 1) / Second);

    /// <summary>The instant on the clock of a zone: <c>UTC</c>, an IANA name or an offset such as <c>-08:00</c>; null when there is no such zone.</summary>
    public static DateTime? InZone(Int128 nanoseconds, string zone)
    {
        var utc = DateTime.UnixEpoch.AddSeconds((long)Seconds(nanoseconds));
        if (TryReadOffset(zone, out var minutes))
        {
            var ticks = utc.Ticks + (minutes * TimeSpan.TicksPerMinute);
            return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime(ticks, DateTimeKind.Unspecified) : null;
        }

        if (zone.Length is 0 or > LongestZone || !char.IsAsciiLetter(zone[0]) || zone.AsSpan().ContainsAnyExcept(ZoneCharacters) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var info))
        {
            return null;
        }

        return TimeZoneInfo.ConvertTimeFromUtc(utc, info);
    }

    /// <summary>The nanoseconds after the whole second.</summary>
    public static int Fraction(Int128 nanoseconds) => (int)(nanoseconds - (Seconds(nanoseconds) * Second));

    /// <summary>RFC 3339 in UTC, with as many digits of the fraction as it takes.</summary>
    public static string Text(CelTimestamp time)
    {
        var whole = DateTime.UnixEpoch.AddSeconds((long)Seconds(time.Nanoseconds)).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        var fraction = Fraction(time.Nanoseconds);
        return fraction == 0 ? whole + "Z" : $"{whole}.{fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }

    /// <summary>Seconds with an <c>s</c>.</summary>
    public static string Text(CelDuration span)
    {
        var size = span.Nanoseconds < 0 ? -(Int128)span.Nanoseconds : span.Nanoseconds;
        var fraction = (int)(size % Second);
        var sign = span.Nanoseconds < 0 ? "-" : "";
        var whole = (long)(size / Second);
        return fraction == 0 ? $"{sign}{whole}s" : $"{sign}{whole}.{fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}s";
    }

    /// <summary>Reads RFC 3339, or a date alone.</summary>
    public static bool TryReadTimestamp(string text, out Int128 nanoseconds, bool isDate = false)
    {
        nanoseconds = 0;
        var rest = text.AsSpan();
        if (rest.Length < 10 || !DateOnly.TryParseExact(rest[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return false;
        }

        var seconds = (date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 86_400L;
        if (isDate)
        {
            nanoseconds = seconds * (Int128)Second;
            return rest.Length == 10;
        }

        if (rest.Length < 20 || rest[10] is not ('T' or 't') || rest[13] != ':' || rest[16] != ':' || !TryReadNumber(rest[11..13], 24, out var hour)
            || !TryReadNumber(rest[14..16], 60, out var minute) || !TryReadNumber(rest[17..19], 60, out var second))
        {
            return false;
        }

        rest = rest[19..];
        var fraction = 0L;
        if (rest[0] is '.' or ',')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits < 1)
            {
                return false;
            }

            for (var i = 0; i < 9; i++)
            {
                fraction = (fraction * 10) + (i < digits ? rest[1 + i] - '0' : 0);
            }

            rest = rest[(digits + 1)..];
        }

        var offset = 0;
        if (rest is not ("Z" or "z") && (rest.Length != 6 || rest[0] is not ('+' or '-') || !TryReadOffset(rest.ToString(), out offset)))
        {
            return false;
        }

        seconds += (hour * 3600) + (minute * 60) + second - (offset * 60L);
        nanoseconds = (seconds * (Int128)Second) + fraction;
        return true;
    }

    /// <summary>Reads a duration as Go writes it: <c>1h30m</c>, <c>-1.5s</c>, <c>500ms</c>.</summary>
    public static bool TryReadDuration(string text, out Int128 nanoseconds)
    {
        nanoseconds = 0;
        var rest = text.AsSpan();
        var isNegative = rest.StartsWith("-");
        if (isNegative || rest.StartsWith("+"))
        {
            rest = rest[1..];
        }

        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty || rest.Length > 200)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAnyExcept(DecimalCharacters);
            if (end <= 0 || rest[..end].Count('.') > 1 || !rest[..end].ContainsAnyInRange('0', '9'))
            {
                return false;
            }

            var number = rest[..end];
            rest = rest[end..];
            var (unit, length) = Unit(rest);
            if (length == 0 || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > long.MaxValue)
            {
                return false;
            }

            nanoseconds += (Int128)decimal.Truncate(decimal.Truncate(amount) * unit) + (Int128)decimal.Truncate((amount - decimal.Truncate(amount)) * unit);
            if (nanoseconds > (Int128)long.MaxValue + 1)
            {
                return false;
            }

            rest = rest[length..];
        }

        nanoseconds = isNegative ? -nanoseconds : nanoseconds;
        return true;
    }

    private static (long Unit, int Length) Unit(ReadOnlySpan<char> text) => text switch
    {
        ['n', 's', ..] => (1, 2),
        ['u' or 'µ' or 'μ', 's', ..] => (1_000, 2),
        ['m', 's', ..] => (1_000_000, 2),
        ['s', ..] => (Second, 1),
        ['m', ..] => (Minute, 1),
        ['h', ..] => (60 * Minute, 1),
        _ => (0, 0),
    };

    private static bool TryReadOffset([NotNullWhen(true)] string? text, out int minutes)
    {
        minutes = 0;
        if (text is null)
        {
            return false;
        }

        var sign = text.StartsWith('-') ? -1 : 1;
        var clock = text.AsSpan(text.StartsWith('-') || text.StartsWith('+') ? 1 : 0);
        if (clock.Length != 5 || clock[2] != ':' || !TryReadNumber(clock[..2], 24, out var hours) || !TryReadNumber(clock[3..], 60, out var rest))
        {
            return text is "UTC" or "Z";
        }

        minutes = sign * ((hours * 60) + rest);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, int limit, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < limit;
}
