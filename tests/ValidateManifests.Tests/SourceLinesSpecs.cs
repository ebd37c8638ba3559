namespace Actions.ValidateManifests.Tests;

public sealed class SourceLinesSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("source-lines-").FullName;

    [Theory]
    [InlineData("a\nb\nc", "a", "b", "c")]
    [InlineData("a\r\nb\r\n", "a", "b")]
    [InlineData("a\rb\n\nd", "a", "b", "", "d")]
    [InlineData("\uFEFFname: 名前\n", "name: 名前")]
    [InlineData("")]
    public void A_line_is_what_stands_between_two_line_ends(string text, params string[] lines)
    {
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), text);
        var source = new SourceLines(_folder);

        Enumerable.Range(1, lines.Length).Select(i => source.Read("a.yaml", i)).ShouldBe(lines);
        source.Read("a.yaml", 0).ShouldBeNull();
        source.Read("a.yaml", lines.Length + 1).ShouldBeNull();
    }

    [Fact]
    public void The_files_may_come_in_any_order()
    {
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), "a: 1\n");
        File.WriteAllText(Path.Combine(_folder, "b.yaml"), "x: 1\ny: 2\n");
        var source = new SourceLines(_folder);

        source.Read("b.yaml", 2).ShouldBe("y: 2");
        source.Read("a.yaml", 1).ShouldBe("a: 1");
        source.Read("a.yaml", 2).ShouldBeNull();
        source.Read("missing.yaml", 1).ShouldBeNull();
        source.Read("b.yaml", 1).ShouldBe("x: 1");
    }

    [Theory]
    [InlineData("kind: Secret\n")]
    [InlineData("{\"kind\": \"Secret\"}\n")]
    [InlineData("kind: 'Secret'\r\n")]
    [InlineData("kinds: x\n---\nkind:   Secret\n")]
    public void Nothing_is_shown_of_a_file_with_a_Secret(string text)
    {
        File.WriteAllText(Path.Combine(_folder, "a.yaml"), "password: hunter2\n" + text);

        new SourceLines(_folder).Read("a.yaml", 1).ShouldBeNull();
        new SourceLines(_folder, hidesSecrets: false).Read("a.yaml", 1).ShouldBe("password: hunter2");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
