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
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), ObjectRule[]> _byKind = new();
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
        var before = findings.Count;
        var inspection = new ObjectInspection(file, body, reference, settings, findings, map);
        foreach (var rule in _byKind.GetOrAdd((reference.ApiVersion, reference.Kind), Applicable))
        {
            inspection.Rule = rule.Descriptor;
            rule.Check(inspection);
        }

        if (findings.Count > before)
        {
            RemoveSubsumed(findings, before, inspection.Subjects);
        }
    }

    private ObjectRule[] Applicable((string ApiVersion, string Kind) kind)
    {
        var group = ObjectInspection.GroupOf(kind.ApiVersion);
        return [.. rules.Where(r => r.Target.Accepts(group, kind.Kind))];
    }

    private void RemoveSubsumed(List<Finding> findings, int first, IReadOnlyList<YamlNode?> subjects)
    {
        List<Finding>? reported = null;
        for (var i = findings.Count - 1; i >= first; i--)
        {
            if (_subsumedBy.TryGetValue(findings[i].Rule, out var stronger) && IsSubsumed(reported ??= findings.GetRange(first, findings.Count - first), i - first, stronger))
            {
                findings.RemoveAt(i);
            }
        }

        bool IsSubsumed(List<Finding> all, int i, IReadOnlyList<string> stronger)
        {
            for (var j = 0; j < all.Count; j++)
            {
                if (ReferenceEquals(subjects[i], subjects[j]) && all[j].Severity >= all[i].Severity && stronger.Contains(all[j].Rule, StringComparer.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
