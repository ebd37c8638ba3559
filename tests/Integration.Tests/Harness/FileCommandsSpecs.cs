namespace Integration.Tests.Harness;

public class FileCommandsSpecs
{
    [Theory]
    [InlineData("a=b\n", "a", "b")]
    [InlineData("a=b", "a", "b")]
    [InlineData("a=\n", "a", "")]
    [InlineData("a=b=c<<d\n", "a", "b=c<<d")]
    [InlineData("a<<E\nE\n", "a", "")]
    [InlineData("a<<E\none\ntwo\nE\n", "a", "one\ntwo")]
    [InlineData("a<<E\n\nE\n", "a", "")]
    [InlineData("a<<E\nx\n\nE", "a", "x\n")]
    [InlineData("a<<E=F\nx=y\nE=F\n", "a", "x=y")]
    [InlineData("a<<E\nx\r\nE\n", "a", "x\r")]
    [InlineData("a=1\na=2\n", "a", "2")]
    [InlineData("\n\na=1\n\n", "a", "1")]
    public void A_well_formed_file_is_read(string text, string name, string value) =>
        FileCommands.Parse(text).ShouldBe(new Dictionary<string, string> { [name] = value });

    [Theory]
    [InlineData("a", "Invalid format 'a'")]
    [InlineData("=b", "Name must not be empty")]
    [InlineData("a<<\nb\n", "delimiter must not be empty")]
    [InlineData("<<E\nb\nE\n", "Name must not be empty")]
    [InlineData("a<<E\nb\n", "Matching delimiter not found 'E'")]
    [InlineData("a<<E\nb\nE \n", "Matching delimiter not found 'E'")]
    [InlineData("a<<E\r\nb\r\nE\n", "Matching delimiter not found 'E\r'")]
    [InlineData("a<<E\nb\nE\nE\n", "Invalid format 'E'")]
    public void A_malformed_file_is_refused(string text, string message) =>
        Should.Throw<FormatException>(() => FileCommands.Parse(text)).Message.ShouldContain(message);
}
