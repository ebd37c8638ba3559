using System.Text;

namespace Integration.Tests.Harness;

public class LineReaderSpecs
{
    [Theory(Timeout = 10_000)]
    [InlineData("a\nb\n", "a|b")]
    [InlineData("a\r\nb", "a|b")]
    [InlineData("a\r::error::x\n", "a|::error::x")]
    [InlineData("a\n\r\nb", "a||b")]
    [InlineData("", "")]
    [InlineData("a\u2028b\vc\fd\u0085e", "a\u2028b\vc\fd\u0085e")]
    public async Task A_line_ends_at_a_line_feed_and_at_a_carriage_return(string text, string lines)
    {
        var read = new List<string>();
        var reader = new LineReader(read.Add);

        await reader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

        string.Join('|', read).ShouldBe(lines);
        reader.Text.ShouldBe(text);
    }
}
