using Actions.Shared.Processes;

namespace Actions.Shared.Tests.Processes;

public sealed class ChildEnvironmentSpecs
{
    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("PATH")]
    [InlineData("HOME")]
    [InlineData("LANG")]
    [InlineData("LC_ALL")]
    [InlineData("TMPDIR")]
    [InlineData("TZ")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("no_proxy")]
    [InlineData("SSL_CERT_FILE")]
    [InlineData("SSL_CERT_DIR")]
    public void Harmless_variables_are_inherited(string name) => Inherits(name).ShouldBeTrue();

    [Theory]
    [InlineData("ACTIONS_RUNTIME_TOKEN")]
    [InlineData("ACTIONS_ID_TOKEN_REQUEST_TOKEN")]
    [InlineData("INPUT_KUBE-CONTEXT")]
    [InlineData("STATE_x")]
    [InlineData("GITHUB_TOKEN")]
    [InlineData("GITHUB_ENV")]
    [InlineData("RUNNER_TEMP")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("DOTNET_ROOT")]
    [InlineData("path")]
    public void Everything_else_is_not(string name) => Inherits(name).ShouldBeFalse();

    [Theory]
    [InlineData("GITHUB_TOKEN", "GITHUB_TOKEN", true)]
    [InlineData("AWS_REGION", "AWS_*", true)]
    [InlineData("AWSREGION", "AWS_*", false)]
    [InlineData("GITHUB_TOKEN", "GITHUB_*", false)]
    [InlineData("GITHUB_TOKEN", "GIT*", false)]
    [InlineData("INPUT_TOKEN", "*", false)]
    [InlineData("ACTIONS_RUNTIME_TOKEN", "A*", false)]
    [InlineData("SOMETHING", "*", true)]
    public void A_caller_names_more_but_the_runners_own_only_exactly(string name, string pattern, bool inherited) =>
        Inherits(name, pattern).ShouldBe(inherited);

    [Fact]
    public void What_a_command_sets_wins()
    {
        var own = new Dictionary<string, string> { ["PATH"] = "/own" };

        ChildEnvironment.Build(own, [], new Dictionary<string, string> { ["PATH"] = "/set", ["GITHUB_TOKEN"] = "t" })
            .ShouldBe(new Dictionary<string, string> { ["PATH"] = "/set", ["GITHUB_TOKEN"] = "t" }, ignoreOrder: true);
    }

    private static bool Inherits(string name, params string[] patterns) =>
        ChildEnvironment.Build(new Dictionary<string, string> { [name] = "v" }, patterns, None).ContainsKey(name);
}
