namespace Actions.RenovateRun.Judging;

/// <summary>What can be said of a repository, or of the run, from the gravest to the harmless; <c>fail-on</c> takes these names.</summary>
internal enum RunState
{
    /// <summary>Renovate gave the repository up, did not finish it, or logged an error.</summary>
    Failed,

    /// <summary>The run had no repository to look at.</summary>
    NoRepositories,

    /// <summary>A part of the configuration was passed over.</summary>
    ConfigIgnored,

    /// <summary>A branch could not be updated.</summary>
    BranchError,

    /// <summary>Releases of a dependency could not be looked up.</summary>
    LookupFailure,

    /// <summary>No manager found a dependency.</summary>
    NothingFound,

    /// <summary>Dependencies were found, and every one was skipped.</summary>
    AllSkipped,

    /// <summary>An image in the workspace is none of the dependencies.</summary>
    BlindSpot,

    /// <summary>The repository is left alone: archived, disabled, without a configuration.</summary>
    Disabled,

    /// <summary>The pull request that introduces Renovate is not merged yet.</summary>
    Onboarding,

    /// <summary>Renovate logged a warning.</summary>
    Warning,

    /// <summary>There are updates.</summary>
    Outdated,

    /// <summary>Everything is as new as it may be.</summary>
    UpToDate,
}
