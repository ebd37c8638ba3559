namespace Integration.Tests.Harness;

/// <summary>What the runner makes of one step.</summary>
internal sealed record StepResult
{
    public required StepOutcome Outcome { get; init; }

    public required int ExitCode { get; init; }

    /// <summary>What <c>steps.x.outputs</c> holds.</summary>
    public required IReadOnlyDictionary<string, string> Outputs { get; init; }

    /// <summary>What would remain of the outputs as outputs of the job: those with a secret in them are dropped.</summary>
    public required IReadOnlyDictionary<string, string> JobOutputs { get; init; }

    /// <summary>In the order of the output, at most 10 of each level.</summary>
    public required IReadOnlyList<Annotation> Annotations { get; init; }

    /// <summary>What the action registered by add-mask.</summary>
    public required IReadOnlyList<string> Masks { get; init; }

    /// <summary>The log as a person sees it: commands carried out, secrets masked.</summary>
    public required IReadOnlyList<string> Log { get; init; }

    /// <summary>The summary as it is shown, masked; empty when there is none or when it was too large.</summary>
    public required string Summary { get; init; }

    public required string RawStdout { get; init; }

    public required string RawStderr { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>The signals that were sent, with the time since the first.</summary>
    public required IReadOnlyList<SentSignal> Signals { get; init; }

    /// <summary>What the action did that none of ours may do: an injected command, a lost column, a leaked token…</summary>
    public required IReadOnlyList<string> Violations { get; init; }
}

/// <summary>The conclusion of a step.</summary>
internal enum StepOutcome
{
    Success,
    Failure,
    Cancelled,
}

/// <summary>A remark on a file or on the run. Lines and columns count from 1.</summary>
internal sealed record Annotation(
    AnnotationLevel Level,
    string Message,
    string? Title = null,
    string? File = null,
    int? Line = null,
    int? EndLine = null,
    int? Column = null,
    int? EndColumn = null);

internal enum AnnotationLevel
{
    Error,
    Warning,
    Notice,
}

/// <summary>A signal sent to a step that was cancelled.</summary>
/// <param name="Name">SIGINT, SIGTERM or SIGKILL.</param>
/// <param name="At">The time since the cancellation.</param>
internal sealed record SentSignal(string Name, TimeSpan At);
