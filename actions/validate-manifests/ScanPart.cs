using Actions.Shared.Findings;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Structure;
using Actions.Shared.Validation.Suppressions;

namespace Actions.ValidateManifests;

/// <summary>What one piece of work came to.</summary>
internal sealed class ScanPart
{
    public int Files { get; set; }

    public int Documents { get; set; }

    /// <summary>What Kubernetes would refuse: about YAML, schemas, API versions and rendering.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>What the rules about single objects report.</summary>
    public List<Finding> RuleFindings { get; } = [];

    public List<ScannedResource> Resources { get; } = [];

    public List<SkippedItem> Skipped { get; } = [];

    /// <summary>The files that were looked for findings in, relative to the workspace.</summary>
    public HashSet<string> Paths { get; } = new(StringComparer.Ordinal);

    /// <summary>What the annotations of objects suppress.</summary>
    public List<SuppressedFinding> Suppressed { get; } = [];

    /// <summary>The suppressions in annotations of objects.</summary>
    public List<SuppressionReading> Readings { get; } = [];

    /// <summary>The suppressions in comments of files.</summary>
    public List<SuppressionReading> FileReadings { get; } = [];

    /// <summary>What the rules about how objects fit together need to know of each object.</summary>
    public List<GraphObject> Graph { get; } = [];

    /// <summary>
    /// For a file whose objects are rendered: they count once, as rendered, and what they lack may be added by a patch, which rules over several fields
    /// depend on too. What is wrong with what they have is kept, because rendering loses how it was written.
    /// </summary>
    public void LeaveToRendering()
    {
        Resources.Clear();
        RuleFindings.Clear();
        Graph.Clear();
        Suppressed.Clear();
        Readings.Clear();
        Findings.RemoveAll(f => f.Rule == StructureRules.Required.Id || f.Rule == StructureRules.MissingName.Id || f.Rule == StructureRules.Combination.Id
            || f.Rule == StructureRules.CelRule.Id || f.Rule == StructureRules.CelRuleSkipped.Id);
    }

    public void Add(ScanPart other)
    {
        Files += other.Files;
        Documents += other.Documents;
        Findings.AddRange(other.Findings);
        RuleFindings.AddRange(other.RuleFindings);
        Resources.AddRange(other.Resources);
        Skipped.AddRange(other.Skipped);
        Graph.AddRange(other.Graph);
        Suppressed.AddRange(other.Suppressed);
        Readings.AddRange(other.Readings);
        FileReadings.AddRange(other.FileReadings);
    }
}
