using System.Text;
using Actions.Shared;

namespace Actions.RenovateRun.Starting;

/// <summary>A folder that nobody else may read, and that is gone afterwards: for the debug log, which may hold what no scrubber knows.</summary>
internal sealed class PrivateFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private PrivateFolder(string path) => Path = path;

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>Makes one. Its path has no capital letter: Renovate writes its log file to the path in lower case.</summary>
    /// <param name="parents">Folders to make it in; the first that will do is taken.</param>
    /// <exception cref="ActionException">None of them will do.</exception>
    public static PrivateFolder Create(IEnumerable<string?> parents)
    {
        var tried = new List<string>();
        foreach (var parent in parents.OfType<string>().Where(p => p.Length > 0))
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(parent), "renovate-run-" + Guid.NewGuid().ToString("n"));
            if (path.Any(char.IsUpper))
            {
                tried.Add($"{parent} has capital letters");
                continue;
            }

            try
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(path);
                }
                else
                {
                    Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
                }

                return new PrivateFolder(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                tried.Add($"{parent}: {e.Message}");
            }
        }

        throw new ActionException("There is no folder for temporary files", string.Join("; ", tried), "Set TMPDIR to a folder without capital letters that can be written.");
    }

    /// <summary>Writes a file that only we may read.</summary>
    /// <returns>Its full path.</returns>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else cleaned up.
        }
    }
}
