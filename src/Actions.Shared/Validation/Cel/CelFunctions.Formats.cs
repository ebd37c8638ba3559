namespace Actions.Shared.Validation.Cel;

internal static partial class CelFunctions
{
    private static void AddFormats(Action<string, string, CelFunction> add)
    {
        add("format.named", "s>oF", (_, a) => CelFormats.Names.Contains(S(a[0]), StringComparer.Ordinal) ? new CelOptional(new CelFormat(S(a[0]))) : CelOptional.None);
        foreach (var name in CelFormats.Names)
        {
            var format = new CelFormat(name);
            add($"format.{name}", ">F", (_, _) => format);
        }

        // The texts of the messages are Kubernetes' own affair; rules ask whether there are any.
        add("validate", "F.s>ols", (budget, a) =>
        {
            budget.PayText(S(a[1]).Length);
            var name = ((CelFormat)a[0]).Name;
            return CelFormats.IsValid(name, S(a[1])) ? CelOptional.None : new CelOptional(new CelArray([CelValue.Of($"must be a valid {name}")]));
        });
    }
}
