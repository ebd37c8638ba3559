using Actions.Shared.Findings;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Cel;

public sealed class CustomResourceRuleSpecs
{
    private const string Gateway = """"
        type: object
        properties:
          listeners:
            type: array
            x-kubernetes-list-type: map
            x-kubernetes-list-map-keys: [name]
            x-kubernetes-validations:
            - message: tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']
              rule: 'self.all(l, l.protocol in [''HTTP'', ''TCP'', ''UDP''] ? !has(l.tls) : true)'
            - message: Listener name must be unique within the Gateway
              rule: self.all(l1, self.exists_one(l2, l1.name == l2.name))
            - message: Combination of port, protocol and hostname must be unique for each listener
              rule: 'self.all(l1, self.exists_one(l2, l1.port == l2.port && l1.protocol == l2.protocol && (has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : !has(l1.hostname) && !has(l2.hostname))))'
            items:
              type: object
              required: [name, port, protocol]
              properties:
                name: {type: string}
                port: {type: integer, format: int32}
                protocol: {type: string}
                hostname: {type: string}
                tls: {type: object, properties: {mode: {type: string}}}
          backendRefs:
            type: array
            items:
              type: object
              required: [name]
              x-kubernetes-validations:
              - message: Must have port for Service reference
                rule: '(size(self.group) == 0 && self.kind == ''Service'') ? has(self.port) : true'
              properties:
                group: {type: string, default: ""}
                kind: {type: string, default: Service}
                name: {type: string}
                port: {type: integer}
          path:
            type: object
            x-kubernetes-validations:
            - message: value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']
              rule: '(self.type in [''Exact'',''PathPrefix'']) ? self.value.startsWith(''/'') : true'
            - message: must only contain valid characters (matching ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$) for types ['Exact', 'PathPrefix']
              rule: '(self.type in [''Exact'',''PathPrefix'']) ? self.value.matches(r"""^(?:[-A-Za-z0-9/._~!$&''()*+,;=:@]|[%][0-9a-fA-F]{2})+$""") : true'
            properties:
              type: {type: string, default: PathPrefix}
              value: {type: string, default: /}
          filter:
            type: object
            required: [type]
            x-kubernetes-validations:
            - message: filter.requestMirror must be nil if the filter.type is not RequestMirror
              rule: '!(has(self.requestMirror) && self.type != ''RequestMirror'')'
            - message: filter.requestMirror must be specified for RequestMirror filter.type
              rule: '!(!has(self.requestMirror) && self.type == ''RequestMirror'')'
            properties:
              type: {type: string}
              requestMirror: {type: object, properties: {percent: {type: integer}}}
        """";

    [Theory]
    [InlineData("listeners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 443, protocol: HTTPS, tls: {}}]", null)]
    [InlineData("listeners: [{name: a, port: 80, protocol: HTTP, tls: {}}]", "/spec/listeners cel-rule: tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']")]
    [InlineData("listeners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP, hostname: x}]", null)]
    [InlineData("listeners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}]", "/spec/listeners cel-rule: Combination of port, protocol and hostname must be unique for each listener")]
    [InlineData("backendRefs: [{name: web, port: 80}, {name: bucket, kind: Bucket, group: s3.io}]", null)]
    [InlineData("backendRefs: [{name: a, port: 80}, {name: web}]", "/spec/backendRefs/1 cel-rule: Must have port for Service reference")]
    [InlineData("path: {}", null)]
    [InlineData("path: {value: /a%20b}", null)]
    [InlineData("path: {value: a}", "/spec/path cel-rule: value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']")]
    [InlineData("path: {value: '/a b'}", "/spec/path cel-rule: must only contain valid characters (matching ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$) for types ['Exact', 'PathPrefix']")]
    [InlineData("path: {type: RegularExpression, value: a b}", null)]
    [InlineData("filter: {type: RequestMirror, requestMirror: {}}", null)]
    [InlineData("filter: {type: RequestMirror}", "/spec/filter cel-rule: filter.requestMirror must be specified for RequestMirror filter.type")]
    [InlineData("filter: {type: Other, requestMirror: {}}", "/spec/filter cel-rule: filter.requestMirror must be nil if the filter.type is not RequestMirror")]
    public void The_rules_of_the_Gateway_API_hold(string spec, string? finding) =>
        CustomResources.CheckTest(Gateway, spec).ShouldBe(finding is null ? [] : [finding]);

    [Theory]
    [InlineData("{a: {type: integer}, b: {type: integer}}", "self.a <= self.b", "{a: 1, b: 2}", true)]
    [InlineData("{a: {type: integer}, b: {type: integer}}", "self.a <= self.b", "{a: 2, b: 1}", false)]
    [InlineData("{x: {x-kubernetes-int-or-string: true}}", "type(self.x) == string ? self.x == '100%' : self.x == 1000", "{x: 100%}", true)]
    [InlineData("{x: {x-kubernetes-int-or-string: true}}", "type(self.x) == string ? self.x == '100%' : self.x == 1000", "{x: 1_000}", true)]
    [InlineData("{x: {x-kubernetes-int-or-string: true}}", "type(self.x) == string ? self.x == '100%' : self.x == 1000", "{x: 999}", false)]
    [InlineData("{m: {type: object, additionalProperties: {type: string}}}", "'app' in self.m && self.m['app'] != ''", "{m: {app: web}}", true)]
    [InlineData("{m: {type: object, additionalProperties: {type: string}}}", "self.m.all(k, k.startsWith('a'))", "{m: {a: x, b: x}}", false)]
    [InlineData("{a: {type: array, x-kubernetes-list-type: set, items: {type: string}}}", "self.a == ['w', 'x']", "{a: [x, w]}", true)]
    [InlineData("{a: {type: array, items: {type: string}}}", "self.a == ['w', 'x']", "{a: [x, w]}", false)]
    [InlineData("{a: {type: array, x-kubernetes-list-type: set, items: {type: string}}}", "size(self.a + ['x', 'z']) == 3", "{a: [x, w]}", true)]
    [InlineData("{t: {type: string, format: date-time}, d: {type: string, format: duration}}", "self.t + self.d < timestamp('2024-01-02T00:00:00Z')", "{t: '2024-01-01T00:00:00Z', d: 23h}", true)]
    [InlineData("{t: {type: string, format: date-time}, d: {type: string, format: duration}}", "self.t + self.d < timestamp('2024-01-02T00:00:00Z')", "{t: '2024-01-01T00:00:00Z', d: 25h}", false)]
    [InlineData("{d: {type: number}}", "self.d == 3.0", "{d: 3}", true)]
    [InlineData("{d: {type: string, format: byte}}", "self.d == b'hi'", "{d: aGk=}", true)]
    [InlineData("{a-b: {type: string}, namespace: {type: string}, x.y: {type: string}}", "self.a__dash__b == 'x' && self.__namespace__ == 'v' && self.x__dot__y == 'z'", "{a-b: x, namespace: v, x.y: z}", true)]
    [InlineData("{f: {type: boolean}}", "self.f", "{f: yes}", true)]
    [InlineData("{f: {type: boolean}}", "self.f", "{f: off}", false)]
    [InlineData("{o: {type: string, nullable: true}}", "self.o == null", "{o: null}", true)]
    [InlineData("{o: {type: string}}", "!has(self.o)", "{o: null}", true)]
    [InlineData("{o: {type: string, default: d}}", "has(self.o) && self.o == 'd'", "{}", true)]
    [InlineData("{o: {type: object, default: {}, properties: {p: {type: integer, default: 7}}}}", "self.o.p == 7", "{}", true)]
    [InlineData("{q: {type: string}}", "quantity(self.q).isLessThan(quantity('1Gi'))", "{q: 512Mi}", true)]
    [InlineData("{q: {type: string}}", "quantity(self.q).isLessThan(quantity('1Gi'))", "{q: 2Gi}", false)]
    [InlineData("{r: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}}", "self.r.kind == 'Pod' && self.r.metadata.name == 'p'", "{r: {apiVersion: v1, kind: Pod, metadata: {name: p}}}", true)]
    [InlineData("{r: {type: string}}", "self.r.matches('^[a-z]+$')", "{r: abc1}", false)]
    [InlineData("{a: {type: string}}", "self.a == oldSelf.a", "{a: x}", true)]
    public void Values_are_those_of_their_schema(string properties, string rule, string spec, bool holds)
    {
        var schema = $"type: object\nproperties: {properties}\nx-kubernetes-validations:\n- rule: {System.Text.Json.JsonSerializer.Serialize(rule)}";

        CustomResources.CheckSchema(schema).ShouldBeEmpty();
        CustomResources.CheckTest(schema, spec).ShouldBe(holds ? [] : [$"/spec cel-rule: `spec` breaks a rule of its definition: {rule}"]);
    }

    [Fact]
    public void A_rule_of_the_whole_object_sees_its_name()
    {
        var text = CustomResources.Test("type: object", "{}").Replace(
            "        properties:\n          spec:", "        x-kubernetes-validations: [{rule: self.metadata.name == 'other' && self.kind == 'Test'}]\n        properties:\n          spec:", StringComparison.Ordinal);

        var finding = CustomResources.Check(text).ShouldHaveSingleItem();

        (finding.Rule, finding.Field, finding.Hint).ShouldBe(("cel-rule", "", "The rule of `Test` is: self.metadata.name == 'other' && self.kind == 'Test'"));
    }

    [Fact]
    public void A_finding_stands_at_the_field_that_the_rule_blames()
    {
        const string Schema = """
            type: object
            properties: {limits: {type: object, properties: {low: {type: integer}, 'high.est': {type: integer}}}}
            x-kubernetes-validations:
            - rule: self.limits.low < 5
              message: low must be below 5
              fieldPath: .limits.low
              reason: FieldValueForbidden
            - rule: has(self.limits.high__dot__est)
              message: there must be a highest
              fieldPath: .limits['high.est']
            """;
        var text = CustomResources.Test(Schema, "limits:\n  low: 10");
        var line = text.Split('\n').Length;

        var findings = CustomResources.Check(text);

        findings.Select(f => (f.Field, f.Message, f.Location.Region)).ShouldBe(
        [
            ("/spec/limits/high.est", "there must be a highest", new TextRegion(line - 1, 3, line - 1, 9)),
            ("/spec/limits/low", "low must be below 5", new TextRegion(line, 10, line, 12)),
        ]);
        findings[1].Hint.ShouldBe("The rule of `spec` is: self.limits.low < 5");
    }

    [Fact]
    public void What_a_rule_cannot_work_out_the_API_server_refuses() =>
        CustomResources.CheckTest("type: object\nproperties: {a: {type: integer}}\nx-kubernetes-validations: [{rule: 10 / self.a > 1}]", "a: 0")
            .ShouldBe(["/spec cel-rule: A rule of `spec` fails: division by zero"]);

    [Fact]
    public void Rules_wait_until_the_structure_is_right() =>
        CustomResources.CheckTest("type: object\nrequired: [b]\nproperties: {a: {type: integer}, b: {type: integer}}\nx-kubernetes-validations: [{rule: self.a < self.b}]", "a: 0")
            .ShouldHaveSingleItem().ShouldContain("schema-required");

    [Fact]
    public void Rules_do_not_wait_for_unknown_fields() =>
        CustomResources.CheckTest("type: object\nproperties: {a: {type: integer}}\nx-kubernetes-validations: [{rule: self.a > 0}]", "a: 0\nx: 1").Length.ShouldBe(2);

    [Fact]
    public void A_function_that_is_not_known_is_told_once_where_it_stands()
    {
        const string Schema = "type: object\nproperties: {a: {type: string}}\nx-kubernetes-validations: [{rule: self.a.frobnicate()}]";

        CustomResources.CheckTest(Schema, "a: x").ShouldBeEmpty();
        CustomResources.CheckSchema(Schema).ShouldBe(["/x-kubernetes-validations/0/rule cel-rule-skipped: The expression is not evaluated: the function `frobnicate` is not known here"]);
    }

    [Fact]
    public void A_hostile_rule_is_given_up_and_said_so_once_per_object()
    {
        var schema = "type: object\nproperties: {a: {type: array, items: {type: object, x-kubernetes-validations: [{rule: " +
            "\"[1,2,3,4,5,6,7,8].all(a, [1,2,3,4,5,6,7,8].all(b, [1,2,3,4,5,6,7,8].all(c, [1,2,3,4,5,6,7,8].all(d, [1,2,3,4,5,6,7,8].all(e, [1,2,3,4,5,6,7,8].all(f, [1,2,3,4,5,6,7,8].all(g, true)))))))\"}]}}}";

        CustomResources.CheckTest(schema, "a: [{}, {}, {}]").ShouldBe(["/spec/a/0 cel-rule-skipped: A rule of `spec.a[0]` was not evaluated: the expression takes too many steps"]);
    }

    [Fact]
    public void An_encrypted_value_is_not_guessed_at() =>
        CustomResources.CheckTest("type: object\nproperties: {a: {type: integer}}\nx-kubernetes-validations: [{rule: self.a > 5}]", "a: ENC[AES256_GCM,data:abc=,type:int]")
            .ShouldBe(["/spec cel-rule-skipped: A rule of `spec` was not evaluated: a value is encrypted"]);

    [Fact]
    public void A_rule_for_changes_that_allows_for_new_objects_is_evaluated() =>
        CustomResources.CheckTest("type: object\nproperties: {a: {type: string}}\nx-kubernetes-validations: [{rule: oldSelf.hasValue() && self.a != '', optionalOldSelf: true, message: cannot be created}]", "a: x")
            .ShouldBe(["/spec cel-rule: cannot be created"]);

    [Fact]
    public void Messages_are_cut_to_one_line()
    {
        var schema = "type: object\nproperties: {a: {type: string}}\nx-kubernetes-validations:\n- rule: \"false\"\n  messageExpression: \"'first\\\\nsecond ' + self.a\"";

        var message = CustomResources.CheckTest(schema, $"a: {new string('x', 2000)}").ShouldHaveSingleItem();

        message.ShouldStartWith("/spec cel-rule: first second xxx");
        message.ShouldEndWith("x…");
        message.Length.ShouldBeLessThan(1_100);
    }

    [Fact]
    public void A_message_that_cannot_be_worked_out_gives_way_to_the_fixed_one() =>
        CustomResources.CheckTest("type: object\nproperties: {a: {type: string}, b: {type: string}}\nx-kubernetes-validations: [{rule: \"false\", messageExpression: self.b + '!', message: fixed}]", "a: x")
            .ShouldBe(["/spec cel-rule: fixed"]);

    [Fact]
    public void Rules_of_schema_locations_are_evaluated_too()
    {
        using var document = System.Text.Json.JsonDocument.Parse("""
            {"type": "object", "properties": {"spec": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "default": 5}},
             "x-kubernetes-validations": [{"rule": "self.a < self.b", "message": "a must be below b"}]}}}
            """);
        var schema = new SchemaReader { IsStructural = false }.Read(new SchemaSourceValue(document.RootElement));

        StructureValidator.Validate(Structure.Yaml.Parse("spec: {a: 4}"), schema).ShouldBeEmpty();
        StructureValidator.Validate(Structure.Yaml.Parse("spec: {a: 5}"), schema).ShouldHaveSingleItem().Message.ShouldBe("a must be below b.");
    }

    [Theory]
    [InlineData(".a", "a")]
    [InlineData(".a.b", "a,b")]
    [InlineData("a.b", "a,b")]
    [InlineData(".a['b.c'].d", "a,b.c,d")]
    [InlineData(".a[\"b\"]", "a,b")]
    [InlineData("['a']", "a")]
    [InlineData("", "")]
    [InlineData(".", "")]
    [InlineData(".a[0]", "a")]
    [InlineData("..", "")]
    public void Field_paths_are_read(string path, string names) => string.Join(',', SchemaWalk.FieldNames(path)).ShouldBe(names);
}
