namespace Actions.Shared.Hosting;

/// <summary>The form of an option's value.</summary>
public enum OptionKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary><c>true</c> or <c>false</c>; on the command line the bare name means true.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>Several texts, one a line; on the command line the option may be repeated.</summary>
    Lines,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Several of a few words.</summary>
    Choices,

    /// <summary>A span of time such as <c>90s</c> or <c>1h30m</c>.</summary>
    Duration,

    /// <summary>A text that no output ever shows and that the command line does not take.</summary>
    Secret,
}

/// <summary>What an option is: the source of <c>--help</c>, of the README's table and of the checks against <c>action.yml</c>.</summary>
/// <param name="Name">Name in kebab case: the input of the action and, after <c>--</c>, the option of the program.</param>
/// <param name="Description">What it is for, one sentence.</param>
/// <param name="Kind">The form of its value.</param>
public sealed record OptionDescriptor(string Name, string Description, OptionKind Kind)
{
    /// <summary>The default as one would write it in <c>action.yml</c>, items of a list joined as it takes them; empty if there is none.</summary>
    public string Default { get; init; } = "";

    /// <summary>The default in <c>action.yml</c> where it is an expression that the runner evaluates; null where it is <see cref="Default"/>.</summary>
    public string? ActionDefault { get; init; }

    /// <summary>What a value must be, to follow the word "expected", for example <c>an integer from 1 to 64</c>.</summary>
    public string Expected { get; init; } = "";

    /// <summary>The words that are allowed, when only certain words are; otherwise empty.</summary>
    public IReadOnlyList<string> AllowedValues { get; init; } = [];

    /// <summary>Whether there must be a value.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it may be given on the command line without its name. At most one option of a program may.</summary>
    public bool IsPositional { get; init; }

    /// <summary>Whether a comma separates values as a line end does.</summary>
    public bool TakesCommas { get; init; }

    /// <summary>Whether its value is kept out of every output.</summary>
    public bool IsSecret => Kind == OptionKind.Secret;

    /// <summary>Whether it holds several values.</summary>
    public bool IsList => Kind is OptionKind.Lines or OptionKind.Choices;

    /// <summary>
    /// The variable in which the runner passes the input: <c>INPUT_</c> and the name in upper case, blanks as underscores, hyphens kept.
    /// </summary>
    public string Variable => VariableOf(Name);

    /// <summary>The same in a form that a shell can set: hyphens as underscores.</summary>
    public string ShellVariable => Variable.Replace('-', '_');

    internal static string VariableOf(string name) => "INPUT_" + name.Replace(' ', '_').ToUpperInvariant();
}
