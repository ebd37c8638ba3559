using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Comparison;

/// <summary>How well an object does.</summary>
/// <param name="Resource">The object; null for a file whose findings belong to no object.</param>
/// <param name="File">Its file.</param>
/// <param name="Value">The score, from 0 to 100.</param>
/// <param name="Errors">How many rules it breaks with an error.</param>
/// <param name="Warnings">How many further rules it breaks with a warning.</param>
public sealed record ObjectScore(ResourceReference? Resource, string File, int Value, int Errors, int Warnings);

/// <summary>How well the objects of a namespace do.</summary>
/// <param name="Namespace">The namespace as written; empty for objects that name none.</param>
/// <param name="Value">The score, from 0 to 100.</param>
/// <param name="Objects">How many objects it is the mean of.</param>
public sealed record NamespaceScore(string Namespace, int Value, int Objects);

/// <summary>
/// Scores from 0 to 100 of a repository, its namespaces and its objects.
/// An object scores 1000 / (10 + 2 × errors + warnings), rounded down, where each rule that it breaks counts once, however often, with its worst severity;
/// remarks of severity info cost nothing. One warning makes 90, one error 83, five errors 50. An object that breaks nothing has 100, and only such an object.
/// A namespace and the repository score the mean of their objects, rounded down: 100 says that nothing is broken.
/// The number of rules that are on does not matter, so that a new rule never makes old mistakes look smaller. Skipped objects are not counted;
/// a file with findings that belong to no object counts as one object without a namespace.
/// </summary>
public sealed record Score
{
    /// <summary>How it is worked out, for people.</summary>
    public const string Explanation =
        "An object scores 1000 / (10 + 2 × errors + warnings): 100 when it breaks no rule, 90 with one warning, 83 with one error. Each rule counts once per object. "
        + "A namespace and the repository score the mean of their objects.";

    /// <summary>The score of all objects together; 100 when there are none.</summary>
    public required int Repository { get; init; }

    /// <summary>The scores of the namespaces, in ordinal order.</summary>
    public required IReadOnlyList<NamespaceScore> Namespaces { get; init; }

    /// <summary>The scores of the objects that have less than 100, worst first, then in order of file and identity.</summary>
    public required IReadOnlyList<ObjectScore> Imperfect { get; init; }

    /// <summary>Works the scores out.</summary>
    /// <param name="findings">The findings that count.</param>
    /// <param name="resources">All objects of the run.</param>
    public static Score Of(IEnumerable<Finding> findings, IEnumerable<ScannedResource> resources)
    {
        var objects = new Dictionary<ObjectKey, Dictionary<string, Severity>>();
        var byReference = new Dictionary<ResourceReference, List<Dictionary<string, Severity>>>();
        foreach (var resource in resources)
        {
            if (resource.State != ScanState.Skipped && !objects.ContainsKey(new(resource.Resource, resource.Location.File)))
            {
                var broken = new Dictionary<string, Severity>(StringComparer.Ordinal);
                objects[new(resource.Resource, resource.Location.File)] = broken;
                if (!byReference.TryGetValue(resource.Resource, out var same))
                {
                    byReference[resource.Resource] = same = [];
                }

                same.Add(broken);
            }
        }

        foreach (var finding in findings)
        {
            if (finding.Severity == Severity.Info)
            {
                continue;
            }

            foreach (var broken in Owners(finding, objects, byReference))
            {
                broken[finding.Rule] = broken.TryGetValue(finding.Rule, out var worst) && worst > finding.Severity ? worst : finding.Severity;
            }
        }

        var scores = objects.Select(o =>
        {
            var errors = o.Value.Values.Count(s => s == Severity.Error);
            var warnings = o.Value.Count - errors;
            return new ObjectScore(o.Key.Resource, o.Key.File, OfObject(errors, warnings), errors, warnings);
        }).ToArray();
        return new Score
        {
            Repository = Mean(scores),
            Namespaces =
            [
                .. scores.GroupBy(s => s.Resource?.Namespace ?? "", StringComparer.Ordinal)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => new NamespaceScore(g.Key, Mean([.. g]), g.Count())),
            ],
            Imperfect =
            [
                .. scores.Where(s => s.Value < 100)
                    .OrderBy(s => s.Value)
                    .ThenBy(s => s.File, StringComparer.Ordinal)
                    .ThenBy(s => s.Resource?.ToString(), StringComparer.Ordinal)
                    .ThenBy(s => s.Resource?.ApiVersion, StringComparer.Ordinal),
            ],
        };
    }

    /// <summary>Whether the repository scores at least <paramref name="minimum"/>.</summary>
    public bool Reaches(int minimum) => Repository >= minimum;

    /// <summary>The score of an object that breaks so many rules.</summary>
    internal static int OfObject(int errors, int warnings) => 1000 / (10 + (2 * errors) + warnings);

    /// <summary>
    /// What a finding counts against: the object that it names, in the file that it names; failing that (a patch, a file beside it) every object with that
    /// identity; failing that the file.
    /// </summary>
    private static List<Dictionary<string, Severity>> Owners(
        Finding finding,
        Dictionary<ObjectKey, Dictionary<string, Severity>> objects,
        Dictionary<ResourceReference, List<Dictionary<string, Severity>>> byReference)
    {
        if (finding.Resource is { } resource)
        {
            if (objects.TryGetValue(new(resource, finding.Location.File), out var own))
            {
                return [own];
            }

            if (byReference.TryGetValue(resource, out var same))
            {
                return same;
            }
        }

        var key = new ObjectKey(null, finding.Location.File);
        if (!objects.TryGetValue(key, out var file))
        {
            objects[key] = file = new(StringComparer.Ordinal);
        }

        return [file];
    }

    private static int Mean(ObjectScore[] scores) => scores.Length == 0 ? 100 : (int)(scores.Sum(s => (long)s.Value) / scores.Length);

    private sealed record ObjectKey(ResourceReference? Resource, string File);
}
