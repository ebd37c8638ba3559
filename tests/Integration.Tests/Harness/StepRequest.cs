namespace Integration.Tests.Harness;

/// <summary>One step of a workflow.</summary>
internal sealed record StepRequest
{
    /// <summary>The <c>with:</c> block. Names not in the action.yml are a warning, as on a runner.</summary>
    public IReadOnlyDictionary<string, string> With { get; init; } = new Dictionary<string, string>();

    /// <summary>The <c>env:</c> blocks of workflow, job and step, merged.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>What the runner itself tells that is different, such as <c>GITHUB_API_URL</c>.</summary>
    public IReadOnlyDictionary<string, string> Runner { get; init; } = new Dictionary<string, string>();

    /// <summary>The event; its document is the sandbox's <see cref="RunnerSandbox.EventPath"/>.</summary>
    public string EventName { get; init; } = "push";

    /// <summary>The commit of the event.</summary>
    public string Sha { get; init; } = "ffac537e6cbbf934b08745a378932722df287a53";

    /// <summary>Secrets that the job knows already.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Whether step debug logging is on.</summary>
    public bool Debug { get; init; }

    /// <summary>Whether the job has <c>id-token: write</c>.</summary>
    public bool IdToken { get; init; }

    /// <summary>Where the job asks for its OIDC token.</summary>
    public string IdTokenUrl { get; init; } = "https://token.actions.example.com/?api-version=2.0";

    /// <summary>The number of the run, which grows with every run of a repository.</summary>
    public long RunId { get; init; } = 1658821493;

    /// <summary>Cancels the step as soon as a line of its output says so.</summary>
    public Func<string, bool>? CancelAt { get; init; }

    /// <summary>From the first signal to the second; 7.5 s on a runner.</summary>
    public TimeSpan InterruptGrace { get; init; } = TimeSpan.FromSeconds(7.5);

    /// <summary>From the second signal to the kill; 2.5 s on a runner.</summary>
    public TimeSpan TerminateGrace { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>When the harness gives up on the step.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Returns a result with violations instead of throwing; for the tests of the harness.</summary>
    public bool AllowViolations { get; init; }
}

/// <summary>The action did what none of ours may do.</summary>
internal sealed class ContractViolationException(StepResult result) : Exception(
    $"""
    The step broke the contract with the runner:
    {string.Join('\n', result.Violations.Select(violation => "- " + violation))}
    Its log:
    {string.Join('\n', result.Log)}
    """)
{
    public StepResult Result { get; } = result;
}
