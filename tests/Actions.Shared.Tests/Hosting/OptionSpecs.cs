using Actions.Shared.Findings;
using Actions.Shared.Hosting;

namespace Actions.Shared.Tests.Hosting;

public sealed class OptionSpecs : IDisposable
{
    private readonly TestHost _host = new(isGitHub: false);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task An_input_with_a_hyphen_is_read_with_its_hyphen()
    {
        _host.Variables["INPUT_KUBE-CONTEXT"] = " staging ";
        _host.Variables["INPUT_KUBE_CONTEXT"] = "wrong";

        (await _host.ReadAsync(r => r.Text("kube-context", "d", "none"))).Options.ShouldBe("staging");
    }

    [Fact]
    public async Task A_shell_that_cannot_name_it_so_gives_it_with_underscores()
    {
        _host.Variables["INPUT_KUBE-CONTEXT"] = "";
        _host.Variables["INPUT_KUBE_CONTEXT"] = "staging";

        (await _host.ReadAsync(r => r.Text("kube-context", "d", "none"))).Options.ShouldBe("staging");
        _host.Error.ShouldNotContain("kube_context");
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\n")]
    public async Task An_empty_input_is_an_unset_one(string empty)
    {
        foreach (var name in new[] { "TEXT", "BOOLEAN", "INTEGER", "LINES", "CHOICE", "CHOICES", "DURATION", "SECRET", "PARSED" })
            _host.Variables[$"INPUT_{name}"] = empty;

        var (code, read) = await _host.ReadAsync(r => (
            r.Text("text", "d", "default"),
            r.Boolean("boolean", "d", true),
            r.Integer("integer", "d", 7),
            string.Join(',', r.Lines("lines", "d", ["a", "b"])),
            r.Choice("choice", "d", Severity.Warning),
            string.Join(',', r.Choices("choices", "d", [Severity.Error])),
            r.Duration("duration", "d", TimeSpan.FromSeconds(3)),
            r.Secret("secret", "d"),
            r.Parsed("parsed", "d", "1.2", "a version", Version.Parse)));

        code.ShouldBe(0);
        read.ShouldBe(("default", true, 7, "a,b", Severity.Warning, "Error", TimeSpan.FromSeconds(3), null, new Version(1, 2)));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData("FALSE", false)]
    public async Task Booleans_are_those_of_yaml(string text, bool expected)
    {
        _host.Variables["INPUT_STRICT"] = text;

        (await _host.ReadAsync(r => r.Boolean("strict", "d", !expected))).ShouldBe((0, expected));
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("on")]
    [InlineData("1")]
    [InlineData("tRUE")]
    public async Task Other_words_are_no_booleans(string text)
    {
        _host.Variables["INPUT_STRICT"] = text;

        (await _host.ReadAsync(r => r.Boolean("strict", "d", true))).Code.ShouldBe(2);
        _host.Error.ShouldContain($"got \"{text}\", expected true or false");
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("-5", null)]
    [InlineData("65", null)]
    [InlineData("1e1", null)]
    [InlineData("1.0", null)]
    [InlineData("0x10", null)]
    [InlineData("99999999999", null)]
    public async Task Integers_stay_within_their_range(string text, int? expected)
    {
        _host.Variables["INPUT_JOBS"] = text;
        var (code, value) = await _host.ReadAsync(r => r.Integer("jobs", "d", 2, 1, 64));

        (code, value).ShouldBe(expected is { } number ? (0, number) : (2, 0));
        if (expected is null)
            _host.Error.ShouldContain($"got \"{text}\", expected an integer from 1 to 64");
    }

    [Fact]
    public async Task Lines_are_split_trimmed_and_empty_ones_dropped_but_commas_stay()
    {
        _host.Variables["INPUT_PATHS"] = "\n a \r\n\n  b,c\n";

        (await _host.ReadAsync(r => r.Lines("paths", "d"))).Options.ShouldBe(["a", "b,c"]);
    }

    [Fact]
    public async Task Commas_separate_only_where_an_option_says_so()
    {
        _host.Variables["INPUT_VERSIONS"] = "1.32, 1.36,\n,1.34";

        (await _host.ReadAsync(r => r.Lines("versions", "d", takesCommas: true))).Options.ShouldBe(["1.32", "1.36", "1.34"]);
    }

    [Theory]
    [InlineData("90s", 90_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("500ms", 500)]
    [InlineData("2d", 172_800_000)]
    public async Task Durations_carry_their_units(string text, int milliseconds)
    {
        _host.Variables["INPUT_TIMEOUT"] = text;

        (await _host.ReadAsync(r => r.Duration("timeout", "d", default))).Options.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("90")]
    [InlineData("s")]
    [InlineData("30m1h")]
    [InlineData("1m1m")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1..5s")]
    [InlineData("9999999999d")]
    [InlineData("5h")]
    public async Task Other_texts_are_no_durations(string text)
    {
        _host.Variables["INPUT_TIMEOUT"] = text;

        (await _host.ReadAsync(r => r.Duration("timeout", "d", TimeSpan.FromSeconds(1), max: TimeSpan.FromHours(1)))).Code.ShouldBe(2);
        _host.Error.ShouldContain($"got \"{text}\", expected a duration such as 90s or 1h30m, at most 1h");
    }

    [Fact]
    public async Task Choices_are_words_in_kebab_case()
    {
        _host.Variables["INPUT_ON"] = "unhandled-exception, Thread-Exit";

        var (_, read) = await _host.ReadAsync(r => r.Choices("on", "d", [Event.None]));

        read.ShouldBe([Event.UnhandledException, Event.ThreadExit]);
    }

    public enum Event
    {
        None,
        UnhandledException,
        ThreadExit,
    }

    [Fact]
    public async Task A_number_is_no_word_of_an_enumeration()
    {
        _host.Variables["INPUT_FAIL-ON"] = "1";

        (await _host.ReadAsync(r => r.Choice("fail-on", "d", Severity.Error))).Code.ShouldBe(2);
    }

    [Fact]
    public async Task All_errors_are_told_together_each_with_what_was_got_and_expected_and_a_hint()
    {
        _host.Variables["INPUT_MODE"] = "eror";
        _host.Variables["INPUT_JOBS"] = "many";
        _host.Variables["INPUT_RELEASE"] = "x";

        var (code, _) = await _host.ReadAsync(r =>
        {
            r.Choice("mode", "d", Severity.Info);
            r.Integer("jobs", "d", 1);
            r.RequiredText("cluster", "The cluster to use.");
            r.Parsed("release", "d", "1.0", "a version", t => t == "1.0" ? t : throw new FormatException("Versions look like 1.2."));
            r.Reject("These do not go together", "a and b", "Drop one");
            return 0;
        }, "--pahts", "x");

        code.ShouldBe(2);
        _host.Error.ShouldBe(
            """
            error: There is no option --pahts
              hint: See --help for the options there are.
            error: "x" belongs to no option
              this program takes no values without the name of an option
              hint: See --help.
            error: --mode has a wrong value
              got "eror", expected info, warning or error
              hint: Did you mean error?
            error: --jobs has a wrong value
              got "many", expected an integer of at least 0
            error: --cluster is missing
              The cluster to use.
              hint: Give --cluster a value.
            error: --release has a wrong value
              got "x", expected a version
              hint: Versions look like 1.2.
            error: These do not go together
              a and b
              hint: Drop one

            """);
        _host.Output.ShouldBeEmpty();
    }

    [Fact]
    public void An_option_declared_twice_is_a_mistake_of_the_program() =>
        Should.Throw<InvalidOperationException>(() => ActionHost.Describe(TestHost.Program(
            r => r.Text("a", "d") + r.Text("a", "d"), (_, _, _) => Task.FromResult(ExitCode.Done))));

    [Theory]
    [InlineData("help")]
    [InlineData("version")]
    public void An_option_that_every_program_has_cannot_be_declared(string name) =>
        Should.Throw<InvalidOperationException>(() => ActionHost.Describe(TestHost.Program(
            r => r.Text(name, "d"), (_, _, _) => Task.FromResult(ExitCode.Done))));

    [Fact]
    public void The_same_function_describes_the_options()
    {
        var manifest = ActionHost.Describe(TestHost.Program(
            r => (
                r.Lines("paths", "The paths.", ["a", "b"], isPositional: true),
                r.Lines("versions", "The versions.", ["1", "2"], takesCommas: true),
                r.Boolean("strict", "Strict.", true),
                r.Choice("fail-on", "When.", Severity.Error),
                r.RequiredText("cluster", "Where."),
                r.Secret("token", "Who.", isRequired: true),
                r.Duration("timeout", "How long.", TimeSpan.FromSeconds(90))),
            (_, _, _) => Task.FromResult(ExitCode.Done),
            new OutputDescriptor("valid", "Whether.")));

        manifest.Name.ShouldBe("test-action");
        manifest.Outputs.ShouldBe([new OutputDescriptor("valid", "Whether.")]);
        manifest.Options.Select(o => (o.Name, o.Kind, o.Default, o.IsRequired, o.IsSecret, o.IsPositional, string.Join('|', o.AllowedValues))).ShouldBe(
        [
            ("paths", OptionKind.Lines, "a\nb", false, false, true, ""),
            ("versions", OptionKind.Lines, "1,2", false, false, false, ""),
            ("strict", OptionKind.Boolean, "true", false, false, false, "true|false"),
            ("fail-on", OptionKind.Choice, "error", false, false, false, "info|warning|error"),
            ("cluster", OptionKind.Text, "", true, false, false, ""),
            ("token", OptionKind.Secret, "", true, true, false, ""),
            ("timeout", OptionKind.Duration, "1m30s", false, false, false, ""),
        ]);
        manifest.Options[0].Variable.ShouldBe("INPUT_PATHS");
    }
}
