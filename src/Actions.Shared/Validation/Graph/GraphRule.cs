using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>A rule about how objects fit together. Checks are pure, keep no state and never throw, whatever the objects look like.</summary>
/// <param name="Descriptor">What the rule is about.</param>
/// <param name="Check">Looks at the objects and reports what is wrong.</param>
public sealed record GraphRule(RuleDescriptor Descriptor, Action<GraphInspection> Check)
{
    /// <summary>What users may set; empty by default.</summary>
    public IReadOnlyList<RuleParameter> Parameters { get; init; } = [];

    /// <summary>Ids of rules that say more of the same: when one of them reports the same object, what this rule reports is left out. Empty by default.</summary>
    public IReadOnlyList<string> SubsumedBy { get; init; } = [];
}

/// <summary>All objects in front of a rule: what it may look at and where it reports. Rules that run at the same time share the objects and nothing else.</summary>
/// <param name="graph">The objects.</param>
/// <param name="settings">How the rule is to be run.</param>
/// <param name="rule">The rule.</param>
public sealed class GraphInspection(ObjectGraph graph, RuleSettings settings, RuleDescriptor rule)
{
    /// <summary>The objects.</summary>
    public ObjectGraph Graph { get; } = graph;

    /// <summary>How the rule is to be run.</summary>
    public RuleSettings Settings { get; } = settings;

    /// <summary>What the rule reports.</summary>
    internal List<Finding> Findings { get; } = [];

    /// <summary>What each finding is about, in their order.</summary>
    internal List<GraphObject> Subjects { get; } = [];

    /// <summary>The values of a parameter of the rule.</summary>
    public IReadOnlyList<string> Values(RuleParameter parameter) => Settings.Values(rule.Id, parameter);

    /// <summary>The value of a parameter of the rule that is one whole number.</summary>
    public long Integer(RuleParameter parameter) => Settings.Integer(rule.Id, parameter);

    /// <summary>Reports <paramref name="node"/>, a value or a key of <paramref name="about"/>.</summary>
    public void Report(GraphObject about, YamlNode node, string message, string? hint = null) =>
        Inspect(about).Report(node, message, hint);

    /// <summary>Reports that <paramref name="parent"/>, a node of <paramref name="about"/>, lacks the field at <paramref name="path"/> (keys separated by slashes).</summary>
    public void ReportMissing(GraphObject about, YamlNode parent, string path, string message, string? hint = null) =>
        Inspect(about).ReportMissing(parent, path, message, hint);

    private ObjectInspection Inspect(GraphObject about)
    {
        Subjects.Add(about);
        return new(about.File, about.Body, about.Reference, Settings, Findings, about.Map) { Rule = rule };
    }
}
