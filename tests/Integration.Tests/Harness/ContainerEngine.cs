using System.Diagnostics;

namespace Integration.Tests.Harness;

/// <summary>The container engine of the machine, as eng/containers.sh sets it up.</summary>
/// <param name="Program">docker or podman.</param>
/// <param name="Environment">Variables it needs beside those of the test.</param>
internal sealed record ContainerEngine(string Program, IReadOnlyDictionary<string, string> Environment)
{
    private static readonly SemaphoreSlim Building = new(1);

    /// <summary>Finds the engine.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message tells what the script said.</exception>
    public static async Task<ContainerEngine> FindAsync()
    {
        var lines = (await ScriptAsync("engine")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new(lines[0], lines.Skip(1).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]));
    }

    /// <summary>Builds the image of an action from its unchanged Dockerfile, as the runner does.</summary>
    /// <returns>The name of the image.</returns>
    public static async Task<string> BuildAsync(string action)
    {
        await Building.WaitAsync();
        try
        {
            return (await ScriptAsync("image", action)).Trim();
        }
        finally
        {
            Building.Release();
        }
    }

    /// <summary>A command of the engine, ready to be started.</summary>
    public ProcessStartInfo Command(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Program, arguments);
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return start;
    }

    private static async Task<string> ScriptAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Repository.Path("eng", "containers.sh"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"eng/containers.sh {string.Join(' ', arguments)} failed:\n{await errors}{await output}");
    }
}
