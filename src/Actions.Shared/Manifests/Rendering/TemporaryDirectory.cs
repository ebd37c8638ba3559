namespace Actions.Shared.Manifests.Rendering;

/// <summary>A directory of our own that nobody else may read and that is gone afterwards.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory(string parent)
    {
        FullPath = Path.Combine(RealPath.Of(Path.GetFullPath(parent)), "rendering-" + Guid.NewGuid().ToString("N"));
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(FullPath);
        else
            Directory.CreateDirectory(FullPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Its full path, links resolved.</summary>
    public string FullPath { get; }

    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody else cleaned up.
        }
    }
}
