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

    /// <summary>The scores of the objects that have less than 100, worst first, then in order of file and identity. They are put in order when somebody asks.</summary>
    public required IEnumerable<ObjectScore> Imperfect { get; init; }

    /// <summary>Works the scores out.</summary>
    /// <param name="findings">The findings that count.</param>
    /// <param name="resources">All objects of the run.</param>
    public static Score Of(IEnumerable<Finding> findings, IEnumerable<ScannedResource> resources)
    {
        var objects = new Dictionary<ObjectKey, BrokenRules>();
        var byReference = new Dictionary<ResourceReference, List<BrokenRules>>();
        foreach (var resource in resources)
        {
            var key = new ObjectKey(resource.Resource, resource.Location.File);
            if (resource.State != ScanState.Skipped && !objects.ContainsKey(key))
            {
                objects[key] = new BrokenRules();
                if (!byReference.TryGetValue(resource.Resource, out var same))
                {
                    byReference[resource.Resource] = same = [];
                }

                same.Add(objects[key]);
            }
        }

        // Findings come object by object.
        (ResourceReference? Resource, string File, List<BrokenRules> Owners) last = (null, "", []);
        foreach (var finding in findings)
        {
            if (finding.Severity == Severity.Info)
            {
                continue;
            }

            if (last.Owners.Count == 0 || !ReferenceEquals(last.Resource, finding.Resource) || last.File != finding.Location.File)
            {
                last = (finding.Resource, finding.Location.File, Owners(finding, objects, byReference));
            }

            foreach (var owner in last.Owners)
            {
                owner.Add(finding.Rule, finding.Severity);
            }
        }

        var scores = objects.Select(o => new ObjectScore(o.Key.Resource, o.Key.File, OfObject(o.Value.Errors, o.Value.Warnings), o.Value.Errors, o.Value.Warnings)).ToArray();
        return new Score
        {
            Repository = Mean(scores),
            Namespaces =
            [
                .. scores.GroupBy(s => s.Resource?.Namespace ?? "", StringComparer.Ordinal)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => new NamespaceScore(g.Key, Mean([.. g]), g.Count())),
            ],
            Imperfect = scores.Where(s => s.Value < 100)
                .OrderBy(s => s.Value)
                .ThenBy(s => s.File, StringComparer.Ordinal)
                .ThenBy(s => s.Resource?.ToString(), StringComparer.Ordinal)
                .ThenBy(s => s.Resource?.ApiVersion, StringComparer.Ordinal),
        };
    }

    /// <summary>Whether the repository scores at least <paramref name="minimum"/>.</summary>
    public bool Reaches(int minimum) => Repository >= minimum;

    /// <summary>The namespaces whose score is not what it was, in ordinal order.</summary>
    /// <param name="before">The scores of the namespaces at that time.</param>
    public IReadOnlyList<ScoreChange> ChangesSince(IReadOnlyList<NamespaceScore> before)
    {
        var (old, now) = (ByName(before), ByName(Namespaces));
        return
        [
            .. old.Keys.Union(now.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(name => new ScoreChange(name, Find(old, name), Find(now, name)))
                .Where(change => change.Before != change.After),
        ];

        static Dictionary<string, int> ByName(IReadOnlyList<NamespaceScore> scores) =>
            scores.DistinctBy(s => s.Namespace, StringComparer.Ordinal).ToDictionary(s => s.Namespace, s => s.Value, StringComparer.Ordinal);

        static int? Find(Dictionary<string, int> scores, string name) => scores.TryGetValue(name, out var value) ? value : null;
    }

    /// <summary>The score of an object that breaks so many rules.</summary>
    internal static int OfObject(int errors, int warnings) => 1000 / (10 + (2 * errors) + warnings);

    /// <summary>
    /// What a finding counts against: the object that it names, in the file that it names; failing that (a patch, a file beside it) every object with that
    /// identity; failing that the file.
    /// </summary>
    private static List<BrokenRules> Owners(Finding finding, Dictionary<ObjectKey, BrokenRules> objects, Dictionary<ResourceReference, List<BrokenRules>> byReference)
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
            objects[key] = file = new BrokenRules();
        }

        return [file];
    }

    private static int Mean(ObjectScore[] scores) => scores.Length == 0 ? 100 : (int)(scores.Sum(s => (long)s.Value) / scores.Length);

    private readonly record struct ObjectKey(ResourceReference? Resource, string File);

    /// <summary>The rules that an object breaks, each with its worst severity: most objects break none, and few break more than a dozen.</summary>
    private sealed class BrokenRules
    {
        private readonly List<(string Rule, Severity Severity)> _rules = [];

        public int Errors => _rules.Count(r => r.Severity == Severity.Error);

        public int Warnings => _rules.Count - Errors;

        public void Add(string rule, Severity severity)
        {
            for (var i = 0; i < _rules.Count; i++)
            {
                if (_rules[i].Rule == rule)
                {
                    _rules[i] = (rule, _rules[i].Severity > severity ? _rules[i].Severity : severity);
                    return;
                }
            }

            _rules.Add((rule, severity));
        }
    }
}
