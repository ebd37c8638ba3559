using System.Globalization;
using System.Text.Json;
using Actions.Shared.Processes;
using Actions.TerraformPlanning.Roots;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning.Running;

/// <summary>How the tool is called, the same for every root.</summary>
internal sealed record TerraformSettings
{
    /// <summary>Variables that the tool gets beside the documented ones: exact names.</summary>
    public IReadOnlyList<string> PassedVariables { get; init; } = [];

    /// <summary>Directory for providers that several roots use; null for none.</summary>
    public string? ProviderCache { get; init; }

    /// <summary>Our settings file for the tool; null when the caller has named its own.</summary>
    public string? CliConfigFile { get; init; }
}

/// <summary>What a message of the tool's JSON stream says: type, text and, for some types, what it carries.</summary>
internal sealed record StreamMessage(string Type, string Text, Diagnostic? Diagnostic, string Address)
{
    /// <summary>Reads one line; null for what is not a message, such as a stray line of text.</summary>
    public static StreamMessage? Read(string line, string root)
    {
        if (!line.StartsWith('{'))
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(line);
            var message = json.RootElement;
            var diagnostic = message.TryGetProperty("diagnostic", out var d) && d.ValueKind == JsonValueKind.Object ? Running.Diagnostic.Read(d, root) : null;
            var address = message.TryGetProperty("hook", out var hook) && hook.ValueKind == JsonValueKind.Object
                && hook.TryGetProperty("resource", out var resource) && resource.ValueKind == JsonValueKind.Object ? Value(resource, "addr") : "";
            return new StreamMessage(Value(message, "type"), Value(message, "@message"), diagnostic, address);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Value(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>What a call of the tool came to.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Diagnostics">What it remarked, in its order, without repeats.</param>
internal sealed record TerraformCall(ChildResult Result, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>Calls the tool in one root.</summary>
internal sealed class TerraformCli(FoundTool tool, TerraformRoot root, ProcessRunner processes, TerraformSettings settings, string dataDirectory)
{
    private const int LineLimit = 1024 * 1024;

    public FoundTool Tool => tool;

    /// <summary>Calls a command whose output is a stream of JSON messages.</summary>
    /// <param name="arguments">The arguments; none may hold a secret.</param>
    /// <param name="onMessage">Gets each message as it comes.</param>
    /// <param name="cancellation">Interrupts the tool, which then ends in order.</param>
    public async Task<TerraformCall> StreamAsync(IReadOnlyList<string> arguments, Action<StreamMessage>? onMessage, CancellationToken cancellation)
    {
        var diagnostics = new List<Diagnostic>();
        var result = await processes.RunAsync(
            Command(arguments) with { LineLimit = LineLimit, OutputLimit = 64 * 1024 },
            line =>
            {
                if (line.Stream == ChildStream.Output && StreamMessage.Read(line.Text, root.Path) is { } message)
                {
                    if (message.Diagnostic is { } diagnostic && !diagnostics.Contains(diagnostic))
                    {
                        diagnostics.Add(diagnostic);
                    }

                    onMessage?.Invoke(message);
                }
            },
            cancellation);
        return new TerraformCall(result, diagnostics);
    }

    /// <summary>Calls a command whose output is one text.</summary>
    public Task<ChildResult> TextAsync(IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        processes.RunAsync(Command(arguments), cancellationToken: cancellation);

    /// <summary>Calls a command and writes its output to a stream.</summary>
    public Task<ChildResult> CopyAsync(IReadOnlyList<string> arguments, Stream target, CancellationToken cancellation) =>
        processes.RunAsync(Command(arguments) with { OutputTarget = target }, cancellationToken: cancellation);

    /// <summary>Reads the remarks of <c>validate -json</c>.</summary>
    public IReadOnlyList<Diagnostic> ReadValidation(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("diagnostics", out var all) && all.ValueKind == JsonValueKind.Array
                ? [.. all.EnumerateArray().Where(d => d.ValueKind == JsonValueKind.Object).Select(d => Diagnostic.Read(d, root.Path)).Distinct()]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private ChildCommand Command(IReadOnlyList<string> arguments)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TF_IN_AUTOMATION"] = "1",
            ["TF_INPUT"] = "0",
            ["CHECKPOINT_DISABLE"] = "1",
            ["TF_DATA_DIR"] = dataDirectory,
        };
        if (settings.CliConfigFile is not null)
        {
            variables["TF_CLI_CONFIG_FILE"] = settings.CliConfigFile;
        }

        if (settings.ProviderCache is not null)
        {
            variables["TF_PLUGIN_CACHE_DIR"] = settings.ProviderCache;
        }

        return new ChildCommand(tool.Path, arguments)
        {
            WorkingDirectory = root.FullPath,
            InheritedVariables = [.. TerraformEnvironment.Inherited, .. settings.PassedVariables],
            Variables = variables,
            ShowFirstArgument = true,
        };
    }

    /// <summary>A duration as the tool takes it.</summary>
    public static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s";
}
