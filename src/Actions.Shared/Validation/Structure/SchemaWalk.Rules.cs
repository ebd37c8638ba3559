using Actions.Shared.Manifests;
using Actions.Shared.Validation.Cel;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

internal sealed partial class SchemaWalk
{
    // Over all rules of one object.
    private const int StepsOfRules = 5 * CelBudget.OfEvaluation;
    private const int StepsOfMessage = 10_000;
    private const int LongestMessage = 1_000;

    private HashSet<SchemaRule>? _unevaluated;
    private int _ruleSteps = StepsOfRules;

    /// <summary>Evaluates the rules of a value, unless something in it is wrong already that rules build on.</summary>
    /// <param name="node">The value, the last of the path.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="known">Number of problems before the value was looked at.</param>
    private void CheckRules(YamlNode node, Schema schema, int known)
    {
        if (IsNull(node))
        {
            return;
        }

        for (var i = known; i < _problems.Count; i++)
        {
            var rule = _problems[i].Rule;
            if (rule != StructureRules.UnknownField && rule != StructureRules.AmbiguousScalar && rule != StructureRules.CelRule && rule != StructureRules.CelRuleSkipped)
            {
                return;
            }
        }

        var self = CelNodes.From(node, schema);
        for (var i = 0; i < schema.Rules.Count; i++)
        {
            CheckRule(self, schema.Rules[i]);
        }
    }

    private void CheckRule(CelValue self, SchemaRule rule)
    {
        var compiled = rule.Compiled;
        if (compiled.Program is not { } program)
        {
            // What is wrong with the rule itself is said where it stands.
            if (rule.Region is null)
            {
                ReportUnevaluated(rule, compiled.Problem!.Message);
            }

            return;
        }

        // There is no object before this one, and rules about changes only hold between two.
        if (!rule.OptionalOldSelf && program.Mentions("oldSelf"))
        {
            return;
        }

        var budget = new CelBudget(Math.Min(CelBudget.OfEvaluation, _ruleSteps));
        var before = budget.Left;
        var result = program.Evaluate(budget, self, CelOptional.None);
        _ruleSteps -= before - budget.Left;
        switch (result)
        {
            case CelBool { Value: true }:
                break;
            case CelBool:
                ReportBroken(rule, MessageOf(self, rule, compiled) ?? $"{Capitalized(_path.Name())} breaks a rule of its definition: {Shorten(rule.Expression, 200)}");
                break;
            case CelError { Error: CelErrorKind.Failed } error:
                ReportBroken(rule, $"A rule of {_path.Name()} fails: {Shorten(error.Message, 200)}");
                break;
            case CelError error:
                ReportUnevaluated(rule, error.Message);
                break;
            default:
                ReportUnevaluated(rule, $"it gives a value of the type {CelNames.Of(result.Kind)}");
                break;
        }
    }

    private static string? MessageOf(CelValue self, SchemaRule rule, CompiledRule compiled)
    {
        if (compiled.Message is { } expression
            && expression.Evaluate(new CelBudget(StepsOfMessage), self, CelOptional.None) is CelString text
            && !string.IsNullOrWhiteSpace(text.Value) && text.Value.Length <= 5 * LongestMessage)
        {
            return Shorten(text.Value, LongestMessage);
        }

        return string.IsNullOrWhiteSpace(rule.Message) ? null : Shorten(rule.Message, LongestMessage);
    }

    private void ReportBroken(SchemaRule rule, string message)
    {
        var hint = $"The rule of {_path.Name()} is: {Shorten(rule.Expression, 500)}";
        var (depth, missing) = Follow(rule.FieldPath);
        Add(StructureRules.CelRule, missing is null ? _path.Region() : _path.Owner(), message, hint, missing);
        while (_path.Count > depth)
        {
            _path.Pop();
        }
    }

    private void ReportUnevaluated(SchemaRule rule, string reason)
    {
        if ((_unevaluated ??= []).Add(rule))
        {
            Add(StructureRules.CelRuleSkipped, _path.Region(), $"A rule of {_path.Name()} was not evaluated: {Shorten(reason, 200)}", $"The rule is: {Shorten(rule.Expression, 500)}");
        }
    }

    /// <summary>Walks down to the field that a rule blames, as far as it is there.</summary>
    /// <returns>The depth to go back to, and the first name that is not there.</returns>
    private (int Depth, string? Missing) Follow(string? fieldPath)
    {
        var depth = _path.Count;
        foreach (var name in FieldNames(fieldPath ?? ""))
        {
            if (_path.Last.Node is not YamlMapping mapping || !mapping.TryGetEntry(name, out var entry))
            {
                return (depth, name);
            }

            _path.Push(entry.Value, Schema.Anything, entry.Key, 0);
        }

        return (depth, null);
    }

    /// <summary>The names in <c>.spec.replicas</c> and <c>.labels['a.b']</c>.</summary>
    internal static List<string> FieldNames(string fieldPath)
    {
        var names = new List<string>();
        var rest = fieldPath.AsSpan().Trim();
        while (rest.Length > 1)
        {
            if (rest[0] == '[')
            {
                var quote = rest[1];
                var end = quote is '\'' or '"' ? rest[2..].IndexOf(quote) : -1;
                if (end < 0)
                {
                    return names;
                }

                names.Add(rest.Slice(2, end).ToString());
                rest = rest[(end + 3)..];
                rest = rest.StartsWith("]") ? rest[1..] : rest;
            }
            else
            {
                rest = rest[0] == '.' ? rest[1..] : rest;
                var end = rest.IndexOfAny('.', '[');
                end = end < 0 ? rest.Length : end;
                if (end == 0)
                {
                    return names;
                }

                names.Add(rest[..end].ToString());
                rest = rest[end..];
            }
        }

        return names;
    }

    private static string Shorten(string text, int most)
    {
        var line = text.Trim().ReplaceLineEndings(" ");
        return line.Length <= most ? line : $"{line.AsSpan(0, char.IsHighSurrogate(line[most - 1]) ? most - 1 : most)}…";
    }
}
