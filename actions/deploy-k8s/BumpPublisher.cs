using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared;
using Actions.Shared.GitHub.Rest;
using Actions.Shared.Hosting;
using Actions.Shared.Images;

namespace Actions.DeployK8s;

/// <summary>
/// Brings a bump to GitHub: as a commit that GitHub signs, on a branch whose name follows from the application, and as one pull request, which later runs update. What is committed
/// is made from the files as they are on GitHub, so it holds nothing but the bump, whatever else lies in the workspace.
/// </summary>
internal sealed partial class BumpPublisher : IDisposable
{
    private const int Attempts = 3;
    private const int BodyLimit = 60_000;

    private readonly DeployK8sOptions _options;
    private readonly ActionContext _context;
    private readonly GitHubClient _client;
    private readonly RepositoryName _repository;

    /// <exception cref="ActionException">There is no token, or it is not clear which repository is meant.</exception>
    public BumpPublisher(DeployK8sOptions options, ActionContext context)
    {
        if ((options.Bump.Token ?? options.Comment.Token) is not { Length: > 0 } token)
        {
            throw new ActionException("There is no token for GitHub", "bump-to asks for a branch, and bump-token and github-token are empty.", "Give bump-token the token of an app whose pull requests start workflows, or leave github-token at its default.");
        }

        _options = options;
        _context = context;
        _repository = RepositoryName.Parse(options.Bump.Repository.Length > 0 ? options.Bump.Repository : context.GitHub.Repository);
        _client = context.CreateGitHubClient(DeployK8sProgram.Definition.Name, token);
    }

    private bool IsOwnRepository => _options.Bump.Repository.Length == 0 || string.Equals(_options.Bump.Repository, _context.GitHub.Repository, StringComparison.OrdinalIgnoreCase);

    private string Marker => $"<!-- deploy-k8s:bump:{_options.Application}";

    public void Dispose() => _client.Dispose();

    /// <param name="files">The files that change.</param>
    /// <param name="changes">What is wanted.</param>
    /// <param name="bumping">How the files are read.</param>
    /// <param name="report">For the words of the commit and of the pull request.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ActionException">GitHub refuses something, or a file is not there as it is in the workspace.</exception>
    public async Task<BumpDelivery> PublishAsync(
        IReadOnlyList<FileBump> files, IReadOnlyList<ImageChange> changes, ImageBumpOptions bumping, BumpReport report, CancellationToken cancellation)
    {
        var baseBranch = await BaseAsync(cancellation);
        var branch = _options.Bump.Branch.Length > 0 ? _options.Bump.Branch : $"bump/{_options.Application}";
        var wantsPull = _options.Bump.Target == BumpTarget.PullRequest;
        if (wantsPull && branch == baseBranch)
        {
            throw new ActionException("A pull request cannot lead from a branch to itself", $"Both are {branch}.", "Give `bump-branch` another name.");
        }

        string[] paths = [.. files.Select(f => InRepository(f.Path))];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var pull = wantsPull ? await FindAsync(branch, baseBranch, cancellation) : null;
                var head = await _client.GetBranchAsync(_repository, baseBranch, cancellation)
                    ?? throw new ActionException($"There is no branch {baseBranch} in {_repository}", "The change was to be made on it.", "Correct `base-branch`.");
                var wanted = await MakeAsync(paths, changes, bumping, head, cancellation);
                if (wanted.Count == 0)
                {
                    return pull is null ? new BumpDelivery("", "") : await CloseAsync(pull, cancellation);
                }

                var (tip, commit) = await CommitAsync(branch, baseBranch, head, wanted, changes, bumping, pull, report, cancellation);
                return wantsPull ? await UpsertAsync(pull, branch, baseBranch, tip, commit, report, cancellation) : new BumpDelivery(branch, commit);
            }
            catch (GitHubException e) when (e.Failure == GitHubFailure.Conflict && attempt < Attempts)
            {
                _context.Log.Info("The branch moved meanwhile; trying again on its new state.");
            }
        }
    }

    private async Task<string> BaseAsync(CancellationToken cancellation)
    {
        const string Branches = "refs/heads/";
        if (_options.Bump.Base.Length > 0)
        {
            return _options.Bump.Base;
        }

        if (IsOwnRepository && _context.GitHub.Ref?.StartsWith(Branches, StringComparison.Ordinal) == true)
        {
            return _context.GitHub.Ref[Branches.Length..];
        }

        var info = await _client.GetRepositoryAsync(_repository, cancellation);
        return info?.DefaultBranch ?? throw new ActionException($"{_repository} is not there for us", "GitHub knows no such repository, or the token may not read it.", "Correct `bump-repository`, or give another token.", exitCode: ExitCode.BadInput);
    }

    /// <summary>The path in the repository: from the directory with <c>.git</c>, as a checkout may lie below the workspace.</summary>
    private string InRepository(string path)
    {
        var full = Path.GetFullPath(path, _context.WorkingDirectory);
        for (var folder = Path.GetDirectoryName(full); folder?.Length >= _context.WorkingDirectory.TrimEnd('/').Length; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, ".git")))
            {
                return Path.GetRelativePath(folder, full).Replace('\\', '/');
            }
        }

        return path;
    }

    /// <summary>The files with the bump, made from their content at a commit; those that say it already are left out.</summary>
    private async Task<Dictionary<string, byte[]>> MakeAsync(
        IReadOnlyList<string> paths, IReadOnlyList<ImageChange> changes, ImageBumpOptions bumping, string commit, CancellationToken cancellation)
    {
        var made = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var there = await _client.GetFileAsync(_repository, path, commit, cancellation)
                ?? throw new ActionException($"{path} is not in {_repository}", $"It is in the workspace, but not at {commit[..Math.Min(commit.Length, 12)]}.", "Commit it first, or leave it out of `manifests`.");
            var bump = ImageBumper.Plan(path, there.Content, changes, bumping);
            if (bump.IsChanged)
            {
                made[path] = bump.NewBytes();
            }
        }

        return made;
    }

    /// <summary>Makes the commit, unless the branch holds it already.</summary>
    /// <returns>Where the branch is now, and the new commit; empty if there was none to make.</returns>
    private async Task<(string Tip, string Commit)> CommitAsync(
        string branch,
        string baseBranch,
        string head,
        Dictionary<string, byte[]> wanted,
        IReadOnlyList<ImageChange> changes,
        ImageBumpOptions bumping,
        PullRequest? pull,
        BumpReport report,
        CancellationToken cancellation)
    {
        NewCommit Commit(string on, string expected, Dictionary<string, byte[]> files) => new(on, expected, Title(report))
        {
            Body = string.Join('\n', report.Plan.Edits.Select(e => $"- {e.Change}").Distinct()),
            Additions = files,
        };

        if (branch == baseBranch)
        {
            var commit = await _client.CommitAsync(_repository, Commit(branch, head, wanted), cancellation);
            return (commit, commit);
        }

        var tip = await _client.GetBranchAsync(_repository, branch, cancellation);
        if (tip is null)
        {
            await _client.CreateBranchAsync(_repository, branch, head, cancellation);
            var commit = await _client.CommitAsync(_repository, Commit(branch, head, wanted), cancellation);
            return (commit, commit);
        }

        if (await HoldsAsync(tip, wanted, cancellation))
        {
            return (tip, "");
        }

        if (pull is null || Recorded(pull.Body) != tip)
        {
            // Somebody else has worked on the branch, or may have: nothing of it is lost.
            var more = await MakeAsync([.. wanted.Keys], changes, bumping, tip, cancellation);
            var commit = more.Count == 0 ? "" : await _client.CommitAsync(_repository, Commit(branch, tip, more), cancellation);
            return (commit.Length > 0 ? commit : tip, commit);
        }

        // A branch that is at its base for a moment would have its pull request closed, so the commit is made beside it.
        var beside = $"{branch}-{head[..Math.Min(head.Length, 12)]}";
        await _client.DeleteBranchAsync(_repository, beside, cancellation);
        await _client.CreateBranchAsync(_repository, beside, head, cancellation);
        try
        {
            var commit = await _client.CommitAsync(_repository, Commit(beside, head, wanted), cancellation);
            await _client.MoveBranchAsync(_repository, branch, commit, force: true, cancellation);
            return (commit, commit);
        }
        finally
        {
            await _client.DeleteBranchAsync(_repository, beside, CancellationToken.None);
        }
    }

    private async Task<bool> HoldsAsync(string commit, Dictionary<string, byte[]> wanted, CancellationToken cancellation)
    {
        foreach (var (path, content) in wanted)
        {
            if (await _client.GetFileAsync(_repository, path, commit, cancellation) is not { } there || !there.Content.AsSpan().SequenceEqual(content))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<PullRequest?> FindAsync(string branch, string baseBranch, CancellationToken cancellation)
    {
        await foreach (var pull in _client.ListPullRequestsAsync(_repository, $"{_repository.Owner}:{branch}", baseBranch, isOpen: true, cancellation))
        {
            if (pull.IsOpen && pull.HeadRef == branch && pull.BaseRef == baseBranch)
            {
                return pull;
            }
        }

        return null;
    }

    private async Task<BumpDelivery> UpsertAsync(PullRequest? pull, string branch, string baseBranch, string tip, string commit, BumpReport report, CancellationToken cancellation)
    {
        var (title, body) = (Title(report), Body(report, tip));
        if (pull is null)
        {
            pull = await _client.CreatePullRequestAsync(_repository, new NewPullRequest(title, branch, baseBranch, body), cancellation);
        }
        else if (commit.Length > 0 && (pull.Title != title || pull.Body.ReplaceLineEndings("\n") != body))
        {
            pull = await _client.UpdatePullRequestAsync(_repository, pull.Number, title, body, null, cancellation);
        }

        string[] missing = [.. _options.Bump.Labels.Except(pull.Labels, StringComparer.OrdinalIgnoreCase)];
        if (missing.Length > 0)
        {
            await _client.AddLabelsAsync(_repository, pull.Number, missing, cancellation);
        }

        return new BumpDelivery(branch, commit, pull.Number, pull.Url);
    }

    /// <summary>What the pull request wants is in its base by now.</summary>
    private async Task<BumpDelivery> CloseAsync(PullRequest pull, CancellationToken cancellation)
    {
        if (pull.Body.Contains(Marker, StringComparison.Ordinal) && Recorded(pull.Body) == pull.HeadSha)
        {
            await _client.UpdatePullRequestAsync(_repository, pull.Number, null, null, isOpen: false, cancellation);
            await _client.DeleteBranchAsync(_repository, pull.HeadRef, cancellation);
            _context.Log.Info($"Closed pull request #{pull.Number}: {pull.BaseRef} names these images already.");
        }

        return new BumpDelivery("", "");
    }

    private static string Title(BumpReport report) => report.Targets switch
    {
        [var only] => $"Set {only}",
        [var one, var other] => $"Set {one} and {other}",
        var many => $"Set {many.Count} images",
    };

    private string Body(BumpReport report, string tip)
    {
        var text = new StringBuilder($"{Marker} commit={tip} -->\n");
        text.Append($"Sets {string.Join(", ", report.Targets.Select(Shared.GitHub.MarkdownText.Escape))}. Later runs update this pull request; commits of others on its branch are kept.\n");
        report.AppendChanges(text);
        return BumpReport.Bounded(text.ToString(), BodyLimit).TrimEnd('\n');
    }

    private string Recorded(string body) => body.Contains(Marker, StringComparison.Ordinal) && Mark().Match(body) is { Success: true } match ? match.Groups["commit"].Value : "";

    [GeneratedRegex(@"<!-- deploy-k8s:bump:\S+ commit=(?<commit>[0-9a-f]+) -->", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
