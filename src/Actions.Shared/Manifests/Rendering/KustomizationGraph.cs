using System.Diagnostics.CodeAnalysis;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>
/// Which kustomizations use which, and what becomes of the files that they name. Decides from kustomization files alone; those
/// that are referred to but were not scanned are opened too.
/// </summary>
internal sealed class KustomizationGraph
{
    private readonly Func<string, YamlMapping?> _open;
    private readonly HashSet<string> _scanned;
    private readonly Dictionary<string, Kustomization?> _byDirectory = new(StringComparer.Ordinal);
    private readonly List<Kustomization> _own = [];

    private KustomizationGraph(IEnumerable<string> scanned, Func<string, YamlMapping?> open)
    {
        _open = open;
        _scanned = scanned.ToHashSet(StringComparer.Ordinal);
    }

    /// <param name="scanned">All scanned files, relative to the workspace.</param>
    /// <param name="open">Gives the first document of a file if it is a mapping; null if not, or if there is no such file.</param>
    /// <param name="options">What is on.</param>
    public static (IReadOnlyList<KustomizationRoot> Roots, IReadOnlyList<ExcludedFile> Excluded, IReadOnlyList<SkippedItem> Skipped) Plan(
        IEnumerable<string> scanned, Func<string, YamlMapping?> open, RenderingOptions options)
    {
        var graph = new KustomizationGraph(scanned, open);
        graph.Load();
        return graph.Decide(options);
    }

    private void Load()
    {
        foreach (var directory in _scanned.Where(f => Kustomization.IsFileName(WorkspacePath.NameOf(f)))
                     .Select(WorkspacePath.DirectoryOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (TryResolve(directory, out var kustomization))
                _own.Add(kustomization);
        }
    }

    private bool TryResolve(string directory, [NotNullWhen(true)] out Kustomization? kustomization)
    {
        if (!_byDirectory.TryGetValue(directory, out kustomization))
            _byDirectory[directory] = kustomization = Read(directory);
        return kustomization is not null;
    }

    private Kustomization? Read(string directory)
    {
        foreach (var name in Kustomization.FileNames)
        {
            var file = WorkspacePath.Join(directory, name);
            var content = _open(file);
            if ((content is not null || _scanned.Contains(file)) && Kustomization.IsKustomization(content))
                return new Kustomization(file, directory, content);
        }

        return null;
    }

    private (IReadOnlyList<KustomizationRoot>, IReadOnlyList<ExcludedFile>, IReadOnlyList<SkippedItem>) Decide(RenderingOptions options)
    {
        var roots = new List<KustomizationRoot>();
        var skipped = new List<SkippedItem>();
        var rendered = new HashSet<string>(StringComparer.Ordinal);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var trees = Roots(reached);
        foreach (var tree in options.Kustomize ? trees : [])
        {
            if (Obstacle(tree, options) is { } obstacle)
            {
                skipped.Add(obstacle);
                continue;
            }

            rendered.UnionWith(tree.Uses.Keys);
            rendered.UnionWith(tree.Members.Select(k => k.File));
            var files = tree.Uses.Where(u => u.Value == KustomizeRole.Resource).Select(u => u.Key).Order(StringComparer.Ordinal);
            roots.Add(new KustomizationRoot(tree.Root.Directory, tree.Root.File, [.. files], tree.Members.Any(k => k.UsesHelm)));
        }

        foreach (var component in _own.Where(k => k.IsComponent && !reached.Contains(k.Directory)).ToArray())
        {
            trees.Add(Walk(component));
            skipped.Add(new SkippedItem(
                new SourceLocation(component.File, component.Content!["kind"]!.Region),
                RenderingReasons.KustomizeComponent,
                "No kustomization among the scanned files uses this component, and a component cannot be rendered alone."));
        }

        return (
            roots,
            [.. Excluded(trees, rendered)],
            [.. skipped.OrderBy(s => s.Location.File, StringComparer.Ordinal).ThenBy(s => s.Location.Region ?? default)]);
    }

    /// <summary>
    /// The kustomizations that no other one leads to. Where some only lead to each other, the first of them stands for the rest, so
    /// that none is passed over.
    /// </summary>
    private List<Tree> Roots(HashSet<string> reached)
    {
        var used = _own.Where(k => !k.IsComponent).SelectMany(k => Children(k).Select(c => c.Kustomization.Directory))
            .ToHashSet(StringComparer.Ordinal);
        var candidates = _own.Where(k => !k.IsComponent).ToList();
        var roots = new List<Tree>();
        foreach (var candidate in candidates.Where(k => !used.Contains(k.Directory)).Concat(candidates.Where(k => used.Contains(k.Directory))))
        {
            if (reached.Contains(candidate.Directory))
                continue;
            var tree = Walk(candidate);
            roots.Add(tree);
            reached.UnionWith(tree.Members.Select(k => k.Directory));
        }

        return [.. roots.OrderBy(r => r.Root.Directory, StringComparer.Ordinal)];
    }

    private IEnumerable<(Kustomization Kustomization, KustomizeRole Role)> Children(Kustomization kustomization)
    {
        foreach (var reference in kustomization.References)
        {
            if (!Kustomization.IsRemote(reference.Path)
                && IsDirectory(kustomization, reference)
                && TryResolve(WorkspacePath.Join(kustomization.Directory, reference.Path), out var child))
            {
                yield return (child, reference.Role);
            }
        }
    }

    private bool IsDirectory(Kustomization kustomization, KustomizeReference reference) =>
        reference.Role is KustomizeRole.Resource or KustomizeRole.Component or KustomizeRole.Config
        && TryResolve(WorkspacePath.Join(kustomization.Directory, reference.Path), out _);

    /// <summary>Everything that a kustomization leads to: kustomizations, and files with the weightiest use of each.</summary>
    private Tree Walk(Kustomization root)
    {
        var tree = new Tree(root);
        var visited = new HashSet<(string, bool)>();
        var pending = new Stack<(Kustomization Kustomization, bool IsConfig)>([(root, false)]);
        while (pending.TryPop(out var next))
        {
            var (kustomization, isConfig) = next;
            if (!visited.Add((kustomization.Directory, isConfig)))
                continue;
            if (!tree.Members.Contains(kustomization))
                tree.Members.Add(kustomization);
            foreach (var (child, role) in Children(kustomization))
                pending.Push((child, isConfig || role == KustomizeRole.Config));
            foreach (var reference in kustomization.References)
            {
                if (Kustomization.IsRemote(reference.Path))
                    tree.Remote ??= (kustomization, reference.Entry, reference.Path);
                else if (!IsDirectory(kustomization, reference))
                    tree.Use(WorkspacePath.Join(kustomization.Directory, reference.Path), Effective(reference.Role, isConfig));
            }
        }

        return tree;
    }

    private static KustomizeRole Effective(KustomizeRole role, bool isConfig) =>
        isConfig && role == KustomizeRole.Resource ? KustomizeRole.Config : role;

    private SkippedItem? Obstacle(Tree tree, RenderingOptions options)
    {
        var root = tree.Root;
        if (tree.Remote is { } remote)
        {
            return Skip(root, remote.In, remote.Entry, RenderingReasons.KustomizeRemote,
                $"It needs '{remote.Path}', and nothing is fetched from the network; local resource files are checked as they stand.");
        }

        foreach (var member in tree.Members.Where(k => k.UsesHelm))
        {
            var (directory, entry) = member.Charts().FirstOrDefault();
            if (entry is null)
                continue;
            if (!options.Helm)
                return Skip(root, member, entry, RenderingReasons.KustomizeHelm, "It inflates a Helm chart, and rendering of charts is off.");
            foreach (var chart in member.Charts())
            {
                (directory, entry) = chart;
                if (_open(WorkspacePath.Join(directory, "Chart.yaml")) is null)
                {
                    return Skip(root, member, entry, RenderingReasons.KustomizeRemote,
                        $"It inflates a Helm chart that is not at {directory}, and nothing is fetched from the network.");
                }
            }
        }

        return null;
    }

    private static SkippedItem Skip(Kustomization root, Kustomization cause, YamlNode entry, string reason, string detail) =>
        root.File == cause.File
            ? new SkippedItem(new SourceLocation(root.File, entry.Region), reason, $"Not rendered. {detail}")
            : new SkippedItem(
                new SourceLocation(root.File), reason, $"Not rendered, because of {cause.File}:{entry.Span.StartLine}. {detail}");

    private IEnumerable<ExcludedFile> Excluded(List<Tree> trees, HashSet<string> rendered)
    {
        var uses = trees.SelectMany(t => t.Uses).GroupBy(u => u.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Min(u => u.Value), StringComparer.Ordinal);
        foreach (var file in trees.SelectMany(t => t.Members).Select(k => k.File).Distinct(StringComparer.Ordinal))
        {
            uses.Remove(file);
            if (_scanned.Contains(file))
                yield return new ExcludedFile(file, RenderingReasons.Kustomization, rendered.Contains(file));
        }

        foreach (var (file, role) in uses)
        {
            var reason = role switch
            {
                KustomizeRole.Patch => RenderingReasons.KustomizePatch,
                KustomizeRole.Config => RenderingReasons.KustomizeConfig,
                KustomizeRole.GeneratorInput => RenderingReasons.KustomizeGeneratorInput,
                _ => null,
            };
            if (reason is not null && _scanned.Contains(file))
                yield return new ExcludedFile(file, reason, rendered.Contains(file));
        }
    }

    private sealed class Tree(Kustomization root)
    {
        public Kustomization Root { get; } = root;

        public List<Kustomization> Members { get; } = [];

        public Dictionary<string, KustomizeRole> Uses { get; } = new(StringComparer.Ordinal);

        public (Kustomization In, YamlScalar Entry, string Path)? Remote { get; set; }

        /// <summary>A file that is rendered somewhere is an object, whatever else uses it.</summary>
        public void Use(string file, KustomizeRole role)
        {
            if (!Uses.TryGetValue(file, out var known) || role < known)
                Uses[file] = role;
        }
    }
}
