using System.Globalization;

namespace Actions.Shared.Validation.Rules;

/// <summary>A setting of a rule that users may change.</summary>
/// <param name="Name">Name in kebab case, unique within the rule.</param>
/// <param name="Description">What it does, one sentence.</param>
/// <param name="Default">Value unless configured: one item for a single value, several for a list.</param>
public sealed record RuleParameter(string Name, string Description, params IReadOnlyList<string> Default)
{
    /// <summary>What may be written. The default is <see cref="RuleParameterType.List"/>.</summary>
    public RuleParameterType Type { get; init; }

    /// <summary>Whether the rule has nothing to look for while this is empty. The default is false.</summary>
    public bool IsRequired { get; init; }
}

/// <summary>What a parameter of a rule takes.</summary>
public enum RuleParameterType
{
    /// <summary>Any number of texts.</summary>
    List,

    /// <summary>Any number of names, each as <c>name</c> or <c>name=regex</c>.</summary>
    NameList,

    /// <summary>One text.</summary>
    Text,

    /// <summary>One regular expression.</summary>
    Pattern,

    /// <summary>One whole number that is not negative.</summary>
    Integer,

    /// <summary>One quantity, for example <c>64Mi</c>.</summary>
    Quantity,
}

/// <summary>Pod Security Standards level (<c>pod-security</c>).</summary>
public enum PodSecurityLevel
{
    /// <summary>No level is demanded: each rule's own default decides.</summary>
    None,

    /// <summary>Prevents known privilege escalations.</summary>
    Baseline,

    /// <summary>Follows current hardening practice.</summary>
    Restricted,
}

/// <summary>How the rules are to be run: what the configuration says, with the rules' defaults behind it.</summary>
public sealed record RuleSettings
{
    /// <summary>Nothing configured.</summary>
    public static RuleSettings Default { get; } = new();

    /// <summary>Configured parameter values by rule id, then by parameter name; empty by default.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> Parameters { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>>();

    /// <summary>The Pod Security Standards level that is demanded. The default is <see cref="PodSecurityLevel.None"/>.</summary>
    public PodSecurityLevel PodSecurity { get; init; }

    /// <summary>Minor version of the Pod Security Standards, for example 34 for v1.34. The default is the newest known.</summary>
    public int PodSecurityMinor { get; init; } = int.MaxValue;

    /// <summary>The values of a parameter: as configured, else its default.</summary>
    public IReadOnlyList<string> Values(string rule, RuleParameter parameter) =>
        Parameters.TryGetValue(rule, out var configured) && configured.TryGetValue(parameter.Name, out var values) ? values : parameter.Default;

    /// <summary>The single value of a parameter. The configuration is validated before it gets here.</summary>
    public string Text(string rule, RuleParameter parameter) => Values(rule, parameter)[0];

    /// <summary>The single value of a parameter as a whole number. The configuration is validated before it gets here.</summary>
    public long Integer(string rule, RuleParameter parameter) => long.Parse(Text(rule, parameter), CultureInfo.InvariantCulture);
}
