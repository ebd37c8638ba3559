namespace Actions.Shared;

/// <summary>What a program's exit code says; the same for every action.</summary>
public enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Done = 0,

    /// <summary>The work ran and found problems that gate, or a deployment failed.</summary>
    Findings = 1,

    /// <summary>The input is wrong: an option, a file, a path. Nothing was done.</summary>
    BadInput = 2,

    /// <summary>A dependency (cluster, GitHub, registry, child program) is missing or could not be reached.</summary>
    DependencyUnreachable = 3,

    /// <summary>A defect of the program itself (EX_SOFTWARE of sysexits.h).</summary>
    Bug = 70,

    /// <summary>Cancelled by SIGINT or SIGTERM (128 + SIGINT).</summary>
    Cancelled = 130,
}
