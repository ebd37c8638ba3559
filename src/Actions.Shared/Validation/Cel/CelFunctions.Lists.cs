namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static void AddLists(Action<string, string, CelFunction> add)
    {
        add("isSorted", "l.>b", IsSorted);
        add("sum", "l.>e", Sum);
        add("min", "l.>e", (budget, a) => Extreme(budget, L(a[0]), "min", -1));
        add("max", "l.>e", (budget, a) => Extreme(budget, L(a[0]), "max", 1));
        add("indexOf", "l.*>i", (budget, a) => Place(budget, L(a[0]), a[1], isLast: false));
        add("lastIndexOf", "l.*>i", (budget, a) => Place(budget, L(a[0]), a[1], isLast: true));

        add("sets.contains", "ll>b", (budget, a) => Includes(budget, L(a[0]), L(a[1])));
        add("sets.equivalent", "ll>b", (budget, a) => Includes(budget, L(a[0]), L(a[1])) is CelBool { Value: true } ? Includes(budget, L(a[1]), L(a[0])) : Includes(budget, L(a[0]), L(a[1])));
        add("sets.intersects", "ll>b", (budget, a) =>
        {
            CelValue? error = null;
            foreach (var item in L(a[1]))
            {
                var contained = CelOperators.Contains(budget, L(a[0]), item);
                if (contained is CelBool { Value: true })
                {
                    return contained;
                }

                error = contained is CelError ? CelOperators.Worse(error, contained) : error;
            }

            return error ?? CelValue.False;
        });
    }

    private static CelValue Includes(CelBudget budget, CelList list, CelList items)
    {
        CelValue? error = null;
        foreach (var item in items)
        {
            var contained = CelOperators.Contains(budget, list, item);
            if (contained is CelBool { Value: false })
            {
                return contained;
            }

            error = contained is CelError ? CelOperators.Worse(error, contained) : error;
        }

        return error ?? CelValue.True;
    }

    private static CelValue IsSorted(CelBudget budget, CelValue[] arguments)
    {
        var list = L(arguments[0]);
        for (var i = 1; i < list.Count; i++)
        {
            budget.Step();
            var (order, error) = Order(budget, list[i - 1], list[i]);
            if (error is not null)
            {
                return error;
            }

            if (order > 0)
            {
                return CelValue.False;
            }
        }

        return CelValue.True;
    }

    private static CelValue Extreme(CelBudget budget, CelList list, string name, int sign)
    {
        if (list.Count == 0)
        {
            return new CelError($"{name} called on empty list");
        }

        var best = list[0];
        for (var i = 1; i < list.Count; i++)
        {
            budget.Step();
            var item = list[i];
            var (order, error) = Order(budget, item, best);
            if (error is not null)
            {
                return error;
            }

            best = order * sign > 0 ? item : best;
        }

        return best;
    }

    private static (int Order, CelValue? Error) Order(CelBudget budget, CelValue left, CelValue right)
    {
        if (left is CelError || right is CelError)
        {
            return (0, left is CelError ? left : right);
        }

        if (CelOperators.IsNumber(left) && CelOperators.IsNumber(right))
        {
            return (CelOperators.CompareNumbers(left, right) ?? 0, null);
        }

        return left.Kind == right.Kind && left is CelString or CelBytes or CelBool or CelTimestamp or CelDuration
            ? (Compare(budget, left, right), null)
            : (0, CelError.Unknown($"values of the types {CelNames.Of(left.Kind)} and {CelNames.Of(right.Kind)} have no order"));
    }

    private static CelValue Sum(CelBudget budget, CelValue[] arguments)
    {
        var list = L(arguments[0]);
        if (list.Count == 0)
        {
            // The type of nothing is not known, but zero equals zero in all of them that add up.
            return CelValue.Of(0L);
        }

        var total = list[0];
        for (var i = 1; i < list.Count; i++)
        {
            budget.Step();
            total = (total, list[i]) switch
            {
                (CelError, _) => total,
                (_, CelError error) => error,
                (CelInt a, CelInt b) => Whole((Int128)a.Value + b.Value),
                (CelUint a, CelUint b) => Unsigned((Int128)a.Value + b.Value),
                (CelDouble a, CelDouble b) => CelValue.Of(a.Value + b.Value),
                (CelDuration a, CelDuration b) => CelTimes.Duration((Int128)a.Nanoseconds + b.Nanoseconds),
                var (a, b) => CelError.Unknown($"values of the types {CelNames.Of(a.Kind)} and {CelNames.Of(b.Kind)} do not add up"),
            };
        }

        return total;
    }

    private static CelValue Place(CelBudget budget, CelList list, CelValue item, bool isLast)
    {
        for (var i = 0; i < list.Count; i++)
        {
            var index = isLast ? list.Count - 1 - i : i;
            var equal = CelOperators.Equal(budget, list[index], item);
            if (equal is CelError)
            {
                return equal;
            }

            if (equal is CelBool { Value: true })
            {
                return CelValue.Of((long)index);
            }
        }

        return CelValue.Of(-1L);
    }

    private static void AddOptionals(Action<string, string, CelFunction> add)
    {
        add("optional.of", "*>o", (_, a) => new CelOptional(a[0]));
        add("optional.none", ">o", (_, _) => CelOptional.None);
        add("optional.ofNonZeroValue", "*>o", (budget, a) => IsZero(budget, a[0]) ? CelOptional.None : new CelOptional(a[0]));
        add("hasValue", "o.>b", (_, a) => CelValue.Of(((CelOptional)a[0]).Value is not null));
        add("value", "o.>e", (_, a) => ((CelOptional)a[0]).Value ?? new CelError("optional.none() dereference"));
    }

    private static bool IsZero(CelBudget budget, CelValue value) => value switch
    {
        CelNull => true,
        CelBool flag => !flag.Value,
        CelInt number => number.Value == 0,
        CelUint number => number.Value == 0,
        CelDouble number => number.Value == 0,
        CelString text => text.Value.Length == 0,
        CelBytes bytes => bytes.Value.Length == 0,
        CelList list => list.Count == 0,
        CelMap map => map.ReadKeys(budget).Count == 0,
        CelDuration span => span.Nanoseconds == 0,
        CelOptional optional => optional.Value is null,
        _ => false,
    };
}
