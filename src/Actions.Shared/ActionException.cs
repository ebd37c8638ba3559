using Actions.Shared.Findings;

namespace Actions.Shared;

/// <summary>
/// A failure that was expected and that its reader can act on. Anything else that is thrown is a bug.
/// </summary>
/// <param name="title">What is wrong, one short sentence without a full stop.</param>
/// <param name="detail">What was found and what was expected; may be empty.</param>
/// <param name="hint">What to do about it; may be empty.</param>
/// <param name="location">Where, when the failure lies in a file.</param>
/// <param name="exitCode">The exit code it leads to; <see cref="ExitCode.BadInput"/> unless told.</param>
/// <param name="inner">The cause, shown only in debug runs.</param>
public class ActionException(
    string title,
    string detail = "",
    string hint = "",
    SourceLocation? location = null,
    ExitCode exitCode = ExitCode.BadInput,
    Exception? inner = null) : Exception(detail.Length == 0 ? title : $"{title}: {detail}", inner)
{
    /// <summary>What is wrong, one short sentence without a full stop.</summary>
    public string Title { get; } = title;

    /// <summary>What was found and what was expected; may be empty.</summary>
    public string Detail { get; } = detail;

    /// <summary>What to do about it; may be empty.</summary>
    public string Hint { get; } = hint;

    /// <summary>Where, when the failure lies in a file; otherwise null.</summary>
    public SourceLocation? Location { get; } = location;

    /// <summary>The exit code that the failure leads to.</summary>
    public ExitCode ExitCode { get; } = exitCode;
}
