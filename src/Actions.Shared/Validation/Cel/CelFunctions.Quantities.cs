using Actions.Shared.Validation.Rules;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static void AddQuantities(Action<string, string, CelFunction> add)
    {
        add("isQuantity", "s>b", (_, a) => CelValue.Of(Quantities.IsValid(S(a[0]))));
        add("quantity", "s>Q", (_, a) => !Quantities.IsValid(S(a[0])) ? new CelError($"quantities must match the regular expression of a quantity: '{S(a[0])}'")
            : Quantity.TryParse(S(a[0]), out var amount) ? new CelQuantity(amount)
            : CelError.Unknown("the quantity has too many digits"));
        add("sign", "Q.>i", (_, a) => CelValue.Of((long)Math.Sign(Amount(a[0]))));
        add("isInteger", "Q.>b", (_, a) => CelValue.Of(IsWhole(Amount(a[0]))));
        add("asInteger", "Q.>i", (_, a) => IsWhole(Amount(a[0])) ? CelValue.Of((long)Amount(a[0])) : new CelError("cannot convert value to integer"));
        add("asApproximateFloat", "Q.>d", (_, a) => CelValue.Of((double)Amount(a[0])));
        add("add", "Q.Q>Q", (_, a) => Added(Amount(a[0]), Amount(a[1])));
        add("add", "Q.i>Q", (_, a) => Added(Amount(a[0]), I(a[1])));
        add("sub", "Q.Q>Q", (_, a) => Added(Amount(a[0]), -Amount(a[1])));
        add("sub", "Q.i>Q", (_, a) => Added(Amount(a[0]), -(decimal)I(a[1])));
        add("isLessThan", "Q.Q>b", (_, a) => CelValue.Of(Amount(a[0]) < Amount(a[1])));
        add("isGreaterThan", "Q.Q>b", (_, a) => CelValue.Of(Amount(a[0]) > Amount(a[1])));
        add("compareTo", "Q.Q>i", (_, a) => CelValue.Of((long)Amount(a[0]).CompareTo(Amount(a[1]))));
    }

    private static decimal Amount(CelValue value) => ((CelQuantity)value).Amount;

    private static bool IsWhole(decimal amount) => decimal.Truncate(amount) == amount && amount is >= long.MinValue and <= long.MaxValue;

    private static CelValue Added(decimal left, decimal right)
    {
        try
        {
            return new CelQuantity(left + right);
        }
        catch (OverflowException)
        {
            return CelError.Unknown("the quantity has too many digits");
        }
    }
}
