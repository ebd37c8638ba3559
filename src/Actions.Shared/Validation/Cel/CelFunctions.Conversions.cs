using System.Globalization;
using System.Text;

namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static void AddConversions(Action<string, string, CelFunction> add)
    {
        add("dyn", "*>*", (_, a) => a[0]);
        add("type", "*>T", (_, a) => new CelTypeValue(CelNames.Of(a[0].Kind)));

        add("bool", "b>b", (_, a) => a[0]);
        add("bool", "s>b", (_, a) => S(a[0]) switch
        {
            "1" or "t" or "T" or "true" or "TRUE" or "True" => CelValue.True,
            "0" or "f" or "F" or "false" or "FALSE" or "False" => CelValue.False,
            _ => Unconvertible(a[0], "bool"),
        });

        add("int", "i>i", (_, a) => a[0]);
        add("int", "u>i", (_, a) => U(a[0]) > long.MaxValue ? CelError.Overflow("integer") : CelValue.Of((long)U(a[0])));
        add("int", "d>i", (_, a) => D(a[0]) is > -9223372036854775808.0 and < 9223372036854775808.0 ? CelValue.Of((long)D(a[0])) : CelError.Overflow("integer"));
        add("int", "s>i", (budget, a) =>
        {
            budget.PayText(S(a[0]).Length);
            return long.TryParse(S(a[0]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? CelValue.Of(number) : Unconvertible(a[0], "int");
        });
        add("int", "t>i", (_, a) => CelValue.Of((long)CelTimes.Seconds(Time(a[0]))));

        add("uint", "u>u", (_, a) => a[0]);
        add("uint", "i>u", (_, a) => I(a[0]) < 0 ? CelError.Overflow("unsigned integer") : new CelUint((ulong)I(a[0])));
        add("uint", "d>u", (_, a) => D(a[0]) is >= 0 and < 18446744073709551616.0 ? new CelUint((ulong)D(a[0])) : CelError.Overflow("unsigned integer"));
        add("uint", "s>u", (budget, a) =>
        {
            budget.PayText(S(a[0]).Length);
            return ulong.TryParse(S(a[0]), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new CelUint(number) : Unconvertible(a[0], "uint");
        });

        add("double", "d>d", (_, a) => a[0]);
        add("double", "i>d", (_, a) => CelValue.Of((double)I(a[0])));
        add("double", "u>d", (_, a) => CelValue.Of((double)U(a[0])));
        add("double", "s>d", (budget, a) =>
        {
            budget.PayText(S(a[0]).Length);
            return ReadDouble(S(a[0])) is { } number ? CelValue.Of(number) : Unconvertible(a[0], "double");
        });

        add("string", "s>s", (_, a) => a[0]);
        add("string", "i>s", (_, a) => CelValue.Of(CelOperators.Text(a[0])));
        add("string", "u>s", (_, a) => CelValue.Of(CelOperators.Text(a[0])));
        add("string", "d>s", (_, a) => CelValue.Of(CelOperators.Text(a[0])));
        add("string", "b>s", (_, a) => CelValue.Of(CelOperators.Text(a[0])));
        add("string", "t>s", (_, a) => CelValue.Of(CelTimes.Text((CelTimestamp)a[0])));
        add("string", "D>s", (_, a) => CelValue.Of(CelTimes.Text((CelDuration)a[0])));
        add("string", "I>s", (_, a) => CelValue.Of(((CelIp)a[0]).Value.ToString()));
        add("string", "C>s", (_, a) => CelValue.Of(CelAddresses.Text((CelCidr)a[0])));
        add("string", "y>s", (budget, a) =>
        {
            var bytes = ((CelBytes)a[0]).Value;
            budget.PayText(bytes.Length);
            try
            {
                return CelValue.Of(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
            }
            catch (DecoderFallbackException)
            {
                return new CelError("invalid UTF-8 in bytes, cannot convert to string");
            }
        });

        add("bytes", "y>y", (_, a) => a[0]);
        add("bytes", "s>y", (budget, a) =>
        {
            budget.PayText(S(a[0]).Length);
            return new CelBytes(Encoding.UTF8.GetBytes(S(a[0])));
        });

        add("timestamp", "t>t", (_, a) => a[0]);
        add("timestamp", "i>t", (_, a) => CelTimes.Timestamp((Int128)I(a[0]) * CelTimes.Second));
        add("timestamp", "s>t", (_, a) => CelTimes.TryReadTimestamp(S(a[0]), out var time) ? CelTimes.Timestamp(time) : Unconvertible(a[0], "google.protobuf.Timestamp"));

        add("duration", "D>D", (_, a) => a[0]);
        add("duration", "s>D", (_, a) => CelTimes.TryReadDuration(S(a[0]), out var span) ? CelTimes.Duration(span) : Unconvertible(a[0], "google.protobuf.Duration"));
    }

    private static CelError Unconvertible(CelValue value, string type) => new($"'{S(value)}' cannot be converted to {type}");

    private static double? ReadDouble(string text)
    {
        switch (text.TrimStart('+', '-').ToLowerInvariant())
        {
            case "inf" or "infinity":
                return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            case "nan":
                return double.NaN;
        }

        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
    }
}
