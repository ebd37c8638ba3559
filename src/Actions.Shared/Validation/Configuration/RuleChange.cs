using Actions.Shared.Findings;
using Actions.Shared.Text;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Configuration;

/// <summary>What is to be different about a rule.</summary>
/// <param name="Rule">Its id, or <see cref="RuleIndex.All"/>.</param>
/// <param name="IsOn">Whether it runs; null leaves that as it is.</param>
/// <param name="Severity">The severity of its findings; null leaves that as it is.</param>
public sealed record RuleChange(string Rule, bool? IsOn, Severity? Severity = null)
{
    internal const string Forms = "off, on, error, warning or info";

    private static readonly string[] Values = ["off", "on", "error", "warning", "info"];

    /// <summary>Values of its parameters by name; those not named keep what they had.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Parameters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Reads lines as <c>rule=off</c>: an id (or <c>all</c>), and <c>off</c>, <c>on</c>, <c>error</c>, <c>warning</c> or <c>info</c>.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="rules">The rules that there are.</param>
    /// <exception cref="ActionException">A line is wrong.</exception>
    /// <exception cref="AggregateException">Several lines are wrong: one <see cref="ActionException"/> each.</exception>
    public static IReadOnlyList<RuleChange> ParseAll(IEnumerable<string> lines, RuleIndex rules)
    {
        var changes = new List<RuleChange>();
        var problems = new List<ActionException>();
        foreach (var line in lines)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                problems.Add(new ActionException("A rule is set to nothing", Words.Quote(line), $"Write it as rule=off, with {Forms} behind the equals sign."));
                continue;
            }

            var (rule, value) = (line[..equals].Trim(), line[(equals + 1)..].Trim());
            if (Problem(rule, value, rules) is var (title, detail, hint))
            {
                problems.Add(new ActionException(title, detail, hint));
            }
            else
            {
                changes.Add(Of(rule, value));
            }
        }

        return ConfigurationProblems.ThrowIfAny(problems, changes);
    }

    /// <summary>What is wrong with setting <paramref name="rule"/> to <paramref name="value"/>; null when nothing is.</summary>
    internal static (string Title, string Detail, string Hint)? Problem(string rule, string value, RuleIndex rules)
    {
        if (rule != RuleIndex.All && rules.Find(rule) is null)
        {
            return ("Unknown rule", Words.Quote(rule), rules.Advice(rule));
        }

        if (!Values.Contains(value, StringComparer.Ordinal) && value is not ("true" or "false"))
        {
            var hint = Suggestions.Closest(value, Values) is { } near ? $"Did you mean `{near}`?" : $"Write {Forms}.";
            return ("Unknown value for a rule", $"{Words.Quote(value)} for `{rule}`", hint);
        }

        if (rule == RuleIndex.All && value is ("error" or "warning" or "info"))
        {
            return ("`all` has no severity", $"`all` is set to {Words.Quote(value)}", "Write on or off for all, and severities for single rules.");
        }

        return rule == Manifests.YamlRules.Syntax.Id && value is "off" or "false"
            ? ("A rule cannot be switched off", $"`{rule}`: a file that is not YAML cannot be checked at all", "Leave the file out with ignore-paths instead.")
            : null;
    }

    /// <summary>The change that a valid value stands for.</summary>
    internal static RuleChange Of(string rule, string value) => value switch
    {
        "off" or "false" => new RuleChange(rule, false),
        "on" or "true" => new RuleChange(rule, true),
        "error" => new RuleChange(rule, true, Findings.Severity.Error),
        "warning" => new RuleChange(rule, true, Findings.Severity.Warning),
        _ => new RuleChange(rule, true, Findings.Severity.Info),
    };
}
