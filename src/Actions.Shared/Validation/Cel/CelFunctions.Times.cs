namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static void AddTimes(Action<string, string, CelFunction> add)
    {
        AddPart(add, "getFullYear", t => t.Year);
        AddPart(add, "getMonth", t => t.Month - 1);
        AddPart(add, "getDate", t => t.Day);
        AddPart(add, "getDayOfMonth", t => t.Day - 1);
        AddPart(add, "getDayOfWeek", t => (int)t.DayOfWeek);
        AddPart(add, "getDayOfYear", t => t.DayOfYear - 1);
        AddPart(add, "getHours", t => t.Hour);
        AddPart(add, "getMinutes", t => t.Minute);
        AddPart(add, "getSeconds", t => t.Second);
        add("getMilliseconds", "t.>i", (_, a) => CelValue.Of(CelTimes.Fraction(Time(a[0])) / 1_000_000L));
        add("getMilliseconds", "t.s>i", (_, a) => CelTimes.InZone(Time(a[0]), S(a[1])) is null ? NoZone(a[1]) : CelValue.Of(CelTimes.Fraction(Time(a[0])) / 1_000_000L));

        add("getHours", "D.>i", (_, a) => CelValue.Of(Span(a[0]) / (3600 * CelTimes.Second)));
        add("getMinutes", "D.>i", (_, a) => CelValue.Of(Span(a[0]) / (60 * CelTimes.Second)));
        add("getSeconds", "D.>i", (_, a) => CelValue.Of(Span(a[0]) / CelTimes.Second));
        add("getMilliseconds", "D.>i", (_, a) => CelValue.Of(Span(a[0]) / 1_000_000));
    }

    private static void AddPart(Action<string, string, CelFunction> add, string name, Func<DateTime, int> part)
    {
        add(name, "t.>i", (_, a) => CelValue.Of((long)part(CelTimes.InZone(Time(a[0]), "UTC")!.Value)));
        add(name, "t.s>i", (_, a) => CelTimes.InZone(Time(a[0]), S(a[1])) is { } time ? CelValue.Of((long)part(time)) : NoZone(a[1]));
    }

    // Which zones there are depends on the machine.
    private static CelError NoZone(CelValue zone) => CelError.Unknown($"the time zone '{S(zone)}' is not known here");
}
