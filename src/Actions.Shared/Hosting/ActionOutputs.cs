using System.Globalization;
using Actions.Shared.GitHub;

namespace Actions.Shared.Hosting;

/// <summary>The values for later steps, written at the end of the run however it ends. Safe for concurrent use.</summary>
public sealed class ActionOutputs
{
    /// <summary>What GitHub takes of outputs in a job: 1 MB, counted in UTF-16.</summary>
    internal const int Limit = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<OutputDescriptor> _declared;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    internal ActionOutputs(IReadOnlyList<OutputDescriptor> declared) => _declared = declared;

    /// <summary>Sets an output; the last value counts.</summary>
    /// <exception cref="ArgumentException">No output of that name is declared.</exception>
    public void Set(string name, string value)
    {
        if (!_declared.Any(o => o.Name == name))
            throw new ArgumentException($"The output {name} is not declared.", nameof(name));
        lock (_lock)
        {
            _values[name] = value;
        }
    }

    /// <inheritdoc cref="Set(string, string)"/>
    public void Set(string name, int value) => Set(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Sets an output to <c>true</c> or <c>false</c>; the last value counts.</summary>
    /// <exception cref="ArgumentException">No output of that name is declared.</exception>
    public void Set(string name, bool value) => Set(name, value ? "true" : "false");

    /// <summary>Writes what was set, in the order of declaration, until GitHub's limit; says what it cannot write.</summary>
    internal void Write(GitHubContext github, ActionLog log)
    {
        (string Name, string Value)[] values;
        lock (_lock)
        {
            values = [.. _declared.Where(o => _values.ContainsKey(o.Name)).Select(o => (o.Name, _values[o.Name]))];
        }

        if (values.Length == 0 || github.OutputPath is not { } path)
        {
            if (values.Length > 0 && github.IsActions)
                log.Warning("The outputs are lost: the variable GITHUB_OUTPUT is not set.");
            return;
        }

        var file = new FileCommand(path);
        var size = 0;
        foreach (var (name, value) in values)
        {
            var more = (name.Length + value.Length) * sizeof(char);
            if (size + more > Limit)
            {
                log.Warning($"The output {name} is not set: GitHub takes 1 MB of outputs, and this one has {value.Length} characters. Use a file or an artifact.");
                continue;
            }

            size += more;
            try
            {
                file.Set(name, value);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.Warning($"The outputs are lost: the file of GITHUB_OUTPUT cannot be written ({e.Message}).");
                return;
            }
        }
    }
}
