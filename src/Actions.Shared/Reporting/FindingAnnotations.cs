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

        // Classes and texts as keys instead of tuples: generic code over tuples would be compiled at every start.
        var ranked = new List<Ranked>(findings.Count);
        var inFile = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < findings.Count; i++)
            ranked.Add(new Ranked(findings[i], i) { InFile = Next(inFile, $"{findings[i].Severity}\0{findings[i].Rule}\0{findings[i].Location.File}") });
        ranked.Sort(static (left, right) => left.InFile != right.InFile ? left.InFile.CompareTo(right.InFile) : left.Index.CompareTo(right.Index));
        var ofRule = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in ranked) item.OfRule = Next(ofRule, $"{item.Finding.Severity}\0{item.Finding.Rule}");
        ranked.Sort(static (left, right) =>
            left.Finding.Severity != right.Finding.Severity ? right.Finding.Severity.CompareTo(left.Finding.Severity)
            : left.OfRule != right.OfRule ? left.OfRule.CompareTo(right.OfRule)
            : left.Index.CompareTo(right.Index));
        return [.. ranked.Select(item => Annotate(item.Finding))];
    }

    private static int Next(Dictionary<string, int> counts, string key) => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;

    private static FindingAnnotation Annotate(Finding finding) => new(
        finding.Severity,
        finding.Resource is { } resource ? $"{finding.Rule}: {resource}" : finding.Rule,
        Phrases.MessageAndHint(finding),
        finding.Location.File == "-" ? null : finding.Location);

    /// <summary>A finding, and how many like it came before it: in its file, and of its rule.</summary>
    private sealed class Ranked(Finding finding, int index)
    {
        public Finding Finding => finding;

        public int Index => index;

        public int InFile { get; init; }

        public int OfRule { get; set; }
    }
}
