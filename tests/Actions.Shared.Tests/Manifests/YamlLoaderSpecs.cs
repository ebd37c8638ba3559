using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Tests.Manifests;

public sealed class YamlLoaderSpecs
{
    private static ManifestFile Load(string text) => YamlLoader.Load("f.yaml", text);

    private static string At(YamlNode node) => $"{node.Span.StartLine}:{node.Span.StartColumn}-{node.Span.EndLine}:{node.Span.EndColumn}";

    private static string At(TextRegion region) => $"{region.StartLine}:{region.StartColumn}";

    private static string Problems(ManifestFile file) =>
        string.Join(" ", file.Problems.Select(p => $"{p.Rule}@{p.Region.StartLine}:{p.Region.StartColumn}"));

    [Theory]
    [InlineData("a: one\n", "a", "1:4-1:7")]
    [InlineData("a:\n  b: \"two words\" # c\n", "a/b", "2:6-2:17")]
    [InlineData("a:\n  b:\n    c: 'x'", "a", "2:3-3:11")]
    [InlineData("a: {b: [1, 2]}\n", "a/b", "1:8-1:14")]
    [InlineData("a: |\n  x\n  y\n\n\nb: 1\n", "a", "1:4-3:4")]
    [InlineData("a: >-\r\n  x\r\n\r\nb: 1\r\n", "a", "1:4-2:4")]
    [InlineData("a: |+\n  x\n\nb: 1\n", "a", "1:4-3:1")]
    [InlineData("x: 1\r\na:\r\n  b: c\r\n", "a/b", "3:6-3:7")]
    [InlineData("x: 1\ra:\r  b: c\r", "a/b", "3:6-3:7")]
    [InlineData("x: 1\n---\n# c\na: b\n", "a", "4:4-4:5")]
    [InlineData("a: &x !!str foo\n", "a", "1:13-1:16")]
    [InlineData("a: &x\n  b: 1\n", "a", "2:3-2:7")]
    [InlineData("a:\nb: 1\n", "a", "1:3-1:3")]
    [InlineData("a: &x\nb: 1\n", "a", "1:6-1:6")]
    [InlineData("a: 😀 x\n", "a", "1:4-1:8")]
    [InlineData("\uFEFFa: b\n", "a", "1:4-1:5")]
    [InlineData("{\"é\": 1,\n\t\"a\": [true]}\n", "a", "2:7-2:13")]
    [InlineData("a:\n- b\n- c\nd: 1\n", "a", "2:1-3:4")]
    public void A_node_knows_its_exact_place(string text, string path, string expected) =>
        At(Load(text).Documents[^1].Root!.Find(path.Split('/'))!).ShouldBe(expected);

    [Fact]
    public void A_pair_without_braces_in_a_flow_sequence_starts_with_its_key() =>
        At(((YamlSequence)Load("a: [b: c, d]\n").Documents[0].Root!.Find("a")!)[0]).ShouldBe("1:5-1:9");

    [Theory]
    [InlineData("", "empty")]
    [InlineData("# only a comment\n", "empty")]
    [InlineData("\n\n", "empty")]
    [InlineData("---\n", "empty")]
    [InlineData("a: 1", "a")]
    [InlineData("---\na: 1", "a")]
    [InlineData("\n# c\n---\na: 1", "empty a")]
    [InlineData("\n\n---\na: 1", "a")]
    [InlineData("a: 1\n---\n", "a empty")]
    [InlineData("a: 1\n---\n\n--- # comment\nb: 1\n---\t \nc: 1\n", "a empty b c")]
    [InlineData("a: 1\r\n---\r\nb: 1\r\n", "a b")]
    [InlineData("a: |\n  ---\n  x\n", "a")]
    [InlineData("a: 1\n...\n---\nb: 1\n", "a b")]
    [InlineData("a: 1\n... # done\n# comment\n", "a")]
    [InlineData("null\n---\n~\n---\na: 1\n", "empty empty a")]
    [InlineData("{\"a\": 1}{\"b\": 2}\n{\"c\": 3}", "a b c")]
    [InlineData("\n {\"a\": 1}\n---\n{\"b\": 2}\n", "a b")]
    [InlineData("a: 1\n---\n\uFEFFb: 1\n", "a b")]
    [InlineData("a: 1\n---\n{\"b\":\t1}\n---\n{c: 1}\n", "a b c")]
    public void Documents_are_separated_as_kubectl_does(string text, string expected)
    {
        var file = Load(text);
        string.Join(" ", file.Documents.Select(d => d.IsEmpty ? "empty" : ((YamlMapping)d.Root!)[0].Key.Value)).ShouldBe(expected);
        file.Documents.Select(d => d.Index).ShouldBe(Enumerable.Range(0, file.Documents.Count));
        Problems(file).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a: 1\n--- foo\nb: 1\n", "yaml-separator@2:5")]
    [InlineData("a: 1\n----\nb: 1\n", "yaml-separator@2:4")]
    [InlineData("a: |\n  x\n---y\nb: 1\n", "yaml-separator@3:4")]
    [InlineData("%YAML 1.1\n---\na: 1\n", "yaml-separator@1:1")]
    [InlineData("a: 1\n...\nb: 2\n", "yaml-dropped-text@3:1")]
    [InlineData("a: 1\n...\n{b: [\n", "yaml-dropped-text@3:1")]
    [InlineData("a: 1\r---\rb: 2\r\n", "yaml-dropped-text@3:1")]
    [InlineData("a: 1\n...\n# nothing\n", "")]
    [InlineData("a: 1\na: 2\n", "yaml-duplicate-key@2:1")]
    [InlineData("a: {b: 1, \"b\": 2}\n", "yaml-duplicate-key@1:11")]
    [InlineData("{\"a\": 1, \"a\": 2}", "yaml-duplicate-key@1:10")]
    [InlineData("yes: 1\n", "yaml-ambiguous-key@1:1")]
    [InlineData("8080: 1\n", "")]
    [InlineData("null: 1\n", "yaml-complex-key@1:1")]
    [InlineData("? [a, b]\n: 1\n", "yaml-complex-key@1:3")]
    [InlineData("a: *x\n", "yaml-alias@1:4")]
    [InlineData("a: &x 1\n---\nb: *x\n", "yaml-alias@3:4")]
    [InlineData("a: &x [*x]\n", "yaml-alias@1:8")]
    [InlineData("a: &x {b: {c: *x}}\n", "yaml-alias@1:15")]
    [InlineData("a:\n  <<: 5\n", "yaml-merge@2:3")]
    [InlineData("x: &x {b: 1}\na:\n  b: 2\n  <<: *x\n", "yaml-merge-order@4:3")]
    [InlineData("a: .inf\n", "yaml-value@1:4")]
    [InlineData("a: !!int x\n", "yaml-value@1:10")]
    [InlineData("a: !!binary '*'\n", "yaml-value@1:13")]
    [InlineData("- apiVersion: v1\n  kind: X\n", "yaml-root-sequence@1:1")]
    [InlineData("[{\"kind\": \"X\"}]", "yaml-root-sequence@1:1")]
    public void What_kubectl_refuses_or_drops_is_a_problem_at_its_place(string text, string expected) => Problems(Load(text)).ShouldBe(expected);

    [Theory]
    [InlineData("a:\n\tb: c", "2:1", "tab")]
    [InlineData("a:\n  b: 1\n \tc: 2", "3:2", "tab")]
    [InlineData("a: b: c", "1:5", "second")]
    [InlineData("a: @foo", "1:4", "cannot start with @")]
    [InlineData("a: `foo`", "1:4", "cannot start with `")]
    [InlineData("a: %foo", "1:4", "cannot start with %")]
    [InlineData("a:b\nc: d", "1:2", "space is missing after the colon")]
    [InlineData("x: 1\nfoo\nc: d", "2:1", "neither a key")]
    [InlineData("a: [1, 2\nb: c", "1:4", "opened here is not closed")]
    [InlineData("a: 'x\nb: c\n", "1:4", "never closed")]
    [InlineData("a: \"x\n---\nb: 1\n", "1:4", "never closed")]
    [InlineData("a: \"x\\q\"", "1:6", "\\q is not an escape")]
    [InlineData("a:\n  b: 1\n c: 2", "3:2", "indentation of 1")]
    [InlineData("a: 1\n  b: 2", "2:3", "already has a value")]
    [InlineData("a:\n  - b\n  c: d", "3:3", "level of list items")]
    [InlineData("a:\n  b: 1\n  - c", "3:3", "level of keys")]
    [InlineData("a: - b", "1:4", "list item")]
    [InlineData("a: 'b' c", "1:8", "behind the end")]
    [InlineData("a: b\n{{- if .x }}\nc: d\n{{- end }}\n", "2:1", "{{")]
    [InlineData("a: b\0c", "1:5", "U+0000")]
    [InlineData("a: \u0001", "1:4", "U+0001")]
    [InlineData("{\"a\": 1,}", "1:9", "comma")]
    [InlineData("{\"a\":\n \"b\" \"c\"}", "2:6", "not JSON")]
    [InlineData("{a: b}", "1:2", "not JSON")]
    public void A_syntax_error_names_its_place_and_cause(string text, string at, string cause)
    {
        var file = Load("ok: 1\n---\n" + (text[0] == '{' ? "" : text));
        file = text[0] == '{' ? Load(text) : file;
        var problem = file.Problems.ShouldHaveSingleItem();
        problem.Rule.ShouldBe("yaml-syntax");
        problem.Severity.ShouldBe(Severity.Error);
        problem.Message.ShouldContain(cause);
        var offset = text[0] == '{' ? 0 : 2;
        At(problem.Region with { StartLine = problem.Region.StartLine - offset }).ShouldBe(at);
    }

    [Fact]
    public void A_broken_document_does_not_hide_the_others()
    {
        var file = Load("a: 1\n---\nb: [\n---\nc: 3\n");
        file.Documents.Select(d => d.IsBroken).ShouldBe([false, true, false]);
        ((YamlMapping)file.Documents[2].Root!)["c"].ShouldBeOfType<YamlScalar>().Value.ShouldBe("3");
    }

    [Fact]
    public void Duplicate_keys_show_both_places_and_keep_the_first()
    {
        var file = Load("a:\n  b: 1\n  c: 2\n  b: 3\n");
        var problem = file.Problems.ShouldHaveSingleItem();
        problem.Message.ShouldContain("line 2, column 3");
        At(problem.Region).ShouldBe("4:3");
        At(problem.Related!.Value).ShouldBe("2:3");
        file.Documents[0].Root!.Find("a", "b")!.ToString().ShouldBe("1");
        ((YamlMapping)file.Documents[0].Root!.Find("a")!).Count.ShouldBe(2);
    }

    [Fact]
    public void Duplicates_are_found_in_large_mappings_too()
    {
        var text = string.Concat(Enumerable.Range(0, 500).Select(i => $"k{i}: {i}\n")) + "k7: again\n";
        Problems(Load(text)).ShouldBe("yaml-duplicate-key@501:1");
    }

    [Fact]
    public void Merge_keys_fill_in_what_is_not_written_out()
    {
        var root = Load("x: &x {p: 1, q: 2}\nz: &z {p: 3, r: 4}\na:\n  <<: [*x, *z]\n  q: own\n").Documents[0].Root!;
        var mapping = (YamlMapping)root.Find("a")!;
        string.Join(" ", mapping.Select(e => $"{e.Key.Value}={e.Value}{(e.IsMerged ? "*" : "")}")).ShouldBe("q=own p=1* r=4*");
        mapping["p"].ShouldBeSameAs(root.Find("x", "p"));
    }

    [Fact]
    public void A_quoted_merge_key_is_an_ordinary_key() =>
        ((YamlMapping)Load("a: {\"<<\": {b: 1}}\n").Documents[0].Root!.Find("a")!)[0].Key.Value.ShouldBe("<<");

    [Fact]
    public void An_alias_is_the_anchored_node_itself()
    {
        var root = Load("kind: List\nitems:\n- &a {kind: X}\n- *a\n").Documents[0].Root!;
        var items = (YamlSequence)root.Find("items")!;
        items[1].ShouldBeSameAs(items[0]);
    }

    [Fact]
    public void A_later_anchor_of_the_same_name_wins() => Load("a: &x 1\nb: &x 2\nc: *x\n").Documents[0].Root!.Find("c")!.ToString().ShouldBe("2");

    [Fact]
    public void JSON_escapes_and_surrogates_are_read()
    {
        var root = Load("{\"a\": \"\\ud83d\\ude00\\/\\n\", \"a b\"\n : 1e3}").Documents[0].Root!;
        root.Find("a")!.ToString().ShouldBe("😀/\n");
        root.Find("a b").ShouldBeOfType<YamlScalar>().Type.ShouldBe(YamlScalarType.Float);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ten_thousand_levels_are_refused_without_overflowing_the_stack(bool flow)
    {
        var text = flow
            ? "a: " + new string('[', 10_000) + new string(']', 10_000)
            : string.Concat(Enumerable.Range(0, 10_000).Select(i => new string(' ', i) + "a:\n"));
        var error = Should.Throw<ActionException>(() => Load(text));
        error.ExitCode.ShouldBe(ExitCode.BadInput);
        error.Detail.ShouldContain("200");
        error.Location!.File.ShouldBe("f.yaml");
        error.Location.Region!.Value.StartLine.ShouldBe(flow ? 1 : 201);
    }

    [Fact]
    public void Ten_thousand_levels_of_JSON_are_refused() =>
        Should.Throw<ActionException>(() => Load(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)))).Title.ShouldBe("YAML is nested too deeply");

    [Fact]
    public void Depth_through_aliases_counts()
    {
        var text = new StringBuilder("a0: &a0 [x]\n");
        for (var i = 1; i < 300; i++)
        {
            text.Append($"a{i}: &a{i} [*a{i - 1}]\n");
        }

        Should.Throw<ActionException>(() => Load(text.ToString())).Title.ShouldBe("YAML is nested too deeply");
    }

    [Fact]
    public void An_alias_bomb_is_refused_at_once()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 60; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }

        var error = Should.Throw<ActionException>(() => Load(text.ToString()));
        error.Title.ShouldBe("Aliases expand to too much");
        error.Location!.Region!.Value.StartLine.ShouldBeInRange(5, 9);
    }

    [Fact]
    public void An_alias_bomb_spread_over_documents_is_refused_too()
    {
        var document = "a: &a [" + string.Join(",", Enumerable.Repeat("x", 1000)) + "]\nb: [" + string.Join(",", Enumerable.Repeat("*a", 100)) + "]\n";
        Should.Throw<ActionException>(() => Load(string.Join("---\n", Enumerable.Repeat(document, 200)))).Title.ShouldBe("Aliases expand to too much");
    }

    [Fact]
    public void Too_many_documents_are_refused() =>
        Should.Throw<ActionException>(() => YamlLoader.Load("f", "a: 1\n---\nb: 1\n---\nc: 1\n", ManifestLimits.Default with { MaxDocuments = 2 })).Detail.ShouldContain("3");

    [Fact]
    public void Invalid_UTF8_names_the_byte_and_its_place()
    {
        var error = Should.Throw<ActionException>(() => YamlLoader.Load("f.yaml", [.. "é: 1\nb: "u8, 0xFF, (byte)'x']));
        error.Detail.ShouldContain("0xFF at offset 9 (line 2, column 4)");
        error.Location!.ToString().ShouldBe("f.yaml:2:4");
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0x00 })]
    [InlineData(new byte[] { 0xFE, 0xFF, 0x00, 0x61 })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0x00, 0x61, 0, 0, 0 })]
    [InlineData(new byte[] { 0x00, 0x00, 0xFE, 0xFF, 0, 0, 0, 0x61 })]
    public void UTF16_and_UTF32_are_refused_clearly(byte[] bytes) =>
        Should.Throw<ActionException>(() => YamlLoader.Load("f.yaml", bytes, cancellation: TestContext.Current.CancellationToken)).Detail.ShouldContain("UTF-16 or UTF-32");

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text()
    {
        var file = YamlLoader.Load("f.yaml", [0xEF, 0xBB, 0xBF, .. "a: 1\n"u8], cancellation: TestContext.Current.CancellationToken);
        file.HasByteOrderMark.ShouldBeTrue();
        file.Text.ShouldBe("a: 1\n");
        At(file.Documents[0].Root!).ShouldBe("1:1-1:5");
    }

    [Fact]
    public void A_huge_sparse_file_is_refused_by_its_size()
    {
        var path = Path.GetTempFileName();
        try
        {
            using (var file = File.OpenWrite(path))
            {
                file.SetLength(1L << 30);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Should.Throw<ActionException>(() => YamlLoader.LoadFile(path, "big.yaml"));
            error.Detail.ShouldContain("1,073,741,824");
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_missing_file_is_bad_input() =>
        Should.Throw<ActionException>(() => YamlLoader.LoadFile("/nowhere/x.yaml", "x.yaml")).Location!.File.ShouldBe("x.yaml");

    [Fact(Timeout = 30_000)]
    public async Task A_stream_is_read_no_further_than_the_limit()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("a: 1\n"));
        (await YamlLoader.LoadStreamAsync("-", stream, cancellation: TestContext.Current.CancellationToken)).Documents.Count.ShouldBe(1);
        using var endless = new MemoryStream(new byte[1000]);
        await Should.ThrowAsync<ActionException>(() => YamlLoader.LoadStreamAsync("-", endless, ManifestLimits.Default with { MaxFileBytes = 100 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Parallel_loading_gives_the_same_as_sequential()
    {
        var document = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: |\n    " + new string('x', 3000) + "\n  b: [\n";
        var good = document.Replace("[\n", "[]\n", StringComparison.Ordinal);
        var text = string.Join("---\n", Enumerable.Range(0, 300).Select(i => i % 7 == 3 ? document : good));
        var file = Load(text);
        file.Documents.Count.ShouldBe(300);
        file.Documents.Select((d, i) => d.IsBroken == (i % 7 == 3)).ShouldAllBe(b => b);
        file.Documents.Select(d => d.Span.StartLine).ShouldBe(Enumerable.Range(0, 300).Select(i => (i * 8) + 1));
        file.Problems.Count.ShouldBe(43);
    }
}
