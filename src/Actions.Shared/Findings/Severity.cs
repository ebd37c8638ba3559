namespace Actions.Shared.Findings;

/// <summary>How bad a finding is, least first.</summary>
public enum Severity
{
    /// <summary>Worth knowing; never gates.</summary>
    Info = 0,

    /// <summary>Works today, but will hurt.</summary>
    Warning = 1,

    /// <summary>Wrong: it is rejected, fails or is dangerous.</summary>
    Error = 2,
}
