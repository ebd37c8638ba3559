using Actions.Shared.Text;

namespace Actions.Shared.Validation.Schemas;

/// <summary>Says why a kind has no schema, and what was probably meant.</summary>
internal sealed class SchemaSuggestions(EmbeddedRelease release, IEnumerable<(string ApiVersion, string Kind)> defined, bool withEmbedded)
{
    public (string Problem, string? Hint) Explain(string apiVersion, string kind)
    {
        var kinds = Kinds(apiVersion).ToList();
        var elsewhere = ApiVersions().Union(VersionsOfPack(Group(apiVersion))).Where(a => a != apiVersion && Kinds(a).Contains(kind)).Order(ApiVersionOrder.Instance).ToList();
        var problem = kinds.Count > 0 ? $"there is no kind {kind} in {apiVersion}" : $"no schema for {kind} in {apiVersion} is known";
        if (OtherReleases(apiVersion, kind) is { Count: > 0 } releases)
        {
            return (problem, $"{kind} is in {apiVersion} {Span(releases)}.");
        }

        if (elsewhere.Count > 0 && (kinds.Count > 0 || IsKubernetesGroup(apiVersion) || elsewhere.Any(e => Group(e) == Group(apiVersion))
            || Suggestions.Closest(apiVersion, elsewhere) is not null))
        {
            return (problem, $"{kind} is in {string.Join(", ", elsewhere)}, not {apiVersion}.");
        }

        if (Suggestions.Closest(kind, kinds) is { } near)
        {
            return (problem, $"Did you mean {near}?");
        }

        if (IsKubernetesGroup(apiVersion))
        {
            var versions = ApiVersions().Where(a => Group(a) == Group(apiVersion)).ToList();
            foreach (var other in versions.Count > 0 ? versions : [.. ApiVersions()])
            {
                if (other != apiVersion && Suggestions.Closest(kind, Kinds(other)) is { } there && (versions.Count > 0 || apiVersion.Length == 0))
                {
                    return (problem, $"Did you mean {there} in {other}?");
                }
            }

            return (problem, Suggestions.Closest(apiVersion, ApiVersions()) is { } nearVersion ? $"Did you mean {nearVersion}?" : null);
        }

        return (problem, kinds.Count > 0
            ? null
            : "Add its CustomResourceDefinition to the scanned files, or name a schema location that has it.");
    }

    private IEnumerable<string> ApiVersions()
    {
        var all = defined.Select(d => d.ApiVersion);
        if (withEmbedded)
        {
            all = all.Concat(EmbeddedSchemas.Kubernetes.ApiVersions.Where(a => EmbeddedSchemas.Kubernetes.Kinds(release.Index, a).Any()));
        }

        return all.Distinct(StringComparer.Ordinal);
    }

    private IEnumerable<string> VersionsOfPack(string group) => withEmbedded && EmbeddedSchemas.CustomResources(group) is { } pack
        ? pack.ApiVersions.Where(a => Group(a) == group)
        : [];

    private IEnumerable<string> Kinds(string apiVersion)
    {
        var all = defined.Where(d => d.ApiVersion == apiVersion).Select(d => d.Kind);
        if (withEmbedded)
        {
            all = all.Concat(EmbeddedSchemas.Kubernetes.Kinds(release.Index, apiVersion));
            if (EmbeddedSchemas.CustomResources(Group(apiVersion)) is { } pack)
            {
                all = all.Concat(pack.Kinds(0, apiVersion));
            }
        }

        return all;
    }

    private List<KubernetesVersion> OtherReleases(string apiVersion, string kind) => !withEmbedded ? [] :
        [.. EmbeddedSchemas.Releases.Where(r => EmbeddedSchemas.Kubernetes.Find(r.Index, apiVersion, kind) is not null).Select(r => r.Version)];

    private static string Span(List<KubernetesVersion> releases) =>
        releases[^1].SameRelease(KubernetesVersion.Latest) ? $"since Kubernetes {releases[0]}"
        : releases.Count == 1 ? $"of Kubernetes {releases[0]} only"
        : $"until Kubernetes {releases[^1]}";

    private static string Group(string apiVersion) => apiVersion.IndexOf('/') is var slash and > 0 ? apiVersion[..slash] : "";

    private static bool IsKubernetesGroup(string apiVersion) =>
        Group(apiVersion) is var group && (!group.Contains('.', StringComparison.Ordinal) || group.EndsWith(".k8s.io", StringComparison.Ordinal));

    /// <summary>Stable versions first, then by name.</summary>
    private sealed class ApiVersionOrder : IComparer<string>
    {
        public static ApiVersionOrder Instance { get; } = new();

        public int Compare(string? x, string? y) => (Unstable(x), x).CompareTo((Unstable(y), y));

        private static bool Unstable(string? apiVersion) =>
            apiVersion is not null && (apiVersion.Contains("alpha", StringComparison.Ordinal) || apiVersion.Contains("beta", StringComparison.Ordinal));
    }
}
