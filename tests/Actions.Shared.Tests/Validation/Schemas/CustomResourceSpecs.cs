using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Schemas;

public class CustomResourceSpecs
{
    private const string Widget = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          names: {kind: Widget, plural: widgets}
          scope: Namespaced
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                properties:
                  apiVersion: {type: string}
                  spec:
                    type: object
                    required: [size]
                    properties:
                      size: {type: integer, format: int32, minimum: 1, maximum: 10, exclusiveMaximum: true}
                      name: {type: string, pattern: '^[a-z]+$', minLength: 2, maxLength: 8}
                      mode: {type: string, enum: [fast, "slow"], nullable: true}
                      port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                      memory: {x-kubernetes-int-or-string: true, pattern: '^[0-9]+Mi$', anyOf: [{type: integer}, {type: string}]}
                      labels: {type: object, additionalProperties: {type: string}}
                      free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: string}}}
                      open: {type: object, additionalProperties: true}
                      closed: {type: object, additionalProperties: false}
                      template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
                      parts:
                        type: array
                        minItems: 1
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name, kind]
                        items: {type: object, properties: {name: {type: string}, kind: {type: string}}}
                      tags: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                      plain: {type: array, items: {type: string}}
                      anything: {}
                    oneOf:
                    - required: [name]
                    - {required: [mode], properties: {mode: {enum: [fast]}}}
                    not: {required: [free, open]}
                  status: {type: object}
          - name: v1beta1
            served: true
            deprecated: true
            deprecationWarning: use v1
            storage: false
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
          - name: v1alpha1
            served: false
            storage: false
            schema: {openAPIV3Schema: {type: object}}
        """;

    private static readonly KubernetesVersion Version = KubernetesVersion.Latest;

    [Fact]
    public void A_definition_tells_its_kind_and_versions()
    {
        var definition = Read(Widget);

        (definition.Group, definition.Kind, definition.ListKind, definition.IsNamespaced).ShouldBe(("example.com", "Widget", "WidgetList", true));
        definition.Versions.Select(v => (v.Name, v.IsServed, v.DeprecationWarning))
            .ShouldBe([("v1", true, null), ("v1beta1", true, "use v1"), ("v1alpha1", false, null)]);
        definition.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void The_schema_of_a_definition_is_taken_over()
    {
        var root = Read(Widget).Versions[0].Schema;
        var spec = root.Field("spec");

        root.Required.ShouldBe(["spec"]);
        root.PreservesUnknownFields.ShouldBeFalse();
        spec.Required.ShouldBe(["size"]);
        var size = spec.Field("size");
        (size.Type, size.Format, size.Minimum, size.Maximum, size.ExclusiveMinimum, size.ExclusiveMaximum)
            .ShouldBe((SchemaType.Integer, "int32", 1, 10, false, true));
        var name = spec.Field("name");
        (name.Pattern, name.MinLength, name.MaxLength).ShouldBe(("^[a-z]+$", 2, 8));
        (spec.Field("mode").Nullable, string.Join(',', spec.Field("mode").Enum!)).ShouldBe((true, "fast,slow"));
        (spec.Field("port").Type, spec.Field("port").AnyOf.Count).ShouldBe((SchemaType.IntOrString, 0));
        (spec.Field("memory").Type, spec.Field("memory").Pattern).ShouldBe((SchemaType.IntOrString, "^[0-9]+Mi$"));
        spec.Field("labels").AdditionalProperties!.Type.ShouldBe(SchemaType.String);
        spec.Field("free").PreservesUnknownFields.ShouldBeTrue();
        spec.Field("free").Field("known").Type.ShouldBe(SchemaType.String);
        spec.Field("open").PreservesUnknownFields.ShouldBeTrue();
        spec.Field("closed").PreservesUnknownFields.ShouldBeFalse();
        spec.Field("template").IsEmbeddedResource.ShouldBeTrue();
        spec.Field("template").Required.ShouldBe(["apiVersion", "kind"]);
        spec.Field("template").Field("metadata").Properties.Keys.ShouldContain("labels");
        var parts = spec.Field("parts");
        (parts.ListType, parts.MinItems).ShouldBe((SchemaListType.Map, 1));
        parts.ListMapKeys.ShouldBe(["name", "kind"]);
        spec.Field("tags").ListType.ShouldBe(SchemaListType.Set);
        spec.Field("plain").ListType.ShouldBe(SchemaListType.Atomic);
        (spec.Field("anything").Type, spec.Field("anything").PreservesUnknownFields).ShouldBe((SchemaType.Any, true));
    }

    [Fact]
    public void Conditions_beside_the_structure_do_not_forbid_fields()
    {
        var spec = Read(Widget).Versions[0].Schema.Field("spec");

        spec.OneOf.Count.ShouldBe(2);
        spec.OneOf.ShouldAllBe(s => !s.PreservesUnknownFields);
        spec.OneOf[0].Required.ShouldBe(["name"]);
        spec.OneOf[1].Properties["mode"].Enum.ShouldBe(["fast"]);
        spec.Not!.Required.ShouldBe(["free", "open"]);
        spec.PreservesUnknownFields.ShouldBeFalse();
    }

    [Theory]
    [InlineData("{size: 1, name: ab}", "")]
    [InlineData("{size: 1, mode: fast}", "")]
    [InlineData("{size: 1, mode: slow}", "/spec")]
    [InlineData("{size: 1, name: ab, free: {x: 1}}", "")]
    [InlineData("{size: 1, name: ab, free: {known: 1}}", "/spec/free/known")]
    [InlineData("{size: 1, name: ab, free: {}, open: {}}", "/spec/open")]
    [InlineData("{size: 1, name: ab, open: {x: {y: z}}}", "")]
    [InlineData("{size: 1, name: ab, closed: {x: 1}}", "/spec/closed/x")]
    [InlineData("{size: 1, name: ab, sice: 2}", "/spec/sice")]
    [InlineData("{size: 10, name: ab}", "/spec/size")]
    [InlineData("{size: 1, name: ab, port: 80, memory: 5Mi}", "")]
    [InlineData("{size: 1, name: ab, memory: 5Gi}", "/spec/memory")]
    [InlineData("{size: 1, name: ab, parts: [{name: a, kind: x}, {name: a, kind: v}]}", "")]
    [InlineData("{size: 1, name: ab, parts: [{name: a, kind: x}, {name: a, kind: x}]}", "/spec/parts/1")]
    [InlineData("{size: 1, name: ab, tags: [a, a]}", "/spec/tags/1")]
    public void Objects_are_checked_by_the_definition(string spec, string fields) =>
        Fields(Widget, $"{{apiVersion: example.com/v1, kind: Widget, metadata: {{name: a}}, spec: {spec}}}").ShouldBe(fields);

    [Fact]
    public void A_restriction_of_the_name_leaves_the_rest_of_the_metadata_strict()
    {
        var definition = Widget.Replace("apiVersion: {type: string}", "metadata: {type: object, properties: {name: {type: string, maxLength: 5}}}");

        Fields(definition, "{metadata: {name: short, labels: {a: b}}, spec: {size: 1, name: ab}}").ShouldBe("");
        Fields(definition, "{metadata: {name: too-long}, spec: {size: 1, name: ab}}").ShouldBe("/metadata/name");
        Fields(definition, "{metadata: {name: short, lables: {a: b}}, spec: {size: 1, name: ab}}").ShouldBe("/metadata/lables");
    }

    [Fact]
    public void A_condition_on_a_part_of_a_field_does_not_hide_the_rest_of_it()
    {
        const string Definition = """
            apiVersion: apiextensions.k8s.io/v1
            spec:
              group: a.b
              names: {kind: A}
              versions:
              - name: v1
                schema:
                  openAPIV3Schema:
                    type: object
                    properties: {spec: {type: object, properties: {a: {type: object, properties: {x: {type: string}, w: {type: string}}}}}}
                    allOf:
                    - properties: {spec: {properties: {a: {required: [x]}}}}
                    - properties: {spec: {properties: {a: {properties: {w: {maxLength: 2}}}}}}
            """;

        Fields(Definition, "{spec: {a: {x: b, w: c}}}").ShouldBe("");
        Fields(Definition, "{spec: {a: {w: c}}}").ShouldBe("/spec/a");
        Fields(Definition, "{spec: {a: {x: b, w: long}}}").ShouldBe("/spec/a/w");
        Fields(Definition, "{spec: {a: {x: b, z: c}}}").ShouldBe("/spec/a/z");
    }

    [Fact]
    public void Every_object_has_an_api_version_a_kind_and_metadata()
    {
        foreach (var version in Read(Widget).Versions)
        {
            version.Schema.Field("apiVersion").Type.ShouldBe(SchemaType.String);
            version.Schema.Field("kind").Type.ShouldBe(SchemaType.String);
            version.Schema.Field("metadata").Field("annotations").AdditionalProperties!.Resolve().Type.ShouldBe(SchemaType.String);
        }
    }

    [Fact]
    public void What_a_definition_asks_of_the_name_is_kept_beside_the_metadata_of_every_object()
    {
        var schema = Read(Widget.Replace("apiVersion: {type: string}", "metadata: {type: object, properties: {name: {type: string, maxLength: 5}}}")).Versions[0].Schema;

        schema.Field("metadata").Properties.Keys.ShouldContain("finalizers");
        schema.Field("metadata").AllOf.ShouldHaveSingleItem().Properties["name"].MaxLength.ShouldBe(5);
    }

    [Fact]
    public void An_old_definition_has_one_schema_for_all_versions_and_keeps_unknown_fields()
    {
        const string Text = """
            apiVersion: apiextensions.k8s.io/v1beta1
            kind: CustomResourceDefinition
            spec:
              group: example.com
              version: v1
              names: {kind: Gadget, listKind: Gadgets}
              scope: Cluster
              validation: {openAPIV3Schema: {properties: {spec: {properties: {a: {type: string}}, required: [a]}}}}
            """;
        var definition = Read(Text);
        var closed = Read(Text + "\n  preserveUnknownFields: false");

        (definition.Kind, definition.ListKind, definition.IsNamespaced).ShouldBe(("Gadget", "Gadgets", false));
        definition.Problems.ShouldBeEmpty();
        definition.Versions.ShouldHaveSingleItem().Name.ShouldBe("v1");
        definition.Versions[0].Schema.Field("spec").Required.ShouldBe(["a"]);
        definition.Versions[0].Schema.Field("spec").PreservesUnknownFields.ShouldBeTrue();
        closed.Versions[0].Schema.Field("spec").PreservesUnknownFields.ShouldBeFalse();
        closed.Versions[0].Schema.PreservesUnknownFields.ShouldBeFalse();
    }

    [Theory]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: nonsense}}]}", "the schema is not a schema")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {type: thing}}}]}", "/type is 'thing'")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {properties: [a]}}}]}", "/properties must be an object")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {required: spec}}}]}", "/required must be a list of names")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {required: true}}}]}", "/required must be a list of names")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {enum: a}}}]}", "/enum must be a list")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {minimum: low}}}]}", "/minimum must be a number")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {maxItems: -1}}}]}", "/maxItems must be a whole number")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {oneOf: {}}}}]}", "/oneOf must be a list of schemas")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {properties: {a: {$ref: '#/x'}}}}}]}", "/properties/a/$ref is not allowed")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {x-kubernetes-list-type: heap}}}]}", "/x-kubernetes-list-type is 'heap'")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {x-kubernetes-list-type: map}}}]}", "/x-kubernetes-list-type is 'map'")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {pattern: [a]}}}]}", "/pattern must be text")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1}]}", "version v1 has no schema")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {}}}, {name: v1}]}", "version v1 is there twice")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: [v1]}", "a version must be an object")]
    [InlineData("spec: {group: a.b, names: {kind: A}, versions: {}}", "spec.versions names no version")]
    [InlineData("spec: {group: a.b, names: {kind: A}}", "spec.versions names no version")]
    [InlineData("spec: {names: {kind: A}, versions: [{name: v1, schema: {openAPIV3Schema: {}}}]}", "spec.group is missing")]
    [InlineData("spec: {group: a.b, versions: [{name: v1, schema: {openAPIV3Schema: {}}}]}", "spec.names.kind is missing")]
    [InlineData("spec: 3", "spec is missing")]
    [InlineData("metadata: {}", "spec is missing")]
    public void A_malformed_definition_is_told_with_its_place_and_never_throws(string text, string expected)
    {
        var definition = Read("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n" + text);

        var problem = definition.Problems.ShouldHaveSingleItem();
        problem.Message.ShouldStartWith(expected);
        problem.Region!.Value.StartLine.ShouldBeInRange(1, 3);
        var catalog = new SchemaCatalog([definition]);
        catalog.Find(Version, "a.b/v2", "A").Schema.ShouldBeNull();
    }

    [Fact]
    public void The_catalog_answers_from_the_tree_and_says_which_definition()
    {
        var catalog = new SchemaCatalog([Read(Widget)]);
        var lookup = catalog.Find(Version, "example.com/v1", "Widget");

        (lookup.Source!.Kind, lookup.Source.Name).ShouldBe((SchemaSourceKind.Definition, "Widget.example.com"));
        lookup.Source!.Location!.File.ShouldBe("crds/widget.yaml");
        lookup.Schema!.Field("spec").Required.ShouldBe(["size"]);
        catalog.Find(KubernetesVersion.Known[0], "example.com/v1", "Widget").Schema.ShouldBeSameAs(lookup.Schema);
        catalog.Find(Version, "example.com/v1", "WidgetList").Schema!.Field("items").Items!.ShouldBeSameAs(lookup.Schema);
    }

    [Fact]
    public void A_version_that_is_not_served_has_no_schema_but_a_hint()
    {
        var catalog = new SchemaCatalog([Read(Widget)]);
        var lookup = catalog.Find(Version, "example.com/v1alpha1", "Widget");

        lookup.Schema.ShouldBeNull();
        lookup.Problem.ShouldBe("Widget is not served in example.com/v1alpha1");
        lookup.Hint.ShouldBe("Its definition in crds/widget.yaml:1:1 serves example.com/v1, example.com/v1beta1.");
    }

    [Fact]
    public void Of_two_definitions_the_first_by_file_counts_whatever_the_order()
    {
        var first = CustomResourceSchemas.FromDefinition(YamlText.Mapping(Widget), "a.yaml");
        var second = CustomResourceSchemas.FromDefinition(YamlText.Mapping(Widget), "b.yaml");

        foreach (var order in new[] { new[] { first, second }, [second, first] })
        {
            var catalog = new SchemaCatalog(order);
            catalog.Find(Version, "example.com/v1", "Widget").Source!.Location!.File.ShouldBe("a.yaml");
        }
    }

    [Fact]
    public void A_definition_in_the_tree_comes_before_the_program()
    {
        var text = Widget.Replace("example.com", "cert-manager.io").Replace("Widget", "Certificate");
        var catalog = new SchemaCatalog([Read(text)]);

        catalog.Find(Version, "cert-manager.io/v1", "Certificate").Source!.Kind.ShouldBe(SchemaSourceKind.Definition);
    }

    [Theory]
    [InlineData("apiextensions.k8s.io/v1", "CustomResourceDefinition", true)]
    [InlineData("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", true)]
    [InlineData("apiextensions.k8s.io/v2", "CustomResourceDefinition", false)]
    [InlineData("apiextensions.k8s.io/v1beta1", "CustomResourceDefinitionList", false)]
    [InlineData("apiextensions.k8s.io/v1beta1", "Other", false)]
    public void Definitions_are_recognised(string apiVersion, string kind, bool expected) =>
        CustomResourceSchemas.IsDefinition(apiVersion, kind).ShouldBe(expected);

    private static string Fields(string definition, string text) =>
        string.Join(' ', StructureValidator.Validate(YamlText.Mapping("# YAML\n" + text), Read(definition).Versions[0].Schema).Select(p => p.Field).Distinct());

    private static CustomResourceDefinition Read(string text) => CustomResourceSchemas.FromDefinition(YamlText.Mapping(text), "crds/widget.yaml");
}
