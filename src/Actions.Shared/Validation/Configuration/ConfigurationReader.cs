using System.Globalization;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Text;
using Actions.Shared.Validation.Rules;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Configuration;

/// <summary>Reads the content of a configuration; notes every mistake and goes on.</summary>
internal sealed partial class ConfigurationReader(string file, RuleIndex builtIn)
{
    private static readonly string[] Keys = ["pod-security", "rules", "overrides", "custom-rules", "ignore-paths"];
    private static readonly string[] OverrideKeys = ["paths", "kinds", "pod-security", "rules"];
    private static readonly string[] CustomRuleKeys = ["id", "severity", "message", "hint", "kinds", "path", "schema"];

    private readonly List<ActionException> _problems = [];
    private readonly RuleIndex _builtIn = builtIn;
    private RuleIndex _rules = builtIn;

    /// <summary>What is wrong so far, in no order.</summary>
    public IReadOnlyList<ActionException> Problems => _problems;

    public ValidationConfiguration Read(YamlNode root)
    {
        if (root is not YamlMapping mapping)
        {
            Report(root, "The configuration is no mapping", Words.Reading(root), $"Write keys such as {Words.Join(Keys, "and")} at the top.");
            return ValidationConfiguration.Empty;
        }

        CheckKeys(mapping, Keys, "the configuration");
        var custom = ReadCustomRules(mapping);
        _rules = _builtIn.With([.. custom.Select(r => new KnownRule(r.Descriptor) { ObjectRule = r, IsCustom = true })]);
        return new ValidationConfiguration
        {
            Files = [file],
            Rules = _rules,
            Base = ReadLayer(mapping),
            Overrides = [.. Items(mapping, "overrides", "a list of overrides").Select(ReadOverride)],
            CustomRules = custom,
            IgnorePaths = ReadTexts(mapping, "ignore-paths", "glob patterns"),
        };
    }

    private RuleLayer ReadOverride(YamlMapping entry)
    {
        CheckKeys(entry, OverrideKeys, "an override");
        var layer = ReadLayer(entry) with { Paths = ReadTexts(entry, "paths", "glob patterns"), Kinds = ReadKinds(entry) };
        if (!entry.TryGetValue("paths", out _) && !entry.TryGetValue("kinds", out _))
        {
            Report(
                FirstKey(entry), "An override holds for nothing in particular", "it has neither `paths` nor `kinds`",
                "Add one of them, or move its content to the top of the file.");
        }

        if (layer.Rules.Count == 0 && layer.PodSecurity is null && !entry.TryGetValue("rules", out _) && !entry.TryGetValue("pod-security", out _))
        {
            Report(FirstKey(entry), "An override changes nothing", "it has neither `rules` nor `pod-security`", "Add one of them, or delete the override.");
        }

        return layer;
    }

    private RuleLayer ReadLayer(YamlMapping mapping)
    {
        PodSecurityDemand? demand = null;
        if (Text(mapping, "pod-security") is { } written)
        {
            try
            {
                demand = PodSecurityDemand.Parse(written.Value);
            }
            catch (FormatException e)
            {
                var near = Suggestions.Closest(written.Value, ["none", "baseline", "restricted"]);
                Report(written, "Unknown Pod Security level", $"{Words.Quote(written.Value)} for `pod-security`", near is null ? e.Message : $"Did you mean `{near}`?");
            }
        }

        return new RuleLayer { PodSecurity = demand, Rules = ReadRules(mapping) };
    }

    private List<RuleChange> ReadRules(YamlMapping parent)
    {
        var changes = new List<RuleChange>();
        if (!TryGet(parent, "rules", out var node))
        {
            return changes;
        }

        if (node is not YamlMapping rules)
        {
            Report(node, "Wrong type", $"`rules` must be a mapping of rule ids, but {Words.Reading(node)}", "Write one line per rule, as in `image-digest: on`.");
            return changes;
        }

        foreach (var entry in rules)
        {
            var change = entry.Value is YamlMapping settings ? ReadSettings(entry.Key, settings)
                : entry.Value is YamlScalar { Type: not YamlScalarType.Null } scalar ? ReadWord(entry.Key, scalar)
                : WrongRuleType(entry);
            if (change is not null)
            {
                changes.Add(change);
            }
        }

        return changes;
    }

    private RuleChange? WrongRuleType(YamlEntry entry)
    {
        if (KnowsRule(entry.Key))
        {
            Report(
                entry.Value is YamlScalar ? entry.Key : entry.Value, "Wrong type",
                $"a rule takes {RuleChange.Forms}, or a mapping with its parameters, but {Words.Reading(entry.Value)}", "");
        }

        return null;
    }

    private RuleChange? ReadWord(YamlScalar id, YamlScalar value)
    {
        var word = Word(value);
        if (RuleChange.Problem(id.Value, word, _rules) is var (title, detail, hint))
        {
            Report(title == "Unknown rule" || title.StartsWith("A rule", StringComparison.Ordinal) ? id : value, title, detail, hint);
            return null;
        }

        var change = RuleChange.Of(id.Value, word);
        CheckRequired(id, change);
        return change;
    }

    private RuleChange? ReadSettings(YamlScalar id, YamlMapping settings)
    {
        if (!KnowsRule(id))
        {
            return null;
        }

        if (_rules.Find(id.Value) is not { } rule)
        {
            Report(id, "`all` has no parameters", "`all` is a mapping", "Write on or off.");
            return null;
        }

        CheckKeys(settings, ["enabled", "severity", .. rule.Parameters.Select(p => p.Name)], $"`{id.Value}`");
        var isOn = ReadEnabled(settings);
        var severity = ReadSeverity(settings);
        if (isOn == false && RuleChange.Problem(id.Value, "off", _rules) is var (title, detail, hint))
        {
            Report(id, title, detail, hint);
        }

        var parameters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var parameter in rule.Parameters)
        {
            if (TryGet(settings, parameter.Name, out var value) && ReadParameter(parameter, value) is { } values)
            {
                parameters[parameter.Name] = values;
            }
        }

        var change = new RuleChange(id.Value, isOn ?? true, severity) { Parameters = parameters };
        CheckRequired(id, change, settings);
        return change;
    }

    private bool? ReadEnabled(YamlMapping settings)
    {
        if (!TryGet(settings, "enabled", out var node))
        {
            return null;
        }

        if (node is YamlScalar { Type: YamlScalarType.Boolean } scalar)
        {
            return Word(scalar) is "on" or "true";
        }

        Report(node, "Wrong type", $"`enabled` must be true or false, but {Words.Reading(node)}", "");
        return null;
    }

    private Severity? ReadSeverity(YamlMapping mapping)
    {
        if (Text(mapping, "severity") is not { } written)
        {
            return null;
        }

        Severity? severity = written.Value switch { "error" => Severity.Error, "warning" => Severity.Warning, "info" => Severity.Info, _ => null };
        if (severity is null)
        {
            var near = Suggestions.Closest(written.Value, ["error", "warning", "info"]);
            Report(written, "Unknown severity", Words.Quote(written.Value), near is null ? "Write error, warning or info." : $"Did you mean `{near}`?");
        }

        return severity;
    }

    private List<string>? ReadParameter(RuleParameter parameter, YamlNode value)
    {
        if (parameter.Type is RuleParameterType.List or RuleParameterType.NameList)
        {
            var items = value is YamlScalar { Type: not YamlScalarType.Null } single ? [single] : Scalars(value, parameter.Name, "a list of texts");
            foreach (var item in items)
            {
                if (item.Value.Length == 0)
                {
                    Report(item, "Wrong value", $"`{parameter.Name}` has an empty item", "");
                }
                else if (parameter.Type == RuleParameterType.NameList && item.Value.IndexOf('=', StringComparison.Ordinal) is var equals and >= 0)
                {
                    CheckPattern(item, item.Value[(equals + 1)..]);
                }
            }

            return [.. items.Select(i => i.Value)];
        }

        if (value is not YamlScalar { Type: not YamlScalarType.Null } scalar)
        {
            Report(value, "Wrong type", $"`{parameter.Name}` must be {Form(parameter.Type)}, but {Words.Reading(value)}", "");
            return null;
        }

        var isRight = parameter.Type switch
        {
            RuleParameterType.Integer => long.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _),
            RuleParameterType.Quantity => Quantities.TryParse(scalar.Value, out var amount) && amount >= 0,
            RuleParameterType.Text => scalar.Value.Length > 0,
            _ => CheckPattern(scalar, scalar.Value),
        };
        if (!isRight && parameter.Type != RuleParameterType.Pattern)
        {
            Report(scalar, "Wrong value", $"`{parameter.Name}` must be {Form(parameter.Type)}, not {Words.Quote(scalar.Value)}", "");
        }

        return isRight ? [scalar.Value] : null;
    }

    private static string Form(RuleParameterType type) => type switch
    {
        RuleParameterType.Integer => "a whole number that is not negative",
        RuleParameterType.Quantity => "a quantity such as 64Mi",
        RuleParameterType.Text => "a text",
        _ => "a regular expression",
    };

    private bool CheckPattern(YamlScalar at, string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            Report(at, "Wrong regular expression", $"{Words.Quote(pattern)}: {e.Message.TrimEnd('.')}", "Back references and look-around are not supported.");
            return false;
        }
    }

    private void CheckRequired(YamlScalar id, RuleChange change, YamlMapping? settings = null)
    {
        foreach (var parameter in _rules.Find(id.Value)?.Parameters ?? [])
        {
            if (parameter.IsRequired && change.IsOn == true && parameter.Default.Count == 0 && (settings is null || !settings.TryGetValue(parameter.Name, out _)))
            {
                Report(id, "A rule has nothing to look for", $"`{id.Value}` needs `{parameter.Name}`", parameter.Description);
            }
        }
    }

    private bool KnowsRule(YamlScalar id)
    {
        var known = id.Value == RuleIndex.All || _rules.Find(id.Value) is not null;
        if (!known)
        {
            Report(id, "Unknown rule", Words.Quote(id.Value), _rules.Advice(id.Value));
        }

        return known;
    }

    private List<KindPattern> ReadKinds(YamlMapping mapping)
    {
        var kinds = new List<KindPattern>();
        if (!TryGet(mapping, "kinds", out var node))
        {
            return kinds;
        }

        foreach (var item in Scalars(node, "kinds", "a list of kinds"))
        {
            try
            {
                kinds.Add(KindPattern.Parse(item.Value));
            }
            catch (FormatException e)
            {
                Report(item, "Wrong kind", Words.Quote(item.Value), e.Message);
            }
        }

        return kinds;
    }

    private string[] ReadTexts(YamlMapping mapping, string key, string what)
    {
        if (!TryGet(mapping, key, out var node))
        {
            return [];
        }

        var items = Scalars(node, key, $"a list of {what}");
        foreach (var item in items)
        {
            if (item.Value.Length == 0 || item.Value.StartsWith('/') || item.Value.Split('/').Contains(".."))
            {
                Report(item, "Wrong path", $"{Words.Quote(item.Value)} in `{key}`", "Paths start at the workspace, as in k8s/** or charts.");
            }
        }

        return [.. items.Select(i => i.Value)];
    }

    private List<YamlScalar> Scalars(YamlNode node, string key, string what)
    {
        if (node is not YamlSequence sequence)
        {
            Report(node, "Wrong type", $"`{key}` must be {what}, but {Words.Reading(node)}", "");
            return [];
        }

        var scalars = new List<YamlScalar>();
        foreach (var item in sequence)
        {
            if (item is YamlScalar { Type: not YamlScalarType.Null } scalar)
            {
                scalars.Add(scalar);
            }
            else
            {
                Report(item, "Wrong type", $"`{key}` must be {what}, but {Words.Reading(item).Replace("it is", "an item is", StringComparison.Ordinal)}", "");
            }
        }

        return scalars;
    }

    private List<YamlMapping> Items(YamlMapping mapping, string key, string what)
    {
        if (!TryGet(mapping, key, out var node))
        {
            return [];
        }

        if (node is not YamlSequence sequence)
        {
            Report(node, "Wrong type", $"`{key}` must be {what}, but {Words.Reading(node)}", "");
            return [];
        }

        var items = new List<YamlMapping>();
        foreach (var item in sequence)
        {
            if (item is YamlMapping entry)
            {
                items.Add(entry);
            }
            else
            {
                Report(item, "Wrong type", $"`{key}` must be {what}, but {Words.Reading(item).Replace("it is", "an item is", StringComparison.Ordinal)}", "");
            }
        }

        return items;
    }

    /// <summary>The text under <paramref name="key"/>; a wrong type is noted.</summary>
    private YamlScalar? Text(YamlMapping mapping, string key)
    {
        if (!TryGet(mapping, key, out var node))
        {
            return null;
        }

        if (node is YamlScalar { Value.Length: > 0 } scalar)
        {
            return scalar;
        }

        Report(node, "Wrong type", $"`{key}` must be text, but {Words.Reading(node)}", "");
        return null;
    }

    /// <summary>Whether there is something under <paramref name="key"/>: a key without a value counts as not written.</summary>
    private static bool TryGet(YamlMapping mapping, string key, out YamlNode node)
    {
        node = mapping[key] ?? mapping;
        return !ReferenceEquals(node, mapping) && node is not YamlScalar { Type: YamlScalarType.Null };
    }

    private void CheckKeys(YamlMapping mapping, IReadOnlyList<string> keys, string where)
    {
        foreach (var entry in mapping)
        {
            if (!keys.Contains(entry.Key.Value, StringComparer.Ordinal))
            {
                var near = Suggestions.Closest(entry.Key.Value, keys);
                Report(entry.Key, "Unknown key", $"{Words.Quote(entry.Key.Value)} in {where}",
                    near is null ? $"Known are {Words.Join(keys, "and")}." : $"Did you mean `{near}`?");
            }
        }
    }

    /// <summary>The text of a scalar; YAML 1.1's words for true and false as <c>on</c> and <c>off</c>.</summary>
    private static string Word(YamlScalar scalar) => scalar.Type == YamlScalarType.Boolean ? (Words.ReadBoolean(scalar.Value) == "true" ? "on" : "off") : scalar.Value;

    private static YamlNode FirstKey(YamlMapping mapping) => mapping.Count > 0 ? mapping[0].Key : mapping;

    private void Report(YamlNode at, string title, string detail, string hint) => Report(at is YamlScalar ? at.Region : NodeAddress.FirstKey(at), title, detail, hint);

    private void Report(TextRegion region, string title, string detail, string hint) =>
        _problems.Add(new ActionException(title, detail, hint, new SourceLocation(file, region)));
}
