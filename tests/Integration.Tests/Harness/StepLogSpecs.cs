namespace Integration.Tests.Harness;

/// <summary>The traps that a runner's reading of a log holds: the harness must see every one of them.</summary>
public class StepLogSpecs
{
    private readonly SecretMasker _masker = new();

    [Theory]
    [InlineData("   ::error::x", "start of a line")]
    [InlineData("\t ::error::x", "start of a line")]
    [InlineData("level=info msg=##[error]x", "start of a line")]
    [InlineData("##[set-output name=a]b", "set-output")]
    [InlineData("text ##[add-matcher]m.json", "no action here sends")]
    [InlineData("##[ERROR]x", "start of a line")]
    public void An_injected_command_is_a_violation(string line, string violation)
    {
        var log = Read(" " + line);

        log.Violations.ShouldContain(found => found.Contains(violation));
    }

    [Theory]
    [InlineData("::unknown::x")]
    [InlineData("a ::error::x")]
    [InlineData("##[unknown]x")]
    [InlineData("##[error x")]
    [InlineData(": :error::x")]
    [InlineData("::error x")]
    [InlineData("::::x")]
    public void Text_that_only_resembles_a_command_is_shown(string line)
    {
        var log = Read(line);

        log.Log.ShouldBe([line]);
        log.Violations.ShouldBeEmpty();
        log.Annotations.ShouldBeEmpty();
    }

    [Fact]
    public void A_command_is_known_whatever_its_case() => Read("::ERROR::x").Annotations.Single().Level.ShouldBe(AnnotationLevel.Error);

    [Fact]
    public void A_command_on_stderr_is_carried_out_and_is_a_violation()
    {
        var log = new StepLog(_masker);

        log.Read("::warning::x", OutputStream.Stderr);

        log.Annotations.Count.ShouldBe(1);
        log.Violations.Single().ShouldContain("stderr");
    }

    [Fact]
    public void Properties_and_message_are_decoded()
    {
        var log = Read("::error file=a%2Cb.yaml,line=3,col=5,title=One%3A two%2C 100%25::first%0Asecond%25");

        log.Annotations.ShouldBe([new(AnnotationLevel.Error, "first\nsecond%", "One: two, 100%", "a,b.yaml", 3, null, 5)]);
        log.Log.ShouldBe(["##[error]first", "second%"]);
        log.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void A_comma_that_was_not_encoded_cuts_the_title() => Read("::error title=a, b::m").Annotations.Single().Title.ShouldBe("a");

    [Fact]
    public void A_percent_sign_is_decoded_last() => Read("::notice::%250A").Annotations.Single().Message.ShouldBe("%0A");

    [Theory]
    [InlineData("file=a,col=3", null, null, null, null)]
    [InlineData("file=a,line=1,endLine=2,col=3,endColumn=4", 1, 2, null, null)]
    [InlineData("file=a,line=2,endLine=1", null, null, null, null)]
    [InlineData("file=a,line=2,col=4,endColumn=3", 2, null, null, null)]
    [InlineData("file=a,endLine=2", 2, 2, null, null)]
    [InlineData("file=a,line=1,endColumn=4", 1, null, 4, 4)]
    public void Positions_that_the_runner_repairs_are_violations(string properties, int? line, int? endLine, int? column, int? endColumn)
    {
        var log = Read($"::warning {properties}::m");

        log.Annotations.ShouldBe([new(AnnotationLevel.Warning, "m", null, "a", line, endLine, column, endColumn)]);
        log.Violations.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("file=a")]
    [InlineData("file=a,line=1")]
    [InlineData("file=a,line=1,col=2")]
    [InlineData("file=a,line=1,endLine=1,col=2,endColumn=2")]
    [InlineData("file=a,line=1,endLine=9")]
    public void Positions_that_the_runner_takes_are_none(string properties) => Read($"::warning {properties}::m").Violations.ShouldBeEmpty();

    [Fact]
    public void Ten_annotations_of_a_level_are_kept_and_an_eleventh_is_a_violation()
    {
        var log = Read([.. Enumerable.Range(1, 11).Select(n => $"::error::{n}"), .. Enumerable.Range(1, 10).Select(n => $"::notice::{n}")]);

        log.Annotations.Count(annotation => annotation.Level == AnnotationLevel.Error).ShouldBe(10);
        log.Annotations.Count(annotation => annotation.Level == AnnotationLevel.Notice).ShouldBe(10);
        log.Log.ShouldContain("##[error]11");
        log.Violations.Single().ShouldContain("10");
    }

    [Fact]
    public void A_message_is_cut_at_4096_characters()
    {
        var log = Read("::error::" + new string('x', 4097));

        log.Annotations.Single().Message.Length.ShouldBe(4096);
        log.Violations.Single().ShouldContain("cut");
        Read("::error::" + new string('x', 4096)).Violations.ShouldBeEmpty();
    }

    [Fact]
    public void Commands_are_not_carried_out_between_stop_and_resume()
    {
        var log = Read("::stop-commands::pause-1b2c", "::error::a", "x ##[set-output name=a]b", "::add-mask::secret-value", "::pause-1b2c::", "::error::b");

        log.Annotations.Single().Message.ShouldBe("b");
        log.Outputs.ShouldBeEmpty();
        log.Masks.ShouldBeEmpty();
        log.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void A_token_that_text_can_guess_resumes_wherever_it_stands()
    {
        var log = Read("::stop-commands::abc", "evil ##[abc]", "::error::a");

        log.Annotations.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("error")]
    [InlineData("pause-logging")]
    public void An_unsafe_stop_token_fails_the_step(string token)
    {
        var log = Read("::stop-commands::" + token);

        log.Failed.ShouldBeTrue();
        log.Violations.ShouldNotBeEmpty();
    }

    [Fact]
    public void Commands_that_stay_stopped_are_a_violation() => Read("::stop-commands::token-1234").Violations.Single().ShouldContain("never resumed");

    [Fact]
    public void A_group_that_stays_open_is_a_violation() => Read("::group::a").Violations.Single().ShouldContain("never closed");

    [Fact]
    public void Nested_groups_are_a_violation() => Read("::group::a", "::group::b", "::endgroup::").Violations.Single().ShouldContain("do not nest");

    [Theory]
    [InlineData("::set-env name=A::b")]
    [InlineData("::add-path::/x")]
    public void A_disabled_command_fails_the_step(string line)
    {
        var log = Read(line);

        log.Failed.ShouldBeTrue();
        log.Violations.ShouldNotBeEmpty();
    }

    [Fact]
    public void Debug_is_shown_only_in_debug_runs()
    {
        Read("::debug::x").Log.ShouldBeEmpty();
        var log = new StepLog(_masker, debug: true);
        log.Read("::debug::x");
        log.Log.ShouldBe(["##[debug]x"]);
    }

    [Fact]
    public void A_mask_hides_its_value_and_each_of_its_lines_from_then_on()
    {
        var log = Read("::add-mask::first-line%0A  second-line", "a first-line", "b second-line", "::error::c second-line");

        log.Log.ShouldBe(["a ***", "b ***", "##[error]c ***"]);
        log.Annotations.Single().Message.ShouldBe("c ***");
        log.Violations.ShouldBeEmpty();
    }

    [Fact]
    public void A_value_that_was_printed_before_it_was_masked_is_a_violation() =>
        Read("a hunter22 b", "::add-mask::hunter22").Violations.Single().ShouldContain("after it had been printed");

    [Theory]
    [InlineData("::add-mask::abc")]
    [InlineData("::add-mask::long-enough%0A{")]
    [InlineData("::add-mask:: ")]
    public void A_mask_that_hides_half_of_the_log_is_a_violation(string line) => Read(line).Violations.ShouldNotBeEmpty();

    private StepLog Read(params string[] lines)
    {
        var log = new StepLog(_masker);
        foreach (var line in lines) log.Read(line);
        log.End();
        return log;
    }
}
