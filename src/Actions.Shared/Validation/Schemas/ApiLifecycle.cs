using System.Text;

namespace Actions.Shared.Validation.Schemas;

/// <summary>When an API of Kubernetes was deprecated and removed, and what stands in for it.</summary>
/// <param name="ApiVersion">Group and version, for example <c>policy/v1beta1</c>.</param>
/// <param name="Kind">The kind, for example <c>PodDisruptionBudget</c>.</param>
/// <param name="DeprecatedIn">The release that deprecated it.</param>
/// <param name="RemovedIn">The first release that does not serve it; null when that is not decided.</param>
/// <param name="ReplacementApiVersion">Group and version to use instead; null when there is none.</param>
/// <param name="ReplacementKind">Kind to use instead, in most cases the same; null when there is no replacement.</param>
/// <remarks>Source: the Kubernetes deprecation guide and release notes, as data in <c>Data/api-lifecycle.txt</c>.</remarks>
public sealed record ApiLifecycle(
    string ApiVersion,
    string Kind,
    KubernetesVersion DeprecatedIn,
    KubernetesVersion? RemovedIn,
    string? ReplacementApiVersion,
    string? ReplacementKind)
{
    private static readonly Lazy<Dictionary<(string ApiVersion, string Kind), ApiLifecycle>> Table = new(Read);

    /// <summary>Every API that is known to be deprecated or removed, in the order of its removal.</summary>
    public static IReadOnlyCollection<ApiLifecycle> All => Table.Value.Values;

    /// <summary>The fate of <paramref name="kind"/> in <paramref name="apiVersion"/>, or of the list of such objects; null when it is neither deprecated nor removed.</summary>
    public static ApiLifecycle? Find(string apiVersion, string kind)
    {
        ArgumentNullException.ThrowIfNull(apiVersion);
        ArgumentNullException.ThrowIfNull(kind);
        const string List = "List";
        return Table.Value.TryGetValue((apiVersion, kind), out var found) ? found
            : kind.EndsWith(List, StringComparison.Ordinal) && Table.Value.TryGetValue((apiVersion, kind[..^List.Length]), out found)
                ? found with { Kind = kind, ReplacementKind = found.ReplacementKind is { } replacement ? replacement + List : null }
                : null;
    }

    /// <summary>Whether Kubernetes <paramref name="version"/> still serves it and warns about it.</summary>
    public bool IsDeprecatedIn(KubernetesVersion version) => NotBefore(version, DeprecatedIn) && !IsRemovedIn(version);

    /// <summary>Whether Kubernetes <paramref name="version"/> no longer serves it.</summary>
    public bool IsRemovedIn(KubernetesVersion version) => RemovedIn is { } removed && NotBefore(version, removed);

    /// <summary>What to use instead, for example <c>policy/v1</c> or <c>discovery.k8s.io/v1 EndpointSlice</c>; null when there is nothing.</summary>
    public string? Replacement => ReplacementKind is null || ReplacementKind == Kind ? ReplacementApiVersion : $"{ReplacementApiVersion} {ReplacementKind}";

    private static bool NotBefore(KubernetesVersion version, KubernetesVersion other) => version >= other with { Patch = 0 };

    private static Dictionary<(string ApiVersion, string Kind), ApiLifecycle> Read()
    {
        using var stream = typeof(ApiLifecycle).Assembly.GetManifestResourceStream("schemas/api-lifecycle")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var table = new Dictionary<(string ApiVersion, string Kind), ApiLifecycle>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var words = line.Split(' ');
            var replacement = words[4] == "-" ? [] : words[4].Split('/');
            var hasKind = replacement.Length > 0 && char.IsAsciiLetterUpper(replacement[^1][0]);
            table.Add((words[0], words[1]), new ApiLifecycle(
                words[0],
                words[1],
                Version(words[2]),
                words[3] == "-" ? null : Version(words[3]),
                replacement.Length == 0 ? null : string.Join('/', hasKind ? replacement[..^1] : replacement),
                replacement.Length == 0 ? null : hasKind ? replacement[^1] : words[1]));
        }

        return table;
    }

    private static KubernetesVersion Version(string text) =>
        KubernetesVersion.TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is no version");
}
