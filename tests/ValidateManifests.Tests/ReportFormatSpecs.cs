namespace Actions.ValidateManifests.Tests;

public class ReportFormatSpecs
{
    [Theory]
    [InlineData("text", "Text", null)]
    [InlineData("SARIF", "Sarif", null)]
    [InlineData("json=out/findings.json", "Json", "out/findings.json")]
    [InlineData("junit = a=b.xml", "Junit", "a=b.xml")]
    public void Reads_a_kind_and_a_file(string text, string kind, string? file)
    {
        var format = ReportFormat.Parse(text);

        format.Kind.ToString().ShouldBe(kind);
        format.File.ShouldBe(file);
    }

    [Theory]
    [InlineData("xml")]
    [InlineData("1")]
    [InlineData("json=")]
    [InlineData("=a.json")]
    public void Refuses_anything_else(string text) => Should.Throw<FormatException>(() => ReportFormat.Parse(text));
}
