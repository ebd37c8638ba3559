using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Structure;

public sealed class SchemaFeatureSpecs
{
    private static readonly Schema Text = new() { Type = SchemaType.String };
    private static readonly Schema Whole = new() { Type = SchemaType.Integer, Format = "int64" };
    private static readonly Schema Named = Fields(("name", Text), ("port", Whole), ("protocol", Text), ("value", Schema.Anything));

    private static readonly Dictionary<string, Schema> Kinds = new(StringComparer.Ordinal)
    {
        ["bounds"] = Fields(("x", new Schema { Type = SchemaType.Integer, Minimum = 1, Maximum = 10 })),
        ["open-bounds"] = Fields(("x", new Schema { Type = SchemaType.Number, Minimum = 0, Maximum = 1, ExclusiveMinimum = true, ExclusiveMaximum = true })),
        ["multiple"] = Fields(("x", new Schema { Type = SchemaType.Number, MultipleOf = 0.1 })),
        ["length"] = Fields(("x", new Schema { Type = SchemaType.String, MinLength = 1, MaxLength = 3 })),
        ["pattern"] = Fields(("x", new Schema { Type = SchemaType.String, Pattern = "^[a-z]+$" })),
        ["size"] = Fields(("x", new Schema { Type = SchemaType.IntOrString, Pattern = @"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$" })),
        ["items"] = Fields(("x", new Schema { Type = SchemaType.Array, MinItems = 1, MaxItems = 2 })),
        ["unique"] = Fields(("x", new Schema { Type = SchemaType.Array, UniqueItems = true })),
        ["fields"] = Fields(("x", new Schema { Type = SchemaType.Object, AdditionalProperties = Schema.Anything, MinProperties = 1, MaxProperties = 2 })),
        ["enum"] = Fields(("x", new Schema { Type = SchemaType.String, Enum = ["Always", "IfNotPresent", "Never"] })),
        ["number-enum"] = Fields(("x", new Schema { Enum = ["1", "2", "true"] })),
        ["map-list"] = Fields(("x", new Schema { Type = SchemaType.Array, Items = Named, ListType = SchemaListType.Map, ListMapKeys = ["port", "protocol"] })),
        ["name-list"] = Fields(("x", new Schema { Type = SchemaType.Array, Items = Named, ListType = SchemaListType.Map, ListMapKeys = ["name"] })),
        ["set"] = Fields(("x", new Schema { Type = SchemaType.Array, ListType = SchemaListType.Set })),
        ["embedded"] = Fields(("x", new Schema { Type = SchemaType.Object, IsEmbeddedResource = true, Properties = new Dictionary<string, Schema> { ["spec"] = Schema.Anything } })),
        ["nullable"] = new Schema { Type = SchemaType.Object, Properties = new Dictionary<string, Schema> { ["x"] = new Schema { Type = SchemaType.String, Nullable = true } }, Required = ["x"] },
        ["needed"] = new Schema { Type = SchemaType.Object, Properties = new Dictionary<string, Schema> { ["x"] = Text }, Required = ["x"] },
        ["text-map"] = Fields(("x", new Schema { Type = SchemaType.Object, AdditionalProperties = Text })),
        ["text-list"] = Fields(("x", new Schema { Type = SchemaType.Array, Items = Text })),
        ["date"] = Fields(("x", new Schema { Type = SchemaType.String, Format = "date" })),
        ["double"] = Fields(("x", new Schema { Type = SchemaType.Number })),
        ["int"] = Fields(("x", Whole)),
        ["one-field"] = Fields(("x", new Schema { Type = SchemaType.Object, Properties = Properties(("a", Text), ("b", Text), ("c", Text)), OneOf = [Needs("a"), Needs("b")] })),
        ["any-field"] = Fields(("x", new Schema { Type = SchemaType.Object, Properties = Properties(("a", Text), ("b", Text)), AnyOf = [Needs("a"), Needs("b")] })),
        ["not-both"] = Fields(("x", new Schema { Type = SchemaType.Object, Properties = Properties(("a", Text), ("b", Text)), Not = Needs("a", "b") })),
        ["not-value"] = Fields(("x", new Schema { Type = SchemaType.String, Not = new Schema { Enum = ["default"] } })),
        ["nearest"] = Fields(("x", new Schema
        {
            Type = SchemaType.Object,
            Properties = Properties(("type", Text), ("size", Schema.Anything)),
            OneOf =
            [
                new Schema { Properties = Properties(("type", new Schema { Enum = ["disk"] }), ("size", new Schema { Type = SchemaType.Quantity })) },
                new Schema { Properties = Properties(("type", new Schema { Enum = ["net"] }), ("size", new Schema { Type = SchemaType.Integer })) },
            ],
        })),
        ["text-or-list"] = Fields(("x", new Schema { AnyOf = [Text, new Schema { Type = SchemaType.Array, Items = Text }] })),
        ["all"] = Fields(("x", new Schema { AllOf = [Fields(("a", Text)), Fields(("b", Whole))] })),
    };

    [Theory]
    [InlineData("bounds", "x: 1")]
    [InlineData("bounds", "x: 10.0")]
    [InlineData("bounds", "x: 1e1")]
    [InlineData("bounds", "x: ")]
    [InlineData("open-bounds", "x: 0.5")]
    [InlineData("multiple", "x: 0.3")]
    [InlineData("length", "x: 😀😀😀")]
    [InlineData("pattern", "x: abc")]
    [InlineData("size", "x: 1Gi")]
    [InlineData("size", "x: 4294967296")]
    [InlineData("items", "x: [1, 2]")]
    [InlineData("unique", "x: [1, '1', true, {a: 1}, {a: 2}]")]
    [InlineData("fields", "x: {a: 1, b: 2}")]
    [InlineData("enum", "x: Always")]
    [InlineData("enum", "x: ''")]
    [InlineData("number-enum", "x: 1")]
    [InlineData("number-enum", "x: yes")]
    [InlineData("map-list", "x: [{port: 53, protocol: TCP}, {port: 53, protocol: UDP}, {port: 54}]")]
    [InlineData("name-list", "x: [{value: 1}, {value: 1}]")]
    [InlineData("set", "x: [a, b, 1, '1']")]
    [InlineData("embedded", "x: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {}}")]
    [InlineData("nullable", "x: ~")]
    [InlineData("text-map", "x: {a: ~}")]
    [InlineData("text-map", "x: ~")]
    [InlineData("date", "x: 2026-01-31")]
    [InlineData("double", "x: 1")]
    [InlineData("double", "x: 1.5e-3")]
    [InlineData("int", "x: 9223372036854775807")]
    [InlineData("one-field", "x: {a: '1', c: '2'}")]
    [InlineData("any-field", "x: {a: '1', b: '2'}")]
    [InlineData("not-both", "x: {a: '1'}")]
    [InlineData("not-value", "x: other")]
    [InlineData("nearest", "x: {type: disk, size: 1Gi}")]
    [InlineData("nearest", "x: {type: net, size: 1}")]
    [InlineData("text-or-list", "x: a")]
    [InlineData("text-or-list", "x: [a]")]
    [InlineData("all", "x: {a: t, b: 1}")]
    [InlineData("text-list", "x: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ==,type:str]")]
    [InlineData("int", "x: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ==,type:int]")]
    [InlineData("enum", "x: ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ==,type:str]")]
    public void Right_values_are_no_problem(string kind, string yaml) => StructureValidator.Validate(Yaml.Parse(yaml), Kinds[kind]).ShouldBeEmpty();

    [Theory]
    [InlineData("bounds", "x: «0»", "schema-range", "`x` must be at least 1, but is 0.", "/x")]
    [InlineData("bounds", "x: «11»", "schema-range", "`x` must be at most 10, but is 11.", "/x")]
    [InlineData("open-bounds", "x: «0»", "schema-range", "must be greater than 0", "/x")]
    [InlineData("open-bounds", "x: «1.0»", "schema-range", "must be less than 1", "/x")]
    [InlineData("multiple", "x: «0.25»", "schema-range", "must be a multiple of 0.1", "/x")]
    [InlineData("length", "x: «''»", "schema-range", "`x` must not be empty", "/x")]
    [InlineData("length", "x: «abcd»", "schema-range", "must have at most 3 characters, but has 4", "/x")]
    [InlineData("length", "x: «😀😀😀😀»", "schema-range", "but has 4", "/x")]
    [InlineData("pattern", "x: «Abc»", "schema-range", "must match the pattern `^[a-z]+$`, but `Abc` is a string", "/x")]
    [InlineData("pattern", "x: «\"abc\\n\"»", "schema-range", "must match the pattern", "/x")]
    [InlineData("size", "x: «1gb»", "schema-format", "must be a quantity", "/x")]
    [InlineData("items", "x: «[]»", "schema-range", "`x` needs at least 1 item, but has 0", "/x")]
    [InlineData("items", "«x»:\n- 1\n- 2\n- 3", "schema-range", "`x` takes at most 2 items, but has 3", "/x")]
    [InlineData("unique", "x: [{a: 1, b: 2}, «{b: 2, a: 1.0}»]", "schema-range", "item 1 is in `x` twice, first on line 1", "/x/1")]
    [InlineData("fields", "«x»: {}", "schema-range", "`x` needs at least 1 field, but has 0", "/x")]
    [InlineData("fields", "«x»: {a: 1, b: 2, c: 3}", "schema-range", "`x` takes at most 2 fields", "/x")]
    [InlineData("enum", "x: «always»", "schema-enum", "`x` must be `Always`, `IfNotPresent` or `Never`, but is `always`", "/x")]
    [InlineData("number-enum", "x: «3»", "schema-enum", "must be `1`, `2` or `true`", "/x")]
    [InlineData("map-list", "x:\n- port: 53\n- port: «53»\n  protocol: TCP", "list-map-duplicate", "`x` has two items with `port: 53, protocol: TCP`, the first on line 2", "/x/1")]
    [InlineData("name-list", "x:\n- name: a\n- name: b\n- name: «a»", "list-map-duplicate", "`x` has two items with `name: a`, the first on line 2", "/x/2")]
    [InlineData("set", "x: [a, b, «a»]", "list-set-duplicate", "`a` is in `x` twice", "/x/2")]
    [InlineData("set", "x: [8, «010»]", "list-set-duplicate", "twice", "/x/1")]
    [InlineData("embedded", "«x»:\n  apiVersion: v1\n  spec: {}", "embedded-resource", "`x` holds a whole Kubernetes object, but lacks `kind`", "/x")]
    [InlineData("embedded", "x: {apiVersion: v1, kind: «''»}", "embedded-resource", "`x.kind` of an embedded object must be a string", "/x/kind")]
    [InlineData("embedded", "x: {apiVersion: v1, kind: Pod, metadata: «name»}", "embedded-resource", "must be an object", "/x/metadata")]
    [InlineData("embedded", "x: {apiVersion: v1, kind: Pod, «spce»: {}}", "schema-unknown-field", "did you mean `spec`?", "/x/spce")]
    [InlineData("needed", "«x»: ~", "schema-required", "`x` is required, but empty (null)", "/x")]
    [InlineData("needed", "«z»: 1", "schema-required", "The object lacks `x`", "")]
    [InlineData("text-map", "x: {a/b~c: «1»}", "schema-type", "`x[\"a/b~c\"]` must be a string", "/x/a~1b~0c")]
    [InlineData("text-list", "x: [a, «~»]", "schema-type", "`x[1]` must be a string, but it is empty (null)", "/x/1")]
    [InlineData("date", "x: «2026-13-01»", "schema-format", "`x` must be a date such as", "/x")]
    [InlineData("double", "x: «'1'»", "schema-type", "must be a number", "/x")]
    [InlineData("int", "x: «9223372036854775808»", "schema-range", "must fit a 64-bit integer", "/x")]
    [InlineData("one-field", "«x»: {c: '1'}", "schema-combination", "`x` needs one of `a` or `b`, but has none of them", "/x")]
    [InlineData("one-field", "x: {a: '1', «b»: '2'}", "schema-combination", "`x` has `a` and `b`, of which only one is allowed", "/x/b")]
    [InlineData("any-field", "«x»: {}", "schema-combination", "`x` needs one of `a` or `b`", "/x")]
    [InlineData("not-both", "x: {a: '1', «b»: '2'}", "schema-combination", "`x` must not have `a` and `b` together", "/x/b")]
    [InlineData("not-value", "x: «default»", "schema-combination", "`x` must not be `default`", "/x")]
    [InlineData("nearest", "x: {type: disk, size: «1gb»}", "schema-format", "`x.size` must be a quantity", "/x/size")]
    [InlineData("nearest", "x: {type: net, size: «big»}", "schema-type", "`x.size` must be an integer", "/x/size")]
    [InlineData("text-or-list", "x: «1»", "schema-type", "`x` must be a string or a list, but `1` is a number", "/x")]
    [InlineData("text-or-list", "x: [a, «1»]", "schema-type", "`x[1]` must be a string", "/x/1")]
    [InlineData("all", "x: {a: t, b: «t»}", "schema-type", "`x.b` must be an integer", "/x/b")]
    [InlineData("all", "x: {a: t, «c»: t}", "schema-unknown-field", "Unknown field `c` in `x`.", "/x/c")]
    public void Wrong_values_are_one_problem_at_their_place(string kind, string marked, string rule, string message, string field)
    {
        var (node, region) = Yaml.ParseMarked(marked);
        var problem = StructureValidator.Validate(node, Kinds[kind], strict: kind != "needed").ShouldHaveSingleItem();
        problem.Rule.Id.ShouldBe(rule);
        problem.Message.ShouldContain(message);
        problem.Region.ShouldBe(region);
        problem.Field.ShouldBe(field);
    }

    [Fact]
    public void Without_strict_unknown_fields_are_no_problem() =>
        StructureValidator.Validate(Yaml.Parse("z: 1\nx: a"), Kinds["pattern"], strict: false).ShouldBeEmpty();

    [Fact]
    public void A_problem_behind_an_anchor_points_at_the_anchor()
    {
        var (node, region) = Yaml.ParseMarked("x:\n  a: &v «1»\n  b: *v\n");
        var problems = StructureValidator.Validate(node, Kinds["text-map"]);
        problems.Select(p => p.Field).ShouldBe(["/x/a", "/x/b"]);
        problems.ShouldAllBe(p => p.Region == region);
    }

    [Fact]
    public void Duplicates_in_long_lists_are_found_by_hash_as_in_short_ones()
    {
        var items = Enumerable.Range(0, 5000).Select(i => $"- name: n{i}").Append("- name: n17").Append("- value: 1").Append("- value: 1");
        var problem = StructureValidator.Validate(Yaml.Parse($"x:\n{string.Join('\n', items)}"), Kinds["name-list"]).ShouldHaveSingleItem();
        problem.Message.ShouldContain("the first on line 19");
        problem.Field.ShouldBe("/x/5000");
    }

    [Fact]
    public void Ports_without_a_protocol_are_TCP_in_long_lists_too()
    {
        var items = Enumerable.Range(1, 40).Select(i => $"- {{port: {i}}}").Append("- {port: 7, protocol: TCP}").Append("- {port: 7, protocol: UDP}");
        StructureValidator.Validate(Yaml.Parse($"x:\n{string.Join('\n', items)}"), Kinds["map-list"]).ShouldHaveSingleItem().Field.ShouldBe("/x/40");
    }

    [Fact]
    public void The_same_schema_over_several_versions_is_one_answer_without_versions() =>
        StructureValidator.Validate(Yaml.Parse("x: 0"), [("1.32", Kinds["bounds"]), ("1.33", Kinds["bounds"])])
            .ShouldHaveSingleItem().KubernetesVersions.ShouldBeEmpty();

    [Fact]
    public void A_problem_of_some_versions_names_them()
    {
        var older = Fields(("x", Whole));
        var newer = Fields(("x", Whole), ("z", Text));
        var problems = StructureValidator.Validate(Yaml.Parse("x: a\nz: b"), [("1.30", older), ("1.31", older), ("1.32", newer)]);
        problems.Count.ShouldBe(2);
        problems.Single(p => p.Rule.Id == "schema-type").KubernetesVersions.ShouldBeEmpty();
        problems.Single(p => p.Rule.Id == "schema-unknown-field").KubernetesVersions.ShouldBe(["1.30", "1.31"]);
    }

    [Fact]
    public void Deferred_schemas_are_the_same_when_they_load_the_same()
    {
        var schema = Fields(("x", Whole));
        StructureValidator.Validate(Yaml.Parse("x: a"), [("1.30", Schema.Deferred(() => schema)), ("1.31", Schema.Deferred(() => schema))])
            .ShouldHaveSingleItem().KubernetesVersions.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task Schemas_that_lead_back_to_themselves_end()
    {
        await Task.CompletedTask;
        Schema cyclic = null!;
        cyclic = new Schema { Type = SchemaType.Object, Properties = Properties(("x", Schema.Deferred(() => cyclic))), AllOf = [Schema.Deferred(() => cyclic)], AnyOf = [Schema.Deferred(() => cyclic)] };
        StructureValidator.Validate(Yaml.Parse("x: {x: {x: {}}}"), cyclic).ShouldBeEmpty();
        StructureValidator.Validate(Yaml.Parse("x: {x: {x: 1}}"), cyclic).ShouldNotBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task Schemas_made_to_explode_are_given_up_and_said_so()
    {
        await Task.CompletedTask;
        var schema = new Schema { Type = SchemaType.Object, Not = new Schema() };
        for (var i = 0; i < 60; i++)
        {
            schema = new Schema { AnyOf = [schema, schema] };
        }

        StructureValidator.Validate(Yaml.Parse("x: 1"), schema).ShouldContain(p => p.Message.Contains("too deeply", StringComparison.Ordinal));
    }

    [Fact(Timeout = 20_000)]
    public async Task Nesting_beyond_the_stack_is_a_problem_not_a_crash()
    {
        await Task.CompletedTask;
        YamlNode node = new YamlMapping(default, []);
        for (var i = 0; i < 100_000; i++)
        {
            node = new YamlSequence(default, [node]);
        }

        Schema list = null!;
        list = new Schema { Type = SchemaType.Array, Items = Schema.Deferred(() => list) };
        StructureValidator.Validate(node, list).ShouldHaveSingleItem().Message.ShouldContain("too deeply");
    }

    [Fact(Timeout = 20_000)]
    public async Task Patterns_made_to_backtrack_end_in_time()
    {
        await Task.CompletedTask;
        var schema = Fields(("x", new Schema { Type = SchemaType.String, Pattern = "^(a+)+$" }));
        var problem = StructureValidator.Validate(Yaml.Parse($"x: {new string('a', 5000)}b"), schema).ShouldHaveSingleItem();
        problem.Rule.Id.ShouldBe("schema-range");
        problem.Message.Length.ShouldBeLessThan(200);
    }

    [Theory]
    [InlineData("^[[:alpha:]]+$", "abc", true)]
    [InlineData("^[[:alpha:]_-]+$", "a_b-1", false)]
    [InlineData("^(?P<a>x)$", "x", true)]
    [InlineData(@"^\d+$", "٣", false)]
    [InlineData(@"^[\d.]+$", "1.5", true)]
    [InlineData(@"^\w+$", "ä", false)]
    [InlineData(@"^a\$b$", "a$b", true)]
    [InlineData("^[$]+$", "$", true)]
    [InlineData("^[^/]+$", "a/b", false)]
    [InlineData("^[^[]+$", "a[b", false)]
    [InlineData("b", "abc", true)]
    [InlineData(@"^\/a$", "/a", true)]
    [InlineData(@"^a\_b\<$", "a_b<", true)]
    [InlineData(@"^\_$", "a", false)]
    [InlineData("^(unclosed", "anything", true)]
    [InlineData("^a*+$", "anything", true)]
    public void Patterns_match_as_in_Go(string pattern, string text, bool matches) =>
        Patterns.Matches(new Schema { Pattern = pattern }, text).ShouldBe(matches);

    private static Schema Fields(params (string Name, Schema Schema)[] fields) => new() { Type = SchemaType.Object, Properties = Properties(fields) };

    private static Dictionary<string, Schema> Properties(params (string Name, Schema Schema)[] fields) => fields.ToDictionary(f => f.Name, f => f.Schema);

    private static Schema Needs(params string[] names) => new() { Required = names };
}
