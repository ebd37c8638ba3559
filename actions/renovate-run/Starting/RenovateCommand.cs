using System.Text.Json.Nodes;
using Actions.Shared.Processes;

namespace Actions.RenovateRun.Starting;

/// <summary>The files of one process of Renovate.</summary>
/// <param name="Configuration">The configuration file that Renovate reads.</param>
/// <param name="Log">Where the debug log goes; without capital letters.</param>
/// <param name="Report">Where the report goes.</param>
/// <param name="WorkingDirectory">Where Renovate starts.</param>
internal sealed record RunFiles(string Configuration, string Log, string Report, string WorkingDirectory);

/// <summary>Makes the command that starts Renovate: no argument at all, and an environment of what it needs.</summary>
internal static class RenovateCommand
{
    /// <summary>Name of the program, looked up on <c>PATH</c>.</summary>
    public const string Program = "renovate";

    /// <summary>What Renovate gets of our environment, beside what every child gets: its own settings, and those of Node.js and of the tools that it starts.</summary>
    private static readonly string[] Inherited =
        ["RENOVATE_*", "GITHUB_COM_TOKEN", "NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "NO_COLOR", "OTEL_*", "BASH_ENV", "CONTAINERBASE_*", "URL_REPLACE_*"];

    private static readonly string[] SecretWords = ["TOKEN", "PASSWORD", "SECRET", "PRIVATE_KEY", "CREDENTIAL"];

    /// <summary>Makes the command.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="rules">Rules for hosts.</param>
    /// <param name="token">Token for the platform; null for none, or for that of the environment.</param>
    /// <param name="repositories">The repositories; none to discover them, or for those of the configuration.</param>
    /// <param name="files">Where it reads and writes.</param>
    public static ChildCommand Create(RenovateRunOptions options, HostRules rules, string? token, IReadOnlyList<string> repositories, RunFiles files)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["RENOVATE_CONFIG_FILE"] = files.Configuration,
            ["RENOVATE_REPORT_TYPE"] = "file",
            ["RENOVATE_REPORT_PATH"] = files.Report,
            // With the prefix they win over what our own environment may say.
            ["RENOVATE_LOG_FILE"] = files.Log,
            ["RENOVATE_LOG_FILE_LEVEL"] = "debug",
            ["RENOVATE_LOG_FILE_FORMAT"] = "json",
            ["RENOVATE_LOG_LEVEL"] = options.LogLevel.ToString().ToLowerInvariant(),
            ["RENOVATE_PLATFORM"] = options.Platform,
        };
        void Set(string name, string value)
        {
            if (value.Length > 0)
            {
                variables[name] = value;
            }
        }

        Set("RENOVATE_ENDPOINT", options.Endpoint);
        Set("RENOVATE_TOKEN", token ?? "");
        Set("RENOVATE_CONFIG", options.Config);
        Set(HostRules.Variable, rules.IsEmpty ? "" : rules.ToJson());
        Set("RENOVATE_DRY_RUN", options.DryRun == DryRun.Off ? "" : options.DryRun.ToString().ToLowerInvariant());
        Set("RENOVATE_REPOSITORIES", List(repositories));
        Set("RENOVATE_AUTODISCOVER", options.Autodiscover && repositories.Count == 0 ? "true" : "");
        Set("RENOVATE_AUTODISCOVER_FILTER", List(options.AutodiscoverFilter));
        if (options.IsLocal)
        {
            // There is nobody to welcome.
            variables["RENOVATE_ONBOARDING"] = "false";
        }

        return new ChildCommand(Program)
        {
            WorkingDirectory = files.WorkingDirectory,
            InheritedVariables = [.. Inherited, .. options.PassEnv],
            Variables = variables,
            Timeout = options.Timeout,
            OutputLimit = 1024 * 1024,
        };
    }

    /// <summary>The values among the variables that Renovate inherits which no output may show, by their names.</summary>
    public static IEnumerable<string> Secrets(IReadOnlyDictionary<string, string> variables, RenovateRunOptions options) =>
        ChildEnvironment.Build(variables, [.. Inherited, .. options.PassEnv], new Dictionary<string, string>())
            .Where(v => SecretWords.Any(word => v.Key.Contains(word, StringComparison.OrdinalIgnoreCase)))
            // RENOVATE_GITHUB_TOKEN_WARN=false is a switch, and the word must stay readable.
            .Where(v => v.Value is not ("true" or "false"))
            .Select(v => v.Value);

    // As JSON: a comma in a name or a filter would cut it in two.
    private static string List(IReadOnlyList<string> values) =>
        values.Count == 0 ? "" : new JsonArray([.. values.Select(v => (JsonNode)JsonValue.Create(v))]).ToJsonString();
}
