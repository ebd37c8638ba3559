namespace Actions.Shared.Validation.Cel;

/// <summary>Why an expression cannot be used.</summary>
/// <param name="Message">What is wrong, one sentence without a full stop.</param>
/// <param name="Position">Where: UTF-16 code units into the expression, from 0.</param>
/// <param name="IsUnsupported">Whether the expression may well be right, but uses something that is not known here.</param>
internal sealed record CelProblem(string Message, int Position, bool IsUnsupported = false);

/// <summary>Leaves the compilation of an expression; never seen outside of <see cref="CelProgram.TryCompile"/>.</summary>
internal sealed class CelCompilationException(CelProblem problem) : Exception(problem.Message)
{
    public CelProblem Problem { get; } = problem;
}

/// <summary>Leaves the evaluation of an expression that has used up its steps; never seen outside of <see cref="CelProgram.Evaluate"/>.</summary>
internal sealed class CelExhaustedException() : Exception("the expression takes too many steps");
