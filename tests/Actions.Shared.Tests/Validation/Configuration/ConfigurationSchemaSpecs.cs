using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Actions.Shared.Manifests;
using Actions.Shared.Tests.Reporting;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Configuration;

/// <summary>The schema for editors, the program and the documentation say the same.</summary>
public sealed partial class ConfigurationSchemaSpecs
{
    private static readonly string Schema = Path.Combine(Golden.Root, "docs", "reference", "validate-manifests-config.schema.json");

    public static TheoryData<string> Samples { get; } =
    [
        "# nothing",
        "rules:",
        "rules: {}\noverrides: []\nignore-paths: []\ncustom-rules: []\n",
        "pod-security: restricted:v1.30",
        "rules: {all: on, privileged-container: yes, host-path: warning, low-uid-gid: {lowest-id: 1000, severity: info, enabled: no}}",
        "overrides: [{kinds: [Pod, apps/Deployment, apps/v1/StatefulSet], pod-security: none}, {paths: [\"a/**\", \"*.yaml\"], rules: {host-path: off}}]",
        "custom-rules: [{id: our-rule, message: m, hint: h, severity: info, path: \"\", schema: true}]",
        "custom-rules: [{id: our-rule, message: m, schema: {anyOf: [{type: [string, integer]}, {not: {const: 1}}], exclusiveMinimum: 1, items: {enum: [a, 1, true]}}}]",
    ];

    public static TheoryData<string> WrongSamples { get; } =
    [
        "- a",
        "rule: {}",
        "pod-security: privileged",
        "pod-security: restricted:2.1",
        "rules: [a]",
        "rules: {all: error}",
        "rules: {yaml-syntax: off}",
        "rules: {host-path: fatal}",
        "rules: {host-path: [on]}",
        "rules: {host-path: {severity: fatal}}",
        "rules: {host-path: {enabled: maybe}}",
        "rules: {required-label: {labels: [{a: b}]}}",
        "overrides: {paths: [a]}",
        "overrides: [{rules: {}}]",
        "overrides: [{paths: [a]}]",
        "overrides: [{path: [a], rules: {}}]",
        "overrides: [{paths: [/a], rules: {}}]",
        "overrides: [{paths: [a/../b], rules: {}}]",
        "overrides: [{kinds: [pod], rules: {}}]",
        "ignore-paths: a",
        "ignore-paths: [{}]",
        "custom-rules: [{id: our-rule, message: m}]",
        "custom-rules: [{id: our-rule, schema: {}}]",
        "custom-rules: [{message: m, schema: {}}]",
        "custom-rules: [{id: Our_rule, message: m, schema: {}}]",
        "custom-rules: [{id: our-rule, message: m, schema: {requird: []}}]",
        "custom-rules: [{id: our-rule, message: m, schema: {type: text}}]",
        "custom-rules: [{id: our-rule, message: m, schema: {minLength: -1}}]",
        "custom-rules: [{id: our-rule, message: m, schema: {properties: {a: 1}}}]",
        "custom-rules: [{id: our-rule, message: m, schema: {pattern: '(('}}]",
        "custom-rules: [{id: our-rule, message: m, schema: {enum: [[1]]}}]",
        "custom-rules: [{id: our-rule, message: m, schema: {}, cel: x}]",
    ];

    [Fact]
    public async Task What_the_program_accepts_the_schema_accepts()
    {
        var samples = Samples.Select(s => (string)s.Data).ToArray();
        foreach (var sample in samples)
        {
            Should.NotThrow(() => ConfigurationFile.Parse("c.yaml", sample), sample);
        }

        (await SchemaCheck.ProblemsAsync(Schema, [.. samples.Select(Json)])).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_program_refuses_the_schema_refuses()
    {
        var samples = WrongSamples.Select(s => (string)s.Data).ToArray();
        foreach (var sample in samples)
        {
            var error = Should.Throw<Exception>(() => ConfigurationFile.Parse("c.yaml", sample), sample);
            (error is ActionException || error is AggregateException { InnerExceptions: var inner } && inner.All(e => e is ActionException)).ShouldBeTrue(sample);
        }

        var problems = await SchemaCheck.ProblemsAsync(Schema, [.. samples.Select(Json)]);
        samples.Index().Where(s => !problems.Contains($"/{s.Index}.json:", StringComparison.Ordinal)).Select(s => s.Item).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_samples_of_the_documentation_are_right()
    {
        var page = File.ReadAllText(Path.Combine(Golden.Root, "docs", "how-to", "configure-rules.md"));
        var samples = CodeBlock().Matches(page).Select(m => m.Groups["code"].Value).ToArray();
        samples.Length.ShouldBe(2);
        foreach (var sample in samples)
        {
            Should.NotThrow(() => ConfigurationFile.Parse("c.yaml", sample), sample);
        }

        (await SchemaCheck.ProblemsAsync(Schema, [.. samples.Select(Json)])).ShouldBeEmpty();
    }

    private static string Json(string yaml) => (YamlLoader.Load("c.yaml", yaml).Documents[0].Root is { } root ? Json(root) : null)?.ToJsonString() ?? "null";

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMapping mapping => new JsonObject(mapping.Select(e => KeyValuePair.Create(e.Key.Value, Json(e.Value)))),
        YamlSequence sequence => new JsonArray([.. sequence.Select(Json)]),
        YamlScalar { Type: YamlScalarType.Null } => null,
        YamlScalar { Type: YamlScalarType.Boolean } scalar => Words.ReadBoolean(scalar.Value) == "true",
        YamlScalar { Type: YamlScalarType.Integer or YamlScalarType.Float } scalar => JsonNode.Parse(scalar.Value),
        _ => ((YamlScalar)node).Value,
    };

    [GeneratedRegex("```yaml\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
