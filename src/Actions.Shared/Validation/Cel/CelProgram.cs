using System.Diagnostics.CodeAnalysis;

namespace Actions.Shared.Validation.Cel;

/// <summary>The variables of an expression.</summary>
/// <param name="Variables">Their names and what is known of their types, in the order in which <see cref="CelProgram.Evaluate"/> takes their values.</param>
internal sealed record CelEnvironment(IReadOnlyList<(string Name, CelType Type)> Variables)
{
    /// <summary>Variables of which nothing is known.</summary>
    public static CelEnvironment Of(params ReadOnlySpan<string> names)
    {
        var variables = new (string, CelType)[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            variables[i] = (names[i], CelType.Dyn);
        }

        return new CelEnvironment(variables);
    }
}

/// <summary>
/// A compiled expression of the Common Expression Language with the functions that Kubernetes adds. Values of other types than the functions and operators take
/// give <see cref="CelErrorKind.Unknown"/>, never a wrong answer. Immutable and safe for concurrent use.
/// </summary>
internal sealed class CelProgram
{
    /// <summary>The longest expression, in characters.</summary>
    public const int LongestText = 100_000;

    private readonly CelExpression _expression;
    private readonly HashSet<string> _mentioned;
    private readonly int _variables;
    private readonly int _slots;

    private CelProgram(string text, CelExpression expression, CelBinder binder, int variables)
    {
        Text = text;
        _expression = expression;
        _mentioned = binder.Mentioned;
        _slots = binder.Slots;
        _variables = variables;
    }

    /// <summary>The expression as it is written.</summary>
    public string Text { get; }

    /// <summary>What is known of the value.</summary>
    public CelType Type => _expression.Type;

    /// <summary>Reads an expression. It never throws, whatever the text.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="environment">Its variables.</param>
    /// <param name="program">The program.</param>
    /// <param name="problem">Why there is none.</param>
    public static bool TryCompile(
        string text, CelEnvironment environment, [NotNullWhen(true)] out CelProgram? program, [NotNullWhen(false)] out CelProblem? problem)
    {
        (program, problem) = (null, null);
        if (text.Length > LongestText)
        {
            problem = new CelProblem($"the expression is longer than {LongestText} characters", 0, IsUnsupported: true);
            return false;
        }

        try
        {
            var binder = new CelBinder(environment);
            program = new CelProgram(text, binder.Bind(CelParser.Parse(text)), binder, environment.Variables.Count);
            return true;
        }
        catch (CelCompilationException e)
        {
            problem = e.Problem;
            return false;
        }
    }

    /// <summary>Whether the expression mentions a variable of its environment.</summary>
    public bool Mentions(string variable) => _mentioned.Contains(variable);

    /// <summary>The value; a <see cref="CelError"/> when there is none. It never throws.</summary>
    /// <param name="budget">What it may cost; less is left afterwards.</param>
    /// <param name="variables">The values of the environment's variables, in its order.</param>
    public CelValue Evaluate(CelBudget budget, params ReadOnlySpan<CelValue> variables)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(variables.Length, _variables);
        var slots = new CelValue[_slots];
        variables.CopyTo(slots);
        try
        {
            return _expression.Evaluate(new CelFrame(slots, budget));
        }
        catch (CelExhaustedException e)
        {
            return new CelError(e.Message, CelErrorKind.Exhausted);
        }
    }
}
