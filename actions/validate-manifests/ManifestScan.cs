using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;
using Actions.Shared.Validation.Suppressions;

namespace Actions.ValidateManifests;

/// <summary>
/// Scans files: finds them, learns the kinds that their CustomResourceDefinitions define, checks file by file, then renders kustomizations and charts,
/// checks what comes out, and looks at how all objects fit together. Of a file only its findings, a line per object and what refers to other objects are
/// kept, so that memory is bounded by the largest files and the number of objects.
/// </summary>
internal sealed class ManifestScan(ValidateManifestsOptions options, ValidationConfiguration configuration, RulePolicy policy, ActionContext context)
{
    private const int ResourcesPerBatch = 256;

    private readonly RenderingOptions _rendering = new()
    {
        Kustomize = options.Kustomize == KustomizeMode.Auto,
        Helm = options.Helm == HelmMode.On,
        KubernetesVersion = options.KubernetesVersions[^1].ToString(),
    };

    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    private string Workspace => context.WorkingDirectory;

    public async Task<ScanPart> RunAsync(CancellationToken cancellationToken)
    {
        _parallel.CancellationToken = cancellationToken;
        var locations = ReadLocations();
        var discovered = Discover(cancellationToken);
        var plan = ManifestRendering.Plan(Workspace, [.. discovered.Files.Select(f => f.Path)], _rendering);
        var input = discovered.ReadsStandardInput
            ? await YamlLoader.LoadStreamAsync("-", context.StandardInput, cancellation: cancellationToken)
            : null;

        var whole = new ScanPart();
        var definitions = DefinitionScan.Read(discovered, input, cancellationToken);
        var validator = new ManifestValidator(new SchemaCatalog(definitions, locations, options.Strict, cancellationToken: cancellationToken), new ValidationSettings
        {
            Versions = options.KubernetesVersions,
            Strict = options.Strict,
            MissingSchemas = options.MissingSchemas,
            Skip = options.Skip,
            Reject = options.Reject,
        });
        var check = new ObjectCheck(validator, policy, new SuppressionReader(policy.Rules, context.Time));

        if (input is not null)
        {
            whole.Add(CheckFile(input, discovered.ChartDirectories, check));
        }

        var files = CheckFiles(discovered, plan, check);
        var (rendered, covered) = await RenderAsync(plan, check);
        foreach (var (path, part) in files)
        {
            if (covered.Contains(path))
            {
                part.LeaveToRendering();
            }

            whole.Add(part);
        }

        foreach (var part in rendered)
        {
            whole.Add(part);
        }

        whole.Paths.UnionWith(discovered.Files.Select(f => f.Path));
        whole.Paths.UnionWith(whole.Resources.Select(r => r.Location.File));
        whole.Files += discovered.Files.Count(f => plan.Excluded.ContainsKey(f.Path));
        whole.Skipped.AddRange(discovered.Skipped);
        whole.Skipped.AddRange(plan.Skipped);
        whole.Skipped.AddRange(plan.Excluded.Values.Where(e => !e.IsRendered).Select(e => new SkippedItem(new SourceLocation(e.File), e.Reason, "")));
        whole.Findings.AddRange(SkippedRules.FindingsOf(whole.Skipped));
        AddRules(whole, validator);
        return whole;
    }

    /// <summary>What the rules across objects report joins what the others do; everything gets its configured severity, and what is off goes.</summary>
    private void AddRules(ScanPart whole, ManifestValidator validator)
    {
        var across = GraphRuleCatalogue.Inspect(policy.GraphRules, whole.Graph, policy.Base.Settings)
            .Where(f => f.Resource is null || !validator.Skips(f.Resource))
            .Select(policy.Apply)
            .OfType<Finding>();
        whole.Graph.Clear();
        Finding[] refused = [.. whole.Findings.Select(policy.Apply).OfType<Finding>()];
        Finding[] rules = [.. RepeatedFindings.Without(refused, whole.RuleFindings.Concat(across), StructureRules.UnknownField.Id)];
        whole.Findings.Clear();
        whole.Findings.AddRange(refused);
        whole.Findings.AddRange(configuration.Findings);
        whole.RuleFindings.Clear();
        whole.RuleFindings.AddRange(rules);
    }

    private DiscoveredFiles Discover(CancellationToken cancellationToken)
    {
        var discovered = ManifestDiscovery.Discover(Workspace, options.Paths, [.. options.IgnorePaths, .. configuration.IgnorePaths], cancellation: cancellationToken);
        string[] own = options.Baseline.Length > 0 ? [.. configuration.Files, Path.GetRelativePath(Workspace, Path.GetFullPath(options.Baseline, Workspace))] : [.. configuration.Files];
        return own.Length == 0 ? discovered : discovered with { Files = [.. discovered.Files.Where(f => !own.Contains(f.Path, StringComparer.Ordinal))] };
    }

    private IReadOnlyList<SchemaLocation> ReadLocations()
    {
        var locations = SchemaLocation.ParseAll(options.SchemaLocations, Workspace);
        var missing = locations.Where(l => l.Folder is { } folder && !Directory.Exists(folder)).Select(l => l.Text).ToArray();
        return missing.Length == 0
            ? locations
            : throw new ActionException(
                "A schema location does not exist", string.Join(", ", missing), $"Relative locations start at the workspace, {Workspace}; `default` stands for the embedded schemas.");
    }

    private static ScanPart CheckFile(ManifestFile file, IReadOnlySet<string> chartDirectories, ObjectCheck check)
    {
        var contents = ManifestClassifier.Classify(file, chartDirectories);
        var part = new ScanPart { Files = 1, Documents = contents.Documents.Count(d => d.Kind != DocumentKind.Empty) };
        part.Findings.AddRange(contents.Problems.Select(p => p.ToFinding(file.Path)));
        part.Skipped.AddRange(contents.Skipped);
        if (check.SuppressionsOf(contents) is var reading && reading != SuppressionReading.None)
        {
            part.FileReadings.Add(reading);
        }

        var batches = contents.Resources.Chunk(ResourcesPerBatch).ToArray();
        var checkedBatches = new ScanPart[batches.Length];
        Parallel.For(0, batches.Length, i =>
        {
            var batch = new ScanPart();
            foreach (var resource in batches[i])
            {
                check.Run("", file.Path, resource, batch);
            }

            checkedBatches[i] = batch;
        });
        foreach (var batch in checkedBatches)
        {
            part.Add(batch);
        }

        return part;
    }

    private IEnumerable<(string Path, ScanPart Part)> CheckFiles(DiscoveredFiles discovered, RenderingPlan plan, ObjectCheck check)
    {
        var files = discovered.Files.Where(f => !plan.Excluded.ContainsKey(f.Path)).ToArray();
        var parts = new ScanPart[files.Length];
        var failures = new IReadOnlyList<ActionException>?[files.Length];
        Parallel.For(0, files.Length, _parallel, i =>
        {
            try
            {
                var file = YamlLoader.LoadFile(files[i].FullPath, files[i].Path, cancellation: _parallel.CancellationToken);
                parts[i] = CheckFile(file, discovered.ChartDirectories, check);
            }
            catch (ActionException e)
            {
                failures[i] = [e];
            }
            catch (AggregateException e) when (e.Flatten().InnerExceptions.All(inner => inner is ActionException))
            {
                failures[i] = [.. e.Flatten().InnerExceptions.Cast<ActionException>()];
            }
        });
        var failed = failures.SelectMany(f => f ?? []).DistinctBy(f => (f.Message, f.Location)).ToArray();
        return failed.Length == 0 ? files.Select((file, i) => (file.Path, parts[i])) : throw new AggregateException(failed);
    }

    /// <summary>Checks what kustomizations and charts come to.</summary>
    /// <returns>The parts, and the files whose objects are among what was rendered.</returns>
    private async Task<(ScanPart[] Parts, HashSet<string> Covered)> RenderAsync(RenderingPlan plan, ObjectCheck check)
    {
        if (plan.Roots.Count + plan.Charts.Count == 0)
        {
            return ([], []);
        }

        var renderer = new ManifestRenderer(context.Processes, RenderingTools.Find(context.Processes), _rendering, Workspace, Path.GetTempPath());
        Rendering[] renderings =
        [
            .. plan.Roots.Select(root => new Rendering(root.File, cancellation => renderer.RenderAsync(root, cancellation))),
            .. plan.Charts.Select(chart => new Rendering($"{chart.Directory}:{chart.ValuesFile}", cancellation => renderer.RenderAsync(chart, cancellation))),
        ];
        var parts = new ScanPart[renderings.Length];
        await Parallel.ForAsync(0, renderings.Length, _parallel, async (i, cancellation) =>
        {
            var result = await renderings[i].RunAsync(cancellation);
            var part = new ScanPart();
            part.Findings.AddRange(result.Findings);
            part.Skipped.AddRange(result.Skipped);
            foreach (var (resource, map) in result.Resources)
            {
                check.Run(renderings[i].Unit, "", resource, part, map);
            }

            parts[i] = part;
        });
        return (parts, [.. plan.Roots.Where((_, i) => parts[i].Resources.Count > 0).SelectMany(r => r.ResourceFiles)]);
    }

    /// <summary>Something to render, and the deploy unit that its objects make.</summary>
    private sealed record Rendering(string Unit, Func<CancellationToken, Task<RenderingResult>> RunAsync);
}
