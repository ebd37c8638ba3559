using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Terraform;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.AccountReview;

/// <summary>Reads the files that a review works with. Everything is bounded; what is wrong is told with its place.</summary>
/// <param name="root">Where relative paths start.</param>
internal sealed class ReviewInputs(string root)
{
    private const int MaxConfiguration = 4 * 1024 * 1024;
    private const long MaxState = 256L * 1024 * 1024;
    private const int MaxSources = 20_000;

    /// <summary>What may not be read, and links, are passed over: a workspace may have anything beside what is asked for.</summary>
    private static readonly EnumerationOptions Entries = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static readonly string[] SkippedFolders = [".git", ".terraform", "node_modules", "artifacts"];

    /// <summary>The allow-list; an empty one when none is named.</summary>
    public AllowList AllowList(string path, CancellationToken cancellation) => path.Length == 0
        ? Rules.AllowList.Empty
        : Rules.AllowList.Read(
            YamlLoader.Load(path, ReadBytes(path, "allow-list", MaxConfiguration), cancellation: cancellation), [.. RuleCatalogue.All.Select(r => r.Id)]);

    /// <summary>What the states hold.</summary>
    public TerraformState States(IReadOnlyList<string> paths) =>
        paths.Count == 0 ? TerraformState.Empty : new TerraformState([.. paths.Select(p => TerraformState.Read(p, ReadBytes(p, "terraform-states", MaxState)))]);

    /// <summary>The declarations of the configuration.</summary>
    public TerraformSources Sources(IReadOnlyList<string> folders, CancellationToken cancellation)
    {
        var sources = new TerraformSources();
        foreach (var path in folders.SelectMany(f => Files(f, "terraform-sources", ".tf", cancellation).Concat(Files(f, "terraform-sources", ".tfbackend", cancellation))).Distinct(StringComparer.Ordinal))
        {
            sources.Add(path, System.Text.Encoding.UTF8.GetString(ReadBytes(path, "terraform-sources", MaxConfiguration)));
        }

        return sources;
    }

    /// <summary>The report of the month before; null when none is named, or there is none yet.</summary>
    public ReportHistory? Previous(string path) =>
        path.Length == 0 || !File.Exists(Path.GetFullPath(path, root)) ? null : ReportHistory.Read(path, ReadBytes(path, "previous-report", MaxState));

    /// <summary>What earlier reviews marked; nothing when no ledger is named, or there is none yet.</summary>
    public Ledger Ledger(string path) =>
        path.Length == 0 || !File.Exists(Path.GetFullPath(path, root)) ? CleanUp.Ledger.Empty : CleanUp.Ledger.Read(path, ReadBytes(path, "ledger", MaxState));

    /// <summary>Notes what the manifests name, as they are written and as they are rendered.</summary>
    public void AddManifests(UsageBuilder usage, ManifestObjects manifests)
    {
        foreach (var path in manifests.Files)
        {
            usage.AddManifest(path, System.Text.Encoding.UTF8.GetString(ReadBytes(path, "manifests", MaxState)));
        }

        foreach (var image in manifests.Objects.SelectMany(o => o.Images))
        {
            usage.AddImage(image);
        }

        foreach (var unread in manifests.Unread)
        {
            usage.AddUnread(unread.Location?.ToString() ?? unread.Text);
        }
    }

    /// <summary>A text file that must be there.</summary>
    public string Text(string path, string option) => System.Text.Encoding.UTF8.GetString(ReadBytes(path, option, MaxState));

    /// <summary>A file that must be there.</summary>
    /// <exception cref="ActionException">There is none, or it is too large.</exception>
    public byte[] ReadBytes(string path, string option, long limit)
    {
        try
        {
            var full = Path.GetFullPath(path, root);
            var length = new FileInfo(full).Length;
            return length <= limit
                ? File.ReadAllBytes(full)
                : throw new ActionException($"{path} is too large", $"it has {length:N0} bytes, and {option} may have {limit:N0}", "Check that it is the right file.", new SourceLocation(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ActionException($"{path} cannot be read", e.Message, $"Check the path that {option} gives; it is taken from the root of the workspace.", new SourceLocation(path), inner: e);
        }
    }

    /// <summary>The files with an extension below a folder, relative to the root, in ordinal order. Links are not followed.</summary>
    public IReadOnlyList<string> Files(string folder, string option, string extension, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(folder, root);
        if (File.Exists(full))
        {
            return [Relative(full)];
        }

        if (!Directory.Exists(full))
        {
            throw new ActionException($"{folder} is not there", "expected a directory", $"Check the path that {option} gives; it is taken from the root of the workspace.");
        }

        var found = new List<string>();
        var folders = new Stack<string>([full]);
        while (folders.TryPop(out var next))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in new DirectoryInfo(next).EnumerateFileSystemInfos("*", Entries))
            {
                if (entry is DirectoryInfo directory)
                {
                    if (!SkippedFolders.Contains(directory.Name))
                    {
                        folders.Push(directory.FullName);
                    }
                }
                else if (entry.Name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && found.Count < MaxSources)
                {
                    found.Add(Relative(entry.FullName));
                }
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private string Relative(string full) => Path.GetRelativePath(root, full).Replace('\\', '/');
}
