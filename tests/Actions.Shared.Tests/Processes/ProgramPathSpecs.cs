using Actions.Shared.Processes;

namespace Actions.Shared.Tests.Processes;

public sealed class ProgramPathSpecs
{
    [Fact]
    public void The_first_executable_on_the_path_is_found()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("a/tool", "not executable");
        Directory.CreateDirectory(Path.Combine(directory.Path, "b/tool"));
        var right = directory.WriteProgram("c/tool", "#!/bin/sh\n");
        directory.WriteProgram("d/tool", "#!/bin/sh\n");

        Find("tool", string.Join(':', new[] { "a", "missing", "b", "c", "d" }.Select(d => Path.Combine(directory.Path, d)))).ShouldBe(right);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(".:bin")]
    public void The_current_directory_is_never_searched(string path) => Find("test-helper", path).ShouldBeNull();

    [Fact]
    public void Without_a_path_nothing_is_found() =>
        ProgramPath.FindOnPath("sh", new Dictionary<string, string>()).ShouldBeNull();

    private static string? Find(string program, string path) =>
        ProgramPath.FindOnPath(program, new Dictionary<string, string> { ["PATH"] = path });
}
