using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Text;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;
using Actions.Shared.Validation.Structure;
using Actions.Shared.Validation.Suppressions;

namespace Actions.Shared.Validation.Configuration;

/// <summary>All rules that can be configured or suppressed, by their ids and by what other tools call them. Immutable.</summary>
public sealed class RuleIndex
{
    /// <summary>Stands for every rule about objects in <c>rules</c>, and for every rule in a suppression.</summary>
    public const string All = "all";

    private static readonly Lazy<RuleIndex> LazyBuiltIn = new(() => new RuleIndex(
    [
        .. YamlRules.All.Concat(SkippedRules.All).Concat(StructureRules.All).Concat(ValidationRules.All).Concat(RenderingRules.All).Concat(SuppressionRules.All)
            .Append(KubeLinterFile.NotUnderstood)
            .DistinctBy(r => r.Id, StringComparer.Ordinal).Select(r => new KnownRule(r)),
        .. RuleCatalogue.ObjectRules.Select(r => new KnownRule(r.Descriptor) { Parameters = r.Parameters, ObjectRule = r }),
        .. GraphRuleCatalogue.Rules.Select(r => new KnownRule(r.Descriptor) { Parameters = r.Parameters, GraphRule = r }),
    ]));

    private readonly Dictionary<string, KnownRule> _byId;
    private readonly Lazy<Dictionary<string, List<string>>> _byAlias;

    /// <summary>Makes an index; of rules with the same id the last counts.</summary>
    public RuleIndex(IEnumerable<KnownRule> rules)
    {
        _byId = new Dictionary<string, KnownRule>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            _byId[rule.Descriptor.Id] = rule;
        }

        Rules = [.. _byId.Values.OrderBy(r => r.Descriptor.Id, StringComparer.Ordinal)];
        _byAlias = new(IndexAliases);
    }

    /// <summary>The rules that the program comes with.</summary>
    public static RuleIndex BuiltIn => LazyBuiltIn.Value;

    /// <summary>The page that lists the rules, for hints. The default is that of the rules for manifests.</summary>
    public string Reference { get; init; } = "docs/reference/rules.md";

    /// <summary>The rules, in ordinal order of their ids.</summary>
    public IReadOnlyList<KnownRule> Rules { get; }

    /// <summary>The rule <paramref name="id"/>, or null.</summary>
    public KnownRule? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>This index with <paramref name="rules"/> added.</summary>
    public RuleIndex With(IReadOnlyList<KnownRule> rules) => rules.Count == 0 ? this : new RuleIndex([.. Rules, .. rules]) { Reference = Reference };

    /// <summary>
    /// The ids of the rules that another tool calls <paramref name="alias"/>, for example <c>kube-score:pod-probes</c> or <c>CKV_K8S_16</c>; case does not matter.
    /// </summary>
    public IReadOnlyList<string> FromAlias(string alias) => _byAlias.Value.TryGetValue(alias, out var ids) ? ids : [];

    /// <summary>The ids of the rules about objects that another tool has too, whatever it calls them.</summary>
    /// <param name="prefix">Start of the tool's aliases, for example <c>kube-linter:</c>.</param>
    public IReadOnlyList<string> OfTool(string prefix) =>
        [.. Rules.Where(r => r.IsAmongAll && r.Descriptor.Aliases.Any(a => a.StartsWith(prefix, StringComparison.Ordinal))).Select(r => r.Descriptor.Id)];

    /// <summary>What to do about an unknown rule id, one sentence.</summary>
    public string Advice(string unknown)
    {
        if (FromAlias(unknown) is { Count: > 0 } aliases)
        {
            return $"Here it is called {Words.Join(aliases, "and")}.";
        }

        foreach (var tool in (ReadOnlySpan<string>)["kube-score:", "kube-linter:", "polaris:"])
        {
            if (FromAlias(tool + unknown) is { Count: > 0 } ids)
            {
                return $"What {tool.TrimEnd(':')} calls so is {Words.Join(ids, "and")} here.";
            }
        }

        return Suggestions.Closest(unknown, _byId.Keys) is { } near ? $"Did you mean `{near}`?" : $"{Reference} lists all rules.";
    }

    /// <summary>The descriptors of all rules, in ordinal order of their ids.</summary>
    public IReadOnlyList<RuleDescriptor> Descriptors => [.. Rules.Select(r => r.Descriptor)];

    private Dictionary<string, List<string>> IndexAliases()
    {
        var index = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in Rules)
        {
            foreach (var alias in rule.Descriptor.Aliases)
            {
                if (!index.TryGetValue(alias, out var ids))
                {
                    index[alias] = ids = [];
                }

                ids.Add(rule.Descriptor.Id);
            }
        }

        return index;
    }
}
