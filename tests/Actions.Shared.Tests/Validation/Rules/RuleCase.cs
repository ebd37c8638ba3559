using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Rules;

/// <summary>
/// One example of a rule, read from <c>cases/RULE.yaml</c>: a line <c>### fails: title</c> or <c>### passes: title</c>, then manifests up to the next such line.
/// Lines that the rule must point at end in the comment <c># here</c>. The title may be followed by settings: <c> | parameter=value</c> (commas separate
/// the items of a list), <c> | pod-security=restricted:1.24</c>: then the rule is only run if that standard demands it.
/// <c>&lt;x*1000&gt;</c> in a manifest stands for a thousand times the letter x.
/// </summary>
public sealed partial record RuleCase(string Rule, string Title, bool Fails, string Yaml, IReadOnlyDictionary<string, string> Settings)
{
    private const string Marker = "# here";

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Validation", "Rules", "cases");

    public IReadOnlyList<int> ExpectedLines =>
        [.. Yaml.Split('\n').Select((line, i) => (line, Number: i + 1)).Where(l => l.line.TrimEnd().EndsWith(Marker, StringComparison.Ordinal)).Select(l => l.Number)];

    public static IReadOnlyList<RuleCase> Read(string rule)
    {
        var path = Path.Combine(Folder, rule + ".yaml");
        if (!File.Exists(path))
        {
            return [];
        }

        var cases = new List<RuleCase>();
        foreach (var part in ("\n" + File.ReadAllText(path)).Split("\n### ").Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            var header = part[..end].Split(" | ");
            var colon = header[0].IndexOf(": ", StringComparison.Ordinal);
            var settings = header.Skip(1).Select(s => s.Split('=', 2)).ToDictionary(s => s[0].Trim(), s => s[1].Trim());
            cases.Add(new RuleCase(rule, header[0][(colon + 2)..].Trim(), header[0][..colon] switch
            {
                "fails" => true,
                "passes" => false,
                var other => throw new InvalidDataException($"{path}: a case either fails or passes, not `{other}`"),
            }, part[(end + 1)..], settings));
        }

        return cases;
    }

    public IReadOnlyList<Finding> Run()
    {
        var file = YamlLoader.Load("case.yaml", Repetition().Replace(Yaml, m => new string(m.Groups[1].Value[0], int.Parse(m.Groups[2].Value))));
        file.Documents.SelectMany(d => d.Problems).ShouldBeEmpty($"the case `{Title}` of {Rule} is not valid YAML");
        var settings = ReadSettings();
        var findings = new List<Finding>();
        var objects = new List<GraphObject>();
        var objectRules = RuleCatalogue.ObjectRules.Where(r => r.Descriptor.Id == Rule && (!Settings.ContainsKey("pod-security") || r.IsDemandedBy(settings))).ToArray();
        var runner = new RuleRunner(objectRules, settings);
        foreach (var document in file.Documents)
        {
            if (document.Root is not YamlMapping body)
            {
                continue;
            }

            var reference = new ResourceReference(
                body.Text("apiVersion") ?? "", body.Text("kind") ?? "", body.Mapping("metadata").Text("namespace"), body.Mapping("metadata").Text("name"));
            runner.Inspect("case.yaml", body, reference, findings);
            if (GraphObject.From("", "case.yaml", body, reference) is { } item)
            {
                objects.Add(item);
            }
        }

        findings.AddRange(GraphRuleCatalogue.Inspect([.. GraphRuleCatalogue.Rules.Where(r => r.Descriptor.Id == Rule)], objects, settings));
        return FindingList.Normalize(findings);
    }

    public override string ToString() => $"{Rule}: {(Fails ? "fails" : "passes")}: {Title}";

    private RuleSettings ReadSettings()
    {
        var settings = RuleSettings.Default;
        var parameters = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (key, value) in Settings)
        {
            if (key == "pod-security")
            {
                var parts = value.Split(':');
                settings = settings with
                {
                    PodSecurity = Enum.Parse<PodSecurityLevel>(parts[0], ignoreCase: true),
                    PodSecurityMinor = parts.Length > 1 ? int.Parse(parts[1].Split('.')[1]) : int.MaxValue,
                };
            }
            else
            {
                parameters[key] = value.Split(',', StringSplitOptions.TrimEntries);
            }
        }

        return settings with { Parameters = new Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> { [Rule] = parameters } };
    }

    [GeneratedRegex(@"<(\w)\*(\d+)>")]
    private static partial Regex Repetition();
}
