using Actions.Shared.Findings;
using Actions.Shared.Validation.Cel;

namespace Actions.Shared.Validation.Schemas;

/// <summary>A rule that a value must keep, in the Common Expression Language (<c>x-kubernetes-validations</c>). Compiled at first use; safe for concurrent use.</summary>
/// <param name="expression">What must be true; <c>self</c> is the value.</param>
public sealed class SchemaRule(string expression)
{
    private static readonly CelEnvironment Variables = CelEnvironment.Of("self", "oldSelf");

    private CompiledRule? _compiled;

    /// <summary>What must be true.</summary>
    public string Expression { get; } = expression;

    /// <summary>What to say of a value that breaks the rule; null when it does not say.</summary>
    public string? Message { get; init; }

    /// <summary>An expression for what to say, which wins over <see cref="Message"/>; null when there is none.</summary>
    public string? MessageExpression { get; init; }

    /// <summary>The field below the value that is at fault, for example <c>.spec.replicas</c>; null when it is the value itself.</summary>
    public string? FieldPath { get; init; }

    /// <summary>Whether the rule also holds for new objects although it mentions <c>oldSelf</c>.</summary>
    public bool OptionalOldSelf { get; init; }

    /// <summary>Where the rule stands in the scanned tree; null for one of a schema location.</summary>
    public TextRegion? Region { get; init; }

    /// <summary>The rule as it is evaluated.</summary>
    internal CompiledRule Compiled
    {
        get
        {
            if (_compiled is { } known)
            {
                return known;
            }

            CelProgram.TryCompile(Expression, Variables, out var program, out var problem);
            CelProgram? message = null;
            if (MessageExpression is { Length: > 0 } text)
            {
                CelProgram.TryCompile(text, Variables, out message, out _);
            }

            return _compiled = new CompiledRule(program, problem, message);
        }
    }
}

/// <summary>A rule as it is evaluated.</summary>
/// <param name="Program">The rule; null when it cannot be compiled.</param>
/// <param name="Problem">Why it cannot.</param>
/// <param name="Message">What to say; null when there is no such expression, or it cannot be compiled.</param>
internal sealed record CompiledRule(CelProgram? Program, CelProblem? Problem, CelProgram? Message);
