using System.Diagnostics;

namespace Integration.Tests.Harness;

/// <summary>How a step is started, and how its paths look from inside.</summary>
internal abstract record ExecutionMode
{
    /// <summary>What to start, with the environment that the runner made.</summary>
    public abstract ProcessStartInfo Start(IReadOnlyDictionary<string, string> environment, ActionManifest manifest, RunnerSandbox sandbox);

    /// <summary>The path on the host of a path that the action named.</summary>
    public virtual string ToHostPath(string path, RunnerSandbox sandbox) => path;

    /// <summary>The program as a child of the test, with the paths of the host.</summary>
    /// <param name="Program">The published program, or a stand-in for it.</param>
    internal sealed record Direct(string Program) : ExecutionMode
    {
        public override ProcessStartInfo Start(IReadOnlyDictionary<string, string> environment, ActionManifest manifest, RunnerSandbox sandbox)
        {
            var start = new ProcessStartInfo(Program) { WorkingDirectory = sandbox.Workspace };
            // Nothing of the test's own environment but what the image would set.
            start.Environment.Clear();
            start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
            foreach (var (name, value) in environment) start.Environment[name] = value;
            return start;
        }
    }

    /// <summary>The image in a container, with the mounts, the options and the paths of a runner.</summary>
    internal sealed record Container(ContainerEngine Engine, string Image) : ExecutionMode
    {
        public override ProcessStartInfo Start(IReadOnlyDictionary<string, string> environment, ActionManifest manifest, RunnerSandbox sandbox)
        {
            var start = Engine.Command(["run", "--name", $"{Path.GetFileName(Image).Replace(':', '_')}_{Guid.NewGuid():N}"[..^26], "--label", "action-test"]);
            Add("--workdir", "/github/workspace", "--rm");
            foreach (var (name, value) in environment)
            {
                // The engine finds its own configuration by HOME; every other value goes by its environment, never by its command line.
                if (name == "HOME")
                {
                    Add("-e", "HOME=/github/home");
                    continue;
                }

                Add("-e", name);
                start.Environment[name] = ToContainerPath(value, sandbox);
            }

            if (manifest.Runs.Entrypoint is { } entrypoint) Add("--entrypoint", entrypoint);
            foreach (var (host, inside) in Mounts(sandbox)) Add("-v", $"{host}:{inside}");
            Add(Image);
            foreach (var argument in manifest.Runs.Args) Add(argument);
            return start;

            void Add(params ReadOnlySpan<string> arguments)
            {
                foreach (var argument in arguments) start.ArgumentList.Add(argument);
            }
        }

        public override string ToHostPath(string path, RunnerSandbox sandbox) => Translate(path, Mounts(sandbox).Select(mount => (mount.Inside, mount.Host)));

        /// <summary>A value is translated only where it is, or starts with, a mounted path.</summary>
        public static string ToContainerPath(string value, RunnerSandbox sandbox) => Translate(value, Mounts(sandbox));

        private static string Translate(string value, IEnumerable<(string From, string To)> mounts)
        {
            foreach (var (from, to) in mounts)
                if (value == from || value.StartsWith(from + "/", StringComparison.Ordinal)) return to + value[from.Length..];
            return value;
        }

        // The folders inside RUNNER_TEMP go first: the first prefix wins.
        private static (string Host, string Inside)[] Mounts(RunnerSandbox sandbox) =>
        [
            (sandbox.Home, "/github/home"),
            (sandbox.WorkflowFolder, "/github/workflow"),
            (sandbox.FileCommandFolder, "/github/file_commands"),
            (sandbox.RunnerTemp, "/github/runner_temp"),
            (sandbox.Workspace, "/github/workspace"),
        ];
    }
}
