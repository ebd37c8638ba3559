using Actions.Shared.GitHub;
using FsCheck;
using FsCheck.Fluent;

namespace Actions.Shared.Tests.GitHub;

public sealed class UntrustedTextSpecs
{
    public static TheoryData<string> Attacks => new(
        "::error::x",
        "  \t ::set-output name=a::b",
        "\u00a0\u2003::error::x",
        "\u0085::error::x",
        "\ufeff::error::x",
        "##[error]x",
        "harmless ##[set-output name=x]y",
        "a\r::error::x",
        "a\r\n::error::x",
        "##[add-matcher]f\n##[save-state name=x]y",
        "####[[error]]x",
        "##[##[error]x",
        "\e[0m::error::x",
        ":\e[31m:error::x",
        "#\e[1m#[error]x",
        "##\e]0;title\a[error]x",
        "\0::error::x",
        "\b\b::error::x",
        "::::error::x",
        "::stop-commands::x",
        "::add-mask::a",
        "\f::error::x",
        "\v::error::x",
        "\u2028::error::x");

    [Theory]
    [MemberData(nameof(Attacks))]
    public void No_text_becomes_a_command(string text)
    {
        var harmless = UntrustedText.Neutralize(text);

        harmless.ShouldAllBe(line => RunnerModel.Parse(line) == null);
        harmless.ShouldAllBe(line => !line.Contains('\r') && !line.Contains('\n') && !line.Contains('\e'));
        RunnerModel.Commands(Written(c => c.Text(text))).ShouldBeEmpty();
        RunnerModel.Commands(Written(c => c.Untrusted(text))).ShouldBeEmpty();
    }

    [Fact]
    public void No_text_at_all_becomes_a_command() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5000),
        Prop.ForAll(Texts, text =>
        {
            foreach (var line in UntrustedText.Neutralize(text))
                RunnerModel.Parse(line).ShouldBeNull();
            RunnerModel.Commands(Written(c => c.Text(text))).ShouldBeEmpty();
            RunnerModel.Commands(Written(c => c.Untrusted(text))).ShouldBeEmpty();
        }));

    [Fact]
    public void Neutralizing_twice_changes_nothing_more() => Check.QuickThrowOnFailure(Prop.ForAll(Texts, text =>
    {
        var once = UntrustedText.Neutralize(text);
        UntrustedText.Neutralize(string.Concat(once.Select(line => line + "\n"))).ShouldBe(once);
    }));

    [Theory]
    [InlineData("plain text: a::b ## [x] # #[", "plain text: a::b ## [x] # #[")]
    [InlineData("\ttabs stay", "\ttabs stay")]
    [InlineData("::error::x", ": :error::x")]
    [InlineData("  ##[error]x", "  ## [error]x")]
    [InlineData("\e[1;31mred\e[0m", "red")]
    [InlineData("\e]8;;http://example.com\e\\link\e]8;;\e\\", "link")]
    [InlineData("bell\a del\x7f c1\x9b", "bell␇ del␡ c1\uFFFD")]
    [InlineData("\e[unfinished", "nfinished")]
    [InlineData("end\e", "end␛")]
    [InlineData("back\bspace\0", "back␈space␀")]
    public void What_remains_is_readable(string text, string expected) =>
        UntrustedText.Neutralize(text).ShouldBe([expected]);

    [Theory]
    [InlineData("", 10, "")]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("123\uD83D\uDE00xy", 5, "123…")]
    public void Shortening_never_splits_a_character(string text, int limit, string expected) =>
        PlainText.Shorten(text, limit).ShouldBe(expected);

    private static Arbitrary<string> Texts => Gen.Elements(
            ":", "::", "#", "##", "[", "##[", "]", "error", "set-output name=x", " ", "\t", "\r", "\n", "\r\n", "\e", "\e[", "\e[0m", "m", "\a",
            "\0", "\b", "\u0085", "\u00a0", "\u200b", "\ufeff", "\u2028", "x", "=", "stop-commands", "%0A", "\e]", "\e\\", "\\", "\u00ad", "\x9b")
        .ListOf()
        .Select(string.Concat)
        .ToArbitrary();

    private static string Written(Action<WorkflowCommands> write)
    {
        using var writer = new StringWriter();
        using (var commands = new WorkflowCommands(writer))
            write(commands);
        return writer.ToString();
    }
}
