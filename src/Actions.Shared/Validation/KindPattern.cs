namespace Actions.Shared.Validation;

/// <summary>Names kinds: <c>Kind</c>, <c>group/Kind</c>, or <c>apiVersion/Kind</c> as in <c>v1/Secret</c> and <c>apps/v1/Deployment</c>.</summary>
public sealed record KindPattern
{
    private readonly string _prefix;
    private readonly string _kind;

    private KindPattern(string prefix, string kind)
    {
        _prefix = prefix;
        _kind = kind;
    }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It is none; the message says what to write.</exception>
    public static KindPattern Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length <= 3 && parts.All(p => p.Length > 0 && !p.Any(char.IsWhiteSpace)) && char.IsAsciiLetterUpper(parts[^1][0])
            ? new KindPattern(string.Join('/', parts[..^1]), parts[^1])
            : throw new FormatException("Write Kind, or group/version/Kind as in apps/v1/Deployment; a kind starts with a capital letter.");
    }

    /// <summary>Whether an object of this kind is meant.</summary>
    public bool Matches(string apiVersion, string kind) =>
        kind == _kind && (_prefix.Length == 0 || apiVersion == _prefix || apiVersion.StartsWith(_prefix + "/", StringComparison.Ordinal));

    /// <inheritdoc />
    public override string ToString() => _prefix.Length == 0 ? _kind : $"{_prefix}/{_kind}";
}
