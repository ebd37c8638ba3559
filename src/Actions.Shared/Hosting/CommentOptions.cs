namespace Actions.Shared.Hosting;

/// <summary>When a run comments its pull request.</summary>
public enum CommentPolicy
{
    /// <summary>As <see cref="OnChange"/>, but only where the event is about a pull request, and without a word where the token may not comment.</summary>
    Auto,

    /// <summary>Always; the pull request is that of the event or of the commit.</summary>
    Always,

    /// <summary>When there is something to say, and when a comment is there that says something else.</summary>
    OnChange,

    /// <summary>Never.</summary>
    Off,
}

/// <summary>What every action asks for that comments pull requests.</summary>
/// <param name="Policy">When.</param>
/// <param name="Token">The token; null for none.</param>
public sealed record CommentOptions(CommentPolicy Policy, string? Token)
{
    /// <summary>Declares and reads <c>comment</c> and <c>github-token</c>.</summary>
    public static CommentOptions Read(OptionReader read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new CommentOptions(
            read.Choice(
                "comment",
                "When the report goes into one comment of the pull request, which later runs replace: `always`, `on-change` (when there is something to say), "
                + "`auto` (the same, where the event is about a pull request and the token may comment) or `off`.",
                CommentPolicy.Auto),
            read.Secret(
                "github-token",
                "The token with which GitHub is told; a comment needs `pull-requests: write`. Without that the report is on the page of the run alone.",
                actionDefault: "${{ github.token }}"));
    }

    /// <summary>Prints no token.</summary>
    public override string ToString() => $"comment: {Policy}";
}
