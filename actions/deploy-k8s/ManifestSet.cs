using Actions.Shared;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Schemas;

namespace Actions.DeployK8s;

/// <summary>
/// The objects to deploy: files as they stand, kustomizations and charts rendered. Where a directory has a kustomization, only what that renders is deployed,
/// as with <c>kubectl apply -k</c>.
/// </summary>
internal sealed class ManifestSet
{
    private const int MostErrors = 20;

    private readonly List<(KubernetesResource Resource, string File, SourceMap? Map)> _resources = [];
    private readonly List<CustomResourceDefinition> _definitions = [];

    private ManifestSet(IReadOnlyList<SkippedItem> skipped) => Skipped = skipped;

    /// <summary>What was passed over.</summary>
    public IReadOnlyList<SkippedItem> Skipped { get; private set; }

    /// <summary>The kinds that the set defines, with whether they live in namespaces.</summary>
    public IReadOnlyDictionary<(string Group, string Kind), bool> Defined => _definitions.DistinctBy(d => (d.Group, d.Kind)).ToDictionary(d => (d.Group, d.Kind), d => d.IsNamespaced);

    /// <summary>Reads and renders what the options name.</summary>
    /// <exception cref="ActionException">A file cannot be read, a kustomization or chart cannot be rendered, or nothing is found.</exception>
    public static async Task<ManifestSet> LoadAsync(DeployK8sOptions options, ActionContext context, CancellationToken cancellation)
    {
        var workspace = context.WorkingDirectory;
        var rendering = new RenderingOptions { Helm = options.Helm == HelmMode.On };
        var discovered = ManifestDiscovery.Discover(workspace, options.Manifests, cancellation: cancellation);
        var plan = ManifestRendering.Plan(workspace, [.. discovered.Files.Select(f => f.Path)], rendering);
        if (plan.Skipped.FirstOrDefault(s => s.Reason is not (SkipReasons.HelmChart or RenderingReasons.HelmLibrary or RenderingReasons.KustomizeComponent)) is { } missed)
        {
            throw new ActionException("Something that is to be deployed cannot be rendered", missed.Detail, "Correct it, or name what is to be deployed without it.", missed.Location);
        }

        var set = new ManifestSet([.. discovered.Skipped, .. plan.Skipped]);
        set.ReadFiles(discovered, plan, cancellation);
        await set.RenderAsync(plan, rendering, options, context, cancellation);
        return set._resources.Count > 0
            ? set
            : throw new ActionException("There is nothing to deploy", $"No Kubernetes object is in {string.Join(", ", options.Manifests)}.", "Check `manifests`.");
    }

    /// <summary>Checks every object against the schemas of a Kubernetes version.</summary>
    /// <param name="version">The version; the nearest that is known is taken.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Warnings.</returns>
    /// <exception cref="AggregateException">Objects are wrong: an <see cref="ActionException"/> for each mistake, twenty at most.</exception>
    public IReadOnlyList<Finding> Validate(KubernetesVersion version, CancellationToken cancellation)
    {
        var nearest = KubernetesVersion.Known.Where(k => k <= version || k.SameRelease(version)).DefaultIfEmpty(KubernetesVersion.Known[0]).Last();
        var catalog = new SchemaCatalog(_definitions, [SchemaLocation.Default], cancellationToken: cancellation);
        var validator = new ManifestValidator(catalog, new ValidationSettings { Versions = [nearest], MissingSchemas = MissingSchemas.Ignore });
        var findings = new List<Finding>();
        foreach (var (resource, file, map) in _resources)
        {
            validator.Validate(file, resource.Body, resource.Reference, findings, map);
        }

        // A removed API is wrong only for a cluster that is as new as the schemas: the cluster itself says what it serves.
        var errors = FindingList.Normalize(findings).Where(f => f.Severity == Severity.Error && f.Rule != ValidationRules.ApiRemoved.Id).ToArray();
        return errors.Length == 0
            ? [.. FindingList.Normalize(findings).Where(f => f.Severity == Severity.Warning)]
            : throw new AggregateException(errors.Take(MostErrors).Select(e => new ActionException(
                $"{e.Resource} is not valid: {e.Message}", e.Field.Length > 0 ? $"At {e.Field}." : "", e.Hint ?? "", e.Location)));
    }

    /// <summary>The objects as they are wanted, with the images to deploy, each in its namespace.</summary>
    /// <param name="options">The images and the namespaces.</param>
    /// <param name="isNamespaced">Whether objects of a type live in namespaces.</param>
    /// <exception cref="ActionException">An image matches nothing, a namespace is not allowed, an object is given twice.</exception>
    public IReadOnlyList<DesiredObject> Desired(DeployK8sOptions options, Func<string, string, bool> isNamespaced)
    {
        var used = new HashSet<ImageChange>();
        var desired = new Dictionary<ObjectKey, DesiredObject>();
        foreach (var (resource, file, map) in _resources)
        {
            var start = resource.Body.Region;
            var source = map?.Locate("", start) ?? new SourceLocation(file, start with { EndLine = start.StartLine, EndColumn = start.StartColumn });
            var body = ManifestJson.From(resource.Body);
            used.UnionWith(ImageSetter.Apply(body, options.Images).Select(m => m.Change));
            var item = new ClusterObject(body);
            if (item.Name.Length == 0)
            {
                throw new ActionException($"{item.Kind} has no name", "metadata.name is missing.", "Give it one: objects with generateName cannot be applied again.", source);
            }

            item = options.Namespaces.Place(item, isNamespaced(item.ApiVersion, item.Kind), source);
            var wanted = new DesiredObject(item, source) { Locator = pointer => Locate(resource, file, map, pointer) };
            if (!desired.TryAdd(wanted.Key, wanted))
            {
                throw new ActionException(
                    $"{item} is given twice", $"The other one is at {desired[wanted.Key].Source}.", "Remove one of them, or name fewer `manifests`: of several overlays only one can be deployed.", source);
            }
        }

        if (options.Images.FirstOrDefault(i => !used.Contains(i)) is { } unused)
        {
            throw new ActionException(
                $"No container has the image {unused.Name}",
                "`images` names it, so it was to be deployed.",
                "Check the name: it is registry and path without a tag, as the manifests write them.");
        }

        return [.. desired.Values.OrderBy(d => d.Key)];
    }

    private static SourceLocation Locate(KubernetesResource resource, string file, SourceMap? map, string pointer)
    {
        YamlNode node = resource.Body;
        foreach (var step in pointer.Split('/').Skip(1).Select(s => s.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
        {
            var next = node switch
            {
                YamlMapping mapping => mapping[step],
                YamlSequence sequence when int.TryParse(step, out var index) && index < sequence.Count => sequence[index],
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            node = next;
        }

        return map?.Locate(pointer, node.Region) ?? new SourceLocation(file, node.Region);
    }

    private void ReadFiles(DiscoveredFiles discovered, RenderingPlan plan, CancellationToken cancellation)
    {
        var rendered = plan.Roots.SelectMany(r => r.ResourceFiles).ToHashSet(StringComparer.Ordinal);
        var folders = plan.Roots.Select(r => r.Directory).ToArray();
        var problems = new List<ActionException>();
        foreach (var file in discovered.Files.Where(f => !plan.Excluded.ContainsKey(f.Path) && !rendered.Contains(f.Path) && !folders.Any(d => IsBelow(f.Path, d))))
        {
            var loaded = YamlLoader.LoadFile(file.FullPath, file.Path, cancellation: cancellation);
            var contents = ManifestClassifier.Classify(loaded, discovered.ChartDirectories);
            problems.AddRange(contents.Problems.Where(p => p.Severity == Severity.Error).Select(p => new ActionException($"{file.Path} cannot be read: {p.Message}", "", p.Hint ?? "", new SourceLocation(file.Path, p.Region))));
            if (contents.Skipped.FirstOrDefault(s => s.Reason == SkipReasons.Template) is { } template)
            {
                problems.Add(new ActionException($"{file.Path} is a template that nobody rendered", template.Detail, "Render it before, or leave it out of `manifests`.", template.Location));
            }

            Skipped = [.. Skipped, .. contents.Skipped];
            foreach (var resource in contents.Resources)
            {
                Add(resource, file.Path, null);
            }
        }

        if (problems.Count > 0)
        {
            throw new AggregateException(problems.Take(MostErrors));
        }
    }

    private async Task RenderAsync(RenderingPlan plan, RenderingOptions rendering, DeployK8sOptions options, ActionContext context, CancellationToken cancellation)
    {
        if (plan.Roots.Count + plan.Charts.Count == 0)
        {
            return;
        }

        var renderer = new ManifestRenderer(context.Processes, RenderingTools.Find(context.Processes), rendering, context.WorkingDirectory, Path.GetTempPath());
        var results = new List<RenderingResult>();
        foreach (var root in plan.Roots)
        {
            results.Add(await renderer.RenderAsync(root, cancellation));
        }

        foreach (var chart in plan.Charts.DistinctBy(c => c.Directory))
        {
            results.Add(await renderer.RenderAsync(
                chart with { ValuesFile = options.HelmValues.Length > 0 ? options.HelmValues : null, ReleaseName = options.Application, Namespace = options.Namespaces.Default }, cancellation));
        }

        if (results.SelectMany(r => r.Findings).Where(f => f.Severity == Severity.Error).ToArray() is { Length: > 0 } failed)
        {
            throw new AggregateException(failed.Take(MostErrors).Select(f => new ActionException("Rendering failed", f.Message, f.Hint ?? "", f.Location)));
        }

        if (results.SelectMany(r => r.Skipped).FirstOrDefault() is { } skipped)
        {
            throw new ActionException("Something that is to be deployed cannot be rendered", skipped.Detail, "Install what is missing, or name other `manifests`.", skipped.Location, ExitCode.DependencyUnreachable);
        }

        foreach (var (resource, map) in results.SelectMany(r => r.Resources))
        {
            Add(resource, "", map);
        }
    }

    private void Add(KubernetesResource resource, string file, SourceMap? map)
    {
        if (resource.IsEncrypted)
        {
            throw new ActionException(
                $"{resource.Reference} is encrypted", "It is a file of SOPS, whose values are not the real ones.", "Decrypt it in a step before, into a file that is not committed.",
                map?.Locate("", resource.Region) ?? new SourceLocation(file, resource.Region));
        }

        if (CustomResourceSchemas.IsDefinition(resource.Reference.ApiVersion, resource.Kind))
        {
            _definitions.Add(CustomResourceSchemas.FromDefinition(resource.Body, file));
        }

        _resources.Add((resource, file, map));
    }

    private static bool IsBelow(string path, string directory) => directory == "." ? !path.StartsWith("../", StringComparison.Ordinal) : path.StartsWith(directory + "/", StringComparison.Ordinal);
}
