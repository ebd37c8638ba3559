using Actions.Shared.Hosting;

namespace Actions.Shared.Tests.Hosting;

public sealed class CommandLineSpecs : IDisposable
{
    private readonly TestHost _host = new(isGitHub: false);

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("--jobs 3", "jobs=3")]
    [InlineData("--jobs=3", "jobs=3")]
    [InlineData("--strict", "strict=False->True")]
    [InlineData("--strict false --strict2=false", "strict2=False")]
    [InlineData("--strict a", "strict=False->True paths=a")]
    [InlineData("a --strict b", "strict=False->True paths=a|b")]
    [InlineData("--paths a --paths b c", "paths=a|b|c")]
    [InlineData("-", "paths=-")]
    [InlineData("-- -x --jobs", "paths=-x|--jobs")]
    [InlineData("--name -x", "name=-x")]
    [InlineData("--name=a=b", "name=a=b")]
    [InlineData("--name @file", "name=@file")]
    [InlineData("@file", "paths=@file")]
    [InlineData("--jobs=", "")]
    [InlineData("--versions 1,2 --versions 3", "versions=1|2|3")]
    public async Task A_command_line_means(string line, string expected)
    {
        var (code, text) = await _host.ReadAsync(Read, line.Split(' '));

        _host.Error.ShouldBe("");
        code.ShouldBe(0);
        text.ShouldBe(expected);
    }

    [Theory]
    [InlineData("--strict=maybe", "--strict has a wrong value")]
    [InlineData("--paht x", "Did you mean --paths?")]
    [InlineData("--jobz=secret-value", "There is no option --jobz")]
    [InlineData("-j 3", "There is no option -j")]
    [InlineData("--jobs", "--jobs has no value")]
    [InlineData("--name --jobs 3", "--name has no value")]
    [InlineData("--jobs 1 --jobs 2", "--jobs is given more than once")]
    [InlineData("--token secret-value", "--token is not taken from the command line")]
    [InlineData("--token=secret-value", "Set the variable INPUT_TOKEN instead.")]
    public async Task A_mistake_is_told(string line, string expected)
    {
        var (code, _) = await _host.ReadAsync(Read, line.Split(' '));

        code.ShouldBe(2);
        _host.Error.ShouldContain(expected);
        (_host.Output + _host.Error).ShouldNotContain("secret-value");
    }

    [Fact]
    public async Task The_command_line_wins_over_the_environment_also_for_longer_lists()
    {
        _host.Variables["INPUT_PATHS"] = "one\ntwo\nthree";
        _host.Variables["INPUT_JOBS"] = "9";

        (await _host.ReadAsync(Read, "mine")).Options.ShouldBe("jobs=9 paths=mine");
    }

    [Fact]
    public async Task An_option_given_empty_has_its_default_whatever_the_environment_says()
    {
        _host.Variables["INPUT_JOBS"] = "9";

        (await _host.ReadAsync(Read, "--jobs=")).Options.ShouldBe("");
    }

    private static string Read(OptionReader reader)
    {
        var jobs = reader.Integer("jobs", "d", 2);
        var paths = reader.Lines("paths", "d", isPositional: true);
        var strict = reader.Boolean("strict", "d", false);
        var strict2 = reader.Boolean("strict2", "d", true);
        var name = reader.Text("name", "d");
        var versions = reader.Lines("versions", "d", takesCommas: true);
        reader.Secret("token", "d");
        return string.Join(' ', new[]
        {
            jobs == 2 ? "" : $"jobs={jobs}",
            strict ? "strict=False->True" : "",
            strict2 ? "" : "strict2=False",
            name.Length == 0 ? "" : $"name={name}",
            paths.Count == 0 ? "" : $"paths={string.Join('|', paths)}",
            versions.Count == 0 ? "" : $"versions={string.Join('|', versions)}",
        }.Where(p => p.Length > 0));
    }
}
