using System.Buffers;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.ValidateManifests;

/// <summary>
/// Scans files: finds them, learns the kinds that their CustomResourceDefinitions define, checks file by file, then renders kustomizations and charts and
/// checks what comes out. Memory is bounded by the largest files, not by their number: of a file only its findings and a line per object are kept.
/// </summary>
internal sealed class ManifestScan(ValidateManifestsOptions options, ActionContext context)
{
    private const int ResourcesPerBatch = 256;

    private readonly RenderingOptions _rendering = new()
    {
        Kustomize = options.Kustomize == KustomizeMode.Auto,
        Helm = options.Helm == HelmMode.On,
        KubernetesVersion = options.KubernetesVersions[^1].ToString(),
    };

    private string Workspace => context.WorkingDirectory;

    public async Task<ScanReport> RunAsync(CancellationToken cancellationToken)
    {
        var locations = ReadLocations();
        var discovered = ManifestDiscovery.Discover(Workspace, options.Paths, options.IgnorePaths, cancellation: cancellationToken);
        var plan = ManifestRendering.Plan(Workspace, [.. discovered.Files.Select(f => f.Path)], _rendering);
        var input = discovered.ReadsStandardInput
            ? await YamlLoader.LoadStreamAsync("-", context.StandardInput, cancellation: cancellationToken)
            : null;

        var results = new List<ScanPart>();
        var catalog = ReadDefinitions(discovered, input, locations, cancellationToken);
        var validator = new ManifestValidator(catalog, new ValidationSettings
        {
            Versions = options.KubernetesVersions,
            Strict = options.Strict,
            MissingSchemas = options.MissingSchemas,
            Skip = options.Skip,
            Reject = options.Reject,
        });

        if (input is not null)
        {
            results.Add(CheckFile(input, discovered.ChartDirectories, validator));
        }

        var files = CheckFiles(discovered, plan, validator, cancellationToken);
        var (rendered, covered) = await RenderAsync(plan, validator, cancellationToken);
        foreach (var (path, part) in files)
        {
            if (covered.Contains(path))
            {
                part.LeaveToRendering();
            }

            results.Add(part);
        }

        results.AddRange(rendered);
        return Report(discovered, plan, results);
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

    private static ScanPart CheckFile(ManifestFile file, IReadOnlySet<string> chartDirectories, ManifestValidator validator)
    {
        var contents = ManifestClassifier.Classify(file, chartDirectories);
        var part = new ScanPart { Files = 1, Documents = contents.Documents.Count(d => d.Kind != DocumentKind.Empty) };
        part.Findings.AddRange(contents.Problems.Select(p => p.ToFinding(file.Path)));
        part.Skipped.AddRange(contents.Skipped);

        var batches = contents.Resources.Chunk(ResourcesPerBatch).ToArray();
        var checkedBatches = new ScanPart[batches.Length];
        Parallel.For(0, batches.Length, i =>
        {
            var batch = new ScanPart();
            foreach (var resource in batches[i])
            {
                batch.Resources.Add(validator.Validate(file.Path, resource.Body, resource.Reference, batch.Findings));
            }

            checkedBatches[i] = batch;
        });
        foreach (var batch in checkedBatches)
        {
            part.Add(batch);
        }

        return part;
    }

    /// <summary>Most files define nothing: only those that mention a definition are parsed twice.</summary>
    private static SchemaCatalog Definitions(
        IEnumerable<ManifestFile> files, IReadOnlyList<SchemaLocation> locations, bool strict, CancellationToken cancellationToken)
    {
        var definitions = new List<CustomResourceDefinition>();
        foreach (var file in files)
        {
            definitions.AddRange(ManifestClassifier.Classify(file).Resources
                .Where(r => CustomResourceSchemas.IsDefinition(r.Reference.ApiVersion, r.Reference.Kind))
                .Select(r => CustomResourceSchemas.FromDefinition(r.Body, file.Path)));
        }

        return new SchemaCatalog(definitions, locations, strict, cancellationToken: cancellationToken);
    }

    private static bool MentionsDefinition(string fullPath)
    {
        const int Chunk = 1 << 20;
        var wanted = "CustomResourceDefinition"u8;
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            using var stream = File.OpenRead(fullPath);
            if (stream.Length > ManifestLimits.Default.MaxFileBytes)
            {
                return false;
            }

            for (var kept = 0; ;)
            {
                var read = stream.Read(buffer, kept, buffer.Length - kept);
                if (read == 0)
                {
                    return false;
                }

                var filled = buffer.AsSpan(0, kept + read);
                if (filled.IndexOf(wanted) >= 0)
                {
                    return true;
                }

                kept = Math.Min(filled.Length, wanted.Length - 1);
                filled[^kept..].CopyTo(buffer);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The check itself reads the file again and says what is wrong with it.
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SchemaCatalog ReadDefinitions(
        DiscoveredFiles discovered, ManifestFile? input, IReadOnlyList<SchemaLocation> locations, CancellationToken cancellationToken)
    {
        var files = discovered.Files
            .Where(f => MentionsDefinition(f.FullPath))
            .Select(f => YamlLoader.LoadFile(f.FullPath, f.Path, cancellation: cancellationToken));
        return Definitions(input is null ? files : files.Prepend(input), locations, options.Strict, cancellationToken);
    }

    private static IEnumerable<(string Path, ScanPart Part)> CheckFiles(DiscoveredFiles discovered, RenderingPlan plan, ManifestValidator validator, CancellationToken cancellationToken)
    {
        var files = discovered.Files.Where(f => !plan.Excluded.ContainsKey(f.Path)).ToArray();
        var parts = new ScanPart[files.Length];
        var failures = new IReadOnlyList<ActionException>?[files.Length];
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            try
            {
                var file = YamlLoader.LoadFile(files[i].FullPath, files[i].Path, cancellation: cancellationToken);
                parts[i] = CheckFile(file, discovered.ChartDirectories, validator);
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
    private async Task<(ScanPart[] Parts, HashSet<string> Covered)> RenderAsync(RenderingPlan plan, ManifestValidator validator, CancellationToken cancellationToken)
    {
        if (plan.Roots.Count + plan.Charts.Count == 0)
        {
            return ([], []);
        }

        var renderer = new ManifestRenderer(context.Processes, RenderingTools.Find(context.Processes), _rendering, Workspace, Path.GetTempPath());
        Func<Task<RenderingResult>>[] renderings =
        [
            .. plan.Roots.Select(root => new Func<Task<RenderingResult>>(() => renderer.RenderAsync(root, cancellationToken))),
            .. plan.Charts.Select(chart => new Func<Task<RenderingResult>>(() => renderer.RenderAsync(chart, cancellationToken))),
        ];
        var parts = new ScanPart[renderings.Length];
        await Parallel.ForAsync(0, renderings.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, async (i, _) =>
        {
            var result = await renderings[i]();
            var part = new ScanPart();
            part.Findings.AddRange(result.Findings);
            part.Skipped.AddRange(result.Skipped);
            foreach (var (resource, map) in result.Resources)
            {
                part.Resources.Add(validator.Validate("", resource.Body, resource.Reference, part.Findings, map));
            }

            parts[i] = part;
        });
        return (parts, [.. plan.Roots.Where((_, i) => parts[i].Resources.Count > 0).SelectMany(r => r.ResourceFiles)]);
    }

    private ScanReport Report(DiscoveredFiles discovered, RenderingPlan plan, List<ScanPart> parts)
    {
        var whole = new ScanPart();
        foreach (var part in parts)
        {
            whole.Add(part);
        }

        whole.Skipped.AddRange(discovered.Skipped);
        whole.Skipped.AddRange(plan.Skipped);
        whole.Skipped.AddRange(plan.Excluded.Values.Where(e => !e.IsRendered).Select(e => new SkippedItem(new SourceLocation(e.File), e.Reason, "")));
        var excluded = discovered.Files.Count(f => plan.Excluded.ContainsKey(f.Path));

        var resources = whole.Resources
            .OrderBy(r => r.Location.File, StringComparer.Ordinal)
            .ThenBy(r => r.Location.Region ?? default)
            .ThenBy(r => r.Resource.ToString(), StringComparer.Ordinal)
            .ToArray();
        var skipped = whole.Skipped
            .OrderBy(s => s.Location.File, StringComparer.Ordinal)
            .ThenBy(s => s.Location.Region ?? default)
            .ThenBy(s => s.Reason, StringComparer.Ordinal)
            .ToArray();
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var reason in skipped.Select(s => s.Reason).Concat(resources.Select(r => r.SkipReason).OfType<string>()))
        {
            reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        }

        return new ScanReport
        {
            Tool = ValidateManifestsProgram.Definition.Name,
            ToolVersion = context.Version,
            KubernetesVersions = [.. options.KubernetesVersions.Select(v => v.ToString())],
            Findings = FindingList.Normalize(whole.Findings),
            Rules = RuleList.All,
            Resources = resources,
            Skipped = skipped,
            Counts = new ScanCounts
            {
                Files = whole.Files + excluded,
                Documents = whole.Documents,
                Resources = resources.Length,
                Valid = resources.Count(r => r.State == ScanState.Valid),
                Invalid = resources.Count(r => r.State == ScanState.Invalid),
                Skipped = reasons,
            },
        };
    }

    /// <summary>What one piece of work came to.</summary>
    private sealed class ScanPart
    {
        public int Files { get; set; }

        public int Documents { get; set; }

        public List<Finding> Findings { get; } = [];

        public List<ScannedResource> Resources { get; } = [];

        public List<SkippedItem> Skipped { get; } = [];

        /// <summary>
        /// For a file whose objects are rendered: they count once, as rendered, and what they lack may be added by a patch, which rules over several fields depend on. What is wrong with
        /// what they have is kept, because rendering loses how it was written.
        /// </summary>
        public void LeaveToRendering()
        {
            Resources.Clear();
            Findings.RemoveAll(f => f.Rule == StructureRules.Required.Id || f.Rule == StructureRules.MissingName.Id || f.Rule == StructureRules.Combination.Id
                || f.Rule == StructureRules.CelRule.Id || f.Rule == StructureRules.CelRuleSkipped.Id);
        }

        public void Add(ScanPart other)
        {
            Files += other.Files;
            Documents += other.Documents;
            Findings.AddRange(other.Findings);
            Resources.AddRange(other.Resources);
            Skipped.AddRange(other.Skipped);
        }
    }
}
