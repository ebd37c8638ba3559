using System.Globalization;

namespace Integration.Tests.Harness;

/// <summary>The environment that a runner gives to a container action.</summary>
internal static class RunnerEnvironment
{
    /// <summary>Tokens that reach every container action and that nothing may print, store or pass on.</summary>
    public static IReadOnlyDictionary<string, string> Canaries { get; } = new Dictionary<string, string>
    {
        ["ACTIONS_RUNTIME_TOKEN"] = "canary-runtime-token-4f1c9e70b2",
        ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "canary-id-token-request-81d06ac3f5",
        ["github.token"] = "ghs_canaryGithubToken0d52b7e948a1",
    };

    /// <summary>The name of the variable of an input: blanks become underscores, hyphens stay.</summary>
    public static string VariableOf(string input) => "INPUT_" + input.Replace(' ', '_').ToUpperInvariant();

    /// <summary>All variables, with the paths of the host, and what the runner warns about before the step starts.</summary>
    public static Dictionary<string, string> Build(
        string action, ActionManifest manifest, StepRequest request, RunnerSandbox sandbox, FileCommandPaths files, out IReadOnlyList<string> warnings)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Env) environment[name] = value;
        foreach (var (name, value) in manifest.Runs.Env) environment.TryAdd(name, value);
        foreach (var (name, value) in Inputs(manifest, request, out warnings)) environment[name] = value;

        (string Name, string Value)[] fixedVariables =
        [
            ("GITHUB_ACTION", "__octo-org_" + action),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTOR", "octocat"),
            ("GITHUB_ACTOR_ID", "583231"),
            ("GITHUB_API_URL", "https://api.github.com"),
            ("GITHUB_BASE_REF", ""),
            ("GITHUB_ENV", files.Env),
            ("GITHUB_EVENT_NAME", request.EventName),
            ("GITHUB_EVENT_PATH", sandbox.EventPath),
            ("GITHUB_GRAPHQL_URL", "https://api.github.com/graphql"),
            ("GITHUB_HEAD_REF", ""),
            ("GITHUB_JOB", "validate"),
            ("GITHUB_OUTPUT", files.Output),
            ("GITHUB_PATH", files.Path),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_REF_NAME", "main"),
            ("GITHUB_REF_PROTECTED", "true"),
            ("GITHUB_REF_TYPE", "branch"),
            ("GITHUB_REPOSITORY", "octo-org/platform"),
            ("GITHUB_REPOSITORY_ID", "1296269"),
            ("GITHUB_REPOSITORY_OWNER", "octo-org"),
            ("GITHUB_REPOSITORY_OWNER_ID", "6811672"),
            ("GITHUB_RETENTION_DAYS", "90"),
            ("GITHUB_RUN_ATTEMPT", "1"),
            ("GITHUB_RUN_ID", request.RunId.ToString(CultureInfo.InvariantCulture)),
            ("GITHUB_RUN_NUMBER", "42"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_SHA", request.Sha),
            ("GITHUB_STATE", files.State),
            ("GITHUB_STEP_SUMMARY", files.Summary),
            ("GITHUB_TRIGGERING_ACTOR", "octocat"),
            ("GITHUB_WORKFLOW", "ci"),
            ("GITHUB_WORKFLOW_REF", "octo-org/platform/.github/workflows/ci.yml@refs/heads/main"),
            ("GITHUB_WORKFLOW_SHA", "ffac537e6cbbf934b08745a378932722df287a53"),
            ("GITHUB_WORKSPACE", sandbox.Workspace),
            ("RUNNER_ARCH", "X64"),
            ("RUNNER_ENVIRONMENT", "github-hosted"),
            ("RUNNER_NAME", "Hosted Agent"),
            ("RUNNER_OS", "Linux"),
            ("RUNNER_TEMP", sandbox.RunnerTemp),
            ("RUNNER_TOOL_CACHE", sandbox.ToolCache),
            ("RUNNER_WORKSPACE", System.IO.Path.GetDirectoryName(sandbox.Workspace)!),
            ("ACTIONS_RUNTIME_URL", "https://pipelines.actions.example.com/"),
            ("ACTIONS_RUNTIME_TOKEN", Canaries["ACTIONS_RUNTIME_TOKEN"]),
            ("ACTIONS_CACHE_URL", "https://cache.actions.example.com/"),
            ("ACTIONS_RESULTS_URL", "https://results.actions.example.com/"),
            ("CI", "true"),
            ("HOME", sandbox.Home),
        ];
        foreach (var (name, value) in fixedVariables) environment[name] = value;
        foreach (var (name, value) in request.Runner) environment[name] = value;
        if (request.Debug) environment["RUNNER_DEBUG"] = "1";
        if (request.IdToken)
        {
            environment["ACTIONS_ID_TOKEN_REQUEST_URL"] = request.IdTokenUrl;
            environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = Canaries["ACTIONS_ID_TOKEN_REQUEST_TOKEN"];
        }

        return environment;
    }

    private static Dictionary<string, string> Inputs(ActionManifest manifest, StepRequest request, out IReadOnlyList<string> warnings)
    {
        var given = new Dictionary<string, string>(request.With, StringComparer.OrdinalIgnoreCase);
        var values = manifest.Inputs.ToDictionary(
            input => VariableOf(input.Key), input => given.Remove(input.Key, out var value) ? value : Evaluate(input.Value.Default));
        warnings = given.Count == 0
            ? []
            : [$"Unexpected input(s) {string.Join(", ", given.Keys.Select(name => $"'{name}'"))}, valid inputs are [{string.Join(", ", manifest.Inputs.Keys.Select(name => $"'{name}'"))}]"];
        // The runner passes them on all the same.
        foreach (var (name, value) in given) values[VariableOf(name)] = value;
        return values;
    }

    private static string Evaluate(string? value) => value switch
    {
        null => "",
        "${{ github.token }}" => Canaries["github.token"],
        _ when value.Contains("${{", StringComparison.Ordinal) => throw new NotSupportedException($"The harness does not evaluate the default '{value}'."),
        _ => value,
    };
}

/// <summary>The files of one step that commands are written to; they exist and are empty when it starts.</summary>
internal sealed record FileCommandPaths(string Output, string State, string Env, string Path, string Summary)
{
    public static FileCommandPaths Create(string folder)
    {
        var suffix = Guid.NewGuid();
        var paths = new FileCommandPaths(Make("set_output_"), Make("save_state_"), Make("set_env_"), Make("add_path_"), Make("step_summary_"));
        return paths;

        string Make(string prefix)
        {
            var path = System.IO.Path.Combine(folder, prefix + suffix);
            File.WriteAllBytes(path, []);
            return path;
        }
    }
}
