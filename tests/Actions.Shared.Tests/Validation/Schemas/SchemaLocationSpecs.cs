using System.Globalization;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Schemas;

public sealed class SchemaLocationSpecs : IDisposable
{
    private const string Widget = """{"type":"object","properties":{"apiVersion":{"type":"string"},"kind":{"type":"string"},"metadata":{"type":"object"},"spec":{"type":"object","required":["size"],"properties":{"size":{"type":"integer"}},"additionalProperties":false}}}""";

    private static readonly KubernetesVersion Version = new(1, 36, 2);

    private readonly string _directory = Directory.CreateTempSubdirectory("schema-locations-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("schemas", "apps/v1", "Deployment", true, "/base/schemas/v1.36.2-standalone-strict/deployment-apps-v1.json")]
    [InlineData("schemas/", "apps/v1", "Deployment", false, "/base/schemas/v1.36.2-standalone/deployment-apps-v1.json")]
    [InlineData("schemas", "v1", "Pod", true, "/base/schemas/v1.36.2-standalone-strict/pod-v1.json")]
    [InlineData("schemas", "networking.k8s.io/v1", "NetworkPolicy", true, "/base/schemas/v1.36.2-standalone-strict/networkpolicy-networking-v1.json")]
    [InlineData("/abs/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json", "cert-manager.io/v1", "Certificate", true, "/abs/cert-manager.io/certificate_v1.json")]
    [InlineData("{{ .ResourceKind }}{{ .KindSuffix }}.json", "v1", "Pod", true, "/base/pod-v1.json")]
    [InlineData("crds/{{.Group}}-{{.ResourceAPIVersion}}.json", "v1", "Pod", true, "/base/crds/v1-v1.json")]
    [InlineData("https://schemas.example.com", "batch/v1", "Job", true, "https://schemas.example.com/v1.36.2-standalone-strict/job-batch-v1.json")]
    [InlineData("https://schemas.example.com/{{ .NormalizedKubernetesVersion }}{{ .StrictSuffix }}/{{ .ResourceKind }}.json", "batch/v1", "Job", true, "https://schemas.example.com/v1.36.2-strict/job.json")]
    [InlineData("fixed.json", "batch/v1", "Job", true, "/base/fixed.json")]
    public void A_location_expands_as_kubeconform_expands_it(string location, string apiVersion, string kind, bool strict, string expected) =>
        SchemaLocation.ParseAll([location], "/base").ShouldHaveSingleItem().Expand(Version, apiVersion, kind, strict).ShouldBe(expected);

    [Theory]
    [InlineData("v1", "../../secret")]
    [InlineData("v1", "a/b")]
    [InlineData("../v1", "Pod")]
    [InlineData("a/b/../c", "Pod")]
    [InlineData("v1?x=", "Pod")]
    [InlineData("v1", "")]
    [InlineData("", "Pod")]
    [InlineData("v1", ".hidden")]
    [InlineData("v1", "Pod#")]
    [InlineData("v1", "Pod\n")]
    public void Names_of_an_object_never_lead_out_of_a_location(string apiVersion, string kind) =>
        SchemaLocation.ParseAll(["{{.Group}}/{{.ResourceKind}}.json"], "/base")[0].Expand(Version, apiVersion, kind, strict: true).ShouldBeNull();

    [Theory]
    [InlineData("a/{{ .Kind }}.json", "'a/{{ .Kind }}.json', column 3: there is no variable '.Kind'")]
    [InlineData("a/{{ .ResourceKnd }}.json", "'a/{{ .ResourceKnd }}.json', column 3: there is no variable '.ResourceKnd'; did you mean '.ResourceKind'?")]
    [InlineData("a/{{ .Group }/x.json", "'a/{{ .Group }/x.json', column 3: '{{' is never closed")]
    [InlineData("a/{{ if .Group }}x{{ end }}.json", "'a/{{ if .Group }}x{{ end }}.json', column 3: 'if .Group' is not a variable")]
    [InlineData("{{}}.json", "'{{}}.json', column 1: '' is not a variable")]
    [InlineData("{{ .Group | lower }}.json", "'{{ .Group | lower }}.json', column 1: '.Group | lower' is not a variable")]
    [InlineData("ftp://example.com/x.json", "'ftp://example.com/x.json' starts with 'ftp'")]
    [InlineData("https:///x.json", "'https:///x.json' is not an address")]
    [InlineData("https://user:secret@example.com/x.json", "the address of example.com carries a user name or password")]
    [InlineData("", "a location is empty")]
    [InlineData("  ", "a location is empty")]
    public void A_location_that_cannot_be_used_is_bad_input_at_once(string location, string expected)
    {
        var error = Should.Throw<ActionException>(() => SchemaLocation.ParseAll(["default", location], "/base"));

        error.ExitCode.ShouldBe(ExitCode.BadInput);
        error.Detail.ShouldStartWith(expected);
        error.Detail.ShouldNotContain("secret");
    }

    [Fact]
    public void All_wrong_locations_are_told_at_once() =>
        Should.Throw<ActionException>(() => SchemaLocation.ParseAll(["{{ .A }}.json", "ok", ""], "/base")).Detail.ShouldContain("; a location is empty");

    [Fact]
    public void Without_locations_the_program_answers()
    {
        SchemaLocation.ParseAll([], "/base").ShouldHaveSingleItem().IsDefault.ShouldBeTrue();
        Find([], "v1", "Pod").Source!.Kind.ShouldBe(SchemaSourceKind.KubernetesRelease);
    }

    [Fact]
    public void Without_the_default_the_program_does_not_answer() => Find(["empty"], "v1", "Pod").Schema.ShouldBeNull();

    [Fact]
    public void The_first_location_that_has_the_kind_wins()
    {
        Write("one/pod-v1.json", """{"type":"object","description":"one"}""");
        Write("two/pod-v1.json", """{"type":"object"}""");
        Write("two/widget-example-v1.json", Widget);

        string[] locations = ["one/{{.ResourceKind}}{{.KindSuffix}}.json", "two/{{.ResourceKind}}{{.KindSuffix}}.json", "default"];
        Find(locations, "v1", "Pod").Source!.Name.ShouldBe(Path.Combine(_directory, "one/pod-v1.json"));
        Find(locations, "example.com/v1", "Widget").Source!.Name.ShouldBe(Path.Combine(_directory, "two/widget-example-v1.json"));
        Find(locations, "v1", "Service").Source!.Kind.ShouldBe(SchemaSourceKind.KubernetesRelease);
    }

    [Fact]
    public void A_directory_in_the_standard_layout_is_read()
    {
        Write("v1.36.2-standalone-strict/widget-example-v1.json", Widget);
        var lookup = Find(["."], "example.com/v1", "Widget");

        lookup.Schema!.Field("spec").Required.ShouldBe(["size"]);
        lookup.Schema!.Field("spec").PreservesUnknownFields.ShouldBeFalse();
        lookup.Schema!.Resolve().PreservesUnknownFields.ShouldBeTrue();
    }

    [Fact]
    public void Metadata_of_which_nothing_is_said_is_checked_as_of_every_object()
    {
        Write("widget.json", Widget);

        Find(["{{.ResourceKind}}.json"], "example.com/v1", "Widget").Schema!.Field("metadata").Properties.Keys.ShouldContain("labels");
    }

    [Fact]
    public void Json_schema_is_understood()
    {
        Write("thing.json", """
            {"type":["object","null"],"definitions":{"node":{"type":"object","properties":{"next":{"$ref":"#/definitions/node"},"port":{"type":["integer","string"]}}}},
             "properties":{
               "node":{"$ref":"#/definitions/node"},
               "beside":{"$ref":"other.json#/definitions/a~1b"},
               "many":{"type":["integer","boolean"]},
               "int":{"format":"int-or-string"},
               "above":{"type":"number","exclusiveMinimum":3},
               "below":{"type":"number","maximum":4,"exclusiveMaximum":true},
               "const":{"const":"x"},
               "enum":{"type":["string","null"],"enum":["a",null,1,true]},
               "open":{"type":"object"},
               "closed":{"type":"object","additionalProperties":false},
               "map":{"type":"object","additionalProperties":{"type":"string"}},
               "patterns":{"type":"object","patternProperties":{"^x":{}},"additionalProperties":false},
               "yes":true,"no":false,
               "tuple":{"type":"array","items":[{"type":"string"}]},
               "alternatives":{"oneOf":[{"type":"string"},{"type":"integer"}]},
               "flag":{"type":"string","required":true}},
             "required":["node"]}
            """);
        Write("other.json", """{"definitions":{"a/b":{"type":"string","pattern":"^a"}}}""");
        var schema = Find(["{{.ResourceKind}}.json"], "v1", "Thing").Schema!.Resolve();

        (schema.Type, schema.Nullable).ShouldBe((SchemaType.Object, true));
        schema.Field("node").Field("next").ShouldBeSameAs(schema.Field("node"));
        schema.Field("node").Field("port").Type.ShouldBe(SchemaType.IntOrString);
        schema.Field("beside").Pattern.ShouldBe("^a");
        schema.Field("many").AnyOf.Select(s => s.Type).ShouldBe([SchemaType.Integer, SchemaType.Boolean]);
        schema.Field("int").Type.ShouldBe(SchemaType.IntOrString);
        (schema.Field("above").Minimum, schema.Field("above").ExclusiveMinimum).ShouldBe((3, true));
        (schema.Field("below").Maximum, schema.Field("below").ExclusiveMaximum).ShouldBe((4, true));
        schema.Field("const").Enum.ShouldBe(["x"]);
        schema.Field("enum").Enum.ShouldBe(["a", "1", "true"]);
        schema.Field("enum").Nullable.ShouldBeTrue();
        schema.Field("open").PreservesUnknownFields.ShouldBeTrue();
        schema.Field("closed").PreservesUnknownFields.ShouldBeFalse();
        schema.Field("map").AdditionalProperties!.Type.ShouldBe(SchemaType.String);
        schema.Field("patterns").PreservesUnknownFields.ShouldBeTrue();
        schema.Field("yes").ShouldBeSameAs(Schema.Anything);
        schema.Field("no").Not.ShouldBeSameAs(Schema.Anything);
        schema.Field("tuple").Items.ShouldBeNull();
        schema.Field("alternatives").OneOf.Count.ShouldBe(2);
        schema.Field("flag").Required.ShouldBeEmpty();
    }

    [Fact]
    public void Alternatives_do_not_open_a_strict_schema()
    {
        Write("thing.json", """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"object"}},"additionalProperties":false,"oneOf":[{"required":["a"]},{"required":["b"]}]}""");
        var schema = Find(["{{.ResourceKind}}.json"], "v1", "Thing").Schema!;

        Fields(schema, "{a: x}").ShouldBe("");
        Fields(schema, "{a: x, b: {}}").ShouldNotBe("");
        Fields(schema, "{b: {free: 1}}").ShouldBe("");
        Fields(schema, "{a: x, c: 1}").ShouldBe("/c");

        static string Fields(Schema schema, string text) =>
            string.Join(' ', StructureValidator.Validate(YamlText.Mapping("# YAML\n" + text), schema).Select(p => p.Field));
    }

    [Fact]
    public void A_schema_that_is_a_reference_to_itself_is_read()
    {
        Write("list.json", """{"type":"object","properties":{"items":{"type":"array","items":{"$ref":"#"}}}}""");
        var schema = Find(["{{.ResourceKind}}.json"], "v1", "List").Schema!;

        schema.Field("items").Items!.Field("items").Items!.Field("items").Type.ShouldBe(SchemaType.Array);
    }

    [Theory]
    [InlineData("{", "is not JSON (line 1, column 2)")]
    [InlineData("[]", "is no usable JSON Schema: the schema is not a schema but must be an object")]
    [InlineData("""{"$ref":"#/definitions/none"}""", "points at '#/definitions/none', which is not there")]
    [InlineData("""{"$ref":"none.json"}""", "points at 'none.json', which is not there")]
    [InlineData("""{"$ref":"http://127.0.0.1:1/none.json"}""", "points at 'http://127.0.0.1:1/none.json', which is not there")]
    [InlineData("""{"properties":{"a":{"type":"thing"}}}""", "/properties/a/type is 'thing', which is no type")]
    public void A_schema_that_cannot_be_used_is_told_unless_a_later_location_has_one(string text, string expected)
    {
        Write("pod.json", text);
        var lookup = Find(["{{.ResourceKind}}.json"], "v1", "Pod");

        lookup.Schema.ShouldBeNull();
        lookup.IsUncertain.ShouldBeTrue();
        lookup.Problem.ShouldContain("pod.json");
        lookup.Problem.ShouldContain(expected);
        Find(["{{.ResourceKind}}.json", "default"], "v1", "Pod").Source!.Kind.ShouldBe(SchemaSourceKind.KubernetesRelease);
    }

    [Fact]
    public void A_schema_that_is_nested_too_deep_is_told_and_no_crash()
    {
        Write("pod.json", string.Concat(Enumerable.Repeat("{\"items\":", 300)) + "{}" + new string('}', 300));

        Find(["{{.ResourceKind}}.json"], "v1", "Pod").Problem.ShouldEndWith("is nested more than 256 levels deep");
    }

    [Fact]
    public void A_location_that_is_a_directory_where_a_file_should_be_has_no_schema()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "pod.json"));

        Find(["{{.ResourceKind}}.json", "default"], "v1", "Pod").Schema.ShouldNotBeNull();
    }

    [Fact(Timeout = 30_000)]
    public async Task An_address_is_asked_once_and_only_when_it_is_its_turn()
    {
        using var server = new LoopbackServer().With("/widget-example-v1.json", Widget);
        Write("pod-v1.json", """{"type":"object"}""");
        var catalog = Catalog(["{{.ResourceKind}}{{.KindSuffix}}.json", server.Address + "/{{.ResourceKind}}{{.KindSuffix}}.json", "default"]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => catalog.Find(Version, "example.com/v1", "Widget"))));
        catalog.Find(new KubernetesVersion(1, 30), "example.com/v1", "Widget").Schema.ShouldBeSameAs(answers[0].Schema);
        catalog.Find(Version, "v1", "Pod").Source!.Name.ShouldBe(Path.Combine(_directory, "pod-v1.json"));
        catalog.Find(Version, "v1", "Service").Source!.Kind.ShouldBe(SchemaSourceKind.KubernetesRelease);

        answers.ShouldAllBe(a => a.Schema == answers[0].Schema && a.Source!.Name == server.Address + "/widget-example-v1.json");
        server.Requests.Order().ShouldBe(["/service-v1.json", "/widget-example-v1.json"]);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(403)]
    public Task A_server_in_trouble_does_not_hide_a_later_location(int status)
    {
        using var server = new LoopbackServer().With("/pod.json", "busy", status).With("/widget.json", "busy", status);
        Write("widget.json", Widget);
        var catalog = Catalog([server.Address + "/{{.ResourceKind}}.json", "{{.ResourceKind}}.json"]);

        catalog.Find(Version, "example.com/v1", "Widget").Schema.ShouldNotBeNull();
        var missing = catalog.Find(Version, "v1", "Pod");
        missing.Schema.ShouldBeNull();
        missing.IsUncertain.ShouldBeTrue();
        missing.Problem.ShouldContain($"{server.Address}/pod.json answered {status}");
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_missing_schema_is_certain()
    {
        using var server = new LoopbackServer();
        var missing = Find([server.Address], "v1", "Pod");

        (missing.Schema, missing.IsUncertain).ShouldBe((null, false));
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_host_that_fails_is_not_asked_for_ever()
    {
        using var server = new LoopbackServer();
        foreach (var i in Enumerable.Range(0, 10))
        {
            server.With(string.Create(CultureInfo.InvariantCulture, $"/kind{i}.json"), "", 500);
        }

        var catalog = Catalog([server.Address + "/{{.ResourceKind}}.json"]);
        var answers = Enumerable.Range(0, 10).Select(i => catalog.Find(Version, "v1", string.Create(CultureInfo.InvariantCulture, $"Kind{i}"))).ToList();

        server.Requests.Count.ShouldBe(SchemaFiles.FailureLimit);
        answers[^1].Problem.ShouldContain("was not asked again after 3 failures");
        answers.ShouldAllBe(a => a.IsUncertain);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_server_that_does_not_answer_is_given_up()
    {
        using var server = new LoopbackServer().With("/pod.json", "", LoopbackServer.Never);
        var catalog = new SchemaCatalog(locations: SchemaLocation.ParseAll([server.Address + "/{{.ResourceKind}}.json"], _directory), timeout: TimeSpan.FromMilliseconds(200));

        catalog.Find(Version, "v1", "Pod").Problem.ShouldContain("did not answer within");
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_server_that_is_not_there_is_told()
    {
        string address;
        using (var server = new LoopbackServer())
        {
            address = server.Address;
        }

        var missing = Find([address], "v1", "Pod");
        missing.IsUncertain.ShouldBeTrue();
        missing.Problem.ShouldContain($"{address}/v1.36.2-standalone-strict/pod-v1.json cannot be read");
        return Task.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public Task A_document_without_end_is_given_up()
    {
        using var server = new LoopbackServer().With("/pod.json", new string(' ', SchemaFiles.SizeLimit + 1));
        Find([server.Address + "/{{.ResourceKind}}.json"], "v1", "Pod").Problem.ShouldContain("is larger than 32 MiB");
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task References_of_a_remote_schema_stay_with_its_server()
    {
        using var other = new LoopbackServer().With("/stolen.json", """{"type":"string"}""");
        using var server = new LoopbackServer()
            .With("/a/thing.json", """{"type":"object","properties":{"near":{"$ref":"_definitions.json#/definitions/x"}}}""")
            .With("/a/_definitions.json", """{"definitions":{"x":{"type":"boolean"}}}""")
            .With("/a/bad.json", $$"""{"$ref":"{{other.Address}}/stolen.json"}""");
        var catalog = Catalog([server.Address + "/a/{{.ResourceKind}}.json"]);

        catalog.Find(Version, "v1", "Thing").Schema!.Field("near").Type.ShouldBe(SchemaType.Boolean);
        catalog.Find(Version, "v1", "Bad").Schema.ShouldBeNull();
        other.Requests.ShouldBeEmpty();
        return Task.CompletedTask;
    }

    [Fact]
    public void Nothing_is_asked_of_the_network_unless_an_address_is_configured()
    {
        var handler = new RefusingHandler();
        Write("widget.json", """{"$ref":"https://schemas.example.com/x.json"}""");
        var catalog = new SchemaCatalog(locations: SchemaLocation.ParseAll(["{{.ResourceKind}}.json", "default"], _directory), handler: handler);

        catalog.Find(Version, "v1", "Pod").Schema.ShouldNotBeNull();
        catalog.Find(Version, "example.com/v1", "Widget").Schema.ShouldBeNull();
        catalog.Find(Version, "example.com/v1", "Nothing").Schema.ShouldBeNull();
        handler.Requests.ShouldBe(0);
    }

    private SchemaLookup Find(string[] locations, string apiVersion, string kind) => Catalog(locations).Find(Version, apiVersion, kind);

    private SchemaCatalog Catalog(string[] locations) => new(locations: SchemaLocation.ParseAll(locations, _directory));

    private void Write(string path, string text)
    {
        var file = Path.Combine(_directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private sealed class RefusingHandler : HttpMessageHandler
    {
        public int Requests { get; private set; }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            throw new HttpRequestException("refused");
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            throw new HttpRequestException("refused");
        }
    }
}
