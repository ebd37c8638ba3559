using System.Text;
using Actions.Shared;

namespace Actions.TerraformPlanning.Running;

/// <summary>A directory that nobody else may read, for what must not lie in the workspace: plans, variables, settings. It is gone afterwards.</summary>
internal sealed class PrivateFiles : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _path;

    /// <param name="parent">Where to make it; must exist.</param>
    /// <exception cref="ActionException">It cannot be made there.</exception>
    public PrivateFiles(string parent)
    {
        _path = Path.Combine(Path.GetFullPath(parent), $"terraform-plan-{Guid.NewGuid():N}");
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(_path);
            }
            else
            {
                Directory.CreateDirectory(_path, OwnerOnly | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ActionException($"Cannot make a directory in {parent}", e.Message, "Set RUNNER_TEMP or TMPDIR to a directory that can be written.", inner: e);
        }
    }

    /// <summary>The full path of a name in it, which may hold directories.</summary>
    public string PathOf(string name)
    {
        var path = Path.Combine(_path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a text and tells its path.</summary>
    public string Write(string name, string text)
    {
        using var stream = Create(name);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return stream.Name;
    }

    /// <summary>A new file to write to.</summary>
    public FileStream Create(string name)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(PathOf(name), options);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody cleaned up.
        }
    }
}
