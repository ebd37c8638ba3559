using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Comparison;

/// <summary>How a score has moved.</summary>
/// <param name="Name">What it is of: a namespace (empty for none), or an object as <see cref="ResourceReference.ToString"/> names it.</param>
/// <param name="Before">The score in the baseline; null for a namespace that was not there.</param>
/// <param name="After">The score now; null for a namespace that is gone.</param>
public sealed record ScoreChange(string Name, int? Before, int? After)
{
    /// <summary>By how much it has risen; null when there is nothing to compare.</summary>
    public int? Delta => After - Before;
}

/// <summary>How the scores have moved since a baseline.</summary>
/// <param name="Repository">The repository.</param>
/// <param name="Namespaces">The namespaces whose score has changed, in ordinal order.</param>
/// <param name="Objects">
/// The objects whose score has changed, most fallen first. An object is what has the same kind and name here, in whatever file or overlay; one without findings
/// has 100, whether it was there or not.
/// </param>
public sealed record ScoreComparison(ScoreChange Repository, IReadOnlyList<ScoreChange> Namespaces, IReadOnlyList<ScoreChange> Objects)
{
    /// <summary>Compares.</summary>
    /// <param name="before">The baseline.</param>
    /// <param name="findings">The findings that count now.</param>
    /// <param name="score">Their score.</param>
    public static ScoreComparison Of(Baseline before, IEnumerable<Finding> findings, Score score)
    {
        var oldObjects = Broken(before.Findings.Select(f => (f.Resource, f.Rule, f.Severity)));
        var newObjects = Broken(findings.Select(f => (f.Resource, f.Rule, f.Severity)));
        var oldNamespaces = before.Namespaces.DistinctBy(n => n.Namespace, StringComparer.Ordinal).ToDictionary(n => n.Namespace, n => n.Value, StringComparer.Ordinal);
        var newNamespaces = score.Namespaces.ToDictionary(n => n.Namespace, n => n.Value, StringComparer.Ordinal);
        return new ScoreComparison(
            new ScoreChange("", before.Score, score.Repository),
            [
                .. oldNamespaces.Keys.Union(newNamespaces.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                    .Select(n => new ScoreChange(n, Find(oldNamespaces, n), Find(newNamespaces, n)))
                    .Where(c => c.Before != c.After),
            ],
            [
                .. oldObjects.Keys.Union(newObjects.Keys)
                    .Select(o => (Reference: o, Change: new ScoreChange(o.ToString(), Value(oldObjects, o), Value(newObjects, o))))
                    .Where(c => c.Change.Before != c.Change.After)
                    .OrderBy(c => c.Change.Delta)
                    .ThenBy(c => c.Change.Name, StringComparer.Ordinal)
                    .ThenBy(c => c.Reference.ApiVersion, StringComparer.Ordinal)
                    .Select(c => c.Change),
            ]);
    }

    private static Dictionary<ResourceReference, Dictionary<string, Severity>> Broken(IEnumerable<(ResourceReference? Resource, string Rule, Severity Severity)> findings)
    {
        var objects = new Dictionary<ResourceReference, Dictionary<string, Severity>>();
        foreach (var (resource, rule, severity) in findings)
        {
            if (resource is null || severity == Severity.Info)
            {
                continue;
            }

            if (!objects.TryGetValue(resource, out var broken))
            {
                objects[resource] = broken = new(StringComparer.Ordinal);
            }

            broken[rule] = broken.TryGetValue(rule, out var worst) && worst > severity ? worst : severity;
        }

        return objects;
    }

    private static int Value(Dictionary<ResourceReference, Dictionary<string, Severity>> objects, ResourceReference resource) =>
        objects.TryGetValue(resource, out var broken) ? Score.OfObject(broken.Values.Count(s => s == Severity.Error), broken.Values.Count(s => s == Severity.Warning)) : 100;

    private static int? Find(Dictionary<string, int> values, string key) => values.TryGetValue(key, out var value) ? value : null;
}
