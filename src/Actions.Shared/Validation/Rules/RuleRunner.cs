using System.Collections.Concurrent;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;

namespace Actions.Shared.Validation.Rules;

/// <summary>Runs a set of rules on one object after the other. Safe for concurrent use.</summary>
/// <param name="rules">The rules that are on, their descriptors carrying the severity as configured.</param>
/// <param name="settings">How they are to be run.</param>
public sealed class RuleRunner(IReadOnlyList<ObjectRule> rules, RuleSettings settings)
{
    private static readonly string[] ContainerLists = ["/containers/", "/initContainers/", "/ephemeralContainers/"];

    private readonly ConcurrentDictionary<(string Group, string Kind), ObjectRule[]> _byKind = new();
    private readonly Dictionary<string, IReadOnlyList<string>> _subsumedBy =
        rules.Where(r => r.SubsumedBy.Count > 0).ToDictionary(r => r.Descriptor.Id, r => r.SubsumedBy, StringComparer.Ordinal);

    /// <summary>Adds to <paramref name="findings"/> what the rules have to say about one object.</summary>
    /// <param name="file">File of the object, relative to the workspace.</param>
    /// <param name="body">The object.</param>
    /// <param name="reference">Its identity.</param>
    /// <param name="findings">Receives the findings.</param>
    /// <param name="map">For a rendered object: leads from its places to the files of the workspace. Null for an object as it stands.</param>
    public void Inspect(string file, YamlMapping body, ResourceReference reference, List<Finding> findings, SourceMap? map = null)
    {
        var reported = new List<Finding>();
        var inspection = new ObjectInspection(file, body, reference, settings, reported, map);
        foreach (var rule in _byKind.GetOrAdd((inspection.Group, inspection.Kind), Applicable))
        {
            inspection.Rule = rule.Descriptor;
            rule.Check(inspection);
        }

        findings.AddRange(reported.Where(f => !IsSubsumed(f, reported)));
    }

    private ObjectRule[] Applicable((string Group, string Kind) kind) => [.. rules.Where(r => r.Target.Accepts(kind.Group, kind.Kind))];

    private bool IsSubsumed(Finding finding, List<Finding> all) =>
        _subsumedBy.TryGetValue(finding.Rule, out var stronger)
        && all.Exists(other => stronger.Contains(other.Rule, StringComparer.Ordinal) && Scope(other.Field) == Scope(finding.Field));

    /// <summary>The container that a field belongs to, the volume, or the whole object.</summary>
    private static string Scope(string field)
    {
        foreach (var list in ContainerLists)
        {
            var at = field.IndexOf(list, StringComparison.Ordinal);
            if (at >= 0)
            {
                var end = field.IndexOf('/', at + list.Length);
                return end < 0 ? field : field[..end];
            }
        }

        var volume = field.IndexOf("/volumes/", StringComparison.Ordinal);
        if (volume >= 0)
        {
            var end = field.IndexOf('/', volume + "/volumes/".Length);
            return end < 0 ? field : field[..end];
        }

        return "";
    }
}
