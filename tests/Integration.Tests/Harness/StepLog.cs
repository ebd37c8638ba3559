using System.Globalization;

namespace Integration.Tests.Harness;

/// <summary>
/// Reads the output of a step line by line and carries out the commands in it, as the runner does. Whatever the runner would
/// have to repair, drop or refuse, and whatever only injected text can do, is a violation.
/// </summary>
/// <param name="masker">The secrets of the job.</param>
/// <param name="toWorkspacePath">Turns a path that the action named into one relative to the workspace, where it lies inside.</param>
/// <param name="debug">Whether debug messages are shown.</param>
internal sealed class StepLog(SecretMasker masker, Func<string, string>? toWorkspacePath = null, bool debug = false)
{
    /// <summary>How many annotations of a level become annotations; the rest stay log lines.</summary>
    public const int MaximumAnnotations = 10;

    /// <summary>The length in characters at which a message is cut.</summary>
    public const int MaximumMessage = 4096;

    /// <summary>The shortest line that may be masked without hiding half of the log.</summary>
    public const int ShortestMask = 4;

    private const string StopCommands = "stop-commands";

    private static readonly string[] Commands =
    [
        StopCommands, "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice",
        "remove-matcher", "save-state", "set-env", "set-output", "warning",
    ];

    private readonly HashSet<string> _registered = new(Commands, StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _log = [];
    private readonly List<string> _raw = [];
    private readonly List<Annotation> _annotations = [];
    private readonly List<string> _masks = [];
    private readonly List<string> _violations = [];
    private readonly Dictionary<string, string> _outputs = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<AnnotationLevel, int> _counts = [];
    private string? _stopToken;
    private string? _group;

    public IReadOnlyList<string> Log => _log;

    public IReadOnlyList<Annotation> Annotations => _annotations;

    public IReadOnlyList<string> Masks => _masks;

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Outputs set by the deprecated command.</summary>
    public IReadOnlyDictionary<string, string> Outputs => _outputs;

    /// <summary>Whether a command failed the step.</summary>
    public bool Failed { get; private set; }

    /// <summary>Reads one line, without its line end.</summary>
    public void Read(string line, OutputStream stream = OutputStream.Stdout)
    {
        if (WorkflowCommand.Parse(line, _registered) is not { } command)
        {
            Show(line);
            return;
        }

        if (_stopToken is not null)
        {
            if (command.Name.Equals(_stopToken, StringComparison.OrdinalIgnoreCase))
            {
                _registered.Remove(_stopToken);
                _stopToken = null;
            }

            Show(line);
            return;
        }

        if (command.Syntax != CommandSyntax.Colons) Violate($"a command was carried out that is not at the start of a line: {line}");
        if (stream != OutputStream.Stdout) Violate($"a command was carried out that was written to stderr: {line}");
        Execute(command, line);
    }

    /// <summary>An error of the runner itself, which becomes an annotation and fails the step.</summary>
    public void Fail(string message)
    {
        Failed = true;
        Violate(message);
        Annotate(new(AnnotationLevel.Error, message));
    }

    /// <summary>A warning of the runner itself.</summary>
    public void Warn(string message) => Annotate(new(AnnotationLevel.Warning, message));

    /// <summary>To be called when the output has ended.</summary>
    public void End()
    {
        if (_stopToken is not null) Violate("commands were stopped and never resumed");
        if (_group is not null) Violate($"the group '{_group}' was never closed");
    }

    private void Execute(WorkflowCommand command, string line)
    {
        switch (command.Name.ToLowerInvariant())
        {
            case StopCommands:
                Stop(command.Data, line);
                break;
            case "add-mask":
                Mask(command.Data);
                break;
            case "error":
                Annotate(AnnotationLevel.Error, command);
                break;
            case "warning":
                Annotate(AnnotationLevel.Warning, command);
                break;
            case "notice":
                Annotate(AnnotationLevel.Notice, command);
                break;
            case "debug":
                if (debug) Show($"##[debug]{command.Data}");
                break;
            case "group":
                if (_group is not null) Violate($"the group '{command.Data}' was opened inside '{_group}', and groups do not nest");
                _group = command.Data;
                Show($"##[group]{command.Data}");
                break;
            case "endgroup":
                if (_group is null) Violate("a group was closed that was not open");
                _group = null;
                Show("##[endgroup]");
                break;
            case "set-output":
                Violate($"the deprecated command set-output was carried out: {line}");
                if (command.Properties.TryGetValue("name", out var name) && name.Length > 0) _outputs[name] = command.Data;
                else Fail("Required field 'name' is missing in ##[set-output] command.");
                break;
            case "save-state":
                Violate($"the deprecated command save-state was carried out: {line}");
                break;
            case "set-env" or "add-path":
                Fail($"The `{command.Name}` command is disabled.");
                break;
            default:
                Violate($"a command was carried out that no action here sends: {line}");
                break;
        }
    }

    private void Stop(string token, string line)
    {
        if (token.Length == 0 || token == "pause-logging" || _registered.Contains(token))
        {
            Fail($"Invoked ::stop-commands:: with token: [{token}].");
            return;
        }

        _stopToken = token;
        _registered.Add(token);
        Show(line);
        if (token.Length > 6) masker.Add(token);
    }

    private void Mask(string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            Violate("an empty mask was added");
            return;
        }

        foreach (var item in value.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (item.Length < ShortestMask) Violate($"a mask of {item.Length} characters was added, which hides them in the whole job");
            else if (_raw.Exists(earlier => earlier.Contains(item, StringComparison.Ordinal))) Violate("a value was masked after it had been printed");
        }

        _masks.Add(value);
        masker.Add(value);
    }

    private void Annotate(AnnotationLevel level, WorkflowCommand command)
    {
        var properties = new Dictionary<string, string>(command.Properties, StringComparer.OrdinalIgnoreCase);
        foreach (var repair in Repair(properties)) Violate($"{repair} in: {level} {string.Join(',', command.Properties)}");
        var file = properties.GetValueOrDefault("file");
        Annotate(new(
            level,
            command.Data,
            properties.GetValueOrDefault("title"),
            string.IsNullOrEmpty(file) ? null : toWorkspacePath?.Invoke(file) ?? file,
            Number("line"),
            Number("endLine"),
            Number("col"),
            Number("endColumn")));

        int? Number(string key) => int.TryParse(properties.GetValueOrDefault(key), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void Annotate(Annotation annotation)
    {
        var message = annotation.Message;
        Show($"##[{annotation.Level.ToString().ToLowerInvariant()}]{message}");
        if (message.Length > MaximumMessage)
        {
            Violate($"a message of {message.Length} characters was cut");
            message = message[..MaximumMessage];
        }

        var count = _counts[annotation.Level] = _counts.GetValueOrDefault(annotation.Level) + 1;
        if (count <= MaximumAnnotations) _annotations.Add(annotation with { Message = masker.Mask(message) });
        if (count == MaximumAnnotations + 1) Violate($"more than {MaximumAnnotations} annotations of level {annotation.Level} were sent, and the rest is lost");
    }

    /// <summary>Sets straight the positions that the runner does not take, and tells each repair.</summary>
    private static List<string> Repair(Dictionary<string, string> properties)
    {
        var repairs = new List<string>();
        var line = Read("line");
        var endLine = Read("endLine");
        var column = Read("col");
        var endColumn = Read("endColumn");
        var columns = column is not null || endColumn is not null;

        if (endLine is not null && line is null)
        {
            repairs.Add("'endLine' without 'line'");
            properties["line"] = properties["endLine"];
            line = endLine;
        }

        if (endColumn is not null && column is null)
        {
            repairs.Add("'endColumn' without 'col'");
            properties["col"] = properties["endColumn"];
            column = endColumn;
        }

        if (line is null && columns)
        {
            repairs.Add("columns without 'line' are dropped");
            Drop("col", "endColumn");
        }

        if (endLine is not null && line != endLine && columns)
        {
            repairs.Add("columns of a range of several lines are dropped");
            Drop("col", "endColumn");
        }

        if (endLine < line)
        {
            repairs.Add("'endLine' before 'line'");
            Drop("line", "endLine");
        }

        if (endColumn < column)
        {
            repairs.Add("'endColumn' before 'col'");
            Drop("col", "endColumn");
        }

        return repairs;

        int? Read(string key) => int.TryParse(properties.GetValueOrDefault(key), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

        void Drop(params ReadOnlySpan<string> keys)
        {
            foreach (var key in keys) properties.Remove(key);
        }
    }

    private void Show(string text)
    {
        _raw.Add(text);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n')) _log.Add(masker.Mask(line));
    }

    private void Violate(string violation) => _violations.Add(violation);
}

/// <summary>Where a line was written to.</summary>
internal enum OutputStream
{
    Stdout,
    Stderr,
}
