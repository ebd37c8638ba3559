using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Objects;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What kubelets and container runtimes report when a container cannot be configured, created or started.</summary>
internal static partial class ContainerStartMessages
{
    /// <summary>Explains the message of the reasons <c>CreateContainerConfigError</c>, <c>CreateContainerError</c>, <c>RunContainerError</c>, <c>StartError</c> and <c>ContainerCannotRun</c>.</summary>
    public static Explanation Explain(string reason, string message)
    {
        if (Configuration(message) is { } configuration)
        {
            return configuration;
        }

        if (message.Contains("runAsNonRoot", StringComparison.Ordinal))
        {
            var numeric = message.Contains("non-numeric user", StringComparison.Ordinal);
            return new(CauseKind.RunsAsRoot, CauseCertainty.Certain,
                numeric
                    ? $"cannot start: runAsNonRoot is set, but the image names its user{UserName(message)} instead of giving a number, so the kubelet cannot tell that it is not root"
                    : "cannot start: runAsNonRoot is set, but the image runs as root",
                numeric
                    ? "Set runAsUser to the number of that user, or give the user as a number in the image (USER 10001)."
                    : "Set runAsUser to a user that the image can run as, or change the image to run as another user (USER 10001).",
                "securityContext");
        }

        if (message.Contains("OOM-killed", StringComparison.Ordinal) || message.Contains("oom-kill", StringComparison.OrdinalIgnoreCase))
        {
            return new(CauseKind.OutOfMemory, CauseCertainty.Certain, "cannot start: its memory limit is too low even for starting",
                "Raise the memory limit.", "resources/limits/memory");
        }

        if (message.Contains("exec format error", StringComparison.Ordinal))
        {
            return PlatformMismatch;
        }

        if (Exec().Match(message) is { Success: true } exec)
        {
            var program = Quoted.Line(exec.Groups["program"].Value, 100);
            var denied = message.Contains("permission denied", StringComparison.Ordinal);
            var folder = message.Contains("is a directory", StringComparison.Ordinal);
            return new(CauseKind.CommandNotFound, CauseCertainty.Certain,
                folder ? $"cannot start: {program} is a directory, not a program"
                : denied ? $"cannot start: {program} may not be executed"
                : $"cannot start: the image has no program {program}",
                denied ? "Make the file executable in the image (chmod +x), or start another program with command."
                : "Check command and args and the entry point of the image; a script also needs its interpreter (first line) to be in the image.",
                "command");
        }

        if (message.Contains("chdir to cwd", StringComparison.Ordinal))
        {
            return new(CauseKind.ContainerStartFailed, CauseCertainty.Certain, $"cannot start: its working directory cannot be entered: {Quoted.Essence(message, 200)}",
                "Check workingDir and that the user of the container may enter it.", "workingDir");
        }

        if (message.Contains("no command specified", StringComparison.Ordinal))
        {
            return new(CauseKind.CommandNotFound, CauseCertainty.Certain, "cannot start: neither the image nor the manifest says which program to run",
                "Set command, or give the image an entry point.", "command");
        }

        if (message.Contains("not a directory", StringComparison.Ordinal) && message.Contains("mount", StringComparison.Ordinal))
        {
            return new(CauseKind.VolumeMountFailed, CauseCertainty.Certain, $"cannot start: a volume is mounted over something of another kind: {Quoted.Essence(message, 200)}",
                "A file can only be mounted over a file, a directory over a directory: check mountPath and subPath.", "volumeMounts");
        }

        if (message.Contains("subPath", StringComparison.Ordinal) || message.Contains("subpath", StringComparison.Ordinal))
        {
            return new(CauseKind.VolumeMountFailed, CauseCertainty.Likely, $"cannot start: {Quoted.Essence(message, 200)}",
                "Check that the volume is writable or that the subPath exists in it.", "volumeMounts");
        }

        if (message.Contains("is reserved for", StringComparison.Ordinal) || message.Contains("context deadline exceeded", StringComparison.Ordinal)
            || message.Contains("DeadlineExceeded", StringComparison.Ordinal))
        {
            return new(CauseKind.ContainerStartFailed, CauseCertainty.Transient, "cannot start: the container runtime of the node is too slow to create it",
                "The kubelet tries again; if it stays, the node is overloaded or its disk is slow.");
        }

        return new(CauseKind.ContainerStartFailed, CauseCertainty.Likely,
            $"cannot start: {(message.Length > 0 ? Quoted.Essence(message, 300) : Quoted.Line(reason))}", "See the events of the pod for what the container runtime of the node reports.");
    }

    /// <summary>Explains messages about ConfigMaps and Secrets that environment variables or volumes use; null for any other message.</summary>
    public static Explanation? Configuration(string message)
    {
        if (MissingKey().Match(message) is { Success: true } key)
        {
            var (name, kind) = (Quoted.Line(key.Groups["key"].Value, 253), key.Groups["kind"].Value);
            return new(CauseKind.ConfigurationKeyMissing, CauseCertainty.Certain,
                $"needs key {name} of {kind} {Quoted.Line(key.Groups["name"].Value, 253)}, which has no such key",
                $"Add the key to the {kind}, or correct the key in the manifest; mark it 'optional: true' if the program can do without.",
                $"{kind}/{key.Groups["name"].Value}/{key.Groups["key"].Value}");
        }

        if (NonExistentKey().Match(message) is { Success: true } reference)
        {
            var kind = reference.Groups["kind"].Value == "secret" ? "Secret" : "ConfigMap";
            return new(CauseKind.ConfigurationKeyMissing, CauseCertainty.Certain,
                $"mounts key {Quoted.Line(reference.Groups["key"].Value, 253)} of a {kind}, which has no such key",
                $"Add the key to the {kind}, or correct 'items' of the volume.", $"{kind}//{reference.Groups["key"].Value}");
        }

        if (message.Contains("not registered", StringComparison.Ordinal)
            || (message.Contains("failed to sync", StringComparison.Ordinal) && message.Contains("cache", StringComparison.Ordinal))
            || message.Contains("services have not yet been read", StringComparison.Ordinal))
        {
            return new(CauseKind.ConfigurationNotSynced, CauseCertainty.Transient, "waits for the kubelet to read its ConfigMaps and Secrets", "The kubelet tries again by itself.");
        }

        if (MissingObject().Match(message) is { Success: true } missing)
        {
            var kind = missing.Groups["kind"].Value == "secret" ? "Secret" : "ConfigMap";
            var name = Quoted.Line(missing.Groups["name"].Value, 253);
            return new(CauseKind.ConfigurationMissing, CauseCertainty.Likely, $"needs {kind} {name}, which does not exist",
                $"Create the {kind} in the same namespace, or correct the name; if an operator creates it, see what that reports.", $"{kind}/{missing.Groups["name"].Value}/");
        }

        return null;
    }

    /// <summary>The program was built for another processor.</summary>
    public static Explanation PlatformMismatch { get; } = new(CauseKind.ImagePlatformMismatch, CauseCertainty.Certain,
        "cannot start: its program was built for another processor than that of the node (exec format error)",
        "Build the image for the architecture of the nodes, or select nodes that it was built for; a script without a first line '#!' gives the same error.", "image");

    private static string UserName(string message) => NonNumericUser().Match(message) is { Success: true } user ? $" ({Quoted.Line(user.Groups[1].Value, 64)})" : "";

    [GeneratedRegex(@"couldn't find key (?<key>\S+) in (?<kind>ConfigMap|Secret) (?:[^/\s]*/)?(?<name>[^\s,:]+)", RegexOptions.CultureInvariant)]
    private static partial Regex MissingKey();

    [GeneratedRegex(@"references non-existent (?<kind>config|secret) key: (?<key>\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex NonExistentKey();

    [GeneratedRegex("(?<kind>configmap|secret)s? \"(?<name>[^\"]+)\" not found", RegexOptions.CultureInvariant)]
    private static partial Regex MissingObject();

    [GeneratedRegex("exec: \\\\?\"(?<program>[^\"\\\\]+)\\\\?\":", RegexOptions.CultureInvariant)]
    private static partial Regex Exec();

    [GeneratedRegex(@"non-numeric user \(([^)]*)\)", RegexOptions.CultureInvariant)]
    private static partial Regex NonNumericUser();
}
