using System.Diagnostics.CodeAnalysis;

namespace Actions.Shared.GitHub.Rest;

/// <summary>A repository: <c>owner/name</c>.</summary>
/// <param name="Owner">User or organisation.</param>
/// <param name="Name">Name of the repository.</param>
public sealed record RepositoryName(string Owner, string Name)
{
    /// <summary>Reads <c>owner/name</c> of letters, digits, <c>.</c>, <c>-</c> and <c>_</c>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RepositoryName? repository)
    {
        repository = text?.Split('/') is [var owner, var name] && IsPart(owner) && IsPart(name) ? new(owner, name) : null;
        return repository is not null;
    }

    /// <summary>Like <see cref="TryParse"/>.</summary>
    /// <exception cref="ActionException">It is none.</exception>
    public static RepositoryName Parse(string? text) => TryParse(text, out var repository)
        ? repository
        : throw new ActionException(
            "There is no repository to speak of",
            $"expected owner/name, got \"{PlainText.Shorten(PlainText.Clean(text ?? ""), 200)}\"",
            "In a workflow GITHUB_REPOSITORY names it; outside of one, set it.");

    /// <summary><c>owner/name</c>.</summary>
    public override string ToString() => $"{Owner}/{Name}";

    /// <summary>Path of the repository in the REST API.</summary>
    internal string Path => $"/repos/{Owner}/{Name}";

    private static bool IsPart(string text) =>
        text.Length is > 0 and <= 100 && text is not ("." or "..") && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
