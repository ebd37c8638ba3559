using System.Collections.Concurrent;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation.Definitions;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation;

/// <summary>
/// Checks one object after the other: identity, API version, structure. What depends only on the kind is worked out once. Safe for concurrent use.
/// </summary>
/// <param name="catalog">Where schemas come from.</param>
/// <param name="settings">What objects are checked against.</param>
public sealed class ManifestValidator(SchemaCatalog catalog, ValidationSettings settings)
{
    private static readonly HashSet<string> BuiltInGroups = new(StringComparer.Ordinal)
    {
        "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io", "authorization.k8s.io",
        "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io",
        "networking.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
        "storagemigration.k8s.io",
    };

    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), KindPlan> _plans = new();

    /// <summary>Checks an object and adds what is wrong with it to <paramref name="findings"/>.</summary>
    /// <param name="file">Its file, relative to the workspace.</param>
    /// <param name="body">The object.</param>
    /// <param name="reference">Its identity.</param>
    /// <param name="findings">Receives the findings; not shared with other threads while this runs.</param>
    /// <param name="map">For a rendered object: leads from its places to the files of the workspace. Null for an object as it stands.</param>
    /// <exception cref="ActionException">No schema was found, and a location that may have it could not be reached (exit code 3).</exception>
    public ScannedResource Validate(string file, YamlMapping body, ResourceReference reference, List<Finding> findings, SourceMap? map = null)
    {
        var before = findings.Count;
        var reason = Check(new Subject(file, body, reference, map, findings));
        var hasErrors = false;
        for (var i = before; i < findings.Count; i++)
        {
            hasErrors |= findings[i].Severity == Severity.Error;
        }

        var state = hasErrors ? ScanState.Invalid : reason is null ? ScanState.Valid : ScanState.Skipped;
        var start = new TextRegion(body.Span.StartLine, body.Span.StartColumn, body.Span.StartLine, body.Span.StartColumn);
        return new ScannedResource(map?.Locate("", start) ?? new SourceLocation(file, start), reference, state, hasErrors ? null : reason);
    }

    private string? Check(Subject subject)
    {
        var (apiVersion, kind) = (subject.Reference.ApiVersion, subject.Reference.Kind);
        foreach (var problem in ObjectIdentity.Check(subject.Body))
        {
            subject.Report(problem);
        }

        if (apiVersion.Length == 0 || kind.Length == 0)
        {
            return ObjectReasons.Unidentified;
        }

        var plan = _plans.GetOrAdd((apiVersion, kind), Plan);
        if (plan.IsSkipped)
        {
            return ObjectReasons.SkippedKind;
        }

        foreach (var (rule, severity, message, hint, versions, field) in plan.Remarks)
        {
            subject.Report(rule, severity, subject.Body[field] ?? subject.Body, "/" + field, message, hint, versions);
        }

        foreach (var problem in StructureValidator.Validate(subject.Body, plan.Schemas, settings.Strict))
        {
            subject.Report(problem);
        }

        foreach (var problem in DefinitionCheck.Check(subject.Body, apiVersion, kind))
        {
            subject.Report(problem);
        }

        return plan.Schemas.Length == 0 && plan.MissingEverywhere ? ObjectReasons.NoSchema : null;
    }

    private KindPlan Plan((string ApiVersion, string Kind) key)
    {
        var (apiVersion, kind) = key;
        if (settings.Skip.Any(p => p.Matches(apiVersion, kind)))
        {
            return new KindPlan { IsSkipped = true };
        }

        var remarks = new List<Remark>();
        if (settings.Reject.FirstOrDefault(p => p.Matches(apiVersion, kind)) is { } rejected)
        {
            remarks.Add(new(ValidationRules.KindRejected, Severity.Error, $"objects of the kind {rejected} are not allowed here", ValidationRules.KindRejected.Fix, [], "kind"));
        }

        var lifecycle = ApiLifecycle.Find(apiVersion, kind);
        var removed = settings.Versions.Where(v => lifecycle?.IsRemovedIn(v) is true).ToArray();
        var deprecated = settings.Versions.Where(v => lifecycle?.IsDeprecatedIn(v) is true).ToArray();
        AddLifecycle(remarks, lifecycle, apiVersion, kind, removed, deprecated);

        var schemas = new List<(string, Schema)>();
        var missing = new List<(KubernetesVersion Version, SchemaLookup Lookup)>();
        foreach (var version in settings.Versions.Except(removed))
        {
            var lookup = catalog.Find(version, apiVersion, kind);
            if (lookup.Schema is { } schema)
            {
                schemas.Add((version.ToString(), schema));
            }
            else
            {
                missing.Add((version, lookup));
            }
        }

        if (missing.Find(m => m.Lookup.IsUncertain).Lookup is { } uncertain)
        {
            throw new ActionException(
                "A schema location could not be asked",
                uncertain.Problem,
                "Try again later, or name a location that can be reached; without an answer nothing can be said about the object.",
                exitCode: ExitCode.DependencyUnreachable);
        }

        if (missing.Count > 0)
        {
            AddMissing(remarks, apiVersion, missing);
        }

        return new KindPlan { Remarks = remarks, Schemas = [.. schemas], MissingEverywhere = missing.Count > 0 && schemas.Count == 0 };
    }

    private void AddLifecycle(
        List<Remark> remarks, ApiLifecycle? lifecycle, string apiVersion, string kind, KubernetesVersion[] removed, KubernetesVersion[] deprecated)
    {
        if (lifecycle is null)
        {
            return;
        }

        var hint = lifecycle.Replacement is { } replacement ? $"Use {replacement}." : "There is no replacement.";
        if (removed.Length > 0)
        {
            remarks.Add(new(
                ValidationRules.ApiRemoved, Severity.Error, $"{kind} in {apiVersion} was removed in Kubernetes {lifecycle.RemovedIn}", hint, Names(removed), "apiVersion"));
        }

        if (deprecated.Length > 0)
        {
            var until = lifecycle.RemovedIn is { } end ? $" and is removed in {end}" : "";
            remarks.Add(new(
                ValidationRules.ApiDeprecated, Severity.Warning, $"{kind} in {apiVersion} is deprecated since Kubernetes {lifecycle.DeprecatedIn}{until}", hint, Names(deprecated), "apiVersion"));
        }
    }

    private void AddMissing(List<Remark> remarks, string apiVersion, List<(KubernetesVersion Version, SchemaLookup Lookup)> missing)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion[..slash];

        // What Kubernetes itself does not know does not exist; of a custom resource one cannot tell.
        var isBuiltIn = !group.Contains('.', StringComparison.Ordinal) || BuiltInGroups.Contains(group);
        Severity? severity = settings.MissingSchemas switch
        {
            MissingSchemas.Ignore => null,
            MissingSchemas.Error => Severity.Error,
            _ => isBuiltIn ? Severity.Error : Severity.Warning,
        };
        if (severity is { } worst)
        {
            var lookup = missing[0].Lookup;
            remarks.Add(new(
                ValidationRules.SchemaNotFound, worst, lookup.Problem, lookup.Hint ?? ValidationRules.SchemaNotFound.Fix, Names(missing.Select(m => m.Version)), "kind"));
        }
    }

    /// <summary>The versions by name; none when they are all that were asked for.</summary>
    private string[] Names(IEnumerable<KubernetesVersion> versions)
    {
        string[] names = [.. versions.Select(v => v.ToString())];
        return names.Length == settings.Versions.Count ? [] : names;
    }

    /// <summary>Something to say of every object of a kind, at one of its top-level fields.</summary>
    private sealed record Remark(RuleDescriptor Rule, Severity Severity, string Message, string? Hint, IReadOnlyList<string> Versions, string Field);

    /// <summary>What is known of a kind before any object of it has been looked at.</summary>
    private sealed record KindPlan
    {
        public bool IsSkipped { get; init; }

        public List<Remark> Remarks { get; init; } = [];

        public (string Version, Schema Schema)[] Schemas { get; init; } = [];

        public bool MissingEverywhere { get; init; }
    }

    /// <summary>An object under check, and where its findings go.</summary>
    private readonly record struct Subject(string File, YamlMapping Body, ResourceReference Reference, SourceMap? Map, List<Finding> Findings)
    {
        public void Report(StructureProblem problem) => Add(
            problem.Rule, problem.Rule.Severity, problem.Region, problem.Field, problem.Message.TrimEnd('.'), problem.Hint ?? problem.Rule.Fix, problem.KubernetesVersions);

        public void Report(RuleDescriptor rule, Severity severity, YamlNode at, string field, string message, string? hint, IReadOnlyList<string> versions) =>
            Add(rule, severity, at.Region, field, message, hint, versions);

        private void Add(
            RuleDescriptor rule, Severity severity, TextRegion region, string field, string message, string? hint, IReadOnlyList<string> versions) =>
            Findings.Add(new Finding
            {
                Rule = rule.Id,
                Severity = severity,
                Location = Map?.Locate(field, region) ?? new SourceLocation(File, region),
                Message = SecretText.Redact(Body, Reference, message),
                Hint = hint is null ? null : SecretText.Redact(Body, Reference, hint),
                Resource = Reference,
                Field = field,
                KubernetesVersions = versions,
            });
    }
}
