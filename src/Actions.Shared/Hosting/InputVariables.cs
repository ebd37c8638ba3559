namespace Actions.Shared.Hosting;

/// <summary>Reads the inputs that the runner passes as <c>INPUT_*</c> variables.</summary>
internal static class InputVariables
{
    /// <summary>Inputs that the runner accepts for every container action.</summary>
    private static readonly string[] RunnersOwn = ["INPUT_ARGS", "INPUT_ENTRYPOINT"];

    /// <summary>The given values by option name. An input that is declared but not given comes as an empty variable: it counts as absent.</summary>
    public static IReadOnlyDictionary<string, string?> Read(
        IReadOnlyList<OptionDescriptor> options, IReadOnlyDictionary<string, string> variables) =>
        options
            .Where(o => !string.IsNullOrEmpty(variables.GetValueOrDefault(o.Variable)))
            .ToDictionary(o => o.Name, string? (o) => variables[o.Variable], StringComparer.OrdinalIgnoreCase);

    /// <summary>One sentence for every input that is given but not known, in ordinal order.</summary>
    public static IReadOnlyList<string> Unknown(
        IReadOnlyList<OptionDescriptor> options, IReadOnlyDictionary<string, string> variables)
    {
        var known = options.Select(o => o.Variable).Concat(RunnersOwn).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. variables
                .Where(v => v.Key.StartsWith("INPUT_", StringComparison.Ordinal) && v.Value.Length > 0 && !known.Contains(v.Key))
                .Select(v => v.Key["INPUT_".Length..].ToLowerInvariant())
                .Order(StringComparer.Ordinal)
                .Select(name => $"There is no input {name}; it is ignored. {Suggestions.DidYouMean(name, options.Select(o => o.Name))}".TrimEnd()),
        ];
    }
}
