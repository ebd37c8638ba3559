using System.Text.Json;
using Actions.Shared;
using Actions.Shared.Images.Policies;
using Actions.Shared.Processes;

namespace Actions.TerraformPlanning.Tools;

/// <summary>The program to use.</summary>
/// <param name="Vendor">Whose it is.</param>
/// <param name="Path">Full path of the executable.</param>
/// <param name="Version">Its version, three numbers.</param>
internal sealed record FoundTool(ToolVendor Vendor, string Path, SemanticVersion Version)
{
    /// <summary>Whether <c>init</c> can write messages as JSON; older versions refuse to be asked.</summary>
    public bool HasJsonInit => Version.Major > 1 || (Version.Major == 1 && Version.Minor >= Vendor.JsonInit);

    public override string ToString() => $"{Vendor.Name} {VersionConstraint.Full(Version)}";
}

/// <summary>
/// Finds the program in the version that a root wants: on <c>PATH</c>, in the runner's tool cache, in our own cache, else in the vendor's releases.
/// Safe for concurrent use; a version is fetched once.
/// </summary>
/// <param name="vendor">Which program.</param>
/// <param name="processes">Runs it, to ask for its version.</param>
/// <param name="caches">Directories of caches, those of the runner first; the last one takes what is fetched.</param>
/// <param name="release">Fetches.</param>
internal sealed class ToolFinder(ToolVendor vendor, ProcessRunner processes, IReadOnlyList<string> caches, ToolRelease release) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, FoundTool> _found = new(StringComparer.Ordinal);

    public void Dispose() => _gate.Dispose();

    /// <param name="wanted">What the root wants.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ActionException">There is no such version, and it is not known which one to fetch.</exception>
    public async Task<FoundTool> FindAsync(WantedVersion wanted, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            var name = wanted.Constraint?.Text ?? "";
            return _found.TryGetValue(name, out var known) ? known : _found[name] = await SearchAsync(wanted, cancellation);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<FoundTool> SearchAsync(WantedVersion wanted, CancellationToken cancellation)
    {
        FoundTool? onPath = null;
        if (processes.FindOnPath(vendor.Program) is { } path)
        {
            onPath = await AskAsync(path, cancellation);
            if (onPath is not null && wanted.Constraint?.Allows(onPath.Version) != false)
            {
                return onPath;
            }
        }

        foreach (var (version, program) in Cached().OrderByDescending(c => c.Version))
        {
            if (wanted.Constraint?.Allows(version) != false && await AskAsync(program, cancellation) is { } tool && wanted.Constraint?.Allows(tool.Version) != false)
            {
                return tool;
            }
        }

        var there = onPath is null ? $"{vendor.Program} is neither on PATH nor in a tool cache" : $"{onPath} is on PATH, and no other version in a tool cache";
        if (wanted.Constraint is null)
        {
            throw new ActionException(
                $"{vendor.Name} is not installed", there,
                $"Say which version to fetch: by `terraform-version`, or in a file {vendor.VersionFiles[0]}.", exitCode: ExitCode.DependencyUnreachable);
        }

        if (wanted.Constraint.Exact is not { } exact || !SemanticVersion.TryParse(exact, out var one) || !wanted.Constraint.Allows(one))
        {
            throw new ActionException(
                $"There is no {vendor.Name} that {wanted.Source} allows", $"{wanted.Constraint} is wanted; {there}",
                "Name one version, so that every run fetches the same one: by `terraform-version`, or in a file " + vendor.VersionFiles[0] + ".", exitCode: ExitCode.DependencyUnreachable);
        }

        var target = System.IO.Path.Combine(caches[^1], vendor.ToolCacheName, exact, Architecture, Executable);
        await release.FetchAsync(exact, target, cancellation);
        return await AskAsync(target, cancellation) ?? throw new ActionException(
            $"{vendor.Name} {exact} does not run on this machine", $"{target} did not tell its version", "Choose another version.", exitCode: ExitCode.DependencyUnreachable);
    }

    private static string Architecture => ToolRelease.Platform.EndsWith("arm64", StringComparison.Ordinal) ? "arm64" : "x64";

    private string Executable => OperatingSystem.IsWindows() ? vendor.Program + ".exe" : vendor.Program;

    /// <summary>The layout of the runner's tool cache: <c>name/version/architecture/program</c>.</summary>
    private IEnumerable<(SemanticVersion Version, string Program)> Cached()
    {
        foreach (var cache in caches)
        {
            var folder = System.IO.Path.Combine(cache, vendor.ToolCacheName);
            foreach (var directory in Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [])
            {
                var program = System.IO.Path.Combine(directory, Architecture, Executable);
                if (SemanticVersion.TryParse(System.IO.Path.GetFileName(directory), out var version) && File.Exists(program))
                {
                    yield return (version, program);
                }
            }
        }
    }

    private async Task<FoundTool?> AskAsync(string program, CancellationToken cancellation)
    {
        var result = await processes.RunAsync(
            new ChildCommand(program, "version", "-json")
            {
                ShowFirstArgument = true,
                Timeout = TimeSpan.FromSeconds(30),
                Variables = new Dictionary<string, string> { ["CHECKPOINT_DISABLE"] = "1", ["TF_IN_AUTOMATION"] = "1" },
            },
            cancellationToken: cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!result.Succeeded)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(result.StandardOutput);
            return json.RootElement.TryGetProperty("terraform_version", out var text) && SemanticVersion.TryParse(text.GetString() ?? "", out var version)
                ? new FoundTool(vendor, program, version)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
