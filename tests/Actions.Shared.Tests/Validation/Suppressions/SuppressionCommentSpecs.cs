using Actions.Shared.Manifests;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Suppressions;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Validation.Suppressions;

public sealed class SuppressionCommentSpecs
{
    private const string Ignore = "# validate-manifests: ignore host-path: needed";

    [Theory]
    [InlineData("image: x # C", "10-10", "behind a value: its line")]
    [InlineData("- name: a # C\n  image: b", "10-10", "behind the first line of an item: its line")]
    [InlineData("securityContext: # C\n  privileged: true\n  other: 1\nnext: 1", "10-12", "behind a key: its block")]
    [InlineData("args: # C\n- a\n- b\nnext: 1", "10-12", "behind the key of a list in its own column: the list")]
    [InlineData("# C\nimage: x\nnext: 1", "11-11", "above a field: the field")]
    [InlineData("# C\nsecurityContext:\n  privileged: true\nnext: 1", "11-12", "above a block: the block")]
    [InlineData("list:\n# C\n- name: a\n  image: b\n- name: c", "12-13", "above an item: the item")]
    [InlineData("list:\n  # C\n  - name: a\n    image: b\n  - name: c", "12-13", "above an indented item: the item")]
    [InlineData("# C\n\n# more\nimage: x", "13-13", "blank lines and comments between are passed over")]
    [InlineData("script: | # C\n  echo\n  echo\nnext: 1", "10-12", "behind the sign of a block scalar: the scalar")]
    [InlineData("key: 'quoted # C'\nnext: 1", "", "in single quotes: text")]
    [InlineData("key: \"a\n  # C\n  b\"", "", "in double quotes: text")]
    [InlineData("script: |\n  # C\n  echo", "", "in a block scalar: text")]
    [InlineData("script: >-\n  a\n\n  # C\n", "", "in a folded scalar: text")]
    [InlineData("key: a#C", "", "without a blank before: text")]
    [InlineData("key: a # see # C", "10-10", "behind another comment")]
    [InlineData("script: |\n  echo\n# C\nnext: 1", "13-13", "below a block scalar: a comment")]
    [InlineData("key: {a: b, # C\n  c: d}\nnext: 1", "10-11", "in a flow mapping: the field that starts on its line")]
    [InlineData("key: {a: b,\n  c: d} # C\nnext: 1", "11-11", "behind the end of a flow mapping: its line")]
    [InlineData("securityContext:\n  # C\n  privileged: true\n  other: 1", "12-12", "above the first field of a block: the field")]
    [InlineData("list: [\n  # C\n  a, b ]", "12-12", "in a flow sequence")]
    [InlineData("a: &x {b: c}\n# C\nd: *x\nnext: 1", "12-12", "above an alias: its line")]
    public void A_comment_holds_for_a_line_or_a_block(string snippet, string expected, string why)
    {
        // Nine lines before, so that the first line of the snippet is line 10.
        var head = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n\n\n\n\nspec:\n";
        var text = head + string.Concat(snippet.Replace("# C", Ignore, StringComparison.Ordinal).Replace("#C", Ignore, StringComparison.Ordinal).Split('\n').Select(l => $"  {l}\n"));
        var reading = Read(text);
        reading.Problems.ShouldBeEmpty(why);
        string.Join('|', reading.Suppressions.Select(s => $"{s.Scope!.Value.StartLine}-{s.Scope!.Value.EndLine}")).ShouldBe(expected, why);
    }

    [Theory]
    [InlineData("# C\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\n", "2-4")]
    [InlineData("# C\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "3-5")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {name: b}\n---\n# C\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", "6-8")]
    [InlineData("# C\r\napiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: a\r\n", "2-5")]
    public void Above_an_object_it_holds_for_the_object(string text, string expected)
    {
        var scope = Read(text.Replace("# C", Ignore, StringComparison.Ordinal)).Suppressions.ShouldHaveSingleItem().Scope!.Value;
        $"{scope.StartLine}-{scope.EndLine}".ShouldBe(expected);
    }

    [Fact]
    public void A_comment_may_be_for_the_whole_file()
    {
        var suppression = Read("# validate-manifests: ignore-file host-path, host-port: legacy node agent (until=2030-01-31)\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n").Suppressions.ShouldHaveSingleItem();
        suppression.Form.ShouldBe(SuppressionForm.FileComment);
        suppression.Scope.ShouldBeNull();
        suppression.Rules.ShouldBe(["host-path", "host-port"]);
        suppression.Reason.ShouldBe("legacy node agent");
        suppression.Until.ShouldBe(new DateOnly(2030, 1, 31));
    }

    [Theory]
    [InlineData("ignore host-path: why", "host-path", "why", null)]
    [InlineData("ignore host-path why not", "host-path", "why not", null)]
    [InlineData("ignore host-path,host-port : why", "host-path|host-port", "why", null)]
    [InlineData("ignore host-path , host-port, host-pid because of x, y", "host-path|host-port|host-pid", "because of x, y", null)]
    [InlineData("ignore host-path: why (until=2030-01-31)", "host-path", "why", "2030-01-31")]
    [InlineData("ignore host-path why until=2030-01-31", "host-path", "why", "2030-01-31")]
    [InlineData("ignore host-path: why [until=2030-01-31", "host-path", "why [until=2030-01-31", null)]
    [InlineData("ignore host-path: wait until=done is written", "host-path", "wait until=done is written", null)]
    [InlineData("ignore all: generated", "", "generated", null)]
    public void Rules_reason_and_date_are_read(string comment, string rules, string reason, string? until)
    {
        var suppression = Read($"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a # validate-manifests: {comment}\n").Suppressions.ShouldHaveSingleItem();
        string.Join('|', suppression.Rules).ShouldBe(rules);
        suppression.IsForAll.ShouldBe(rules.Length == 0);
        suppression.Reason.ShouldBe(reason);
        suppression.Until?.ToString("yyyy-MM-dd").ShouldBe(until);
    }

    [Theory]
    [InlineData("ignore host-path", "suppression-invalid: the suppression has no reason", 0)]
    [InlineData("ignore host-path:", "suppression-invalid: the suppression has no reason", 0)]
    [InlineData("ignore host-path: until=2030-01-01", "suppression-invalid: the suppression has no reason", 0)]
    [InlineData("ignore", "suppression-invalid: the suppression names no rule", 0)]
    [InlineData("ignore : why", "suppression-invalid: the suppression names no rule", 0)]
    [InlineData("ignore host-pth: why", "suppression-invalid: there is no rule `host-pth`", 0)]
    [InlineData("ignore host-pth, host-port: why", "suppression-invalid: there is no rule `host-pth`", 1)]
    [InlineData("ignore yaml-syntax: why", "suppression-invalid: `yaml-syntax` cannot be suppressed: nothing of such a file can be checked", 0)]
    [InlineData("ignore host-path: why (until=2030-13-01)", "suppression-invalid: `2030-13-01` is no date", 0)]
    [InlineData("ignore host-path: why (until=soon)", "suppression-invalid: `soon` is no date", 0)]
    [InlineData("ingore host-path: why", "suppression-invalid: `ingore` is nothing that can be asked for", 0)]
    [InlineData("ignore host-path: why (until=2026-05-31)", "suppression-expired: the suppression of host-path ended on 2026-05-31: why", 0)]
    [InlineData("ignore host-path: why (until=2026-06-01)", "", 1)]
    public void What_does_not_count_is_a_finding(string comment, string problem, int suppressions)
    {
        var reading = Read($"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a # validate-manifests: {comment}\n");
        string.Join('|', reading.Problems.Select(p => $"{p.Rule}: {p.Message}")).ShouldBe(problem);
        reading.Problems.ShouldAllBe(p => p.Location.Region!.Value.StartLine == 4 && p.Location.Region!.Value.StartColumn == 11 && p.Hint != null);
        reading.Suppressions.Count.ShouldBe(suppressions);
    }

    [Fact]
    public void A_comment_above_nothing_is_a_finding() =>
        Read($"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{Ignore}\n").Problems.ShouldHaveSingleItem().Message.ShouldBe("the suppression stands before nothing");

    [Theory]
    [InlineData("Chart.yaml", "name: a # validate-manifests: ignore x\n")]
    [InlineData("a.yaml", "image: {{ .Values.image }} # validate-manifests: ignore x\n")]
    [InlineData("a.yaml", "a: [ # validate-manifests: ignore x\n")]
    [InlineData("a.json", "{\"kind\": \"# validate-manifests: ignore x\"}")]
    [InlineData("a.yaml", "kind: Pod # validate-manifests\n")]
    public void What_is_not_checked_is_left_alone(string path, string text) => Read(text, path).ShouldBe(SuppressionReading.None);

    [Fact]
    public void No_text_makes_it_throw()
    {
        var piece = Gen.Elements(
            "# validate-manifests: ignore host-path: x", "# validate-manifests:", "validate-manifests: ", "#", " ", "\n", "\r\n", "\t", "a: ", "- ", "'", "\"", "|\n", ">+\n", "{", "}", "[", "]", "---\n", "...\n",
            "apiVersion: v1\nkind: Pod\n", "ignore ", "ignore-file ", "all", ",", ":", "until=", "&a ", "*a", "<<: ", "x", "é", "\uFEFF");
        Prop.ForAll(piece.ArrayOf().ToArbitrary(), pieces =>
        {
            var text = string.Concat(pieces);
            var reading = Read(text);
            return reading.Suppressions.Concat(reading.Suppressions).All(s => s.Scope is null || s.Scope.Value.StartLine <= s.Scope.Value.EndLine)
                && reading.Problems.All(p => p.Message.Length > 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void A_comment_is_found_exactly_where_YAML_has_one()
    {
        // Whatever stands around it, what is read back as data is no comment, and what is not is one.
        var before = Gen.Elements("a: ", "a: '", "a: \"", "a: |\n    ", "a: >-\n    x\n\n    ", "a: b ", "a: [b, ", "a: {b: c ", "");
        var after = Gen.Elements("", "'", "\"", "\n  ]", "\n  }", "\n    '", "\n    \"", "\n    more", "\n  b: c");
        Prop.ForAll(before.ToArbitrary(), after.ToArbitrary(), (start, end) =>
        {
            var text = $"apiVersion: v1\nkind: Pod\nspec:\n  z: z\n  {start}{Ignore}{end}\n";
            var file = YamlLoader.Load("a.yaml", text);
            if (file.Problems.Count > 0)
            {
                return true;
            }

            var isData = Scalars(file.Documents[0].Root!).Any(s => s.Value.Contains("validate-manifests:", StringComparison.Ordinal));
            var reading = Read(text);
            return isData == (reading.Suppressions.Count + reading.Problems.Count == 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    private static IEnumerable<YamlScalar> Scalars(YamlNode node) => node switch
    {
        YamlScalar scalar => [scalar],
        YamlMapping mapping => mapping.SelectMany(e => Scalars(e.Key).Concat(Scalars(e.Value))),
        _ => ((YamlSequence)node).SelectMany(Scalars),
    };

    private static SuppressionReading Read(string text, string path = "a.yaml") =>
        new SuppressionReader(RuleIndex.BuiltIn, new FixedTime()).OfFile(ManifestClassifier.Classify(YamlLoader.Load(path, text)));
}
