using Actions.Shared.Processes;

namespace Actions.Shared.Tests.Processes;

/// <summary>The helper executable, and a runner whose environment is that of a small machine.</summary>
internal static class Helper
{
    public const int Limit = 30_000;

    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "test-helper");

    /// <summary>What the helper itself needs to start: where .NET is.</summary>
    public static IReadOnlyDictionary<string, string> Needs { get; } =
        new Dictionary<string, string>
        {
            ["DOTNET_ROOT"] = System.IO.Path.GetFullPath("../../..", System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!),
            ["DOTNET_gcServer"] = "0",
        };

    public static ProcessRunner Runner(
        IReadOnlyDictionary<string, string>? environment = null, TimeSpan? grace = null, TimeProvider? time = null, bool interrupted = false) =>
        new(environment ?? new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, AppContext.BaseDirectory, time ?? TimeProvider.System)
        {
            GracePeriod = grace ?? TimeSpan.FromSeconds(7),
            ChildrenWereInterrupted = () => interrupted,
        };

    public static ChildCommand Command(params string[] arguments) => new(Path, arguments) { Variables = Needs };

    /// <summary>Whether a process with that id is running (a dead one that nobody has reaped is not).</summary>
    public static bool IsRunning(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
