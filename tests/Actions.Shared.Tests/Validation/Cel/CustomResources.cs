using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Cel;

/// <summary>Checks all objects of a text as a scan does: definitions are learned first, from wherever they stand.</summary>
internal static class CustomResources
{
    public static IReadOnlyList<Finding> Check(string yaml)
    {
        var file = YamlLoader.Load("test.yaml", yaml);
        file.Documents.SelectMany(d => d.Problems).ShouldBeEmpty();
        var resources = ManifestClassifier.Classify(file).Resources;
        var definitions = resources
            .Where(r => CustomResourceSchemas.IsDefinition(r.Reference.ApiVersion, r.Reference.Kind))
            .Select(r => CustomResourceSchemas.FromDefinition(r.Body, "test.yaml"));
        var validator = new ManifestValidator(new SchemaCatalog(definitions), new ValidationSettings { Versions = [KubernetesVersion.Latest] });
        var findings = new List<Finding>();
        foreach (var resource in resources)
        {
            validator.Validate("test.yaml", resource.Body, resource.Reference, findings);
        }

        return FindingList.Normalize(findings);
    }

    /// <summary>A definition of the kind Test in example.com/v1 whose spec has the given schema, followed by one object with the given spec.</summary>
    public static string Test(string schema, string spec) => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: tests.example.com}
        spec:
          group: example.com
          names: {kind: Test, plural: tests}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
        {{Indent(schema, 12)}}
        ---
        apiVersion: example.com/v1
        kind: Test
        metadata: {name: test}
        spec:
        {{Indent(spec, 2)}}
        """;

    /// <summary>The findings about the object, as <c>FIELD RULE: MESSAGE</c>.</summary>
    public static string[] CheckTest(string schema, string spec) =>
        [.. Check(Test(schema, spec)).Where(f => f.Resource?.Kind == "Test").Select(f => $"{f.Field} {f.Rule}: {f.Message}")];

    /// <summary>The findings about the definition, as <c>FIELD RULE: MESSAGE</c>, fields from the schema of spec on.</summary>
    public static string[] CheckSchema(string schema) =>
    [
        .. Check(Test(schema, "{}")).Where(f => f.Resource?.Kind == "CustomResourceDefinition")
            .Select(f => $"{f.Field.Replace("/spec/versions/0/schema/openAPIV3Schema/properties/spec", "", StringComparison.Ordinal)} {f.Rule}: {f.Message}"),
    ];

    private static string Indent(string text, int by) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', by) + line));
}
