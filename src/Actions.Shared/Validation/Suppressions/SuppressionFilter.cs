using Actions.Shared.Findings;
using Actions.Shared.Validation.Configuration;

namespace Actions.Shared.Validation.Suppressions;

/// <summary>Takes suppressed findings out: those of an object right after they were made, all others at the end of a run.</summary>
public static class SuppressionFilter
{
    /// <summary>
    /// Takes out of <paramref name="findings"/>, from <paramref name="from"/> on, what the annotations of one object suppress: the findings that were made
    /// for this very object.
    /// </summary>
    /// <param name="ofObject">What <see cref="SuppressionReader.OfObject"/> gave for the object.</param>
    /// <param name="findings">The findings; those of the object are at the end.</param>
    /// <param name="from">Index of the first finding of the object.</param>
    /// <param name="suppressed">Receives what was taken out.</param>
    public static void Apply(IReadOnlyList<Suppression> ofObject, List<Finding> findings, int from, List<SuppressedFinding> suppressed)
    {
        if (ofObject.Count == 0)
        {
            return;
        }

        var kept = from;
        for (var i = from; i < findings.Count; i++)
        {
            if (ofObject.FirstOrDefault(s => s.Covers(findings[i].Rule)) is { } suppression)
            {
                suppressed.Add(new SuppressedFinding(findings[i], suppression));
            }
            else
            {
                findings[kept++] = findings[i];
            }
        }

        findings.RemoveRange(kept, findings.Count - kept);
    }

    /// <summary>
    /// Takes out what comments suppress, and what annotations suppress of findings that were made for many objects at once: there, every object with the
    /// identity that the finding names must suppress the rule, so that an exception of one overlay does not hide the problem of another.
    /// Then says which of our suppressions were of no use.
    /// </summary>
    /// <param name="findings">All findings of the run that are left.</param>
    /// <param name="suppressed">What <see cref="Apply"/> took out.</param>
    /// <param name="readings">All that was read of files and objects.</param>
    /// <param name="resources">All objects of the run.</param>
    /// <param name="policy">Says which rules are off, so that nobody is told of a suppression that could not be of use.</param>
    public static SuppressionResult Finish(
        IEnumerable<Finding> findings,
        IReadOnlyList<SuppressedFinding> suppressed,
        IReadOnlyList<SuppressionReading> readings,
        IEnumerable<ScannedResource> resources,
        RulePolicy policy)
    {
        var suppressions = readings.SelectMany(r => r.Suppressions).ToArray();
        if (suppressions.Length == 0 && readings.Count == 0)
        {
            return new SuppressionResult([.. findings], suppressed, 0);
        }

        var comments = suppressions.Where(s => s.Resource is null).ToLookup(s => s.Location.File, StringComparer.Ordinal);
        var annotations = suppressions.Where(s => s.Resource is not null).ToLookup(s => s.Resource!);
        var objects = annotations.Count == 0 ? null : resources.Where(r => annotations.Contains(r.Resource)).ToLookup(r => r.Resource);
        var used = new HashSet<(SourceLocation, string)>();
        var kept = new List<Finding>();
        var all = new List<SuppressedFinding>(suppressed);
        foreach (var finding in findings)
        {
            var by = ByComment(comments, finding) ?? (objects is null ? null : ByAnnotation(annotations, objects, finding));
            if (by is null)
            {
                kept.Add(finding);
            }
            else
            {
                all.Add(new SuppressedFinding(finding, by));
            }
        }

        foreach (var (finding, suppression) in all)
        {
            var others = suppression.Owner is null ? [] : annotations[suppression.Resource!].Where(s => ReferenceEquals(s.Owner, suppression.Owner));
            foreach (var useful in others.Concat(comments[finding.Location.File].Where(c => Concerns(c, finding))).Append(suppression).Where(s => s.Covers(finding.Rule)))
            {
                used.Add((useful.Location, useful.IsForAll ? RuleIndex.All : finding.Rule));
            }
        }

        kept.AddRange(readings.SelectMany(r => r.Problems).Concat(Unused(suppressions, used, policy)).Select(policy.Apply).OfType<Finding>());
        return new SuppressionResult(kept, all, suppressions.Count(s => !s.IsOurs && s.Rules.Count == 0));
    }

    private static Suppression? ByComment(ILookup<string, Suppression> comments, Finding finding)
    {
        foreach (var comment in comments[finding.Location.File])
        {
            if (comment.Covers(finding.Rule) && Concerns(comment, finding))
            {
                return comment;
            }
        }

        return null;
    }

    private static bool Concerns(Suppression comment, Finding finding) =>
        comment.Scope is not { } scope
        || (finding.Location.Region is { } region && region.StartLine >= scope.StartLine && region.StartLine <= scope.EndLine);

    private static Suppression? ByAnnotation(ILookup<ResourceReference, Suppression> annotations, ILookup<ResourceReference, ScannedResource> objects, Finding finding)
    {
        if (finding.Resource is not { } resource)
        {
            return null;
        }

        var covering = annotations[resource].Where(s => s.Covers(finding.Rule)).ToArray();
        if (covering.Length == 0)
        {
            return null;
        }

        var same = objects[resource].ToArray();
        var here = same.Count(o => o.Location.File == finding.Location.File);
        var wanted = here > 0 && covering.Any(s => s.Location.File == finding.Location.File)
            ? (Objects: here, Owners: covering.Where(s => s.Location.File == finding.Location.File).Select(s => s.Owner).Distinct().Count())
            : (Objects: same.Length, Owners: covering.Select(s => s.Owner).Distinct().Count());
        return wanted.Owners >= wanted.Objects ? covering[0] : null;
    }

    private static IEnumerable<Finding> Unused(Suppression[] suppressions, HashSet<(SourceLocation, string)> used, RulePolicy policy)
    {
        foreach (var suppression in suppressions.Where(s => s.IsOurs))
        {
            IReadOnlyList<string> covered = suppression.IsForAll ? [RuleIndex.All] : suppression.Rules;
            foreach (var rule in covered)
            {
                if (!used.Contains((suppression.Location, rule)) && !IsOff(suppression, rule, policy))
                {
                    yield return new Finding
                    {
                        Rule = SuppressionRules.Unused.Id,
                        Severity = SuppressionRules.Unused.Severity,
                        Location = suppression.Location,
                        Message = $"the suppression of {rule} suppresses nothing",
                        Hint = SuppressionRules.Unused.Fix,
                        Resource = suppression.Resource,
                    };
                }
            }
        }
    }

    private static bool IsOff(Suppression suppression, string rule, RulePolicy policy) =>
        policy.For(suppression.Location.File, suppression.Resource ?? new ResourceReference("", "", null, null)).IsOff(rule);
}
