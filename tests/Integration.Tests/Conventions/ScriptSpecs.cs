using System.Diagnostics;
using Integration.Tests.Harness;

namespace Integration.Tests.Conventions;

/// <summary>What eng/test.sh counts: a run must not pass because something did not run.</summary>
public sealed class ScriptSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scripts-");

    [Theory(Timeout = 30_000)]
    [InlineData("<assembly name=\"a\" total=\"3\" passed=\"3\" failed=\"0\" skipped=\"0\" errors=\"0\">", 0, "", "3 passed, 0 failed")]
    [InlineData("<assembly name=\"a\" total=\"3\" passed=\"1\" failed=\"2\" skipped=\"0\" errors=\"0\">", 1, "", "1 passed, 2 failed")]
    [InlineData("<assembly name=\"a\" total=\"3\" passed=\"3\" failed=\"0\" skipped=\"0\" errors=\"1\">", 1, "", "3 passed, 1 failed")]
    [InlineData("<assembly name=\"a\" total=\"3\" passed=\"2\" failed=\"0\" skipped=\"1\" errors=\"0\">", 0, "", "2 passed, 0 failed")]
    [InlineData("<assembly name=\"a\" total=\"3\" passed=\"2\" failed=\"0\" skipped=\"1\" errors=\"0\">", 0, "true", "2 passed, 1 failed")]
    [InlineData("<assembly name=\"a\" total=\"0\" passed=\"0\" failed=\"0\" skipped=\"0\" errors=\"0\">", 0, "", "0 passed, 1 failed")]
    [InlineData("<assembly name=\"a\" total=\"3\" passed=\"3\" failed=\"0\" skipped=\"0\" errors=\"0\">", 134, "", "3 passed, 1 failed")]
    [InlineData("", 0, "", "0 passed, 1 failed")]
    [InlineData("", 134, "", "0 passed, 1 failed")]
    public async Task A_test_program_counts_as_its_report_says(string report, int exitCode, string ci, string summary)
    {
        var program = Path.Combine(_folder.FullName, "program");
        var write = report.Length == 0 ? "" : $"printf '<assemblies>\\n{report}\\n</assemblies>' >\"$6\"";
        await File.WriteAllTextAsync(program, $"#!/usr/bin/env bash\n{write}\nexit {exitCode}\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var (code, output) = await BashAsync("source eng/test.sh; reports=$1; test_program Sample \"$1/program\"; finish", ci);

        output.TrimEnd().Split('\n')[^1].ShouldBe(summary);
        code.ShouldBe(summary.EndsWith(" 0 failed", StringComparison.Ordinal) ? 0 : 1);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("true", "1 passed, 0 failed")]
    [InlineData("false", "0 passed, 1 failed")]
    public async Task A_check_counts_as_a_test(string command, string summary)
    {
        var (_, output) = await BashAsync($"source eng/test.sh; reports=$1; check sample {command}; finish", ci: "");

        output.TrimEnd().Split('\n')[^1].ShouldBe(summary);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<(int Code, string Output)> BashAsync(string script, string ci)
    {
        var start = new ProcessStartInfo("bash", ["-c", script, "bash", _folder.FullName])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        start.Environment["CI"] = ci;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
