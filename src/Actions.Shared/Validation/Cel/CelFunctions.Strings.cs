using System.Globalization;
using System.Text;

namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    // The width of a formatted number; more is an expression made to fill the memory.
    private const int MostDecimals = 100;

    private static void AddStrings(Action<string, string, CelFunction> add)
    {
        add("contains", "s.s>b", Searching((text, part) => text.Contains(part, StringComparison.Ordinal)));
        add("startsWith", "s.s>b", Searching((text, part) => text.StartsWith(part, StringComparison.Ordinal)));
        add("endsWith", "s.s>b", Searching((text, part) => text.EndsWith(part, StringComparison.Ordinal)));
        add("matches", "s.s>b", Matches);
        add("matches", "ss>b", Matches);
        add("find", "s.s>s", (budget, a) => CelPatterns.Find(budget, S(a[0]), S(a[1])));
        add("findAll", "s.s>ls", (budget, a) => CelPatterns.FindAll(budget, S(a[0]), S(a[1]), -1));
        add("findAll", "s.si>ls", (budget, a) => CelPatterns.FindAll(budget, S(a[0]), S(a[1]), I(a[2])));

        add("charAt", "s.i>s", CharAt);
        add("indexOf", "s.s>i", (budget, a) => IndexOf(budget, S(a[0]), S(a[1]), 0));
        add("indexOf", "s.si>i", (budget, a) => IndexOf(budget, S(a[0]), S(a[1]), I(a[2])));
        add("lastIndexOf", "s.s>i", (budget, a) => LastIndexOf(budget, S(a[0]), S(a[1]), null));
        add("lastIndexOf", "s.si>i", (budget, a) => LastIndexOf(budget, S(a[0]), S(a[1]), I(a[2])));
        add("lowerAscii", "s.>s", Mapping(text => Fold(text, char.IsAsciiLetterUpper, 32)));
        add("upperAscii", "s.>s", Mapping(text => Fold(text, char.IsAsciiLetterLower, -32)));
        add("trim", "s.>s", Mapping(text => text.Trim()));
        add("replace", "s.ss>s", (budget, a) => Replace(budget, S(a[0]), S(a[1]), S(a[2]), -1));
        add("replace", "s.ssi>s", (budget, a) => Replace(budget, S(a[0]), S(a[1]), S(a[2]), I(a[3])));
        add("split", "s.s>ls", (budget, a) => Split(budget, S(a[0]), S(a[1]), -1));
        add("split", "s.si>ls", (budget, a) => Split(budget, S(a[0]), S(a[1]), I(a[2])));
        add("substring", "s.i>s", (budget, a) => Substring(budget, S(a[0]), I(a[1]), null));
        add("substring", "s.ii>s", (budget, a) => Substring(budget, S(a[0]), I(a[1]), I(a[2])));
        add("join", "l.>s", (budget, a) => Join(budget, L(a[0]), ""));
        add("join", "l.s>s", (budget, a) => Join(budget, L(a[0]), S(a[1])));
        add("format", "s.l>s", (budget, a) => Format(budget, S(a[0]), L(a[1])));
        add("strings.quote", "s>s", (budget, a) =>
        {
            budget.PayText(S(a[0]).Length * 2L);
            return CelValue.Of(CelText.Quote(S(a[0])));
        });
    }

    private static CelFunction Searching(Func<string, string, bool> holds) => (budget, a) =>
    {
        budget.PayText(S(a[0]).Length);
        return CelValue.Of(holds(S(a[0]), S(a[1])));
    };

    private static CelFunction Mapping(Func<string, string> map) => (budget, a) =>
    {
        budget.PayText(S(a[0]).Length);
        return CelValue.Of(map(S(a[0])));
    };

    private static CelValue Matches(CelBudget budget, CelValue[] arguments) => CelPatterns.Matches(budget, S(arguments[0]), S(arguments[1]));

    private static string Fold(string text, Func<char, bool> folds, int distance) =>
        string.Create(text.Length, (text, folds, distance), static (span, state) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = state.folds(state.text[i]) ? (char)(state.text[i] + state.distance) : state.text[i];
            }
        });

    private static CelError OutOfRange(long index) => new($"index out of range: {index}");

    private static CelValue CharAt(CelBudget budget, CelValue[] arguments)
    {
        var (text, index) = (S(arguments[0]), I(arguments[1]));
        budget.PayText(text.Length);
        var offset = CelText.Offset(text, index);
        return offset < 0 ? OutOfRange(index)
            : offset == text.Length ? CelValue.Of("")
            : CelValue.Of(char.IsHighSurrogate(text[offset]) && offset + 1 < text.Length ? text.Substring(offset, 2) : text[offset].ToString());
    }

    private static CelValue IndexOf(CelBudget budget, string text, string part, long from)
    {
        budget.PayText(text.Length);
        var offset = CelText.Offset(text, from);
        if (part.Length == 0)
        {
            return CelValue.Of(from);
        }

        if (offset < 0)
        {
            return OutOfRange(from);
        }

        var found = text.IndexOf(part, offset, StringComparison.Ordinal);
        return CelValue.Of(found < 0 ? -1L : CelText.Index(text, found));
    }

    private static CelValue LastIndexOf(CelBudget budget, string text, string part, long? from)
    {
        budget.PayText(text.Length);
        var offset = from is { } index ? CelText.Offset(text, index) : text.Length;
        if (offset < 0)
        {
            return OutOfRange(from!.Value);
        }

        if (part.Length == 0)
        {
            return CelValue.Of((long)CelText.Index(text, offset));
        }

        var end = (int)Math.Min((long)offset + part.Length, text.Length);
        var found = text.AsSpan(0, end).LastIndexOf(part.AsSpan(), StringComparison.Ordinal);
        return CelValue.Of(found < 0 ? -1L : CelText.Index(text, found));
    }

    private static CelValue Substring(CelBudget budget, string text, long start, long? end)
    {
        budget.PayText(text.Length);
        var from = CelText.Offset(text, start);
        if (from < 0)
        {
            return OutOfRange(start);
        }

        var to = end is { } index ? CelText.Offset(text, index) : text.Length;
        return to < 0 ? OutOfRange(end!.Value)
            : to < from ? new CelError($"invalid substring range. start: {start}, end: {end}")
            : CelValue.Of(text[from..to]);
    }

    private static CelValue Replace(CelBudget budget, string text, string old, string replacement, long limit)
    {
        budget.PayText(text.Length);
        var starts = new List<int>();
        if (limit < 0)
        {
            limit = long.MaxValue;
        }

        if (old.Length == 0)
        {
            // Before each character and at the end.
            for (var i = 0; i <= text.Length && starts.Count < limit; i++)
            {
                if (i == text.Length || !char.IsLowSurrogate(text[i]))
                {
                    starts.Add(i);
                }
            }
        }
        else
        {
            for (var at = 0; starts.Count < limit && (at = text.IndexOf(old, at, StringComparison.Ordinal)) >= 0; at += old.Length)
            {
                starts.Add(at);
            }
        }

        budget.PayText(text.Length + ((long)starts.Count * replacement.Length));
        var result = new StringBuilder();
        var copied = 0;
        foreach (var start in starts)
        {
            result.Append(text, copied, start - copied).Append(replacement);
            copied = start + old.Length;
        }

        return CelValue.Of(result.Append(text, copied, text.Length - copied).ToString());
    }

    private static CelArray Split(CelBudget budget, string text, string separator, long limit)
    {
        budget.Pay(text.Length);
        var most = limit < 0 ? int.MaxValue : (int)Math.Min(limit, int.MaxValue);
        var parts = new List<CelValue>();
        if (most == 0)
        {
            return new CelArray(parts);
        }

        if (separator.Length == 0)
        {
            var rest = new StringBuilder();
            foreach (var character in CelText.Characters(text))
            {
                if (parts.Count < most - 1 || limit < 0)
                {
                    parts.Add(CelValue.Of(character));
                }
                else
                {
                    rest.Append(character);
                }
            }

            if (rest.Length > 0)
            {
                parts.Add(CelValue.Of(rest.ToString()));
            }

            return new CelArray(parts);
        }

        foreach (var part in text.Split(separator, most))
        {
            parts.Add(CelValue.Of(part));
        }

        return new CelArray(parts);
    }

    private static CelValue Join(CelBudget budget, CelList list, string separator)
    {
        var length = 0L;
        var parts = new string[list.Count];
        budget.Pay(parts.Length);
        for (var i = 0; i < parts.Length; i++)
        {
            if (list[i] is not CelString text)
            {
                return list[i] is CelError error ? error : CelError.Unknown("join takes a list of strings");
            }

            parts[i] = text.Value;
            length += text.Value.Length + separator.Length;
        }

        budget.PayText(length);
        return CelValue.Of(string.Join(separator, parts));
    }

    private static CelValue Format(CelBudget budget, string format, CelList arguments)
    {
        budget.PayText(format.Length);
        var result = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            if (++i < format.Length && format[i] == '%')
            {
                result.Append('%');
                continue;
            }

            var precision = -1;
            if (i < format.Length && format[i] == '.')
            {
                var digits = i + 1;
                while (++i < format.Length && char.IsAsciiDigit(format[i]))
                {
                }

                precision = int.TryParse(format.AsSpan(digits, i - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
                if (precision is < 0 or > MostDecimals)
                {
                    return CelError.Unknown("the precision of a formatted number is not understood");
                }
            }

            if (i >= format.Length)
            {
                return new CelError("unexpected end of format string");
            }

            if (next >= arguments.Count)
            {
                return new CelError($"index {next} out of range");
            }

            var value = arguments[next++];
            var text = value is CelError ? null : FormatOne(budget, format[i], precision, value, 0);
            if (text is null)
            {
                return value is CelError ? value : CelError.Unknown($"`%{format[i]}` of a value of the type {CelNames.Of(value.Kind)} is not known here");
            }

            budget.PayText(text.Length);
            result.Append(text);
        }

        return CelValue.Of(result.ToString());
    }

    private static string? FormatOne(CelBudget budget, char verb, int precision, CelValue value, int depth)
    {
        switch (verb)
        {
            case 's':
                return FormatText(budget, value, depth);
            case 'd' when value is CelInt or CelUint:
                return CelOperators.Text(value);
            case 'f' when CelOperators.IsNumber(value) && ToDouble(value) is var number && double.IsFinite(number):
                return number.ToString($"F{(precision < 0 ? 6 : precision)}", CultureInfo.InvariantCulture);
            case 'e' when CelOperators.IsNumber(value) && ToDouble(value) is var number && double.IsFinite(number):
                var digits = precision < 0 ? 6 : precision;
                return number.ToString($"0.{new string('0', digits)}e+00", CultureInfo.InvariantCulture);
            case 'x' or 'X' when value is CelInt { Value: >= 0 } integer:
                return integer.Value.ToString(verb == 'x' ? "x" : "X", CultureInfo.InvariantCulture);
            case 'x' or 'X' when value is CelString text:
                budget.PayText(text.Value.Length * 2L);
                var hex = Convert.ToHexString(Encoding.UTF8.GetBytes(text.Value));
                return verb == 'x' ? hex.ToLowerInvariant() : hex;
            case 'o' when value is CelInt { Value: >= 0 } integer:
                return Convert.ToString(integer.Value, 8);
            case 'b' when value is CelInt { Value: >= 0 } integer:
                return Convert.ToString(integer.Value, 2);
            case 'b' when value is CelBool flag:
                return flag.Value ? "1" : "0";
            default:
                return null;
        }
    }

    private static string? FormatText(CelBudget budget, CelValue value, int depth)
    {
        budget.Step();
        switch (value)
        {
            case CelString text:
                return text.Value;
            case CelBool or CelInt or CelUint:
                return CelOperators.Text(value);
            case CelDouble number:
                return CelNumbers.Text(number.Value);
            case CelNull:
                return "null";
            case CelTimestamp time:
                return CelTimes.Text(time);
            case CelDuration span:
                return CelTimes.Text(span);
            case CelTypeValue type:
                return type.Name;
            case CelList list when depth < 20:
                var parts = new List<string>();
                foreach (var item in list)
                {
                    if (FormatText(budget, item, depth + 1) is not { } part)
                    {
                        return null;
                    }

                    budget.PayText(part.Length);
                    parts.Add(part);
                }

                return $"[{string.Join(", ", parts)}]";
            default:
                return null;
        }
    }

    private static double ToDouble(CelValue value) => value switch
    {
        CelInt number => number.Value,
        CelUint number => number.Value,
        _ => ((CelDouble)value).Value,
    };
}
