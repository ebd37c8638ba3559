using System.Text;

namespace Integration.Tests.Harness;

/// <summary>The folders of one job on a runner, in a temporary folder of its own: workspace, temp, home, file commands, event.</summary>
internal sealed class RunnerSandbox : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("runner-");

    public RunnerSandbox()
    {
        foreach (var folder in new[] { Workspace, RunnerTemp, Home, WorkflowFolder, FileCommandFolder, ToolCache }) Directory.CreateDirectory(folder);
        File.WriteAllText(EventPath, """{"ref":"refs/heads/main","repository":{"full_name":"octo-org/platform"}}""");
    }

    /// <summary>The checkout: the working directory of the step.</summary>
    public string Workspace => Path.Combine(_root.FullName, "work", "platform", "platform");

    public string RunnerTemp => Path.Combine(_root.FullName, "work", "_temp");

    public string Home => Path.Combine(RunnerTemp, "_github_home");

    public string WorkflowFolder => Path.Combine(RunnerTemp, "_github_workflow");

    public string FileCommandFolder => Path.Combine(RunnerTemp, "_runner_file_commands");

    public string ToolCache => Path.Combine(_root.FullName, "tools");

    public string EventPath => Path.Combine(WorkflowFolder, "event.json");

    /// <summary>Writes a file of the workspace, UTF-8 without a byte order mark, as given.</summary>
    /// <returns>Its full path.</returns>
    public string Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="Write(string,string)"/>
    public string Write(string path, byte[] content)
    {
        var full = Path.Combine(Workspace, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    /// <summary>Reads a file of the workspace.</summary>
    public string Read(string path) => File.ReadAllText(Path.Combine(Workspace, path));

    /// <summary>Copies a file or a folder of the repository into the workspace, at the same path.</summary>
    public void CopyFromRepository(string path)
    {
        var source = Repository.Path(path);
        var files = File.Exists(source) ? [source] : Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories);
        foreach (var file in files) Write(Path.GetRelativePath(Repository.Root, file), File.ReadAllBytes(file));
    }

    /// <summary>Deletes everything, but for what a container left behind as root where the test is not root.</summary>
    public void Dispose()
    {
        try
        {
            _root.Delete(recursive: true);
        }
        catch (UnauthorizedAccessException) when (Environment.UserName != "root")
        {
        }
    }
}
