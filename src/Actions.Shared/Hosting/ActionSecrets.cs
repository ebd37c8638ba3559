using Actions.Shared.GitHub;

namespace Actions.Shared.Hosting;

/// <summary>Registers values that no output may show.</summary>
public sealed class ActionSecrets
{
    private readonly SecretMasks _masks;
    private readonly WorkflowCommands? _commands;

    internal ActionSecrets(SecretMasks masks, WorkflowCommands? commands)
    {
        _masks = masks;
        _commands = commands;
    }

    /// <summary>
    /// Masks a value, line by line, in everything printed from now on. Lines shorter than <see cref="SecretMasks.ShortestLine"/> are
    /// not masked.
    /// </summary>
    public void Mask(string value)
    {
        foreach (var line in _masks.Add(value))
            _commands?.AddMask(line);
    }

    /// <summary>Replaces every masked value in <paramref name="text"/> by <c>***</c>, for files that we write.</summary>
    public string Redact(string text) => _masks.Redact(text);
}
