using System.Collections.Frozen;

namespace Actions.Shared.Validation.Cel;

/// <summary>
/// The functions and operators: those of the language's standard definitions, its string, set and optional extensions, and those that Kubernetes adds for
/// lists, regular expressions, URLs, addresses, quantities, formats and versions.
/// </summary>
internal static partial class CelFunctions
{
    private static readonly FrozenDictionary<string, CelOverload[]> All = Build();

    /// <summary>The names of the functions that are written as calls.</summary>
    public static IEnumerable<string> Names => All.Keys.Where(n => char.IsAsciiLetter(n[0]));

    /// <summary>The forms of a function or operator; null when there is none of that name.</summary>
    public static CelOverload[]? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>A function or operator as a message names it.</summary>
    public static string Shown(string name) => name.Contains('_', StringComparison.Ordinal) && !char.IsAsciiLetter(name[0]) ? $"`{name.Replace("_", "", StringComparison.Ordinal)}`" : $"`{name}`";

    private static FrozenDictionary<string, CelOverload[]> Build()
    {
        var functions = new Dictionary<string, List<CelOverload>>(StringComparer.Ordinal);
        void Add(string name, string signature, CelFunction call)
        {
            if (!functions.TryGetValue(name, out var overloads))
            {
                functions.Add(name, overloads = []);
            }

            overloads.Add(new CelOverload(signature, call));
        }

        AddOperators(Add);
        AddConversions(Add);
        AddTimes(Add);
        AddStrings(Add);
        AddLists(Add);
        AddOptionals(Add);
        AddAddresses(Add);
        AddUrls(Add);
        AddQuantities(Add);
        AddFormats(Add);
        AddVersions(Add);
        return functions.ToFrozenDictionary(f => f.Key, f => f.Value.ToArray(), StringComparer.Ordinal);
    }

    private static string S(CelValue value) => ((CelString)value).Value;

    private static long I(CelValue value) => ((CelInt)value).Value;

    private static ulong U(CelValue value) => ((CelUint)value).Value;

    private static double D(CelValue value) => ((CelDouble)value).Value;

    private static CelList L(CelValue value) => (CelList)value;

    private static Int128 Time(CelValue value) => ((CelTimestamp)value).Nanoseconds;

    private static long Span(CelValue value) => ((CelDuration)value).Nanoseconds;

    private static void AddOperators(Action<string, string, CelFunction> add)
    {
        add("!_", "b>b", (_, a) => CelValue.Of(!((CelBool)a[0]).Value));
        add("-_", "i>i", (_, a) => I(a[0]) == long.MinValue ? CelError.Overflow("integer") : CelValue.Of(-I(a[0])));
        add("-_", "d>d", (_, a) => CelValue.Of(-D(a[0])));

        add("_+_", "ii>i", (_, a) => Whole((Int128)I(a[0]) + I(a[1])));
        add("_+_", "uu>u", (_, a) => Unsigned((Int128)U(a[0]) + U(a[1])));
        add("_+_", "dd>d", (_, a) => CelValue.Of(D(a[0]) + D(a[1])));
        add("_+_", "ss>s", (budget, a) =>
        {
            budget.PayText((long)S(a[0]).Length + S(a[1]).Length);
            return CelValue.Of(S(a[0]) + S(a[1]));
        });
        add("_+_", "yy>y", (budget, a) =>
        {
            var (left, right) = (((CelBytes)a[0]).Value, ((CelBytes)a[1]).Value);
            budget.PayText((long)left.Length + right.Length);
            return new CelBytes([.. left, .. right]);
        });
        add("_+_", "ll>0", (budget, a) => CelOperators.Concatenate(budget, L(a[0]), L(a[1])));
        add("_+_", "tD>t", (_, a) => CelTimes.Timestamp(Time(a[0]) + Span(a[1])));
        add("_+_", "Dt>t", (_, a) => CelTimes.Timestamp(Span(a[0]) + Time(a[1])));
        add("_+_", "DD>D", (_, a) => CelTimes.Duration((Int128)Span(a[0]) + Span(a[1])));

        add("_-_", "ii>i", (_, a) => Whole((Int128)I(a[0]) - I(a[1])));
        add("_-_", "uu>u", (_, a) => Unsigned((Int128)U(a[0]) - U(a[1])));
        add("_-_", "dd>d", (_, a) => CelValue.Of(D(a[0]) - D(a[1])));
        add("_-_", "tt>D", (_, a) => CelTimes.Duration(Time(a[0]) - Time(a[1])));
        add("_-_", "tD>t", (_, a) => CelTimes.Timestamp(Time(a[0]) - Span(a[1])));
        add("_-_", "DD>D", (_, a) => CelTimes.Duration((Int128)Span(a[0]) - Span(a[1])));

        add("_*_", "ii>i", (_, a) => Whole((Int128)I(a[0]) * I(a[1])));
        add("_*_", "uu>u", (_, a) => (UInt128)U(a[0]) * U(a[1]) is var product && product > ulong.MaxValue ? CelError.Overflow("unsigned integer") : new CelUint((ulong)product));
        add("_*_", "dd>d", (_, a) => CelValue.Of(D(a[0]) * D(a[1])));

        add("_/_", "ii>i", (_, a) => I(a[1]) == 0 ? new CelError("division by zero") : Whole((Int128)I(a[0]) / I(a[1])));
        add("_/_", "uu>u", (_, a) => U(a[1]) == 0 ? new CelError("division by zero") : new CelUint(U(a[0]) / U(a[1])));
        add("_/_", "dd>d", (_, a) => CelValue.Of(D(a[0]) / D(a[1])));

        add("_%_", "ii>i", (_, a) => I(a[1]) == 0 ? new CelError("modulus by zero") : I(a[0]) == long.MinValue && I(a[1]) == -1 ? CelError.Overflow("integer") : CelValue.Of(I(a[0]) % I(a[1])));
        add("_%_", "uu>u", (_, a) => U(a[1]) == 0 ? new CelError("modulus by zero") : new CelUint(U(a[0]) % U(a[1])));

        AddOrder(add, "_<_", order => order < 0);
        AddOrder(add, "_<=_", order => order <= 0);
        AddOrder(add, "_>_", order => order > 0);
        AddOrder(add, "_>=_", order => order >= 0);

        add("_in_", "*l>b", (budget, a) => CelOperators.Contains(budget, L(a[1]), a[0]));
        add("_in_", "*m>b", (_, a) => CelValue.Of(((CelMap)a[1]).Find(a[0]) is not null));

        add("size", "s>i", Size);
        add("size", "y>i", Size);
        add("size", "l>i", Size);
        add("size", "m>i", Size);
        add("size", "s.>i", Size);
        add("size", "y.>i", Size);
        add("size", "l.>i", Size);
        add("size", "m.>i", Size);
    }

    private static void AddOrder(Action<string, string, CelFunction> add, string name, Func<int, bool> holds)
    {
        add(name, "##>b", (_, a) => CelValue.Of(CelOperators.CompareNumbers(a[0], a[1]) is { } order && holds(order)));
        foreach (var signature in (ReadOnlySpan<string>)["ss>b", "yy>b", "bb>b", "tt>b", "DD>b"])
        {
            add(name, signature, (budget, a) => CelValue.Of(holds(Compare(budget, a[0], a[1]))));
        }
    }

    private static int Compare(CelBudget budget, CelValue left, CelValue right)
    {
        switch (left, right)
        {
            case (CelString a, CelString b):
                budget.PayText(Math.Min(a.Value.Length, b.Value.Length));
                return CelText.Compare(a.Value, b.Value);
            case (CelBytes a, CelBytes b):
                budget.PayText(Math.Min(a.Value.Length, b.Value.Length));
                return a.Value.AsSpan().SequenceCompareTo(b.Value);
            case (CelBool a, CelBool b):
                return a.Value.CompareTo(b.Value);
            case (CelTimestamp a, CelTimestamp b):
                return a.Nanoseconds.CompareTo(b.Nanoseconds);
            default:
                return Span(left).CompareTo(Span(right));
        }
    }

    private static CelValue Whole(Int128 value) => value >= long.MinValue && value <= long.MaxValue ? new CelInt((long)value) : CelError.Overflow("integer");

    private static CelValue Unsigned(Int128 value) => value >= 0 && value <= ulong.MaxValue ? new CelUint((ulong)value) : CelError.Overflow("unsigned integer");

    private static CelValue Size(CelBudget budget, CelValue[] arguments)
    {
        switch (arguments[0])
        {
            case CelString text:
                budget.PayText(text.Value.Length);
                return CelValue.Of((long)CelText.Length(text.Value));
            case CelBytes bytes:
                return CelValue.Of((long)bytes.Value.Length);
            case CelList list:
                return CelValue.Of((long)list.Count);
            default:
                return CelValue.Of((long)((CelMap)arguments[0]).ReadKeys(budget).Count);
        }
    }
}
