using System.Collections.Concurrent;
using Actions.Shared.Findings;
using Actions.Shared.Validation.Graph;

namespace Actions.Shared.Validation.Configuration;

/// <summary>
/// Answers which rules hold where, with which severity and parameters: the rules' own defaults, then <c>.kube-linter.yaml</c>, then the
/// configuration, then its overrides in their order, then what the run asks for; later ones win. Safe for concurrent use; what is the same for many
/// objects is worked out once.
/// </summary>
public sealed class RulePolicy
{
    private readonly RuleLayer[] _layers;
    private readonly PathPatterns?[] _paths;
    private readonly bool _isUniform;
    private readonly ConcurrentDictionary<string, bool[]> _byFile = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool[]> _byKind = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EffectiveRules> _effective = new(StringComparer.Ordinal);

    /// <summary>Puts a run's options on top of a configuration.</summary>
    /// <param name="configuration">What the repository has configured.</param>
    /// <param name="run">What this run changes (<c>rules</c> of the action); wins over everything else.</param>
    /// <param name="podSecurity">
    /// The level that this run demands; takes the place of the configuration's own, before its rules are looked at. Null leaves that as it is.
    /// </param>
    public RulePolicy(ValidationConfiguration configuration, IReadOnlyList<RuleChange>? run = null, PodSecurityDemand? podSecurity = null)
    {
        Rules = configuration.Rules;
        _layers =
        [
            .. configuration.Foreign,
            configuration.Base with { PodSecurity = podSecurity ?? configuration.Base.PodSecurity },
            .. configuration.Overrides,
            new RuleLayer { Rules = run ?? [] },
        ];
        _paths = [.. _layers.Select(l => l.Paths.Count == 0 ? null : new PathPatterns(l.Paths))];
        _isUniform = Array.TrueForAll(_layers, l => l.IsGlobal);
        Base = Effective([.. _layers.Select(l => l.IsGlobal)], []);
        GraphRules = FindGraphRules();
    }

    /// <summary>All rules, the user's own included.</summary>
    public RuleIndex Rules { get; }

    /// <summary>What holds where no override does.</summary>
    public EffectiveRules Base { get; }

    /// <summary>
    /// The rules about how objects fit together that are on anywhere; they are run with the settings of <see cref="Base"/> over all objects, and what
    /// they report then goes through <see cref="Apply"/>.
    /// </summary>
    public IReadOnlyList<GraphRule> GraphRules { get; }

    /// <summary>What holds for an object.</summary>
    /// <param name="file">The file that the object stands in, relative to the workspace; of a rendered object the file that it comes from.</param>
    /// <param name="reference">The object.</param>
    /// <param name="enabled">
    /// Ids of rules that the object itself switches on (<see cref="Suppressions.SuppressionReader.Enabled"/>); they lose against an explicit <c>off</c>.
    /// </param>
    public EffectiveRules For(string file, ResourceReference reference, IReadOnlyList<string>? enabled = null)
    {
        if (_isUniform && enabled is null or { Count: 0 })
        {
            return Base;
        }

        var byFile = _byFile.GetOrAdd(file, f => [.. _paths.Select(p => p is null || p.Matches(f))]);
        var byKind = _byKind.GetOrAdd(
            $"{reference.ApiVersion} {reference.Kind}",
            _ => [.. _layers.Select(l => l.Kinds.Count == 0 || l.Kinds.Any(k => k.Matches(reference.ApiVersion, reference.Kind)))]);
        var holds = new bool[_layers.Length];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = byFile[i] && byKind[i];
        }

        return Effective(holds, enabled ?? []);
    }

    /// <summary>
    /// A finding as configured: with its severity, or null when its rule is off there. For findings that do not come from <see cref="EffectiveRules.Runner"/>:
    /// about YAML, schemas and rendering, and about how objects fit together.
    /// </summary>
    public Finding? Apply(Finding finding)
    {
        var rules = For(finding.Location.File, finding.Resource ?? new ResourceReference("", "", null, null));
        return rules.IsOff(finding.Rule) ? null
            : rules.ConfiguredSeverity(finding.Rule) is { } severity && severity != finding.Severity ? finding with { Severity = severity }
            : finding;
    }

    private EffectiveRules Effective(bool[] holds, IReadOnlyList<string> enabled)
    {
        var key = string.Create(holds.Length, holds, static (text, bits) =>
        {
            for (var i = 0; i < bits.Length; i++)
            {
                text[i] = bits[i] ? '1' : '0';
            }
        });
        if (enabled.Count > 0)
        {
            key += ":" + string.Join(',', enabled);
        }

        return _effective.TryGetValue(key, out var known)
            ? known
            : _effective.GetOrAdd(key, new EffectiveRules(Rules, [.. _layers.Where((_, i) => holds[i])], enabled));
    }

    private GraphRule[] FindGraphRules()
    {
        var switchedOn = _layers.SelectMany(l => l.Rules).Where(r => r.IsOn == true).Select(r => r.Rule).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Rules.Rules
                .Where(r => r.GraphRule is not null && (!Base.IsOff(r.Descriptor.Id) || switchedOn.Contains(r.Descriptor.Id) || switchedOn.Contains(RuleIndex.All)))
                .Select(r => Base.ConfiguredSeverity(r.Descriptor.Id) is { } severity
                    ? r.GraphRule! with { Descriptor = r.Descriptor with { Severity = severity } }
                    : r.GraphRule!),
        ];
    }
}
