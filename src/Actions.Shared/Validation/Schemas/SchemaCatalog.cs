using System.Collections.Concurrent;

namespace Actions.Shared.Validation.Schemas;

/// <summary>
/// Finds the schema of a kind. Asked in this order, the first that has one wins: CustomResourceDefinitions of the scanned tree, then the schema
/// locations as configured (without any: the schemas that are part of the program). Safe for concurrent use; every answer is kept in memory.
/// </summary>
public sealed class SchemaCatalog
{
    private readonly ConcurrentDictionary<(int Major, int Minor, int Patch, string ApiVersion, string Kind), SchemaLookup> _answers = new();
    private readonly ConcurrentDictionary<string, (Schema? Schema, string Problem)> _fromFiles = new(StringComparer.Ordinal);
    private readonly Dictionary<(string ApiVersion, string Kind), SchemaLookup> _defined = [];
    private readonly IReadOnlyList<SchemaLocation> _locations;
    private readonly SchemaFiles _files;
    private readonly bool _strict;

    /// <summary>Makes a catalog.</summary>
    /// <param name="definitions">The CustomResourceDefinitions of the scanned tree. When two define the same version of a kind, the first by file and line counts.</param>
    /// <param name="locations">Where else to look, in this order; none means <see cref="SchemaLocation.Default"/>.</param>
    /// <param name="strict">Whether locations with a <c>StrictSuffix</c> are asked for their strict schemas. The default is true.</param>
    /// <param name="handler">What HTTP locations are read through; null means the network. It stays the caller's to dispose of.</param>
    /// <param name="timeout">How long one request may take; null means 20 seconds.</param>
    /// <param name="cancellationToken">Ends requests that are under way.</param>
    public SchemaCatalog(
        IEnumerable<CustomResourceDefinition>? definitions = null,
        IReadOnlyList<SchemaLocation>? locations = null,
        bool strict = true,
        HttpMessageHandler? handler = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        _locations = locations is { Count: > 0 } ? locations : [SchemaLocation.Default];
        _strict = strict;
        _files = new SchemaFiles(handler, timeout, cancellationToken);
        foreach (var definition in (definitions ?? [])
            .OrderBy(d => d.Location.File, StringComparer.Ordinal)
            .ThenBy(d => d.Location.Region?.StartLine))
        {
            Define(definition);
        }
    }

    /// <summary>The schema of <paramref name="kind"/> in <paramref name="apiVersion"/> as of Kubernetes <paramref name="version"/>.</summary>
    /// <exception cref="ActionException">The version is not <see cref="KubernetesVersion.Known"/>.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled while a location was read.</exception>
    public SchemaLookup Find(KubernetesVersion version, string apiVersion, string kind)
    {
        ArgumentNullException.ThrowIfNull(apiVersion);
        ArgumentNullException.ThrowIfNull(kind);
        var key = (version.Major, version.Minor, version.Patch, apiVersion, kind);
        return _answers.TryGetValue(key, out var known)
            ? known
            : _answers.GetOrAdd(key, Look(version, apiVersion, kind));
    }

    private void Define(CustomResourceDefinition definition)
    {
        if (definition.Group.Length == 0 || definition.Kind.Length == 0)
        {
            return;
        }

        var source = new SchemaSource(SchemaSourceKind.Definition, $"{definition.Kind}.{definition.Group}", definition.Location);
        foreach (var version in definition.Versions)
        {
            var apiVersion = $"{definition.Group}/{version.Name}";
            if (!version.IsServed)
            {
                _defined.TryAdd((apiVersion, definition.Kind), new SchemaLookup
                {
                    Problem = $"{definition.Kind} is not served in {apiVersion}",
                    Hint = Served(definition) is { Length: > 0 } served ? $"Its definition in {definition.Location} serves {served}." : null,
                });
                continue;
            }

            _defined.TryAdd((apiVersion, definition.Kind), new SchemaLookup { Schema = version.Schema, Source = source });
            _defined.TryAdd((apiVersion, definition.ListKind), new SchemaLookup { Schema = ListOf(version.Schema), Source = source });
        }
    }

    private static string Served(CustomResourceDefinition definition) =>
        string.Join(", ", definition.Versions.Where(v => v.IsServed).Select(v => $"{definition.Group}/{v.Name}"));

    private static Schema ListOf(Schema item) => new()
    {
        Type = SchemaType.Object,
        Required = ["items"],
        Properties = new Dictionary<string, Schema>(StringComparer.Ordinal)
        {
            ["apiVersion"] = new() { Type = SchemaType.String },
            ["kind"] = new() { Type = SchemaType.String },
            ["metadata"] = EmbeddedSchemas.ListMeta,
            ["items"] = new() { Type = SchemaType.Array, Items = item },
        },
    };

    private SchemaLookup Look(KubernetesVersion version, string apiVersion, string kind)
    {
        var release = EmbeddedSchemas.Release(version);
        if (_defined.TryGetValue((apiVersion, kind), out var defined))
        {
            return defined;
        }

        var problems = new List<string>();
        foreach (var location in _locations)
        {
            var found = location.IsDefault
                ? LookInside(release, apiVersion, kind)
                : LookAt(location, version, apiVersion, kind, problems);
            if (found is not null)
            {
                return found;
            }
        }

        var (problem, hint) = new SchemaSuggestions(release, _defined.Keys, _locations.Any(l => l.IsDefault)).Explain(apiVersion, kind);
        return problems.Count == 0
            ? new SchemaLookup { Problem = problem, Hint = hint }
            : new SchemaLookup { Problem = $"{problem}; {string.Join("; ", problems)}", Hint = hint, IsUncertain = true };
    }

    private static SchemaLookup? LookInside(EmbeddedRelease release, string apiVersion, string kind)
    {
        if (EmbeddedSchemas.Kubernetes.Find(release.Index, apiVersion, kind) is { } schema)
        {
            return new SchemaLookup { Schema = schema, Source = new SchemaSource(SchemaSourceKind.KubernetesRelease, release.Name) };
        }

        var slash = apiVersion.IndexOf('/');
        if (slash < 0 || EmbeddedSchemas.CustomResources(apiVersion[..slash]) is not { } pack || pack.Find(0, apiVersion, kind) is not { } custom)
        {
            return null;
        }

        return new SchemaLookup { Schema = custom, Source = new SchemaSource(SchemaSourceKind.CustomResourcePack, pack.Releases[0].Name) };
    }

    private SchemaLookup? LookAt(SchemaLocation location, KubernetesVersion version, string apiVersion, string kind, List<string> problems)
    {
        if (location.Expand(version, apiVersion, kind, _strict) is not { } place)
        {
            return null;
        }

        var file = _files.Read(place);
        if (!file.Exists)
        {
            if (file.Problem.Length > 0)
            {
                problems.Add(file.Problem);
            }

            return null;
        }

        var (schema, problem) = _fromFiles.TryGetValue(place, out var known)
            ? known
            : _fromFiles.GetOrAdd(place, new JsonSchemaLoader(_files).Load(file.Content, place));
        if (schema is null)
        {
            problems.Add(problem);
            return null;
        }

        return new SchemaLookup { Schema = schema, Source = new SchemaSource(SchemaSourceKind.Location, place) };
    }
}
