namespace Actions.Shared.Validation.Cel;

/// <summary>The variables of an evaluation and what it may still cost.</summary>
internal sealed class CelFrame(CelValue[] slots, CelBudget budget)
{
    public CelValue[] Slots { get; } = slots;

    public CelBudget Budget { get; } = budget;
}

/// <summary>A part of a compiled expression.</summary>
internal abstract class CelExpression(CelType type)
{
    /// <summary>What is known of the value before evaluation.</summary>
    public CelType Type { get; } = type;

    /// <summary>The value; a <see cref="CelError"/> when there is none.</summary>
    public CelValue Evaluate(CelFrame frame)
    {
        frame.Budget.Step();
        return Run(frame);
    }

    protected abstract CelValue Run(CelFrame frame);
}

internal sealed class ConstantExpression(CelType type, CelValue value) : CelExpression(type)
{
    public CelValue Value { get; } = value;

    protected override CelValue Run(CelFrame frame) => Value;
}

internal sealed class VariableExpression(CelType type, int slot) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame) => frame.Slots[slot];
}

/// <summary>The field of an object or map: <c>a.b</c>, <c>a.?b</c> and <c>has(a.b)</c>.</summary>
internal sealed class SelectExpression(CelType type, CelExpression operand, string field, SelectMode mode) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame)
    {
        var value = operand.Evaluate(frame);
        var isOptional = mode == SelectMode.Optional;
        if (value is CelOptional optional)
        {
            // What is taken from an optional value is optional itself.
            if (optional.Value is null)
            {
                return mode == SelectMode.Has ? CelValue.False : CelOptional.None;
            }

            (value, isOptional) = (optional.Value, mode != SelectMode.Has);
        }

        switch (value)
        {
            case CelError:
                return value;
            case CelMap map:
                var found = map.FindField(field);
                return mode == SelectMode.Has ? found is CelError { Error: not CelErrorKind.Failed } ? found : CelValue.Of(found is not null)
                    : isOptional ? found is null ? CelOptional.None : found is CelError ? found : new CelOptional(found)
                    : found ?? CelError.NoSuchKey(field);
            default:
                return CelError.Unknown($"a value of the type {CelNames.Of(value.Kind)} has no fields");
        }
    }
}

internal enum SelectMode
{
    Value,
    Optional,
    Has,
}

/// <summary>An item of a list or an entry of a map: <c>a[b]</c> and <c>a[?b]</c>.</summary>
internal sealed class IndexExpression(CelType type, CelExpression operand, CelExpression index, bool isOptional) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame)
    {
        var value = operand.Evaluate(frame);
        if (value is CelError)
        {
            return value;
        }

        var key = index.Evaluate(frame);
        if (key is CelError)
        {
            return key;
        }

        var optional = isOptional;
        if (value is CelOptional wrapped)
        {
            if (wrapped.Value is null)
            {
                return CelOptional.None;
            }

            (value, optional) = (wrapped.Value, true);
        }

        var found = Find(value, key);
        return !optional ? found
            : found is CelError { Error: CelErrorKind.Failed } ? CelOptional.None
            : found is CelError ? found
            : new CelOptional(found);
    }

    private static CelValue Find(CelValue value, CelValue key)
    {
        switch (value)
        {
            case CelMap map:
                return CelKey.From(key) is null ? CelError.Unknown($"a value of the type {CelNames.Of(key.Kind)} is no key")
                    : map.Find(key) ?? CelError.NoSuchKey(CelOperators.Text(key));
            case CelList list when CelKey.From(key) is { Kind: CelKind.Int } number:
                return number.Number >= 0 && number.Number < list.Count ? list[(int)number.Number] : new CelError($"index out of bounds: {number.Number}");
            default:
                return CelError.Unknown($"a value of the type {CelNames.Of(value.Kind)} has nothing under a value of the type {CelNames.Of(key.Kind)}");
        }
    }
}

/// <summary>A call of a function or an operator.</summary>
internal sealed class CallExpression(CelType type, string name, CelOverload[] overloads, CelExpression[] arguments) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame)
    {
        var values = new CelValue[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(frame);
            if (values[i] is CelError)
            {
                return values[i];
            }

            if (values[i] is CelString text)
            {
                frame.Budget.PayText(text.Value.Length);
            }
        }

        foreach (var overload in overloads)
        {
            if (overload.Takes(values))
            {
                return overload.Call(frame.Budget, values);
            }
        }

        return CelError.Unknown($"{CelFunctions.Shown(name)} does not take {string.Join(", ", values.Select(v => CelNames.Of(v.Kind)))}");
    }
}

/// <summary><c>==</c> and <c>!=</c>, which take values of all types.</summary>
internal sealed class EqualityExpression(CelExpression left, CelExpression right, bool isNegated) : CelExpression(CelType.Of(CelKind.Bool))
{
    protected override CelValue Run(CelFrame frame)
    {
        var a = left.Evaluate(frame);
        if (a is CelError)
        {
            return a;
        }

        var b = right.Evaluate(frame);
        var equal = b is CelError ? b : CelOperators.Equal(frame.Budget, a, b);
        return equal is CelBool flag ? CelValue.Of(flag.Value != isNegated) : equal;
    }
}

/// <summary><c>&amp;&amp;</c> and <c>||</c>: the first operand that decides wins, even over errors before it.</summary>
internal sealed class LogicExpression(bool isOr, CelExpression[] operands) : CelExpression(CelType.Of(CelKind.Bool))
{
    protected override CelValue Run(CelFrame frame)
    {
        CelValue? error = null;
        foreach (var operand in operands)
        {
            var value = operand.Evaluate(frame);
            if (value is CelBool flag)
            {
                if (flag.Value == isOr)
                {
                    return flag;
                }
            }
            else
            {
                error = CelOperators.Worse(error, value is CelError ? value : CelError.Unknown($"a value of the type {CelNames.Of(value.Kind)} is neither true nor false"));
            }
        }

        return error ?? CelValue.Of(!isOr);
    }
}

internal sealed class ConditionalExpression(CelType type, CelExpression condition, CelExpression then, CelExpression otherwise) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame) => condition.Evaluate(frame) switch
    {
        CelBool flag => (flag.Value ? then : otherwise).Evaluate(frame),
        CelError error => error,
        var other => CelError.Unknown($"a value of the type {CelNames.Of(other.Kind)} is neither true nor false"),
    };
}

internal sealed class ListExpression(CelType type, (CelExpression Value, bool IsOptional)[] elements) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame)
    {
        var items = new List<CelValue>(elements.Length);
        foreach (var (element, isOptional) in elements)
        {
            var value = element.Evaluate(frame);
            if (value is CelError)
            {
                return value;
            }

            if (!isOptional)
            {
                items.Add(value);
            }
            else if (value is not CelOptional optional)
            {
                return CelError.Unknown($"a value of the type {CelNames.Of(value.Kind)} is not optional");
            }
            else if (optional.Value is { } present)
            {
                items.Add(present);
            }
        }

        return new CelArray(items);
    }
}

internal sealed class MapExpression(CelType type, (CelExpression Key, CelExpression Value, bool IsOptional)[] entries) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame)
    {
        var map = new CelDictionary();
        foreach (var (keyExpression, valueExpression, isOptional) in entries)
        {
            var key = keyExpression.Evaluate(frame);
            var value = key is CelError ? key : valueExpression.Evaluate(frame);
            if (value is CelError)
            {
                return value;
            }

            if (isOptional)
            {
                if (value is not CelOptional optional)
                {
                    return CelError.Unknown($"a value of the type {CelNames.Of(value.Kind)} is not optional");
                }

                if (optional.Value is null)
                {
                    continue;
                }

                value = optional.Value;
            }

            if (key is not (CelString or CelBool or CelInt or CelUint))
            {
                return CelError.Unknown($"a value of the type {CelNames.Of(key.Kind)} is no key");
            }

            if (!map.TryAdd(key, value))
            {
                return new CelError("Failed with repeated key");
            }
        }

        return map;
    }
}

internal enum CelMacro
{
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    TransformMap,
    TransformMapEntry,
}

/// <summary>
/// The macros over lists and maps. One variable is the item or key; with two, the first is the index or key and the second the item or value.
/// </summary>
internal sealed class ComprehensionExpression(
    CelType type, CelMacro macro, CelExpression range, int first, int? second, CelExpression? condition, CelExpression? result) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame)
    {
        var over = range.Evaluate(frame);
        if (over is CelError)
        {
            return over;
        }

        var (list, map) = (over as CelList, over as CelMap);
        if (list is null && map is null)
        {
            return CelError.Unknown($"a value of the type {CelNames.Of(over.Kind)} has no items");
        }

        var keys = map?.ReadKeys(frame.Budget);
        var count = list?.Count ?? keys!.Count;
        var items = macro is CelMacro.Map or CelMacro.Filter ? new List<CelValue>() : null;
        var entries = macro is CelMacro.TransformMap or CelMacro.TransformMapEntry ? new CelDictionary() : null;
        CelValue? error = null;
        var matches = 0;
        for (var i = 0; i < count; i++)
        {
            frame.Budget.Step();
            var key = keys is null ? CelValue.Of((long)i) : keys[i];
            var item = list is not null ? list[i] : second is not null ? map!.Find(key)! : key;
            if (item is CelError)
            {
                return item;
            }

            frame.Slots[first] = second is null ? item : key;
            if (second is { } slot)
            {
                frame.Slots[slot] = item;
            }

            var holds = condition?.Evaluate(frame) ?? CelValue.True;
            if (holds is not CelBool flag)
            {
                holds = holds is CelError ? holds : CelError.Unknown($"a value of the type {CelNames.Of(holds.Kind)} is neither true nor false");
                if (macro is CelMacro.All or CelMacro.Exists)
                {
                    error = CelOperators.Worse(error, holds);
                    continue;
                }

                return holds;
            }

            switch (macro)
            {
                case CelMacro.All when !flag.Value:
                    return CelValue.False;
                case CelMacro.Exists when flag.Value:
                    return CelValue.True;
                case CelMacro.ExistsOne:
                    matches += flag.Value ? 1 : 0;
                    break;
                case CelMacro.Filter when flag.Value:
                    items!.Add(item);
                    break;
                case CelMacro.Map or CelMacro.TransformMap or CelMacro.TransformMapEntry when flag.Value:
                    var value = result!.Evaluate(frame);
                    if (value is CelError)
                    {
                        return value;
                    }

                    if (items is not null)
                    {
                        items.Add(value);
                    }
                    else if (Insert(frame.Budget, entries!, key, value) is { } refused)
                    {
                        return refused;
                    }

                    break;
            }
        }

        return macro switch
        {
            CelMacro.All => error ?? CelValue.True,
            CelMacro.Exists => error ?? CelValue.False,
            CelMacro.ExistsOne => CelValue.Of(matches == 1),
            CelMacro.Map or CelMacro.Filter => new CelArray(items!),
            _ => entries!,
        };
    }

    private CelError? Insert(CelBudget budget, CelDictionary entries, CelValue key, CelValue value)
    {
        if (macro == CelMacro.TransformMap)
        {
            return entries.TryAdd(key, value) ? null : new CelError("insert failed: key already exists");
        }

        if (value is not CelMap map)
        {
            return CelError.Unknown($"a value of the type {CelNames.Of(value.Kind)} is no map");
        }

        foreach (var name in map.ReadKeys(budget))
        {
            if (!entries.TryAdd(name, map.Find(name)!))
            {
                return new CelError("insert failed: key already exists");
            }
        }

        return null;
    }
}

/// <summary><c>optMap</c> and <c>optFlatMap</c>: goes on with the value of an optional, if it has one.</summary>
internal sealed class OptionalMapExpression(CelType type, CelExpression operand, int slot, CelExpression result, bool isFlat) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame)
    {
        switch (operand.Evaluate(frame))
        {
            case CelError error:
                return error;
            case CelOptional { Value: { } present }:
                frame.Slots[slot] = present;
                var value = result.Evaluate(frame);
                return value is CelError || isFlat ? value : new CelOptional(value);
            case CelOptional none:
                return none;
            case var other:
                return CelError.Unknown($"a value of the type {CelNames.Of(other.Kind)} is not optional");
        }
    }
}

/// <summary><c>or</c> and <c>orValue</c> of optional values, which evaluate their argument only when it is needed.</summary>
internal sealed class OptionalOrExpression(CelType type, CelExpression operand, CelExpression otherwise, bool unwraps) : CelExpression(type)
{
    protected override CelValue Run(CelFrame frame) => operand.Evaluate(frame) switch
    {
        CelError error => error,
        CelOptional { Value: { } present } optional => unwraps ? present : optional,
        CelOptional => otherwise.Evaluate(frame),
        var other => CelError.Unknown($"a value of the type {CelNames.Of(other.Kind)} is not optional"),
    };
}
