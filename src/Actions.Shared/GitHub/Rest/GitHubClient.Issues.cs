using System.Text.Json.Nodes;

namespace Actions.Shared.GitHub.Rest;

/// <summary>An issue.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Title; untrusted.</param>
/// <param name="Body">Markdown; untrusted.</param>
/// <param name="Author">Who opened it.</param>
/// <param name="IsOpen">Whether it is open.</param>
/// <param name="Labels">Names of its labels.</param>
/// <param name="Url">Its page.</param>
public sealed record GitHubIssue(int Number, string Title, string Body, GitHubAccount Author, bool IsOpen, IReadOnlyList<string> Labels, string Url)
{
    internal static GitHubIssue Read(JsonObject json) => new(
        (int)json.Number("number"),
        json.Text("title"),
        json.Text("body"),
        GitHubAccount.Read(json.Object("user")),
        json.Text("state") == "open",
        [.. json.List("labels").Select(l => l is JsonObject label ? label.Text("name") : l?.ToString() ?? "")],
        json.Text("html_url"));
}

/// <summary>A change of an issue; what is null stays.</summary>
public sealed record IssueChange
{
    /// <summary>Title; cut at 256 characters.</summary>
    public string? Title { get; init; }

    /// <summary>Markdown; cut where it is too long.</summary>
    public string? Body { get; init; }

    /// <summary>Whether it is open.</summary>
    public bool? IsOpen { get; init; }

    /// <summary>All of its labels.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}

public sealed partial class GitHubClient
{
    private const int TitleLimit = 256;
    private const string WriteIssues = "issues: write";

    /// <summary>Issues, newest first; pull requests are left out.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="labels">Labels that they all have; empty for any.</param>
    /// <param name="creator">Who opened them; null for anybody.</param>
    /// <param name="isOpen">Whether only open ones are wanted.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public IAsyncEnumerable<GitHubIssue> ListIssuesAsync(
        RepositoryName repository, IReadOnlyList<string> labels, string? creator, bool isOpen, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(labels);
        var query = Query(("state", isOpen ? "open" : "all"), ("creator", creator), ("labels", labels.Count == 0 ? null : string.Join(',', labels)));
        var call = new GitHubCall(HttpMethod.Get, $"{repository.Path}/issues{query}", "list the issues") { Permission = "issues: read" };
        return ReadIssuesAsync(call, cancellation);
    }

    /// <summary>Opens an issue.</summary>
    /// <exception cref="GitHubException">The request came to nothing, or it is not known whether it arrived.</exception>
    public async Task<GitHubIssue> CreateIssueAsync(
        RepositoryName repository, string title, string body, IReadOnlyList<string> labels, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return GitHubIssue.Read(await SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/issues", "open an issue")
            {
                Body = new JsonObject
                {
                    ["title"] = Cut(title, TitleLimit),
                    ["body"] = BodyText.Fit(body),
                    ["labels"] = Texts(labels),
                },
                Permission = WriteIssues,
            },
            cancellation).ConfigureAwait(false));
    }

    /// <summary>Changes an issue. Closing says that it is done.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<GitHubIssue> UpdateIssueAsync(RepositoryName repository, int number, IssueChange change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(change);
        var body = new JsonObject();
        if (change.Title is not null)
            body["title"] = Cut(change.Title, TitleLimit);
        if (change.Body is not null)
            body["body"] = BodyText.Fit(change.Body);
        if (change.IsOpen is { } open)
            (body["state"], body["state_reason"]) = open ? ("open", "reopened") : ("closed", "completed");
        if (change.Labels is not null)
            body["labels"] = Texts(change.Labels);
        return GitHubIssue.Read(await SendAsync(
            new GitHubCall(HttpMethod.Patch, $"{repository.Path}/issues/{number}", $"update issue #{number}")
            {
                Body = body,
                Permission = WriteIssues,
                IsRepeatable = true,
            },
            cancellation).ConfigureAwait(false));
    }

    /// <summary>Adds labels to an issue or pull request; those that do not exist are created.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task AddLabelsAsync(RepositoryName repository, int number, IReadOnlyList<string> labels, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return _transport.SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/issues/{number}/labels", $"label #{number}")
            {
                Body = new JsonObject { ["labels"] = Texts(labels) },
                Permission = WritePulls,
                IsRepeatable = true,
            },
            cancellation);
    }

    /// <summary>Takes a label off an issue or pull request.</summary>
    /// <returns>False if it was not there.</returns>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task<bool> RemoveLabelAsync(RepositoryName repository, int number, string label, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return TryDoAsync(
            new GitHubCall(HttpMethod.Delete, $"{repository.Path}/issues/{number}/labels/{Uri.EscapeDataString(label)}", $"take a label off #{number}")
            {
                Permission = WritePulls,
            },
            cancellation);
    }

    /// <summary>Creates a label if there is none of that name.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">Name; cut at 50 characters.</param>
    /// <param name="color">Six hexadecimal digits, without <c>#</c>.</param>
    /// <param name="description">A few words; cut at 100 characters.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Whether it was created.</returns>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<bool> EnsureLabelAsync(RepositoryName repository, string name, string color, string description, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        try
        {
            await SendAsync(
                new GitHubCall(HttpMethod.Post, $"{repository.Path}/labels", $"create the label {name}")
                {
                    Body = new JsonObject { ["name"] = Cut(name, 50), ["color"] = color, ["description"] = Cut(description, 100) },
                    Permission = WriteIssues,
                },
                cancellation).ConfigureAwait(false);
            return true;
        }
        catch (GitHubException e) when (e.StatusCode == 422 && e.Said.Contains("already_exists", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private async IAsyncEnumerable<GitHubIssue> ReadIssuesAsync(
        GitHubCall call, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var entry in ListAsync(call, null, cancellation).ConfigureAwait(false))
        {
            if (!entry.ContainsKey("pull_request"))
                yield return GitHubIssue.Read(entry);
        }
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
