namespace Actions.Shared.Validation.Cel;

/// <summary>What computes a function: its work beyond one step is paid from the budget before it is done.</summary>
internal delegate CelValue CelFunction(CelBudget budget, CelValue[] arguments);

/// <summary>
/// One form of a function. A signature such as <c>s.ii>s</c> lists the kinds of the parameters, a dot after the one before which the function is called, and
/// the result: <c>n b i u d s y l m t T o I C Q U F V</c> for null, bool, int, uint, double, string, bytes, list, map, timestamp, type, optional, IP, CIDR,
/// quantity, URL, format and version; <c>D</c> for duration, <c>#</c> for any number and <c>*</c> for anything. As the result <c>0</c> is the type of the first
/// parameter and <c>e</c> that of its items; <c>l</c>, <c>m</c> and <c>o</c> may be followed by the type of what is in them.
/// </summary>
internal sealed class CelOverload
{
    private readonly char[] _parameters;
    private readonly string _result;

    public CelOverload(string signature, CelFunction call)
    {
        var arrow = signature.IndexOf('>', StringComparison.Ordinal);
        _parameters = [.. signature[..arrow].Where(c => c != '.')];
        _result = signature[(arrow + 1)..];
        IsReceiver = signature.Contains('.', StringComparison.Ordinal);
        Call = call;
    }

    /// <summary>Whether the function is called on its first parameter.</summary>
    public bool IsReceiver { get; }

    public int Arity => _parameters.Length;

    public CelFunction Call { get; }

    /// <summary>Whether the values are of the kinds that it takes.</summary>
    public bool Takes(CelValue[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!Takes(_parameters[i], values[i].Kind))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether values of these types may be of the kinds that it takes.</summary>
    public bool MayTake(IReadOnlyList<CelType> types)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i].Kind != CelKind.Dyn && !Takes(_parameters[i], types[i].Kind))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What is known of the result.</summary>
    public CelType Result(IReadOnlyList<CelType> types) => _result switch
    {
        "0" => types[0],
        "e" => types[0].Element ?? CelType.Dyn,
        _ => Type(_result),
    };

    private static CelType Type(ReadOnlySpan<char> code) => CelType.Of(Kind(code[0]), code.Length > 1 ? Type(code[1..]) : null);

    private static bool Takes(char parameter, CelKind kind) => parameter switch
    {
        '*' => true,
        '#' => kind is CelKind.Int or CelKind.Uint or CelKind.Double,
        'm' => kind is CelKind.Map or CelKind.Object,
        _ => Kind(parameter) == kind,
    };

    private static CelKind Kind(char code) => code switch
    {
        'n' => CelKind.Null,
        'b' => CelKind.Bool,
        'i' => CelKind.Int,
        'u' => CelKind.Uint,
        'd' => CelKind.Double,
        's' => CelKind.String,
        'y' => CelKind.Bytes,
        'l' => CelKind.List,
        'm' => CelKind.Map,
        't' => CelKind.Timestamp,
        'D' => CelKind.Duration,
        'T' => CelKind.Type,
        'o' => CelKind.Optional,
        'I' => CelKind.Ip,
        'C' => CelKind.Cidr,
        'Q' => CelKind.Quantity,
        'U' => CelKind.Url,
        'F' => CelKind.Format,
        'V' => CelKind.Semver,
        _ => CelKind.Dyn,
    };
}
