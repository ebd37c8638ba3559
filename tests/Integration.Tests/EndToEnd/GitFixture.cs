using System.Diagnostics;

namespace Integration.Tests.EndToEnd;

/// <summary>A real git repository in a folder, with the same names and times on every machine.</summary>
internal sealed class GitFixture(string folder)
{
    /// <summary>Starts a repository on the branch main.</summary>
    public static GitFixture Create(string folder)
    {
        var git = new GitFixture(folder);
        git.Run("init", "--quiet", "--initial-branch=main");
        return git;
    }

    /// <summary>Commits everything, and gives the commit.</summary>
    public string Commit(string message)
    {
        Run("add", "--all");
        Run("commit", "--quiet", "--allow-empty", "--message", message);
        return Run("rev-parse", "HEAD");
    }

    /// <summary>Runs git and gives what it prints.</summary>
    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in new[]
        {
            ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_AUTHOR_NAME", "octocat"), ("GIT_AUTHOR_EMAIL", "octocat@example.com"),
            ("GIT_COMMITTER_NAME", "octocat"), ("GIT_COMMITTER_EMAIL", "octocat@example.com"), ("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"),
            ("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"),
        })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"git {string.Join(' ', arguments)}: {errors.Result}");
        return output.Trim();
    }
}
