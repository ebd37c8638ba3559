namespace Actions.Shared.Hosting;

/// <summary>
/// Reads the inputs that the runner passes as <c>INPUT_*</c> variables. A shell cannot name a variable with hyphens, so each may be given with underscores
/// instead; the runner's own name wins.
/// </summary>
internal static class InputVariables
{
    /// <summary>Inputs that the runner accepts for every container action.</summary>
    private static readonly string[] RunnersOwn = ["INPUT_ARGS", "INPUT_ENTRYPOINT"];

    /// <summary>The given values by option name. An input that is declared but not given comes as an empty variable: it counts as absent.</summary>
    public static IReadOnlyDictionary<string, string?> Read(
        IReadOnlyList<OptionDescriptor> options, IReadOnlyDictionary<string, string> variables) =>
        options
            .Select(o => (o.Name, Value: Given(variables, o.Variable) ?? Given(variables, o.ShellVariable)))
            .Where(o => o.Value is not null)
            .ToDictionary(o => o.Name, o => o.Value, StringComparer.OrdinalIgnoreCase);

    /// <summary>One sentence for every input that is given but not known, in ordinal order.</summary>
    public static IReadOnlyList<string> Unknown(
        IReadOnlyList<OptionDescriptor> options, IReadOnlyDictionary<string, string> variables)
    {
        var known = options.SelectMany(o => new[] { o.Variable, o.ShellVariable }).Concat(RunnersOwn).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. variables
                .Where(v => v.Key.StartsWith("INPUT_", StringComparison.Ordinal) && v.Value.Length > 0 && !known.Contains(v.Key))
                .Select(v => v.Key["INPUT_".Length..].ToLowerInvariant())
                .Order(StringComparer.Ordinal)
                .Select(name => $"There is no input {name}; it is ignored. {Suggestions.DidYouMean(name, options.Select(o => o.Name))}".TrimEnd()),
        ];
    }

    private static string? Given(IReadOnlyDictionary<string, string> variables, string name) =>
        variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
