using Actions.Shared.Findings;
using Actions.Shared.GitHub;

namespace Actions.Shared.Tests.GitHub;

public sealed class WorkflowCommandsSpecs : IDisposable
{
    private readonly StringWriter _writer = new() { NewLine = "\r\n" };
    private readonly WorkflowCommands _commands;

    public WorkflowCommandsSpecs() => _commands = new WorkflowCommands(_writer);

    public void Dispose() => _commands.Dispose();

    [Fact]
    public void Commas_and_colons_survive_in_titles_and_files()
    {
        _commands.Annotate(new Annotation(Severity.Error, "50% of: a, b\r\nsecond")
        {
            Title = "Wrong: a, b = 100%",
            Location = new SourceLocation("a,b:c d=e.yaml", new(1, 1, 1, 2)),
        });

        var command = RunnerModel.Commands(Done()).ShouldHaveSingleItem();
        command.Name.ShouldBe("error");
        command.Data.ShouldBe("50% of: a, b\r\nsecond");
        command.Properties["title"].ShouldBe("Wrong: a, b = 100%");
        command.Properties["file"].ShouldBe("a,b:c d=e.yaml");
    }

    [Theory]
    [InlineData("%", "%25")]
    [InlineData("%0A", "%250A")]
    [InlineData("a\r\nb", "a%0D%0Ab")]
    [InlineData(":,", ":,")]
    public void The_percent_sign_is_escaped_first(string message, string expected)
    {
        _commands.Annotate(new Annotation(Severity.Warning, message));

        Done().ShouldBe($"::warning::{expected}\n");
    }

    [Theory]
    [InlineData(Severity.Error, "error")]
    [InlineData(Severity.Warning, "warning")]
    [InlineData(Severity.Info, "notice")]
    public void Each_severity_has_its_command(Severity severity, string name)
    {
        _commands.Annotate(new Annotation(severity, "m"));

        RunnerModel.Commands(Done()).ShouldHaveSingleItem().Name.ShouldBe(name);
    }

    [Theory]
    [InlineData(3, 5, 3, 9, "line=3,endLine=3,col=5,endColumn=9")]
    [InlineData(3, 5, 3, 5, "line=3,endLine=3,col=5,endColumn=5")]
    [InlineData(3, 5, 4, 9, "line=3,endLine=4")]
    [InlineData(3, 5, 4, 1, "line=3,endLine=3,col=5")]
    [InlineData(3, 5, 6, 1, "line=3,endLine=5")]
    [InlineData(3, 0, 3, 0, "line=3,endLine=3")]
    [InlineData(3, 5, 3, 2, "line=3,endLine=3,col=5")]
    [InlineData(3, 5, 2, 2, "line=3,endLine=3,col=5")]
    [InlineData(0, 5, 0, 9, null)]
    public void Places_hold_only_what_the_runner_keeps(int line, int column, int endLine, int endColumn, string? expected)
    {
        _commands.Annotate(new Annotation(Severity.Error, "m") { Location = new("f", new(line, column, endLine, endColumn)) });

        Done().ShouldBe(expected is null ? "::error file=f::m\n" : $"::error file=f,{expected}::m\n");
    }

    [Theory]
    [InlineData("-")]
    [InlineData("")]
    public void Standard_input_is_no_file(string file)
    {
        _commands.Annotate(new Annotation(Severity.Error, "m") { Location = new(file, new(1, 1, 1, 2)) });

        Done().ShouldBe("::error::m\n");
    }

    [Fact]
    public void A_long_message_is_cut_at_the_limit_between_characters()
    {
        _commands.Annotate(new Annotation(Severity.Error, string.Concat(Enumerable.Repeat("😀", 3000))));

        var data = RunnerModel.Commands(Done()).ShouldHaveSingleItem().Data;
        data.Length.ShouldBeLessThanOrEqualTo(Annotation.MessageLimit);
        data.ShouldEndWith("😀…");
    }

    [Fact]
    public void An_untrusted_file_name_cannot_add_a_command()
    {
        _commands.Annotate(new Annotation(Severity.Error, "##[error]x\n::warning::y") { Location = new("a\n::error::b##[error]c") });

        RunnerModel.Commands(Done()).ShouldHaveSingleItem().Name.ShouldBe("error");
    }

    [Fact]
    public void A_group_is_closed_also_when_its_content_throws()
    {
        Should.Throw<InvalidDataException>(() =>
        {
            using (_commands.Group("50%: a,\nb"))
                throw new InvalidDataException();
        });

        Done().ShouldBe("::group::50%25: a,%0Ab\n::endgroup::\n");
    }

    [Fact]
    public void Groups_do_not_nest()
    {
        using (_commands.Group("outer"))
        {
            using (_commands.Group("inner"))
                _commands.Text("text");
            _commands.Text("after");
        }

        Done().ShouldBe("::group::outer\n::endgroup::\n::group::inner\ntext\n::endgroup::\nafter\n");
    }

    [Fact]
    public void A_group_left_open_is_closed_at_the_end()
    {
        _ = _commands.Group("open");

        Done().ShouldBe("::group::open\n::endgroup::\n");
    }

    [Fact]
    public void Commands_are_off_while_untrusted_text_is_printed_and_on_again_for_the_next_command()
    {
        _commands.Untrusted("one");
        _commands.Untrusted("::error::two");
        _commands.AddMask("secret");
        _commands.Untrusted("three");

        var lines = Done().Split('\n');
        lines[0].ShouldStartWith("::stop-commands::");
        lines[1..3].ShouldBe(["one", ": :error::two"]);
        lines[3].ShouldBe($"::{lines[0]["::stop-commands::".Length..]}::");
        lines[4].ShouldBe("::add-mask::secret");
        lines[6].ShouldBe("three");
        RunnerModel.Commands(string.Join('\n', lines)).ShouldHaveSingleItem().Name.ShouldBe("add-mask");
        lines[5].ShouldNotBe(lines[0], "each token is used once");
    }

    [Fact]
    public void Lines_end_in_a_line_feed_whatever_the_writer_says()
    {
        _commands.Text("a\r\nb");
        _commands.Text("");
        _commands.Debug("c");

        Done().ShouldBe("a\nb\n\n::debug::c\n");
    }

    [Fact]
    public void Concurrent_writers_do_not_mix_lines()
    {
        Parallel.For(0, 200, i =>
        {
            if (i % 3 == 0)
                _commands.Annotate(new Annotation(Severity.Error, "m"));
            else if (i % 3 == 1)
                _commands.Untrusted("::error::n");
            else
                _commands.Text("t");
        });

        RunnerModel.Commands(Done()).Count.ShouldBe(67);
    }

    private string Done()
    {
        _commands.Dispose();
        return _writer.ToString();
    }
}
