using System.CommandLine;
using System.CommandLine.Parsing;

namespace Actions.Shared.Hosting;

/// <summary>What a command line says.</summary>
/// <param name="Values">The values by option name, those of a list with a line each.</param>
/// <param name="WantsHelp">Whether it asks for help.</param>
/// <param name="WantsVersion">Whether it asks for the version.</param>
/// <param name="Errors">What is wrong with it, apart from the values themselves.</param>
internal sealed record CommandLine(
    IReadOnlyDictionary<string, string?> Values, bool WantsHelp, bool WantsVersion, IReadOnlyList<ActionException> Errors)
{
    private static readonly CommandLine Empty = new(new Dictionary<string, string?>(), false, false, []);

    /// <summary>
    /// Reads <c>--name value</c>, <c>--name=value</c>, a bare <c>--name</c> for booleans, values of the positional option, and
    /// <c>--</c> before values that begin with a hyphen.
    /// </summary>
    public static CommandLine Parse(IReadOnlyList<OptionDescriptor> options, IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
            return Empty; // as in a container action; the parser need not even be loaded

        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        arguments = TakeJoined(options, arguments, values);
        var command = new Command("program") { TreatUnmatchedTokensAsErrors = false };
        var help = new Option<bool>("--help", "-h") { Arity = ArgumentArity.Zero };
        var version = new Option<bool>("--version") { Arity = ArgumentArity.Zero };
        command.Add(help);
        command.Add(version);
        var symbols = options.Select(ToSymbol).ToArray();
        foreach (var symbol in symbols)
            command.Add(symbol);
        var positional = new Argument<string[]>("values") { Arity = ArgumentArity.ZeroOrMore };
        command.Add(positional);

        var result = command.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (result.GetResult(help) is { Implicit: false })
            return Empty with { WantsHelp = true };
        if (result.GetResult(version) is { Implicit: false })
            return Empty with { WantsVersion = true };

        var errors = new List<ActionException>();
        for (var i = 0; i < symbols.Length; i++)
        {
            if (result.GetResult(symbols[i]) is { Implicit: false } found)
                Add(options[i], found, values, errors);
        }

        AddPositional(options, result, result.GetResult(positional), values, errors);
        return Empty with { Values = values, Errors = errors };
    }

    // Of --strict=maybe the parser would make a bare --strict and a positional "maybe", and of --name= a name without a value.
    private static List<string> TakeJoined(
        IReadOnlyList<OptionDescriptor> options, IReadOnlyList<string> arguments, Dictionary<string, string?> values)
    {
        var rest = new List<string>();
        var afterDashes = false;
        foreach (var argument in arguments)
        {
            afterDashes |= argument == "--";
            var parts = argument.Split('=', 2);
            var option = afterDashes || parts.Length < 2 ? null : options.FirstOrDefault(o => "--" + o.Name == parts[0]);
            if (option is { Kind: OptionKind.Boolean } || option is { IsSecret: false } && parts[1].Length == 0)
                values[option.Name] = parts[1];
            else
                rest.Add(argument);
        }

        return rest;
    }

    private static Option ToSymbol(OptionDescriptor option)
    {
        var name = "--" + option.Name;

        // Only a boolean leaves the next word alone unless it is true or false.
        return option.Kind == OptionKind.Boolean
            ? new Option<bool>(name) { Arity = ArgumentArity.ZeroOrOne }
            : new Option<string[]>(name) { Arity = ArgumentArity.ZeroOrMore };
    }

    private static void Add(
        OptionDescriptor option, OptionResult found, Dictionary<string, string?> values, List<ActionException> errors)
    {
        if (option.IsSecret)
        {
            errors.Add(new ActionException(
                $"--{option.Name} is not taken from the command line",
                "every process of the machine can read it there",
                $"Set the variable {option.ShellVariable} instead."));
            return;
        }

        var given = found.Tokens.Select(t => t.Value).ToArray();
        if (option.Kind == OptionKind.Boolean && given.Length == 0)
            given = ["true"];

        if (given.Length < found.IdentifierTokenCount && option.Kind != OptionKind.Boolean)
        {
            errors.Add(new ActionException(
                $"--{option.Name} has no value", option.Description, $"Write --{option.Name} VALUE, or --{option.Name}=VALUE."));
        }
        else if (found.IdentifierTokenCount > 1 && !option.IsList)
        {
            errors.Add(new ActionException($"--{option.Name} is given more than once", "it takes one value", "Give it once."));
            given = given[^1..];
        }

        values[option.Name] = string.Join('\n', given);
    }

    private static void AddPositional(
        IReadOnlyList<OptionDescriptor> options,
        ParseResult result,
        ArgumentResult? positional,
        Dictionary<string, string?> values,
        List<ActionException> errors)
    {
        var afterDashes = result.Tokens
            .SkipWhile(t => t.Type != TokenType.DoubleDash)
            .ToHashSet(ReferenceEqualityComparer.Instance);
        var given = new List<string>();
        foreach (var token in positional?.Tokens ?? [])
        {
            if (token.Value.StartsWith('-') && token.Value.Length > 1 && !afterDashes.Contains(token))
                errors.Add(Unknown(token.Value, options));
            else
                given.Add(token.Value);
        }

        if (given.Count == 0)
            return;
        if (options.FirstOrDefault(o => o.IsPositional) is not { } option)
        {
            errors.Add(new ActionException(
                $"\"{given[0]}\" belongs to no option", "this program takes no values without the name of an option", "See --help."));
            return;
        }

        if (!option.IsList && given.Count + (values.ContainsKey(option.Name) ? 1 : 0) > 1)
            errors.Add(new ActionException($"--{option.Name} is given more than once", "it takes one value", "Give it once."));
        values[option.Name] = string.Join('\n', values.TryGetValue(option.Name, out var named) ? given.Prepend(named) : given);
    }

    private static ActionException Unknown(string given, IReadOnlyList<OptionDescriptor> options)
    {
        // Only the name: what follows the equals sign may be a secret.
        var name = given.Split('=', 2)[0];
        var hint = Suggestions.DidYouMean(name.TrimStart('-'), options.Select(o => o.Name).Append("help").Append("version"));
        return new ActionException(
            $"There is no option {name}",
            "",
            hint.Length > 0 ? hint.Replace("mean ", "mean --", StringComparison.Ordinal) : "See --help for the options there are.");
    }
}
