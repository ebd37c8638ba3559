using System.Diagnostics;
using System.Text.Json;
using Integration.Tests.Harness;

namespace Integration.Tests.Samples;

/// <summary>The published validate-manifests, started as a person starts it: from the root of the repository, with options.</summary>
internal static class Validator
{
    /// <summary>The exit code, the JSON report and what was said on standard error.</summary>
    internal sealed record Result(int ExitCode, JsonElement Report, string Errors)
    {
        public IEnumerable<JsonElement> Findings => Report.GetProperty("findings").EnumerateArray();

        public JsonElement Summary => Report.GetProperty("summary");
    }

    public static Task<Result> RunAsync(params string[] options) => RunInAsync(Repository.Root, options);

    public static async Task<Result> RunInAsync(string folder, params string[] options)
    {
        var (exitCode, output, errors) = await StartAsync(folder, [.. options, "--format", "json"]);
        try
        {
            return new(exitCode, JsonDocument.Parse(output).RootElement, errors);
        }
        catch (JsonException exception)
        {
            throw new InvalidOperationException($"Exit code {exitCode} and no JSON on standard output:\n{output}\n{errors}", exception);
        }
    }

    public static async Task<(int ExitCode, string Output, string Errors)> StartAsync(string folder, params string[] options)
    {
        var start = new ProcessStartInfo(Repository.Published("validate-manifests"), options)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A test that runs on GitHub must not be taken for a step of a workflow.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("GITHUB_", StringComparison.Ordinal) || n.StartsWith("INPUT_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
