using System.Buffers;
using System.Globalization;

namespace Actions.Shared.Hosting;

/// <summary>Spans of time as people write them: <c>90s</c>, <c>1h30m</c>, <c>500ms</c>.</summary>
internal static class DurationText
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)),
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Parses one or more numbers, each with its unit, from the greatest unit to the least, each at most once.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var rest = text.AsSpan();
        var next = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberCharacters);
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var letters = rest.IndexOfAnyExceptInRange('a', 'z') is var end and >= 0 ? end : rest.Length;
            var unit = rest[..letters].ToString();
            var index = Array.FindIndex(Units, next, u => u.Name == unit);
            if (index < 0 || number > 1_000_000)
                return false;
            value += Units[index].Length * (double)number;
            next = index + 1;
            rest = rest[letters..];
        }

        return text.Length > 0;
    }

    /// <summary>Formats so that <see cref="TryParse"/> gives the same again, to the millisecond.</summary>
    public static string Format(TimeSpan value)
    {
        var text = "";
        foreach (var (name, length) in Units)
        {
            var count = value.Ticks / length.Ticks;
            value -= length * count;
            if (count > 0)
                text += count.ToString(CultureInfo.InvariantCulture) + name;
        }

        return text.Length == 0 ? "0s" : text;
    }
}
