using System.Globalization;
using System.Text;
using Actions.Shared.GitHub;
using Microsoft.Extensions.Configuration;

namespace Actions.Shared.Hosting;

/// <summary>
/// Declares and reads options. Each method names an option, says what it is for and returns its value; an option that is not given, or
/// given empty, has its default. Wrong values are collected, so that all are told at once; the method then returns the default.
/// </summary>
public sealed class OptionReader
{
    private readonly IConfiguration? _values;
    private readonly Func<string, string> _display;
    private readonly List<OptionDescriptor> _descriptors = [];
    private readonly List<ActionException> _errors = [];

    /// <param name="values">The values by option name, lists with a line each; null to only collect the descriptors.</param>
    /// <param name="display">How an error calls an option.</param>
    internal OptionReader(IConfiguration? values, Func<string, string> display)
    {
        _values = values;
        _display = display;
    }

    internal IReadOnlyList<OptionDescriptor> Descriptors => _descriptors;

    internal IReadOnlyList<ActionException> Errors => _errors;

    /// <summary>A text without blanks around it.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The value when none is given.</param>
    public string Text(string name, string description, string defaultValue = "") =>
        Raw(new(name, description, OptionKind.Text) { Default = defaultValue }) ?? defaultValue;

    /// <summary>A text that must be given; empty after an error.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="isPositional">Whether the command line takes it without its name.</param>
    public string RequiredText(string name, string description, bool isPositional = false) =>
        Raw(new(name, description, OptionKind.Text) { IsRequired = true, IsPositional = isPositional }) ?? "";

    /// <summary>A text that <paramref name="parse"/> turns into a value.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The text that stands for the default; must be parsable. Empty: the option must be given.</param>
    /// <param name="expected">What a value must be, to follow the word "expected".</param>
    /// <param name="parse">Throws <see cref="FormatException"/>, whose message becomes the hint.</param>
    /// <returns>The parsed value; null only where a required value is missing or wrong.</returns>
    public T? Parsed<T>(string name, string description, string defaultValue, string expected, Func<string, T> parse)
    {
        var option = new OptionDescriptor(name, description, OptionKind.Text)
        {
            Default = defaultValue,
            Expected = expected,
            IsRequired = defaultValue.Length == 0,
        };
        if (Raw(option) is { } given && TryParse(option, given, parse, out var value))
            return value;
        return defaultValue.Length == 0 ? default : parse(defaultValue);
    }

    /// <summary><c>true</c> or <c>false</c>, also with a capital first letter or in capitals (YAML 1.2).</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The value when none is given.</param>
    public bool Boolean(string name, string description, bool defaultValue)
    {
        var option = new OptionDescriptor(name, description, OptionKind.Boolean)
        {
            Default = defaultValue ? "true" : "false",
            Expected = "true or false",
            AllowedValues = ["true", "false"],
        };
        switch (Raw(option))
        {
            case null:
                return defaultValue;
            case "true" or "True" or "TRUE":
                return true;
            case "false" or "False" or "FALSE":
                return false;
            case var given:
                Wrong(option, given, Suggestion(given, option));
                return defaultValue;
        }
    }

    /// <summary>A whole number in decimal digits.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The value when none is given.</param>
    /// <param name="min">The least value allowed.</param>
    /// <param name="max">The greatest value allowed.</param>
    public int Integer(string name, string description, int defaultValue, int min = 0, int max = int.MaxValue)
    {
        var option = new OptionDescriptor(name, description, OptionKind.Integer)
        {
            Default = Invariant($"{defaultValue}"),
            Expected = max == int.MaxValue ? Invariant($"an integer of at least {min}") : Invariant($"an integer from {min} to {max}"),
        };
        if (Raw(option) is not { } given)
            return defaultValue;
        if (int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        Wrong(option, given);
        return defaultValue;
    }

    /// <summary>
    /// Several texts: one a line, trimmed, empty ones dropped. On the command line the option may be repeated.
    /// </summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The values when none is given; none if null.</param>
    /// <param name="takesCommas">Whether a comma separates values too.</param>
    /// <param name="isPositional">Whether the command line takes them without the option's name.</param>
    /// <param name="isRequired">Whether there must be one.</param>
    public IReadOnlyList<string> Lines(
        string name,
        string description,
        IReadOnlyList<string>? defaultValue = null,
        bool takesCommas = false,
        bool isPositional = false,
        bool isRequired = false) =>
        RawItems(new(name, description, OptionKind.Lines)
        {
            Default = string.Join(takesCommas ? "," : "\n", defaultValue ?? []),
            TakesCommas = takesCommas,
            IsPositional = isPositional,
            IsRequired = isRequired,
        }) ?? defaultValue ?? [];

    /// <summary>Several texts that <paramref name="parse"/> turns into values.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The texts that stand for the default; must be parsable.</param>
    /// <param name="expected">What a value must be, to follow the word "expected".</param>
    /// <param name="parse">Throws <see cref="FormatException"/>, whose message becomes the hint.</param>
    /// <param name="takesCommas">Whether a comma separates values too.</param>
    public IReadOnlyList<T> ParsedLines<T>(
        string name,
        string description,
        IReadOnlyList<string> defaultValue,
        string expected,
        Func<string, T> parse,
        bool takesCommas = false)
    {
        var option = new OptionDescriptor(name, description, OptionKind.Lines)
        {
            Default = string.Join(takesCommas ? "," : "\n", defaultValue),
            Expected = expected,
            TakesCommas = takesCommas,
        };
        if (RawItems(option) is not { } given)
            return [.. defaultValue.Select(parse)];

        var values = new List<T>();
        foreach (var item in given)
        {
            if (TryParse(option, item, parse, out var value))
                values.Add(value);
        }

        return values;
    }

    /// <summary>One of the names of an enumeration, in kebab case.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The value when none is given.</param>
    public T Choice<T>(string name, string description, T defaultValue)
        where T : struct, Enum
    {
        var words = Words(typeof(T));
        var option = new OptionDescriptor(name, description, OptionKind.Choice)
        {
            Default = KebabCase(defaultValue.ToString()),
            Expected = Suggestions.OneOf(words),
            AllowedValues = words,
        };
        return Raw(option) is { } given && IndexOf(option, given) is >= 0 and var index ? Enum.GetValues<T>()[index] : defaultValue;
    }

    /// <summary>Several of the names of an enumeration, in kebab case, separated by commas or line ends; repeats are dropped.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The values when none is given.</param>
    public IReadOnlyList<T> Choices<T>(string name, string description, IReadOnlyList<T> defaultValue)
        where T : struct, Enum
    {
        var words = Words(typeof(T));
        var option = new OptionDescriptor(name, description, OptionKind.Choices)
        {
            Default = string.Join(',', defaultValue.Select(d => KebabCase(d.ToString()))),
            Expected = Suggestions.OneOf(words),
            AllowedValues = words,
            TakesCommas = true,
        };
        return RawItems(option) is { } given
            ? [.. given.Select(g => IndexOf(option, g)).Where(i => i >= 0).Distinct().Select(i => Enum.GetValues<T>()[i])]
            : defaultValue;
    }

    /// <summary>A span of time: numbers with the units <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>, <c>d</c>, for example <c>90s</c> or <c>1h30m</c>.</summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="defaultValue">The value when none is given.</param>
    /// <param name="min">The least value allowed; zero if null.</param>
    /// <param name="max">The greatest value allowed; no limit if null.</param>
    public TimeSpan Duration(string name, string description, TimeSpan defaultValue, TimeSpan? min = null, TimeSpan? max = null)
    {
        var (least, most) = (min ?? TimeSpan.Zero, max ?? TimeSpan.MaxValue);
        var option = new OptionDescriptor(name, description, OptionKind.Duration)
        {
            Default = DurationText.Format(defaultValue),
            Expected = "a duration such as 90s or 1h30m"
                + (min is null ? "" : $", at least {DurationText.Format(least)}")
                + (max is null ? "" : $", at most {DurationText.Format(most)}"),
        };
        if (Raw(option) is not { } given)
            return defaultValue;
        if (DurationText.TryParse(given, out var value) && value >= least && value <= most)
            return value;
        Wrong(option, given);
        return defaultValue;
    }

    /// <summary>
    /// A text that no output shows: it is masked before anything is printed, and is not taken from the command line, which every process
    /// of the machine can read.
    /// </summary>
    /// <param name="name">Name in kebab case.</param>
    /// <param name="description">What it is for, one sentence.</param>
    /// <param name="isRequired">Whether it must be given.</param>
    /// <param name="actionDefault">The default in <c>action.yml</c>, an expression such as <c>${{ github.token }}</c>; null for none.</param>
    /// <returns>The value; null when none is given.</returns>
    public string? Secret(string name, string description, bool isRequired = false, string? actionDefault = null) =>
        Raw(new(name, description, OptionKind.Secret) { IsRequired = isRequired, ActionDefault = actionDefault });

    /// <summary>Notes that options do not go together; all such errors are told at once, with those of single options.</summary>
    /// <param name="title">What is wrong, one short sentence without a full stop.</param>
    /// <param name="detail">What was found and what was expected. Must not hold a secret.</param>
    /// <param name="hint">What to do about it.</param>
    public void Reject(string title, string detail, string hint) => _errors.Add(new ActionException(title, detail, hint));

    private string? Raw(OptionDescriptor option)
    {
        if (_descriptors.Exists(d => d.Name == option.Name))
            throw new InvalidOperationException($"The option {option.Name} is declared twice.");
        if (option.Name is "help" or "version")
            throw new InvalidOperationException($"The option {option.Name} belongs to every program.");
        _descriptors.Add(option);
        var value = _values?[option.Name]?.Trim();
        if (!string.IsNullOrEmpty(value))
            return value;

        if (_values is not null && option.IsRequired)
        {
            _errors.Add(new ActionException(
                $"{_display(option.Name)} is missing",
                option.Description,
                option.IsSecret ? $"Set the variable {option.ShellVariable}." : $"Give {_display(option.Name)} a value."));
        }

        return null;
    }

    private string[]? RawItems(OptionDescriptor option)
    {
        char[] separators = option.TakesCommas ? ['\n', ','] : ['\n'];
        var items = Raw(option)?.Split(separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return items is { Length: > 0 } ? items : null;
    }

    /// <summary>Which of the allowed values is given; below zero, and an error, when it is none.</summary>
    private int IndexOf(OptionDescriptor option, string given)
    {
        for (var i = 0; i < option.AllowedValues.Count; i++)
        {
            if (string.Equals(option.AllowedValues[i], given, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        Wrong(option, given, Suggestion(given, option));
        return -1;
    }

    private bool TryParse<T>(OptionDescriptor option, string given, Func<string, T> parse, out T value)
    {
        try
        {
            value = parse(given);
            return true;
        }
        catch (FormatException e)
        {
            Wrong(option, given, e.Message);
            value = default!;
            return false;
        }
    }

    private void Wrong(OptionDescriptor option, string given, string hint = "") => _errors.Add(new ActionException(
        $"{_display(option.Name)} has a wrong value",
        $"got \"{PlainText.Shorten(given, 100)}\", expected {option.Expected}",
        hint));

    private static string Suggestion(string given, OptionDescriptor option) =>
        Suggestions.DidYouMean(given, option.AllowedValues);

    // Not generic and without LINQ: code over each enumeration would be compiled at every start.
    private static string[] Words(Type enumeration) => Array.ConvertAll(Enum.GetNames(enumeration), KebabCase);

    private static string KebabCase(string name)
    {
        var result = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && result.Length > 0)
                result.Append('-');
            result.Append(char.ToLowerInvariant(c));
        }

        return result.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
