using Actions.Shared.Findings;

namespace Actions.Shared.Tests.Validation.Cel;

/// <summary>What the API server refuses in a CustomResourceDefinition, one mistake each.</summary>
public sealed class DefinitionSpecs
{
    private const string Definition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: tests.example.com}
        spec:
          group: example.com
          names: {kind: Test, plural: tests}
          scope: Namespaced
          versions:
          - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
        """;

    [Theory]
    [InlineData("{type: object, properties: {a: {}}}", "/properties/a", "The schema of `spec.a` has no type")]
    [InlineData("{type: object, properties: {a: {x-kubernetes-preserve-unknown-fields: true}}}", null, null)]
    [InlineData("{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", null, null)]
    [InlineData("{type: object, properties: {a: {x-kubernetes-int-or-string: true, allOf: [{anyOf: [{type: integer}, {type: string}]}, {pattern: a}]}}}", null, null)]
    [InlineData("{type: object, properties: {a: {type: array, items: {}}}}", "/properties/a/items", "The schema of `spec.a[]` has no type")]
    [InlineData("{type: object, properties: {a: {type: array}}}", "/properties/a", "The schema of the list `spec.a` has no items")]
    [InlineData("{type: object, additionalProperties: {}}", "/additionalProperties", "The schema of `spec.*` has no type")]
    [InlineData("{type: objct}", "/type", "`objct` is no type: it must be `object`, `array`, `string`, `integer`, `number` or `boolean`")]
    [InlineData("{type: 'null'}", "/type", "`null` is no type: it must be `object`, `array`, `string`, `integer`, `number` or `boolean`")]
    [InlineData("{type: string, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}", "/type", "The schema of `spec` must have the type object, because it embeds one")]
    [InlineData("{type: object, x-kubernetes-embedded-resource: true}", "", "The schema of `spec` embeds an object of which it neither lists nor keeps the fields")]
    [InlineData("{type: object, x-kubernetes-embedded-resource: true, properties: {kind: {type: integer}}}", "/properties/kind/type", "`kind` must be of the type string")]
    [InlineData("{x-kubernetes-int-or-string: true, x-kubernetes-preserve-unknown-fields: true}", "/x-kubernetes-preserve-unknown-fields", "`x-kubernetes-preserve-unknown-fields` must not be set beside x-kubernetes-int-or-string")]
    [InlineData("{type: object, $ref: '#/a'}", "/$ref", "`$ref` is not supported in the schema of a custom resource")]
    [InlineData("{type: object, patternProperties: {a: {type: string}}}", "/patternProperties", "`patternProperties` is not supported in the schema of a custom resource")]
    [InlineData("{type: object, additionalProperties: true}", null, null)]
    [InlineData("{type: object, x-kubernetes-map-type: flat}", "/x-kubernetes-map-type", "`x-kubernetes-map-type` must be `granular` or `atomic`, but is `flat`")]
    [InlineData("{type: string, x-kubernetes-map-type: atomic}", "/x-kubernetes-map-type", "`x-kubernetes-map-type` is only for objects, but `spec` is of the type `string`")]
    [InlineData("{type: string, x-kubernetes-list-type: set}", "/x-kubernetes-list-type", "`x-kubernetes-list-type` is only for lists, but `spec` is of the type `string`")]
    [InlineData("{type: array, items: {type: string}, x-kubernetes-list-type: bag}", "/x-kubernetes-list-type", "`x-kubernetes-list-type` must be `atomic`, `set` or `map`, but is `bag`")]
    [InlineData("{type: array, items: {type: string}, x-kubernetes-list-map-keys: [a]}", "/x-kubernetes-list-map-keys", "`x-kubernetes-list-map-keys` needs x-kubernetes-list-type: map beside it")]
    [InlineData("{type: array, items: {type: string}, x-kubernetes-list-type: set, x-kubernetes-list-map-keys: [a]}", "/x-kubernetes-list-map-keys", "`x-kubernetes-list-map-keys` is only for lists of the type map, but `spec` is a list of the type `set`")]
    [InlineData("{type: array, items: {type: object}, x-kubernetes-list-type: map}", "/x-kubernetes-list-type", "The list `spec` is a map without x-kubernetes-list-map-keys")]
    [InlineData("{type: array, items: {type: string}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a]}", "/items/type", "Items of the list `spec` must be objects, because it is a map")]
    [InlineData("{type: array, items: {type: object, properties: {a: {type: object}}}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a]}", "/x-kubernetes-list-map-keys/0", "The key `a` must be a scalar, but is of the type `object`")]
    [InlineData("{type: array, items: {type: object, required: [a], properties: {a: {type: string}}}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a, a]}", "/x-kubernetes-list-map-keys/1", "The key `a` is there twice")]
    [InlineData("{type: array, items: {type: object, properties: {a: {type: string, default: x}}}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a]}", null, null)]
    [InlineData("{type: array, items: {type: object, required: [a], properties: {a: {type: string, nullable: true}}}, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [a]}", "/items/properties/a/nullable", "The key `a` of `spec` must not be nullable")]
    [InlineData("{type: array, items: {type: object}, x-kubernetes-list-type: set}", "/items", "Items of the set `spec` must be scalars, or atomic")]
    [InlineData("{type: array, items: {type: object, x-kubernetes-map-type: atomic}, x-kubernetes-list-type: set}", null, null)]
    [InlineData("{type: array, items: {type: string, nullable: true}, x-kubernetes-list-type: set}", "/items", "Items of the set `spec` must not be nullable")]
    [InlineData("{type: string, pattern: 'a)'}", "/pattern", "The pattern of `spec` is no regular expression that Kubernetes understands: a parenthesis is closed that was never opened")]
    [InlineData("{type: string, pattern: '[a'}", "/pattern", "The pattern of `spec` is no regular expression that Kubernetes understands: a bracket is not closed")]
    [InlineData("{type: string, pattern: '*a'}", "/pattern", "The pattern of `spec` is no regular expression that Kubernetes understands: there is nothing to repeat")]
    [InlineData("{type: string, pattern: '[z-a]'}", "/pattern", "The pattern of `spec` is no regular expression that Kubernetes understands: a range ends before it starts")]
    [InlineData("{type: string, pattern: '(?=a)b'}", "/pattern", "The pattern of `spec` is no regular expression that Kubernetes understands: it looks ahead or behind, which RE2 cannot do")]
    [InlineData("{type: string, pattern: '^\\pN+\\x{10FFFF}$'}", null, null)]
    [InlineData("{type: integer, default: 1.5}", "/default", "The default of `spec` does not fit its own schema: it must be an integer, but `1.5` is a number")]
    [InlineData("{type: object, default: {b: 1}, properties: {a: {type: string}}}", "/default/b", "The default of `spec` does not fit its own schema: Unknown field `b` in the object")]
    [InlineData("{type: object, default: {a: x}, properties: {a: {type: string}}}", null, null)]
    [InlineData("{type: integer, enum: [1, two]}", "/enum/1", "No value of `spec` can be `two`: it must be an integer, but `two` is a string")]
    [InlineData("{type: string, enum: ['1', two], nullable: true}", null, null)]
    [InlineData("{type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}, {properties: {a: {minLength: 1}}}]}", null, null)]
    [InlineData("{type: object, properties: {a: {type: string}}, not: {properties: {a: {type: string}}}}", "/not/properties/a/type", "`type` must not stand in an alternative (allOf, anyOf, oneOf, not) of `spec.a`")]
    [InlineData("{type: object, allOf: [{description: x}]}", "/allOf/0/description", "`description` must not stand in an alternative (allOf, anyOf, oneOf, not) of `spec`")]
    [InlineData("{type: object, oneOf: [{properties: {b: {minLength: 1}}}]}", "/oneOf/0/properties/b", "The alternative restricts `b`, which `spec` does not declare")]
    [InlineData("{type: object, oneOf: [{x-kubernetes-validations: [{rule: 'true'}]}]}", "/oneOf/0/x-kubernetes-validations", "`x-kubernetes-validations` must not stand in an alternative (allOf, anyOf, oneOf, not) of `spec`")]
    [InlineData("{type: object, oneOf: [{nullable: false}]}", null, null)]
    public void A_schema_is_structural(string schema, string? field, string? message) =>
        CustomResources.CheckSchema(schema).ShouldBe(message is null ? [] : [$"{field} crd-definition: {message}"]);

    [Theory]
    [InlineData("self.a > 0", null)]
    [InlineData("self.b > 0", "The expression cannot be compiled: there is no field `b` that rules can see")]
    [InlineData("self.a == 'x'", "The expression cannot be compiled: a value of the type int is compared with one of the type string, which it never equals")]
    [InlineData("self.a", "The expression must give true or false, but gives a value of the type int")]
    [InlineData("self.free == 1", "The expression cannot be compiled: there is no field `free` that rules can see")]
    [InlineData("self.labels.all(k, self.labels[k].size() < 5)", null)]
    [InlineData("self.labels.x == 1", "The expression cannot be compiled: a value of the type string is compared with one of the type int, which it never equals")]
    [InlineData("self.list.all(i, i.name != '')", null)]
    [InlineData("self.list.all(i, i.nme != '')", "The expression cannot be compiled: there is no field `nme`; did you mean `name`?")]
    [InlineData("self.list.map(i, i.name).exists(n, n == 1)", "The expression cannot be compiled: a value of the type string is compared with one of the type int, which it never equals")]
    [InlineData("self.any == 1 || self.any == 'x'", null)]
    [InlineData("self.time < self.time + self.span", null)]
    [InlineData("self.time < self.span", "The expression cannot be compiled: `<` does not take google.protobuf.Timestamp and google.protobuf.Duration")]
    [InlineData("self.template.metadata.name == 'x'", null)]
    [InlineData("self.template.metadata.labels == {}", "The expression cannot be compiled: there is no field `labels` that rules can see")]
    [InlineData("self.template.apiVersion == 'v1'", null)]
    [InlineData("self.for == 'x'", "The expression cannot be compiled: there is no field `for`; did you mean `__for__`?")]
    [InlineData("self.__for__ == 'x'", null)]
    [InlineData("oldSelf.a == self.a", null)]
    [InlineData("oldSelf.x == self.a", "The expression cannot be compiled: there is no field `x` that rules can see")]
    [InlineData("optional.of(self.a).orValue('x') == 1", null)]
    [InlineData("self.?a.orValue(1) == 1", null)]
    [InlineData("quantity(self.__for__).isLessThan(quantity('1'))", null)]
    [InlineData("self.a.matches('x')", "The expression cannot be compiled: `matches` does not take int and string")]
    [InlineData("(self.a > 1 ? 'x' : 'y') == 'x'", null)]
    [InlineData("self.a >", "The expression cannot be compiled: the expression ends where a value is expected")]
    public void A_rule_fits_its_schema(string rule, string? message)
    {
        var schema = $$$$$$"""
            type: object
            properties:
              a: {type: integer}
              for: {type: string}
              any: {x-kubernetes-int-or-string: true}
              free: {x-kubernetes-preserve-unknown-fields: true}
              labels: {type: object, additionalProperties: {type: string}}
              list: {type: array, items: {type: object, properties: {name: {type: string}}}}
              time: {type: string, format: date-time}
              span: {type: string, format: duration}
              template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
            x-kubernetes-validations:
            - rule: {{{{{{System.Text.Json.JsonSerializer.Serialize(rule)}}}}}}
            """;

        CustomResources.CheckSchema(schema).ShouldBe(message is null ? [] : [$"/x-kubernetes-validations/0/rule crd-definition: {message}"]);
    }

    [Theory]
    [InlineData("name: tests.example.com", "name: test.example.com", "/metadata/name", "The definition is named `test.example.com`, but must be named after its plural and group")]
    [InlineData("group: example.com", "group: example", "/spec/group", "`example` is no API group: it must be a lower-case domain with at least one dot")]
    [InlineData("plural: tests", "plural: tests, singular: Test", "/spec/names/singular", "`Test` is no name for a resource: it must start with a letter, and hold at most 63 lower-case letters, digits and dashes")]
    [InlineData("plural: tests", "plural: tests, listKind: Test", "/spec/names/listKind", "`kind` and `listKind` must differ")]
    [InlineData("plural: tests", "plural: tests, shortNames: [a_b]", "/spec/names/shortNames/0", "`a_b` is no name for a resource: it must start with a letter, and hold at most 63 letters, digits and dashes")]
    [InlineData("scope: Namespaced", "scope: Namespaced\n  preserveUnknownFields: true", "/spec/preserveUnknownFields", "`spec.preserveUnknownFields` must be false in v1")]
    [InlineData("scope: Namespaced", "scope: Namespaced\n  conversion: {strategy: Magic}", "/spec/conversion/strategy", "The conversion strategy must be `None` or `Webhook`, but is `Magic`")]
    [InlineData("scope: Namespaced", "scope: Namespaced\n  conversion: {strategy: Webhook}", "/spec/conversion", "Conversion by webhook needs `webhook.clientConfig`")]
    [InlineData("storage: true", "storage: false", "/spec/versions", "No version is the storage version")]
    [InlineData("name: v1", "name: V1", "/spec/versions/0/name", "`V1` is no name for a version")]
    [InlineData("served: true", "served: true, deprecationWarning: old", "/spec/versions/0/deprecationWarning", "`deprecationWarning` is only allowed for a deprecated version")]
    [InlineData(", schema: {openAPIV3Schema: {type: object}}", "", "/spec/versions/0", "The version `v1` has no `schema.openAPIV3Schema`")]
    [InlineData("{openAPIV3Schema: {type: object}}", "{}", "/spec/versions/0/schema", "The version `v1` has no `schema.openAPIV3Schema`")]
    [InlineData("{type: object}", "{type: string}", "/spec/versions/0/schema/openAPIV3Schema/type", "The schema of a whole object must have the type object")]
    [InlineData("{type: object}", "{type: object, nullable: true}", "/spec/versions/0/schema/openAPIV3Schema/nullable", "The whole object must not be nullable")]
    [InlineData("{type: object}", "{type: object, additionalProperties: {type: string}}", "/spec/versions/0/schema/openAPIV3Schema/additionalProperties", "`additionalProperties` must not be used for the whole object")]
    [InlineData("{type: object}", "{type: object, properties: {kind: {type: integer}}}", "/spec/versions/0/schema/openAPIV3Schema/properties/kind/type", "`kind` must be of the type string")]
    [InlineData("{type: object}", "{type: object, properties: {metadata: {type: object, required: [name]}}}", "/spec/versions/0/schema/openAPIV3Schema/properties/metadata/required", "Of `metadata` only name and generateName can be restricted, the rest is given")]
    [InlineData("served: true", "served: true, subresources: {scale: {specReplicasPath: .replicas, statusReplicasPath: .status.replicas}}", "/spec/versions/0/subresources/scale/specReplicasPath", "`specReplicasPath` must be a path under `.spec`, but is `.replicas`")]
    [InlineData("served: true", "served: true, additionalPrinterColumns: [{name: a, type: text, jsonPath: .a}]", "/spec/versions/0/additionalPrinterColumns/0/type", "The type of a column must be `integer`, `number`, `string`, `boolean` or `date`, but is `text`")]
    [InlineData("served: true", "served: true, additionalPrinterColumns: [{name: a, type: string, jsonPath: a}]", "/spec/versions/0/additionalPrinterColumns/0/jsonPath", "A JSON path starts with a dot, but this one is `a`")]
    public void A_definition_is_consistent(string text, string replacement, string field, string message)
    {
        CustomResources.Check(Definition).ShouldBeEmpty();

        var finding = CustomResources.Check(Definition.Replace(text, replacement, StringComparison.Ordinal)).ShouldHaveSingleItem();

        (finding.Rule, finding.Field, finding.Message).ShouldBe(("crd-definition", field, message));
        finding.Resource!.Kind.ShouldBe("CustomResourceDefinition");
    }

    [Fact]
    public void Versions_are_told_apart()
    {
        var version = Definition.Split('\n')[^1];

        CustomResources.Check($"{Definition}\n{version}").Select(f => $"{f.Location} {f.Message}").ShouldBe(
        [
            "test.yaml:10:12 The version `v1` is there twice",
            "test.yaml:10:39 More than one version is the storage version, the first is `v1`",
        ]);
    }

    [Fact]
    public void A_mistake_in_a_rule_is_pointed_at_within_the_expression()
    {
        var text = Definition.Replace("{type: object}", "{type: object, x-kubernetes-validations: [{rule: self.metadata.nme == 'x'}, {rule: '1 + ''a'' == 2'}, {rule: \"self.knd == ''\"}]}", StringComparison.Ordinal);
        var line = text.Split('\n')[8];

        var findings = CustomResources.Check(text);

        findings.Select(f => f.Location.Region).ShouldBe(
        [
            At(line, "nme == 'x'"),
            new TextRegion(9, line.IndexOf("'1 +", StringComparison.Ordinal) + 1, 9, line.IndexOf("'1 +", StringComparison.Ordinal) + 17),
            At(line, "knd == ''"),
        ]);
    }

    [Fact]
    public void A_definition_of_v1beta1_only_needs_to_be_read()
    {
        var text = Definition.Replace("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1", StringComparison.Ordinal).Replace("kind: Test, ", "", StringComparison.Ordinal);

        CustomResources.Check(text).Where(f => f.Rule == "crd-definition").Select(f => f.Message).ShouldBe(["spec.names.kind is missing"]);
    }

    [Fact]
    public void A_rule_about_changes_needs_something_to_compare_with()
    {
        static string Schema(string list) => $$$$$$"""{type: object, properties: {a: {type: array, {{{{{{list}}}}}} items: {type: object, required: [id], properties: {id: {type: string}}, x-kubernetes-validations: [{rule: self.id == oldSelf.id}]}}}}""";

        CustomResources.CheckSchema(Schema("x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [id],")).ShouldBeEmpty();
        CustomResources.CheckSchema(Schema("")).ShouldBe(
            ["/properties/a/items/x-kubernetes-validations/0/rule crd-definition: The rule mentions `oldSelf`, but what `spec.a[]` was before cannot be told"]);
    }

    private static TextRegion At(string line, string text) =>
        new(9, line.IndexOf(text, StringComparison.Ordinal) + 1, 9, line.IndexOf(text, StringComparison.Ordinal) + 1 + text.Length);
}
