using Actions.Shared.Findings;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Configuration;

/// <summary>The rules that hold for some objects. Immutable and safe for concurrent use.</summary>
public sealed class EffectiveRules
{
    private readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly Lazy<RuleRunner> _runner;

    internal EffectiveRules(RuleIndex rules, IReadOnlyList<RuleLayer> layers, IReadOnlyList<string> enabled)
    {
        foreach (var rule in rules.Rules)
        {
            _states[rule.Descriptor.Id] = new State { IsOn = rule.Descriptor.OnByDefault };
        }

        foreach (var rule in enabled)
        {
            if (_states.TryGetValue(rule, out var state))
            {
                state.IsOn = true;
            }
        }

        var demand = new PodSecurityDemand(PodSecurityLevel.None);
        foreach (var layer in layers)
        {
            SetAll(rules, layer);
            if (layer.PodSecurity is { } demanded)
            {
                Demand(rules, demanded);
                demand = demanded;
            }

            foreach (var change in layer.Rules)
            {
                if (_states.TryGetValue(change.Rule, out var state))
                {
                    state.Apply(change);
                }
            }
        }

        Settings = new RuleSettings
        {
            Parameters = _states.Where(s => s.Value.Parameters is not null)
                .ToDictionary(s => s.Key, s => (IReadOnlyDictionary<string, IReadOnlyList<string>>)s.Value.Parameters!, StringComparer.Ordinal),
            PodSecurity = demand.Level,
            PodSecurityMinor = demand.Minor,
        };
        ObjectRules =
        [
            .. rules.Rules.Where(r => r.ObjectRule is not null && _states[r.Descriptor.Id].IsOn).Select(r => ConfiguredSeverity(r.Descriptor.Id) is { } severity
                ? r.ObjectRule! with { Descriptor = r.Descriptor with { Severity = severity } }
                : r.ObjectRule!),
        ];
        _runner = new Lazy<RuleRunner>(() => new RuleRunner(ObjectRules, Settings));
    }

    /// <summary>Parameters and Pod Security level for the rules.</summary>
    public RuleSettings Settings { get; }

    /// <summary>The rules about one object that are on, the user's own included, their descriptors carrying the severity as configured.</summary>
    public IReadOnlyList<ObjectRule> ObjectRules { get; }

    /// <summary>Runs <see cref="ObjectRules"/>.</summary>
    public RuleRunner Runner => _runner.Value;

    /// <summary>Whether <paramref name="rule"/> is known and off.</summary>
    public bool IsOff(string rule) => _states.TryGetValue(rule, out var state) && !state.IsOn;

    /// <summary>The severity that is configured for <paramref name="rule"/>; null when its findings keep their own.</summary>
    public Severity? ConfiguredSeverity(string rule) => _states.TryGetValue(rule, out var state) ? state.Severity ?? (state.IsDemanded ? Severity.Error : null) : null;

    private void SetAll(RuleIndex rules, RuleLayer layer)
    {
        foreach (var change in layer.Rules)
        {
            if (change.Rule != RuleIndex.All || change.IsOn is not { } isOn)
            {
                continue;
            }

            foreach (var rule in rules.Rules)
            {
                if (rule.IsAmongAll)
                {
                    _states[rule.Descriptor.Id].IsOn = isOn;
                }
            }
        }
    }

    private void Demand(RuleIndex rules, PodSecurityDemand demand)
    {
        var settings = RuleSettings.Default with { PodSecurity = demand.Level, PodSecurityMinor = demand.Minor };
        foreach (var rule in rules.Rules)
        {
            if (rule.Standard == PodSecurityLevel.None)
            {
                continue;
            }

            var state = _states[rule.Descriptor.Id];
            if (rule.ObjectRule?.IsDemandedBy(settings) is true)
            {
                (state.IsOn, state.IsDemanded) = (true, true);
            }
            else if (state.IsDemanded)
            {
                (state.IsOn, state.IsDemanded) = (rule.Descriptor.OnByDefault, false);
            }
        }
    }

    private sealed class State
    {
        public bool IsOn { get; set; }

        public bool IsDemanded { get; set; }

        public Severity? Severity { get; private set; }

        public Dictionary<string, IReadOnlyList<string>>? Parameters { get; private set; }

        public void Apply(RuleChange change)
        {
            IsOn = change.IsOn ?? IsOn;
            Severity = change.Severity ?? Severity;
            foreach (var (name, values) in change.Parameters)
            {
                (Parameters ??= new(StringComparer.Ordinal))[name] = values;
            }
        }
    }
}
