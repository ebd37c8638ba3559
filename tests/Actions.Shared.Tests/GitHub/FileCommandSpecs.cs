using Actions.Shared.GitHub;
using Actions.Shared.Tests.Processes;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.GitHub;

public sealed class FileCommandSpecs : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _path;

    public FileCommandSpecs() => _path = _directory.Write("output", "");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Any_value_comes_back_as_it_was() => FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements("a", "\n", "=", "<<", "EOF", "ghadelimiter_", "é", "😀", "::error::", " ", "name=value\n").ListOf().Select(string.Concat).ToArbitrary(),
        value =>
        {
            File.WriteAllText(_path, "");
            new FileCommand(_path).Set("first", value);
            new FileCommand(_path).Set("second", "2");

            RunnerFiles.Read(_path).ShouldBe(new Dictionary<string, string> { ["first"] = value, ["second"] = "2" }, ignoreOrder: true);
        }));

    [Theory]
    [InlineData("value\nother=injected")]
    [InlineData("value\nother<<X\ninjected\nX")]
    [InlineData("ghadelimiter_00000000-0000-0000-0000-000000000000\nother=injected")]
    public void A_value_cannot_set_another_output(string value)
    {
        new FileCommand(_path).Set("name", value);

        RunnerFiles.Read(_path).Keys.ShouldBe(["name"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a=b")]
    [InlineData("a<<b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("has-the-delimiter")]
    public void A_name_that_the_runner_would_misread_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => FileCommand.Format(name, "v", "delimiter"));

    [Fact]
    public void A_value_with_the_delimiter_is_refused() =>
        Should.Throw<ArgumentException>(() => FileCommand.Format("name", "a\ndelimiter\nb=c", "delimiter"));

    [Fact]
    public void Only_line_feeds_and_no_byte_order_mark_are_written()
    {
        new FileCommand(_path).Set("name", "é");

        var bytes = File.ReadAllBytes(_path);
        bytes.ShouldNotContain((byte)'\r');
        bytes[0].ShouldBe((byte)'n');
        System.Text.Encoding.UTF8.GetString(bytes).ShouldMatch(@"\Aname<<(ghadelimiter_[0-9a-f-]{36})\né\n\1\n\z");
    }

    [Fact]
    public void What_is_there_is_kept_even_if_its_last_line_has_no_end()
    {
        File.WriteAllText(_path, "earlier=1");

        new FileCommand(_path).Set("name", "2");

        RunnerFiles.Read(_path).ShouldBe(new Dictionary<string, string> { ["earlier"] = "1", ["name"] = "2" }, ignoreOrder: true);
    }

    [Fact]
    public void A_directory_for_the_path_is_one_line()
    {
        new FileCommand(_path).AddPath("/opt/tool/bin");

        File.ReadAllText(_path).ShouldBe("/opt/tool/bin\n");
        Should.Throw<ArgumentException>(() => new FileCommand(_path).AddPath("/a\n/b"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_input_or_output_error() =>
        Should.Throw<IOException>(() => new FileCommand(Path.Combine(_directory.Path, "no/such/file")).Set("a", "b"));
}
