namespace Actions.Shared.Processes;

/// <summary>How a child came to its end.</summary>
public enum ChildOutcome
{
    /// <summary>By itself.</summary>
    Exited,

    /// <summary>We ended it because its time was up.</summary>
    TimedOut,

    /// <summary>We ended it because we were cancelled.</summary>
    Cancelled,
}

/// <summary>One of a child's two output streams.</summary>
public enum ChildStream
{
    /// <summary>Standard output.</summary>
    Output,

    /// <summary>Standard error.</summary>
    Error,
}

/// <summary>One line that a child printed: untrusted text without its line end (<c>\r\n</c>, <c>\r</c> or <c>\n</c>).</summary>
/// <param name="Stream">Where it was printed.</param>
/// <param name="Text">The line, at most <see cref="ChildCommand.LineLimit"/> UTF-16 units of it.</param>
/// <param name="IsCut">Whether the line was longer.</param>
public readonly record struct ChildLine(ChildStream Stream, string Text, bool IsCut);

/// <summary>What a child left behind. Its output is untrusted text.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="ExitCode">Its exit code; 128 plus the signal's number when a signal ended it; 130 when it was cancelled before it started.</param>
/// <param name="StandardOutput">Its output (UTF-8, bad bytes replaced), at most <see cref="ChildCommand.OutputLimit"/> bytes of it.</param>
/// <param name="StandardError">Its error output, likewise.</param>
/// <param name="IsOutputTruncated">Whether there was more output than was kept.</param>
/// <param name="IsErrorTruncated">Whether there was more error output than was kept.</param>
/// <param name="Duration">From start to end.</param>
public sealed record ChildResult(
    ChildOutcome Outcome,
    int ExitCode,
    string StandardOutput,
    string StandardError,
    bool IsOutputTruncated,
    bool IsErrorTruncated,
    TimeSpan Duration)
{
    /// <summary>Whether it ended by itself with exit code 0.</summary>
    public bool Succeeded => Outcome == ChildOutcome.Exited && ExitCode == 0;

    /// <inheritdoc />
    public override string ToString() => $"{Outcome} {ExitCode}";
}
