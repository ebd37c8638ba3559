using Actions.Shared.Findings;
using Actions.Shared.Hosting;

namespace Actions.Shared.Tests.Hosting;

public sealed class HelpSpecs : IDisposable
{
    private readonly TestHost _host = new(isGitHub: false);

    public void Dispose() => _host.Dispose();

    private static ActionProgram<int> Program { get; } = TestHost.Program<int>(
        r =>
        {
            r.Lines("paths", "Files, directories and globs to look at, each of them relative to the working directory.", ["."], isPositional: true);
            r.Choice("fail-on", "What fails the run.", Severity.Error);
            r.Secret("token", "The token.");
            r.RequiredText("cluster", "The cluster.");
            return 0;
        },
        (_, _, _) => throw new InvalidOperationException("help must not run the program"),
        new OutputDescriptor("valid", "Whether all is well."));

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--unknown --help")]
    public async Task Help_goes_to_standard_output_and_is_no_failure(string line)
    {
        (await _host.RunAsync(Program, line.Split(' '))).ShouldBe(0);

        _host.Error.ShouldBeEmpty();
        _host.Output.ShouldStartWith("Tests.\n\nUsage: test-action [options] [paths...]\n");
        _host.Output.ShouldContain("  --fail-on info|warning|error\n      What fails the run. Default: error\n");
        _host.Output.ShouldContain("  --cluster VALUE\n      The cluster. Required.\n");
        _host.Output.ShouldContain("  INPUT_TOKEN (variable)\n");
        _host.Output.ShouldContain("  valid\n      Whether all is well.\n");
        _host.Output.ShouldContain("  130 cancelled");
    }

    [Theory]
    [InlineData(50)]
    [InlineData(80)]
    [InlineData(300)]
    public async Task Help_wraps_at_the_width_of_the_terminal(int width)
    {
        _host.Width = width;
        await _host.RunAsync(Program, "--help");

        var lines = _host.Output.Split('\n');
        lines.Where(l => l.StartsWith("      ", StringComparison.Ordinal)).ShouldAllBe(l => l.Length <= Math.Min(width, 100));
        lines.Max(l => l.Length).ShouldBeGreaterThan(Math.Min(width, 100) - 15);
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        (await _host.RunAsync(Program, "--version")).ShouldBe(0);

        _host.Output.ShouldMatch(@"\Atest-action \d+\.\d+\.\d+\S*\n\z");
    }
}
