using Actions.Shared.GitHub;

namespace Actions.Shared.Tests.GitHub;

public sealed class GitHubContextSpecs
{
    [Fact]
    public void The_runners_variables_are_read()
    {
        var context = GitHubContext.FromEnvironment(new Dictionary<string, string>
        {
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_WORKSPACE"] = "/github/workspace",
            ["GITHUB_REPOSITORY"] = "octo/demo",
            ["GITHUB_SERVER_URL"] = "https://github.example.com/",
            ["GITHUB_RUN_ID"] = "12345678901",
            ["GITHUB_RUN_ATTEMPT"] = "2",
            ["GITHUB_HEAD_REF"] = "",
            ["RUNNER_DEBUG"] = "1",
        });

        context.IsActions.ShouldBeTrue();
        context.IsDebug.ShouldBeTrue();
        context.Workspace.ShouldBe("/github/workspace");
        context.RunId.ShouldBe(12345678901);
        context.RunAttempt.ShouldBe(2);
        context.HeadRef.ShouldBeNull();
        context.RunUrl.ShouldBe("https://github.example.com/octo/demo/actions/runs/12345678901");
    }

    [Fact]
    public void Outside_github_everything_is_unset()
    {
        var context = GitHubContext.FromEnvironment(new Dictionary<string, string> { ["GITHUB_ACTIONS"] = "", ["GITHUB_RUN_ID"] = "x", ["GITHUB_API_URL"] = "no address" });

        context.ShouldBe(new GitHubContext());
        context.RunUrl.ShouldBeNull();
    }
}
