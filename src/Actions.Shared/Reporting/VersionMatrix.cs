using Actions.Shared.Findings;

namespace Actions.Shared.Reporting;

/// <summary>What a kind is in one Kubernetes version, least bad first.</summary>
internal enum VersionState
{
    /// <summary>No object of the kind was checked.</summary>
    Skipped,
    Ok,
    Deprecated,
    Invalid,
    Removed,
}

/// <summary>A kind, and its state in each version that was asked for, in their order.</summary>
internal sealed record KindVersions(string ApiVersion, string Kind, IReadOnlyList<VersionState> States);

/// <summary>Kinds by Kubernetes versions.</summary>
internal static class VersionMatrix
{
    /// <summary>The rules whose findings say that an API version is gone or going.</summary>
    private const string Removed = "api-removed";
    private const string Deprecated = "api-deprecated";

    /// <summary>The kinds of the scanned objects, the worst first.</summary>
    public static IReadOnlyList<KindVersions> Of(ScanReport report)
    {
        var versions = report.KubernetesVersions;
        var states = new Dictionary<(string ApiVersion, string Kind), VersionState[]>();
        foreach (var resource in report.Resources)
        {
            var key = (resource.Resource.ApiVersion, resource.Resource.Kind);
            if (!states.TryGetValue(key, out var row)) states.Add(key, row = new VersionState[versions.Count]);
            if (resource.State != ScanState.Skipped) Raise(row, VersionState.Ok, versions, []);
        }

        foreach (var finding in report.Findings)
        {
            if (finding.Resource is not { } resource || !states.TryGetValue((resource.ApiVersion, resource.Kind), out var row)) continue;
            if (finding.Rule == Removed) Raise(row, VersionState.Removed, versions, finding.KubernetesVersions);
            else if (finding.Rule == Deprecated) Raise(row, VersionState.Deprecated, versions, finding.KubernetesVersions);
            else if (finding.Severity == Severity.Error) Raise(row, VersionState.Invalid, versions, finding.KubernetesVersions);
        }

        return
        [
            .. states.Select(s => new KindVersions(s.Key.ApiVersion, s.Key.Kind, s.Value))
                .OrderByDescending(k => k.States.Max())
                .ThenBy(k => k.Kind, StringComparer.Ordinal)
                .ThenBy(k => k.ApiVersion, StringComparer.Ordinal),
        ];
    }

    private static void Raise(VersionState[] row, VersionState state, IReadOnlyList<string> all, IReadOnlyList<string> affected)
    {
        for (var i = 0; i < row.Length; i++)
            if (affected.Count == 0 || affected.Contains(all[i])) row[i] = row[i] > state ? row[i] : state;
    }
}
