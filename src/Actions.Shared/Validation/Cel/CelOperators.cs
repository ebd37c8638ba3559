using System.Globalization;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Cel;

/// <summary>Equality, order and membership.</summary>
internal static class CelOperators
{
    /// <summary>Of two errors the one that says less: what is not known here outweighs what failed.</summary>
    public static CelValue Worse(CelValue? first, CelValue second) =>
        first is null || (first is CelError { Error: CelErrorKind.Failed } && second is CelError { Error: not CelErrorKind.Failed }) ? second : first;

    /// <summary>True, false or an error. Values of different types differ, numbers are compared by value; nothing equals not-a-number.</summary>
    public static CelValue Equal(CelBudget budget, CelValue left, CelValue right)
    {
        budget.Step();
        if (IsNumber(left) && IsNumber(right))
        {
            return CelValue.Of(CompareNumbers(left, right) == 0);
        }

        switch (left, right)
        {
            case (CelError, _):
                return left;
            case (_, CelError):
                return right;
            case (CelNull, CelNull):
                return CelValue.True;
            case (CelBool a, CelBool b):
                return CelValue.Of(a.Value == b.Value);
            case (CelString a, CelString b):
                budget.PayText(Math.Min(a.Value.Length, b.Value.Length));
                return CelValue.Of(string.Equals(a.Value, b.Value, StringComparison.Ordinal));
            case (CelBytes a, CelBytes b):
                budget.PayText(Math.Min(a.Value.Length, b.Value.Length));
                return CelValue.Of(a.Value.AsSpan().SequenceEqual(b.Value));
            case (CelTimestamp a, CelTimestamp b):
                return CelValue.Of(a.Nanoseconds == b.Nanoseconds);
            case (CelDuration a, CelDuration b):
                return CelValue.Of(a.Nanoseconds == b.Nanoseconds);
            case (CelTypeValue a, CelTypeValue b):
                return CelValue.Of(a.Name == b.Name);
            case (CelIp a, CelIp b):
                return CelValue.Of(a.Value.Equals(b.Value));
            case (CelCidr a, CelCidr b):
                return CelValue.Of(a.Address.Equals(b.Address) && a.PrefixLength == b.PrefixLength);
            case (CelQuantity a, CelQuantity b):
                return CelValue.Of(a.Amount == b.Amount);
            case (CelSemver a, CelSemver b):
                return CelValue.Of(CelVersions.Compare(a, b) == 0);
            case (CelUrl a, CelUrl b):
                return CelValue.Of((a.Scheme, a.Host, a.EscapedPath, a.Query) == (b.Scheme, b.Host, b.EscapedPath, b.Query));
            case (CelFormat a, CelFormat b):
                return CelValue.Of(a.Name == b.Name);
            case (CelOptional a, CelOptional b):
                return a.Value is null || b.Value is null ? CelValue.Of(a.Value is null && b.Value is null) : Equal(budget, a.Value, b.Value);
            case (CelList a, CelList b):
                return a.Count != b.Count ? CelValue.False : EqualLists(budget, a, b);
            case (CelMap a, CelMap b):
                return EqualMaps(budget, a, b);
            default:
                return CelValue.False;
        }
    }

    /// <summary>Whether <paramref name="list"/> has an item that equals <paramref name="item"/>; an error when that depends on one.</summary>
    public static CelValue Contains(CelBudget budget, CelList list, CelValue item)
    {
        CelValue? error = null;
        for (var i = 0; i < list.Count; i++)
        {
            var equal = Equal(budget, list[i], item);
            if (equal is CelBool { Value: true })
            {
                return equal;
            }

            error = equal is CelError ? Worse(error, equal) : error;
        }

        return error ?? CelValue.False;
    }

    /// <summary>Less than zero, zero or more; null when one of them is not a number.</summary>
    public static int? CompareNumbers(CelValue left, CelValue right)
    {
        if (left is CelDouble || right is CelDouble)
        {
            if (left is CelDouble a && right is CelDouble b)
            {
                return double.IsNaN(a.Value) || double.IsNaN(b.Value) ? null : a.Value.CompareTo(b.Value);
            }

            return left is CelDouble number ? CompareToWhole(number.Value, Whole(right)) : -CompareToWhole(((CelDouble)right).Value, Whole(left));
        }

        return Whole(left).CompareTo(Whole(right));
    }

    public static bool IsNumber(CelValue value) => value is CelInt or CelUint or CelDouble;

    /// <summary>A key or other scalar for a message.</summary>
    public static string Text(CelValue value) => value switch
    {
        CelString text => text.Value,
        CelBool flag => flag.Value ? "true" : "false",
        CelInt number => number.Value.ToString(CultureInfo.InvariantCulture),
        CelUint number => number.Value.ToString(CultureInfo.InvariantCulture),
        CelDouble number => CelNumbers.Text(number.Value),
        _ => CelNames.Of(value.Kind),
    };

    /// <summary>The items of both lists. Sets do not repeat, and an item of a keyed list replaces the one with its key.</summary>
    public static CelValue Concatenate(CelBudget budget, CelList left, CelList right)
    {
        budget.Pay((long)left.Count + right.Count);
        var items = new List<CelValue>(left.Count + right.Count);
        items.AddRange(left);
        foreach (var item in right)
        {
            var known = left.ListType == SchemaListType.Set ? Contains(budget, left, item)
                : left.ListType == SchemaListType.Map ? FindByKeys(budget, left, item)
                : CelValue.False;
            switch (known)
            {
                case CelError:
                    return known;
                case CelBool { Value: true }:
                    break;
                case CelInt place:
                    items[(int)place.Value] = item;
                    break;
                default:
                    items.Add(item);
                    break;
            }
        }

        return new CelArray(items, left.ListType, left.Keys);
    }

    private static Int128 Whole(CelValue value) => value is CelInt number ? number.Value : ((CelUint)value).Value;

    private static int? CompareToWhole(double number, Int128 whole)
    {
        if (double.IsNaN(number))
        {
            return null;
        }

        if (Math.Abs(number) > 1e20)
        {
            return number > 0 ? 1 : -1;
        }

        var floor = Math.Floor(number);
        var order = ((Int128)floor).CompareTo(whole);
        return order == 0 && number > floor ? 1 : order;
    }

    private static CelValue EqualLists(CelBudget budget, CelList left, CelList right)
    {
        CelValue? error = null;
        for (var i = 0; i < left.Count; i++)
        {
            CelValue equal;
            if (left.ListType == SchemaListType.Set)
            {
                equal = Contains(budget, right, left[i]);
            }
            else if (left.ListType == SchemaListType.Map)
            {
                var place = FindByKeys(budget, right, left[i], left.Keys);
                equal = place is CelInt index ? Equal(budget, left[i], right[(int)index.Value]) : place;
            }
            else
            {
                equal = Equal(budget, left[i], right[i]);
            }

            if (equal is CelBool { Value: false })
            {
                return equal;
            }

            error = equal is CelError ? Worse(error, equal) : error;
        }

        return error ?? CelValue.True;
    }

    private static CelValue EqualMaps(CelBudget budget, CelMap left, CelMap right)
    {
        var keys = left.ReadKeys(budget);
        if (keys.Count != right.ReadKeys(budget).Count)
        {
            return CelValue.False;
        }

        CelValue? error = null;
        foreach (var key in keys)
        {
            if (right.Find(key) is not { } other)
            {
                return CelValue.False;
            }

            var equal = Equal(budget, left.Find(key)!, other);
            if (equal is CelBool { Value: false })
            {
                return equal;
            }

            error = equal is CelError ? Worse(error, equal) : error;
        }

        return error ?? CelValue.True;
    }

    /// <summary>The index of the item with the same keys, false, or an error.</summary>
    private static CelValue FindByKeys(CelBudget budget, CelList list, CelValue item, IReadOnlyList<string>? keys = null)
    {
        keys ??= list.Keys;
        for (var i = 0; i < list.Count; i++)
        {
            budget.Step();
            var same = true;
            foreach (var key in keys)
            {
                var (a, b) = ((list[i] as CelMap)?.FindField(CelNames.Escape(key) ?? key), (item as CelMap)?.FindField(CelNames.Escape(key) ?? key));
                same &= (a is null && b is null) || (a is not null && b is not null && Equal(budget, a, b) is CelBool { Value: true });
            }

            if (same)
            {
                return CelValue.Of((long)i);
            }
        }

        return CelValue.False;
    }
}
