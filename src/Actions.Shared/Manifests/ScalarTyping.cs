using System.Globalization;
using System.Numerics;
using System.Text;

namespace Actions.Shared.Manifests;

/// <summary>
/// The types that Kubernetes' decoder gives scalars: sigs.k8s.io/yaml, which reads YAML 1.1 as go-yaml v2 does
/// and then makes JSON of it. Checked against kubectl.
/// </summary>
public static class ScalarTyping
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    /// <summary>
    /// The type of a scalar. Only plain scalars without a tag are guessed; dates and base-60 numbers stay strings, numbers beyond 64 bits
    /// are <see cref="YamlScalarType.Float"/>. A tag that its value does not fit counts as a string; see <see cref="FitsTag"/>.
    /// </summary>
    /// <param name="text">The text after unquoting.</param>
    /// <param name="style">How it is written.</param>
    /// <param name="tag">The tag in its long form, for example <c>tag:yaml.org,2002:int</c>; null or <c>!</c> for none.</param>
    public static YamlScalarType Resolve(string text, YamlScalarStyle style, string? tag = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (tag is null)
        {
            return style == YamlScalarStyle.Plain ? Guess(text) : YamlScalarType.String;
        }

        var wanted = TypeOfTag(tag);
        if (wanted is null or YamlScalarType.String)
        {
            return YamlScalarType.String;
        }

        var guess = Guess(text);
        return guess == wanted ? guess
            : wanted == YamlScalarType.Float && guess == YamlScalarType.Integer ? YamlScalarType.Float
            : wanted == YamlScalarType.Integer && guess == YamlScalarType.Float && IsWhole(text) ? YamlScalarType.Float
            : YamlScalarType.String;
    }

    /// <summary>Whether a value fits its explicit tag; Kubernetes refuses <c>!!int abc</c>.</summary>
    public static bool FitsTag(string text, string? tag)
    {
        ArgumentNullException.ThrowIfNull(text);
        return tag is null || TypeOfTag(tag) is not { } wanted || wanted == YamlScalarType.String
            || Resolve(text, YamlScalarStyle.Plain, tag) != YamlScalarType.String;
    }

    /// <summary>The scalar as a whole number, if it is one that fits 64 bits.</summary>
    public static bool TryGetInt64(this YamlScalar scalar, out long value)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        value = 0;
        return scalar.Type == YamlScalarType.Integer && TryInteger(scalar.Value, out value) == IntegerKind.Int64;
    }

    /// <summary>The scalar as a boolean, if it is one.</summary>
    public static bool TryGetBoolean(this YamlScalar scalar, out bool value)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        value = scalar.Type == YamlScalarType.Boolean && scalar.Value[0] is 'y' or 'Y' or 't' or 'T' or 'o' or 'O'
            && !scalar.Value.Equals("off", StringComparison.OrdinalIgnoreCase);
        return scalar.Type == YamlScalarType.Boolean;
    }

    /// <summary>The scalar as a number, if it is a whole number or a float.</summary>
    public static bool TryGetDouble(this YamlScalar scalar, out double value)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        value = 0;
        return scalar.Type switch
        {
            YamlScalarType.Integer or YamlScalarType.Float => TryNumber(scalar.Value, out value),
            _ => false,
        };
    }

    /// <summary>Whether the scalar is infinite or not a number, which YAML can say and JSON, and so Kubernetes, cannot.</summary>
    public static bool IsBeyondJson(this YamlScalar scalar) => scalar.TryGetDouble(out var value) && !double.IsFinite(value);

    /// <summary>
    /// The text that Kubernetes makes of a key: <c>yes</c> becomes <c>true</c>, <c>0x10</c> becomes <c>16</c>, <c>1.50</c> becomes <c>1.5</c>.
    /// Null when it refuses the key (a null).
    /// </summary>
    internal static string? KeyText(string text, YamlScalarType type)
    {
        switch (type)
        {
            case YamlScalarType.String:
                return text;
            case YamlScalarType.Null:
                return null;
            case YamlScalarType.Boolean:
                return text[0] is 'y' or 'Y' or 't' or 'T' || text.Equals("on", StringComparison.OrdinalIgnoreCase) ? "true" : "false";
            case YamlScalarType.Integer:
                return TryInteger(text, out var whole) == IntegerKind.Int64 ? whole.ToString(CultureInfo.InvariantCulture) : text;
            default:
                return TryNumber(text, out var number) ? GoFloat((float)number) : text;
        }
    }

    internal static YamlScalarType? TypeOfTag(string tag) => !tag.StartsWith(TagPrefix, StringComparison.Ordinal)
        ? null
        : tag.AsSpan(TagPrefix.Length) switch
        {
            "str" or "binary" or "timestamp" => YamlScalarType.String,
            "null" => YamlScalarType.Null,
            "bool" => YamlScalarType.Boolean,
            "int" => YamlScalarType.Integer,
            "float" => YamlScalarType.Float,
            _ => null,
        };

    internal static bool IsBinaryTag(string? tag) => tag is TagPrefix + "binary";

    private static YamlScalarType Guess(string text)
    {
        if (text.Length == 0)
        {
            return YamlScalarType.Null;
        }

        switch (text[0])
        {
            case 'y' or 'Y' or 'n' or 'N' or 't' or 'T' or 'f' or 'F' or 'o' or 'O' or '~':
                return text.Length > 5 ? YamlScalarType.String : Word(text);
            case '.':
                return IsSpecialFloat(text) || (TryFloat(text, out var fraction) && double.IsFinite(fraction))
                    ? YamlScalarType.Float
                    : YamlScalarType.String;
            case '+' or '-' or (>= '0' and <= '9'):
                return IsSpecialFloat(text) ? YamlScalarType.Float : Number(text);
            default:
                return YamlScalarType.String;
        }
    }

    private static YamlScalarType Word(string text) => text switch
    {
        "~" or "null" or "Null" or "NULL" => YamlScalarType.Null,
        "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON"
            or "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => YamlScalarType.Boolean,
        _ => YamlScalarType.String,
    };

    private static bool IsSpecialFloat(string text) => text is ".nan" or ".NaN" or ".NAN"
        or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF";

    private static YamlScalarType Number(string text) => TryInteger(text, out _) switch
    {
        IntegerKind.Int64 => YamlScalarType.Integer,
        IntegerKind.Beyond => YamlScalarType.Float,
        _ => TryFloat(text.Replace("_", "", StringComparison.Ordinal), out var value) && double.IsFinite(value)
            ? YamlScalarType.Float
            : YamlScalarType.String,
    };

    private static bool IsWhole(string text) => TryInteger(text, out _) == IntegerKind.Beyond;

    private static bool TryNumber(string text, out double value)
    {
        if (IsSpecialFloat(text))
        {
            value = text[^1] is 'n' or 'N' ? double.NaN : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        switch (TryInteger(text, out var whole))
        {
            case IntegerKind.Int64:
                value = whole;
                return true;
            case IntegerKind.Beyond:
                value = Large(text);
                return true;
            default:
                return TryFloat(text.Replace("_", "", StringComparison.Ordinal), out value);
        }
    }

    private static bool TryFloat(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is not ((>= '0' and <= '9') or '.' or '+' or '-' or 'e' or 'E'))
            {
                return false;
            }
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static IntegerKind TryInteger(string text, out long value)
    {
        value = 0;
        var digits = Digits(text, out var radix);
        ulong sum = 0;
        var any = false;
        var beyond = false;
        foreach (var c in digits)
        {
            if (c == '_')
            {
                continue;
            }

            var digit = DigitOf(c);
            if (digit >= radix)
            {
                return IntegerKind.None;
            }

            any = true;
            beyond |= sum > (ulong.MaxValue - digit) / radix;
            sum = unchecked((sum * radix) + digit);
        }

        var negative = text[0] == '-';
        if (!any)
        {
            return IntegerKind.None;
        }

        if (beyond || sum > long.MaxValue + (negative ? 1UL : 0UL))
        {
            return IntegerKind.Beyond;
        }

        value = negative ? unchecked(-(long)sum) : (long)sum;
        return IntegerKind.Int64;
    }

    private static double Large(string text)
    {
        var sum = BigInteger.Zero;
        var digits = Digits(text, out var radix);
        if (radix == 10)
        {
            return double.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        foreach (var c in digits)
        {
            if (c != '_')
            {
                sum = (sum * radix) + DigitOf(c);
            }
        }

        return (double)(text[0] == '-' ? -sum : sum);
    }

    private static uint DigitOf(char c) => c switch
    {
        >= '0' and <= '9' => (uint)(c - '0'),
        >= 'a' and <= 'f' => (uint)(c - 'a' + 10),
        >= 'A' and <= 'F' => (uint)(c - 'A' + 10),
        _ => uint.MaxValue,
    };

    /// <summary>Base and digits in the way of Go's ParseInt with base 0, after a sign; underscores are left in.</summary>
    private static ReadOnlySpan<char> Digits(string text, out uint radix)
    {
        var rest = text.AsSpan(text[0] is '+' or '-' ? 1 : 0).TrimStart('_');
        radix = 10;
        if (rest.Length < 2 || rest[0] != '0')
        {
            return rest;
        }

        var mark = rest[1..].TrimStart('_');
        if (mark.Length == 0)
        {
            return rest;
        }

        radix = mark[0] switch
        {
            'x' or 'X' => 16,
            'b' or 'B' => 2,
            _ => 8,
        };
        return mark[0] is 'x' or 'X' or 'b' or 'B' or 'o' or 'O' ? mark[1..] : rest;
    }

    /// <summary>Go's <c>strconv.FormatFloat(f, 'g', -1, 32)</c>, as YAML writes it.</summary>
    private static string GoFloat(float value)
    {
        if (!float.IsFinite(value))
        {
            return float.IsNaN(value) ? ".nan" : value > 0 ? ".inf" : "-.inf";
        }

        var scientific = value.ToString("E8", CultureInfo.InvariantCulture);
        for (var precision = 0; precision < 9; precision++)
        {
            var shorter = value.ToString("E" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (float.Parse(shorter, CultureInfo.InvariantCulture).Equals(value))
            {
                scientific = shorter;
                break;
            }
        }

        var split = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = scientific[..split];
        if (exponent is < -4 or >= 6)
        {
            return new StringBuilder(mantissa).Append('e').Append(exponent < 0 ? '-' : '+')
                .Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)).ToString();
        }

        return ((decimal)double.Parse(scientific, CultureInfo.InvariantCulture)).ToString("0.#############################", CultureInfo.InvariantCulture);
    }

    private enum IntegerKind
    {
        None,
        Int64,
        Beyond,
    }
}
