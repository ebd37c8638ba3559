using System.Text.Json;
using Actions.Shared;
using Actions.Shared.GitHub;
using Actions.Shared.Processes;

namespace Actions.ValidateManifests;

/// <summary>What has changed in a checkout.</summary>
/// <param name="Since">The commit that it is compared with, 40 or 64 hexadecimal digits.</param>
/// <param name="Diff">The unified diff of that commit and the files as they are, without context lines; paths are relative to the workspace.</param>
/// <param name="Tracked">The files that git knows, relative to the workspace; any other file is new.</param>
internal sealed record GitChanges(string Since, string Diff, IReadOnlySet<string> Tracked)
{
    /// <summary>Whether nothing that git knows has changed.</summary>
    public bool IsEmpty => Diff.Length == 0;
}

/// <summary>
/// Asks git what has changed. Nothing that a repository holds can make git run a program, and nothing is fetched.
/// </summary>
/// <param name="processes">Starts git.</param>
/// <param name="github">The event, for the base of a pull request.</param>
/// <param name="workspace">Full path of the checkout, or of a folder in it.</param>
internal sealed class GitHistory(ProcessRunner processes, GitHubContext github, string workspace)
{
    /// <summary>Stands for the base of the pull request.</summary>
    public const string Auto = "auto";

    private const int GreatestEvent = 32 * 1024 * 1024;
    private const int GreatestOutput = 128 * 1024 * 1024;

    /// <summary>What has changed since a commit; null for <see cref="Auto"/> in an event that has no base.</summary>
    /// <param name="since"><see cref="Auto"/>, or a commit, branch or tag; of a branch, what has changed since leaving it.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <exception cref="ActionException">git is not there, or the commit is not.</exception>
    public async Task<GitChanges?> ChangesAsync(string since, CancellationToken cancellationToken)
    {
        var wanted = since == Auto ? BaseOfEvent() : since;
        if (wanted is null)
        {
            return null;
        }

        var commit = (since == Auto && github.EventName == "pull_request" ? await FirstParentAsync(cancellationToken) : null) ?? await ForkPointAsync(wanted, cancellationToken);
        var diff = await GitAsync(
            ["diff", "--unified=0", "--text", "--no-color", "--no-ext-diff", "--no-textconv", "--find-renames", "--relative", "--ignore-submodules=all",
                "--src-prefix=a/", "--dst-prefix=b/", "--end-of-options", commit, "--"],
            cancellationToken);
        var tracked = await GitAsync(["ls-files", "-z"], cancellationToken);
        return new GitChanges(commit, Expect(diff), Expect(tracked).Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>
    /// A run for a pull request checks out the merge of both sides: what the request changes is what came with the second. The commits of other events
    /// may be merges too, but of something else.
    /// </summary>
    private async Task<string?> FirstParentAsync(CancellationToken cancellationToken)
    {
        var parents = await GitAsync(["rev-parse", "--verify", "--quiet", "HEAD^2"], cancellationToken);
        var head = await GitAsync(["rev-parse", "--verify", "--quiet", "HEAD"], cancellationToken);
        if (!parents.Succeeded || head.StandardOutput.Trim() != github.Sha)
        {
            return null;
        }

        var first = await GitAsync(["rev-parse", "--verify", "--quiet", "HEAD^1^{commit}"], cancellationToken);
        return first.Succeeded ? first.StandardOutput.Trim() : null;
    }

    private async Task<string> ForkPointAsync(string wanted, CancellationToken cancellationToken)
    {
        var found = await GitAsync(["rev-parse", "--verify", "--quiet", "--end-of-options", wanted + "^{commit}"], cancellationToken);
        var fork = found.Succeeded ? await GitAsync(["merge-base", found.StandardOutput.Trim(), "HEAD"], cancellationToken) : found;
        if (fork.Succeeded)
        {
            return fork.StandardOutput.Trim();
        }

        var inside = await GitAsync(["rev-parse", "--is-shallow-repository"], cancellationToken);
        if (!inside.Succeeded)
        {
            throw new ActionException(
                "There is no git history to compare with", PlainText.Shorten(inside.StandardError.Trim(), 200), "Check out the repository first, or leave changed-since out.");
        }

        var isShallow = inside.StandardOutput.Trim() == "true";
        throw new ActionException(
            "The commit to compare with is not in the checkout",
            $"{PlainText.Shorten(wanted, 100)} {(found.Succeeded ? "has no common history with" : "is not known in")} this {(isShallow ? "shallow " : "")}checkout",
            isShallow || github.IsActions
                ? "Give actions/checkout `fetch-depth: 0`; for the base of a pull request `fetch-depth: 2` is enough."
                : "Fetch it first, or name another commit, branch or tag.");
    }

    private string? BaseOfEvent()
    {
        if (github is not { EventPath: { } path, EventName: "pull_request" or "pull_request_target" or "merge_group" })
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > GreatestEvent)
            {
                throw new IOException("it is too large");
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.TryGetProperty("pull_request", out var request))
            {
                return request.GetProperty("base").GetProperty("sha").GetString();
            }

            return json.RootElement.GetProperty("merge_group").GetProperty("base_sha").GetString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ActionException(
                "The event cannot be read", e.Message, "Name the commit to compare with: changed-since: ${{ github.event.pull_request.base.sha }}", inner: e);
        }
    }

    private static string Expect(ChildResult result) => result switch
    {
        { Succeeded: true, IsOutputTruncated: false } => result.StandardOutput,
        { Succeeded: true } => throw new ActionException("The changes are too many to compare with", $"git printed more than {GreatestOutput >> 20} MiB", "Leave changed-since out."),
        _ => throw new ActionException("git cannot tell what has changed", PlainText.Shorten(result.StandardError.Trim(), 400), "Leave changed-since out, or mend the checkout."),
    };

    private async Task<ChildResult> GitAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var program = processes.FindOnPath("git")
            ?? throw new ActionException("git is not installed", "changed-since needs it", "Install git, or leave changed-since out.", exitCode: ExitCode.DependencyUnreachable);

        // In a container the checkout belongs to another user, which git refuses unless told. Everything else keeps settings from running programs.
        var result = await processes.RunAsync(
            new ChildCommand(program, [
                "-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
                "-c", "core.attributesFile=/dev/null", "-c", "core.quotePath=true", .. arguments])
            {
                WorkingDirectory = workspace,
                Variables = new Dictionary<string, string>
                {
                    ["GIT_CONFIG_NOSYSTEM"] = "1",
                    ["GIT_CONFIG_GLOBAL"] = "/dev/null",
                    ["GIT_OPTIONAL_LOCKS"] = "0",
                    ["GIT_TERMINAL_PROMPT"] = "0",
                    ["GIT_NO_LAZY_FETCH"] = "1",
                    ["GIT_PAGER"] = "cat",
                    ["LC_ALL"] = "C",
                },
                OutputLimit = GreatestOutput,
                Timeout = TimeSpan.FromMinutes(1),
            },
            cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }
}
