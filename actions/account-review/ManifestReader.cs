using Actions.AccountReview.Upgrades;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Processes;

namespace Actions.AccountReview;

/// <summary>What manifests come to.</summary>
/// <param name="Files">The files, relative to the workspace.</param>
/// <param name="Objects">Objects of files as they stand, and of what kustomizations and charts render; no two of one kind and name from one line.</param>
/// <param name="Unread">What could not be read or rendered, so that it is not known what it holds; each with its place.</param>
internal sealed record ManifestObjects(IReadOnlyList<string> Files, IReadOnlyList<ManifestObject> Objects, IReadOnlyList<UpgradeBlocker> Unread)
{
    public static ManifestObjects None { get; } = new([], [], []);
}

/// <summary>
/// Reads manifests as validate-manifests does: kustomizations and charts are rendered, what they are made of is not read by itself, and everything else is
/// read as it stands.
/// </summary>
internal static class ManifestReader
{
    /// <summary>What is no object by itself and is missed by nobody.</summary>
    private static readonly string[] Harmless = [SkipReasons.HelmChart, RenderingReasons.HelmLibrary, RenderingReasons.KustomizeComponent];

    /// <summary>Reads and renders.</summary>
    /// <param name="paths">Files, folders and globs, relative to the workspace.</param>
    /// <param name="kubernetesVersion">The version that charts are rendered for; null for Helm's own.</param>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="processes">Starts the programs that render.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="ActionException">A path is not there or holds no manifests.</exception>
    public static async Task<ManifestObjects> ReadAsync(IReadOnlyList<string> paths, string? kubernetesVersion, string workspace, ProcessRunner processes, CancellationToken cancellation)
    {
        if (paths.Count == 0)
        {
            return ManifestObjects.None;
        }

        var options = new RenderingOptions { Helm = true, KubernetesVersion = kubernetesVersion };
        var discovered = ManifestDiscovery.Discover(workspace, paths, cancellation: cancellation);
        var plan = ManifestRendering.Plan(workspace, [.. discovered.Files.Select(f => f.Path)], options);
        var objects = new List<ManifestObject>();
        var unread = plan.Skipped.Where(s => !Harmless.Contains(s.Reason)).Select(s => new UpgradeBlocker(Unknown(s.Detail), s.Location)).ToList();
        var rendered = plan.Roots.SelectMany(r => r.ResourceFiles).ToHashSet(StringComparer.Ordinal);
        foreach (var file in discovered.Files.Where(f => !plan.Excluded.ContainsKey(f.Path) && !rendered.Contains(f.Path)))
        {
            var contents = ManifestClassifier.Classify(YamlLoader.LoadFile(file.FullPath, file.Path, cancellation: cancellation), discovered.ChartDirectories);
            unread.AddRange(contents.Problems.Where(p => p.Severity == Severity.Error).Select(p => new UpgradeBlocker(Unknown(p.Message), new SourceLocation(file.Path, p.Region))));
            unread.AddRange(contents.Skipped.Where(s => s.Reason == SkipReasons.Template).Select(s => new UpgradeBlocker(Unknown("It is a template that nothing renders."), s.Location)));
            objects.AddRange(contents.Resources.Select(r => Object(r, new SourceLocation(file.Path, r.Region))));
        }

        foreach (var result in await RenderAsync(plan, new ManifestRenderer(processes, RenderingTools.Find(processes), options, workspace, Path.GetTempPath()), cancellation))
        {
            unread.AddRange(result.Findings.Where(f => f.Severity == Severity.Error).Select(f => new UpgradeBlocker(Unknown(f.Message), f.Location)));
            unread.AddRange(result.Skipped.Select(s => new UpgradeBlocker(Unknown(s.Detail), s.Location)));
            objects.AddRange(result.Resources.Select(r => Object(r.Resource, r.Map.Locate("", r.Resource.Region))));
        }

        // Overlays of one base render the same lines.
        return new ManifestObjects(
            [.. discovered.Files.Select(f => f.Path)],
            [.. objects.DistinctBy(o => (o.ApiVersion, o.Name, o.Location, string.Join(' ', o.Images)))],
            [.. unread.Distinct()]);
    }

    private static async Task<IReadOnlyList<RenderingResult>> RenderAsync(RenderingPlan plan, ManifestRenderer renderer, CancellationToken cancellation)
    {
        Func<CancellationToken, Task<RenderingResult>>[] renderings =
        [
            .. plan.Roots.Select(r => (Func<CancellationToken, Task<RenderingResult>>)(c => renderer.RenderAsync(r, c))),
            .. plan.Charts.Select(chart => (Func<CancellationToken, Task<RenderingResult>>)(c => renderer.RenderAsync(chart, c))),
        ];
        var results = new RenderingResult[renderings.Length];
        await Parallel.ForAsync(0, renderings.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, async (i, c) => results[i] = await renderings[i](c));
        return results;
    }

    private static ManifestObject Object(KubernetesResource resource, SourceLocation location) =>
        new(resource.Reference.ApiVersion, resource.Reference.Kind, resource.Reference.ToString(), location) { Images = [.. ImagesIn(resource.Body).Distinct(StringComparer.Ordinal)] };

    /// <summary>The images in a tree, wherever a pod template lies in it.</summary>
    private static IEnumerable<string> ImagesIn(YamlNode node) => node switch
    {
        YamlMapping map => map.SelectMany(e => e is { Key.Value: "image", Value: YamlScalar { Value: { Length: > 0 } image } } ? [image] : ImagesIn(e.Value)),
        YamlSequence list => list.SelectMany(ImagesIn),
        _ => [],
    };

    private static string Unknown(string why) => $"What it holds is not known: {char.ToLowerInvariant(why.Length > 0 ? why[0] : 'i')}{(why.Length > 0 ? why[1..] : "t cannot be read.")}";
}
