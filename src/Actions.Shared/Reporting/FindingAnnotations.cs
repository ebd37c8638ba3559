using System.Runtime.InteropServices;
using Actions.Shared.Findings;

namespace Actions.Shared.Reporting;

/// <summary>A finding as an annotation shows it, before any limit or escaping of the platform.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">The rule and the object, for example <c>schema-type: Deployment prod/api</c>.</param>
/// <param name="Message">What is wrong and, on the next line, what to do; untrusted text.</param>
/// <param name="Location">Where; null for standard input, which has no file to show it in.</param>
public sealed record FindingAnnotation(Severity Severity, string Title, string Message, SourceLocation? Location);

/// <summary>Puts findings into the order in which they are worth one of the few annotations that GitHub shows.</summary>
public static class FindingAnnotations
{
    /// <summary>
    /// All <paramref name="findings"/> (those that are new, where that is known), worst first. Within a severity every rule comes once before any comes twice, and a rule comes
    /// once in every file before it comes twice in one, so that the first ten say as much as ten can. Same findings, same order.
    /// </summary>
    public static IReadOnlyList<FindingAnnotation> From(IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0) return [];
        var inFile = new Dictionary<(Severity, string, string), int>();
        var spread = findings
            .Select((finding, index) => (Finding: finding, Index: index,
                InFile: Next(inFile, (finding.Severity, finding.Rule, finding.Location.File))))
            .OrderBy(f => f.InFile)
            .ThenBy(f => f.Index)
            .ToArray();
        var ofRule = new Dictionary<(Severity, string), int>();
        return
        [
            .. spread
                .Select(f => (f.Finding, f.Index, OfRule: Next(ofRule, (f.Finding.Severity, f.Finding.Rule))))
                .OrderByDescending(f => f.Finding.Severity)
                .ThenBy(f => f.OfRule)
                .ThenBy(f => f.Index)
                .Select(f => Annotate(f.Finding)),
        ];
    }

    private static int Next<TKey>(Dictionary<TKey, int> counts, TKey key) where TKey : notnull =>
        CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private static FindingAnnotation Annotate(Finding finding) => new(
        finding.Severity,
        finding.Resource is { } resource ? $"{finding.Rule}: {resource}" : finding.Rule,
        Phrases.MessageAndHint(finding),
        finding.Location.File == "-" ? null : finding.Location);
}
