using System.Collections;
using System.Numerics;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Cel;

/// <summary>What a value is. <see cref="Dyn"/> and <see cref="Object"/> are only known before evaluation: an object is a map then.</summary>
internal enum CelKind
{
    Dyn,
    Error,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    List,
    Map,
    Object,
    Timestamp,
    Duration,
    Type,
    Optional,
    Ip,
    Cidr,
    Quantity,
    Url,
    Format,
    Semver,
}

/// <summary>A value of the Common Expression Language. Immutable.</summary>
internal abstract class CelValue
{
    public static CelValue Null { get; } = new CelNull();

    public static CelValue True { get; } = new CelBool(true);

    public static CelValue False { get; } = new CelBool(false);

    public abstract CelKind Kind { get; }

    public static CelValue Of(bool value) => value ? True : False;

    public static CelValue Of(long value) => new CelInt(value);

    public static CelValue Of(double value) => new CelDouble(value);

    public static CelValue Of(string value) => new CelString(value);
}

internal enum CelErrorKind
{
    /// <summary>What the language calls an error: the API server refuses the object.</summary>
    Failed,

    /// <summary>Something that is not known here: nothing can be said.</summary>
    Unknown,

    /// <summary>The steps are used up: nothing can be said.</summary>
    Exhausted,
}

/// <summary>No value, and why. An operator that can do without the operand absorbs it.</summary>
internal sealed class CelError(string message, CelErrorKind error = CelErrorKind.Failed) : CelValue
{
    public override CelKind Kind => CelKind.Error;

    public CelErrorKind Error { get; } = error;

    public string Message { get; } = message;

    public static CelError Unknown(string message) => new(message, CelErrorKind.Unknown);

    public static CelError Overflow(string type) => new($"{type} overflow");

    public static CelError NoSuchKey(string key) => new($"no such key: {key}");
}

internal sealed class CelNull : CelValue
{
    public override CelKind Kind => CelKind.Null;
}

internal sealed class CelBool(bool value) : CelValue
{
    public override CelKind Kind => CelKind.Bool;

    public bool Value { get; } = value;
}

internal sealed class CelInt(long value) : CelValue
{
    public override CelKind Kind => CelKind.Int;

    public long Value { get; } = value;
}

internal sealed class CelUint(ulong value) : CelValue
{
    public override CelKind Kind => CelKind.Uint;

    public ulong Value { get; } = value;
}

internal sealed class CelDouble(double value) : CelValue
{
    public override CelKind Kind => CelKind.Double;

    public double Value { get; } = value;
}

internal sealed class CelString(string value) : CelValue
{
    public override CelKind Kind => CelKind.String;

    public string Value { get; } = value;
}

internal sealed class CelBytes(byte[] value) : CelValue
{
    public override CelKind Kind => CelKind.Bytes;

    public byte[] Value { get; } = value;
}

/// <summary>A list. Lists of custom resources know how they merge, which decides how they compare and add up.</summary>
internal abstract class CelList : CelValue, IEnumerable<CelValue>
{
    public override CelKind Kind => CelKind.List;

    public abstract int Count { get; }

    public virtual SchemaListType ListType => SchemaListType.Atomic;

    public virtual IReadOnlyList<string> Keys => [];

    public abstract CelValue this[int index] { get; }

    public IEnumerator<CelValue> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

internal sealed class CelArray(IReadOnlyList<CelValue> items, SchemaListType listType = SchemaListType.Atomic, IReadOnlyList<string>? keys = null) : CelList
{
    public override int Count => items.Count;

    public override SchemaListType ListType => listType;

    public override IReadOnlyList<string> Keys => keys ?? [];

    public override CelValue this[int index] => items[index];
}

/// <summary>A map or an object. Keys are strings, booleans or whole numbers.</summary>
internal abstract class CelMap : CelValue
{
    public override CelKind Kind => CelKind.Map;

    /// <summary>Number of entries before anything is left out: what listing the keys costs.</summary>
    protected abstract int Size { get; }

    /// <summary>The keys in the order in which they are written.</summary>
    protected abstract IReadOnlyList<CelValue> Keys { get; }

    /// <summary>The keys in the order in which they are written, paid for.</summary>
    public IReadOnlyList<CelValue> ReadKeys(CelBudget budget)
    {
        budget.Pay(Size);
        return Keys;
    }

    /// <summary>The value under a key; null when there is none.</summary>
    public abstract CelValue? Find(CelValue key);

    /// <summary>The value of the field that an expression calls <paramref name="name"/>; null when there is none.</summary>
    public abstract CelValue? FindField(string name);
}

internal sealed class CelDictionary : CelMap
{
    private readonly Dictionary<CelKey, CelValue> _values = [];
    private readonly List<CelValue> _keys = [];

    protected override int Size => _keys.Count;

    protected override IReadOnlyList<CelValue> Keys => _keys;

    /// <summary>Adds an entry; false when the key is there already, or is of a kind that no key can be.</summary>
    public bool TryAdd(CelValue key, CelValue value)
    {
        if (CelKey.From(key) is not { } found || !_values.TryAdd(found, value))
        {
            return false;
        }

        _keys.Add(key);
        return true;
    }

    public override CelValue? Find(CelValue key) => CelKey.From(key) is { } found ? _values.GetValueOrDefault(found) : null;

    public override CelValue? FindField(string name) => _values.GetValueOrDefault(new CelKey(CelKind.String, name, 0));
}

/// <summary>A key of a map: whole numbers are the same key whatever their type.</summary>
internal readonly record struct CelKey(CelKind Kind, string? Text, Int128 Number)
{
    public static CelKey? From(CelValue value) => value switch
    {
        CelString text => new CelKey(CelKind.String, text.Value, 0),
        CelBool flag => new CelKey(CelKind.Bool, null, flag.Value ? 1 : 0),
        CelInt number => new CelKey(CelKind.Int, null, number.Value),
        CelUint number => new CelKey(CelKind.Int, null, number.Value),
        CelDouble number when Math.Truncate(number.Value) == number.Value && Math.Abs(number.Value) < 1e19 => new CelKey(CelKind.Int, null, (Int128)number.Value),
        _ => null,
    };
}

/// <summary>An instant: nanoseconds since 1970 in UTC, in the years 1 to 9999.</summary>
internal sealed class CelTimestamp(Int128 nanoseconds) : CelValue
{
    public override CelKind Kind => CelKind.Timestamp;

    public Int128 Nanoseconds { get; } = nanoseconds;
}

/// <summary>A length of time in nanoseconds.</summary>
internal sealed class CelDuration(long nanoseconds) : CelValue
{
    public override CelKind Kind => CelKind.Duration;

    public long Nanoseconds { get; } = nanoseconds;
}

internal sealed class CelTypeValue(string name) : CelValue
{
    public override CelKind Kind => CelKind.Type;

    public string Name { get; } = name;
}

internal sealed class CelOptional(CelValue? value) : CelValue
{
    public static CelOptional None { get; } = new(null);

    public override CelKind Kind => CelKind.Optional;

    public CelValue? Value { get; } = value;
}

internal sealed class CelIp(System.Net.IPAddress value) : CelValue
{
    public override CelKind Kind => CelKind.Ip;

    public System.Net.IPAddress Value { get; } = value;
}

/// <summary>An address range as it is written: host bits may be set.</summary>
internal sealed class CelCidr(System.Net.IPAddress address, int prefixLength) : CelValue
{
    public override CelKind Kind => CelKind.Cidr;

    public System.Net.IPAddress Address { get; } = address;

    public int PrefixLength { get; } = prefixLength;
}

internal sealed class CelQuantity(decimal amount) : CelValue
{
    public override CelKind Kind => CelKind.Quantity;

    public decimal Amount { get; } = amount;
}

internal sealed class CelUrl(string scheme, string host, string path, string query) : CelValue
{
    public override CelKind Kind => CelKind.Url;

    public string Scheme { get; } = scheme;

    /// <summary>Host and port as they are written.</summary>
    public string Host { get; } = host;

    public string EscapedPath { get; } = path;

    /// <summary>What stands between the question mark and the end, as it is written.</summary>
    public string Query { get; } = query;
}

internal sealed class CelFormat(string name) : CelValue
{
    public override CelKind Kind => CelKind.Format;

    public string Name { get; } = name;
}

internal sealed class CelSemver(BigInteger major, BigInteger minor, BigInteger patch, string[] preRelease) : CelValue
{
    public override CelKind Kind => CelKind.Semver;

    public BigInteger Major { get; } = major;

    public BigInteger Minor { get; } = minor;

    public BigInteger Patch { get; } = patch;

    public IReadOnlyList<string> PreRelease { get; } = preRelease;
}
