using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What it means that a container ended.</summary>
internal static class ContainerExit
{
    /// <summary>Explains <c>state.terminated</c> of a container that is to keep running, or that was to end without an error.</summary>
    /// <param name="container">The container.</param>
    /// <param name="terminated">How it ended.</param>
    /// <param name="probe">The message of its failing liveness or startup probe with the name of that probe; null if none was reported.</param>
    /// <param name="wasKilledByProbe">Whether the kubelet said that it killed the container because of that probe.</param>
    /// <param name="crashLimit">From so many restarts on a crash is certain.</param>
    public static Explanation Explain(LiveContainer container, JsonObject terminated, (string Name, string Message)? probe, bool wasKilledByProbe, int crashLimit)
    {
        var code = terminated.Integer("exitCode") ?? 0;
        var reason = terminated.Text("reason") ?? "";
        var message = terminated.Text("message") ?? "";
        var certainty = container.Restarts >= crashLimit ? CauseCertainty.Certain : CauseCertainty.Likely;
        var times = container.Restarts switch { 0 => "", 1 => ", 1 restart", var n => $", {n} restarts" };

        if (reason == "OOMKilled")
        {
            var limit = container.Spec.Object("resources").Object("limits").Text("memory");
            return new(CauseKind.OutOfMemory, container.Restarts >= Math.Min(crashLimit, 2) ? CauseCertainty.Certain : CauseCertainty.Likely,
                limit is null ? $"was killed because its node ran out of memory{times}" : $"was killed for using more memory than its limit of {Quoted.Line(limit, 32)}{times}",
                limit is null
                    ? "Set a memory request that covers what it needs, so that it is placed on a node with room; a limit keeps it from taking others down."
                    : "Raise the memory limit, or lower what the program uses (heap size, number of workers, size of caches).",
                "resources/limits/memory");
        }

        if (reason is "StartError" or "ContainerCannotRun" or "CreateContainerError" or "RunContainerError")
        {
            return ContainerStartMessages.Explain(reason, message);
        }

        if (probe is { } failing && (wasKilledByProbe || code is 137 or 143))
        {
            return new(failing.Name == "startupProbe" ? CauseKind.StartupProbeFailing : CauseKind.LivenessProbeFailing, certainty,
                $"is restarted because its {failing.Name} fails: {Quoted.Line(failing.Message, 200)}{times}",
                failing.Name == "startupProbe"
                    ? "Check the address of the probe; if the program only needs longer to start, raise failureThreshold or periodSeconds of startupProbe."
                    : "Check the address of the probe; if the program needs longer to start, add a startupProbe instead of a longer livenessProbe.",
                failing.Name);
        }

        if (code == 0)
        {
            return new(CauseKind.ContainerCompleted, certainty, $"ends by itself with exit code 0 although it is to keep running{times}",
                "Keep the program in the foreground (a service that goes into the background ends its container); use a Job for work that ends.", "command");
        }

        var kind = container.Role == LiveContainerRole.Init ? CauseKind.InitContainerCrashed : CauseKind.ContainerCrashed;
        var said = message.Length > 0 ? $": {Quoted.Line(LastLine(message), 200)}" : "";
        return new(kind, certainty, $"{(container.Restarts > 1 ? "keeps crashing" : "crashed")}: {ExitCode(code, terminated.Integer("signal"))}{times}{said}", Hint(code), Field(code));
    }

    /// <summary><c>exit code 139 (SIGSEGV, an invalid memory access)</c>.</summary>
    public static string ExitCode(long code, long? signal = null)
    {
        var number = signal is > 0 ? signal.Value : code - 128;
        var meaning = code switch
        {
            126 => "the command cannot be executed",
            127 => "the command was not found",
            _ => number switch
            {
                1 => "SIGHUP",
                2 => "SIGINT",
                4 => "SIGILL, an instruction that the processor does not know",
                6 => "SIGABRT, the program aborted",
                7 => "SIGBUS",
                8 => "SIGFPE, an arithmetic error",
                9 => "SIGKILL, killed from outside",
                11 => "SIGSEGV, an invalid memory access",
                13 => "SIGPIPE",
                15 => "SIGTERM, asked to stop",
                _ => null,
            },
        };
        return $"exit code {code}{(meaning is null ? "" : $" ({meaning})")}";
    }

    private static string Hint(long code) => code switch
    {
        126 or 127 => "Check command and args, and that the image has the program.",
        132 => "Check that the image was built for the processor of the nodes.",
        137 => "It may need more memory, or be stopped by something on the node: see the log of the previous instance and the events.",
        143 => "Something asked it to stop: see the events, and what preStop hooks and wrapper scripts do.",
        _ => "See the log of the container for the error that made it end.",
    };

    private static string Field(long code) => code is 126 or 127 ? "command" : "";

    private static string LastLine(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 0 ? lines[^1] : "";
    }
}
