namespace Integration.Tests.Harness;

/// <summary>Where the files under test are.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Actions.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The names of the folders under actions/ that are actions, in ordinal order.</summary>
    public static IReadOnlyList<string> Actions { get; } =
    [
        .. Directory.GetDirectories(Path("actions"))
            .Where(folder => Directory.GetFiles(folder, "*.csproj").Length > 0)
            .Select(folder => System.IO.Path.GetFileName(folder))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The published program of an action, as <c>make build</c> leaves it.</summary>
    /// <exception cref="FileNotFoundException">It was not published.</exception>
    public static string Published(string action)
    {
        var path = Path("artifacts", "bin", action, action);
        return File.Exists(path) ? path : throw new FileNotFoundException("Run 'make build' first: the published program is missing.", path);
    }

    public static string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Actions.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("No folder above the test program holds Actions.sln.");
    }
}
