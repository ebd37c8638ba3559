using Actions.Shared.Processes;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.Processes;

public sealed class LineSplitterSpecs
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\r\nb\rc\nd", "a|b|c|d")]
    [InlineData("\n\r\r\n\n", "|||")]
    [InlineData("\u2028\u0085\f\v", "\u2028\u0085\f\v")]
    public void Lines_end_where_the_runner_ends_them(string text, string lines) =>
        string.Join('|', Split(text, 100).Select(l => l.Text)).ShouldBe(lines);

    [Fact]
    public void Where_the_pieces_are_cut_makes_no_difference() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
            ArbMap.Default.ArbFor<int[]>(),
            Gen.Elements('a', '\r', '\n', 'é').ListOf().Select(c => string.Concat(c)).ToArbitrary(),
            (sizes, text) =>
            {
                Split(text, 3).ShouldBe(Split(text, 3, sizes));
                Split(text, 100).Select(l => l.Text).ShouldBe(ReadLines(text));
            }));

    [Theory]
    [InlineData("abcd\nabc\n", "abc!|abc")]
    [InlineData("ab\uD83D\uDE00\n", "ab!")]
    public void A_long_line_is_cut_between_characters(string text, string lines) =>
        string.Join('|', Split(text, 3).Select(l => l.IsCut ? l.Text + "!" : l.Text)).ShouldBe(lines);

    private static List<(string Text, bool IsCut)> Split(string text, int limit, params int[] sizes)
    {
        var lines = new List<(string, bool)>();
        var splitter = new LineSplitter(limit, (line, isCut) => lines.Add((line, isCut)));
        var at = 0;
        foreach (var size in sizes)
        {
            var length = Math.Min(Math.Abs(size % 7), text.Length - at);
            splitter.Push(text.AsSpan(at, length));
            at += length;
        }

        splitter.Push(text.AsSpan(at));
        splitter.Complete();
        return lines;
    }

    private static IEnumerable<string> ReadLines(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
