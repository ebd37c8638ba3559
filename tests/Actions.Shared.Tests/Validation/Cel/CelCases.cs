using Actions.Shared.Manifests;
using Actions.Shared.Tests.Validation.Structure;
using Actions.Shared.Validation.Cel;

namespace Actions.Shared.Tests.Validation.Cel;

/// <summary>Reads the tables of expressions in <c>cases/*.cel</c>: one a line, under headings that start with <c>##</c>; lines that start with <c>#</c> are remarks.</summary>
internal static class CelCases
{
    private static readonly YamlMapping Object = Yaml.Mapping("""
        name: web
        replicas: 3
        ratio: 0.5
        big: 9223372036854775807
        flag: yes
        nothing: null
        empty: ""
        list: [1, 2, 3]
        names: [a, b, c]
        mixed: [1, two, 3.0, true, null]
        labels: {app: web, "a.b/c": d}
        nested: {deep: {value: 7}}
        time: "2024-02-29T12:30:45.678Z"
        address: 10.1.2.3
        """);

    /// <summary><c>self</c>, an object without a schema, and <c>other</c>, which is an error wherever it is used.</summary>
    public static CelEnvironment Variables { get; } = CelEnvironment.Of("self", "other");

    public static TheoryData<string, string> Read(string file)
    {
        var cases = new TheoryData<string, string>();
        var section = "";
        foreach (var line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Validation", "Cel", "cases", file + ".cel")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..];
            }
            else if (line.Trim().Length > 0 && line[0] != '#')
            {
                cases.Add(section, line.Trim());
            }
        }

        return cases;
    }

    /// <summary>The value as text, <c>failed: …</c>, <c>unknown</c>, <c>exhausted</c>, or <c>refused: …</c> for what does not compile.</summary>
    public static string Outcome(string expression)
    {
        if (!CelProgram.TryCompile(expression, Variables, out var program, out var problem))
        {
            return $"refused: {problem!.Message}";
        }

        return Show(program.Evaluate(new CelBudget(CelBudget.OfEvaluation), CelNodes.From(Object), CelError.Unknown("other is not known")));
    }

    public static string Show(CelValue value) => value switch
    {
        CelError { Error: CelErrorKind.Failed } error => $"failed: {error.Message}",
        CelError error => error.Error.ToString().ToLowerInvariant(),
        CelNull => "null",
        CelUint number => $"{number.Value}u",
        CelString text => $"\"{text.Value}\"",
        CelBytes bytes => $"b{Convert.ToHexString(bytes.Value)}",
        CelList list => $"[{string.Join(", ", list.Select(Show))}]",
        CelMap map => $"{{{string.Join(", ", map.ReadKeys(new CelBudget(1_000)).Select(k => $"{Show(k)}: {Show(map.Find(k)!)}"))}}}",
        CelTimestamp time => CelTimes.Text(time),
        CelDuration span => CelTimes.Text(span),
        CelTypeValue type => type.Name,
        CelOptional optional => optional.Value is null ? "none" : $"optional({Show(optional.Value)})",
        CelIp ip => ip.Value.ToString(),
        CelCidr range => CelAddresses.Text(range),
        _ => CelOperators.Text(value),
    };
}
