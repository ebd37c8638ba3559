using Actions.Shared.Findings;
using Actions.Shared.Reporting;
using Actions.Shared.Text;
using Spectre.Console;

namespace Actions.Shared.Tests.Reporting;

public class TextReportSpecs
{
    private static readonly Dictionary<(string, int), string> Source = new()
    {
        [("k8s/backend.yaml", 9)] = "  replica: 3",
        [("k8s/backend.yaml", 24)] = "          - containerPort: \"8080\"",
        [("k8s/backend.yaml", 21)] = "          imagePullPolicy: Always",
        [("k8s/pdb.yaml", 1)] = "apiVersion: policy/v1beta1\r",
    };

    [Fact]
    public void A_realistic_report_reads_as_it_did_before() => Golden.Matches(Plain(Samples.Realistic(), Lookup), "report.txt");

    [Fact]
    public void What_is_new_comes_before_what_is_unchanged_fixed_and_suppressed() => Golden.Matches(Plain(Samples.Compared(), Lookup), "compared.txt");

    [Fact]
    public void The_verdict_is_about_what_is_new_and_about_a_score_that_is_too_low()
    {
        var report = Samples.Compared();
        First(report).ShouldBe("The score 65 is below 80, 1 new error in 1 of 6 files: 5 unchanged, 2 fixed, 2 suppressed, 3 resources checked against Kubernetes 1.24, 1.32 and 1.36, 3 skipped");
        First(report with { Score = null }).ShouldStartWith("1 new error in 1 of 6 files: ");
        var known = report with { Comparison = report.Comparison! with { Unchanged = report.Findings.Select(f => f.Fingerprint).ToHashSet() }, Score = null };
        First(known).ShouldStartWith("No new problems in 6 files: 6 unchanged, 2 fixed, ");

        static string First(ScanReport report) => Plain(report).Split('\n')[0];
    }

    [Theory]
    [InlineData(100)]
    [InlineData(60)]
    public void It_reads_well_in_a_terminal(int width) => Golden.Matches(Terminal(Samples.Realistic(), Lookup, width), $"report-{width}.txt");

    [Fact]
    public void The_first_and_the_last_line_are_the_verdict()
    {
        var lines = Plain(Samples.Realistic()).TrimEnd('\n').Split('\n');
        lines[0].ShouldBe("4 errors, 1 warning and 1 note in 3 of 6 files: 3 resources checked against Kubernetes 1.24, 1.32 and 1.36, 3 skipped");
        lines[^1].ShouldBe(lines[0]);
    }

    [Fact]
    public void A_clean_report_is_short() => Plain(Samples.Clean()).ShouldBe(
        """
        No problems in 1 file: 1 resource checked against Kubernetes 1.36

        errors 0   warnings 0   notes 0
        files 1   documents 1   resources 1   valid 1   invalid 0   skipped 0

        """);

    [Fact]
    public void Nothing_checked_never_looks_like_success()
    {
        Plain(Samples.Empty()).ShouldStartWith("Nothing was checked: no Kubernetes manifests were found\n");
        Plain(Samples.OnlySkipped()).ShouldBe(
            """
            Nothing was checked: 2 skipped

            errors 0   warnings 0   notes 0
            files 2   documents 2   resources 1   valid 0   invalid 0   skipped 2
            skipped 1: missing-schema
                k8s/widget.yaml:1:1  Widget gadget
            skipped 1: template
                charts/shop/templates/deploy.yaml  It is a Helm template; render it first.

            """);
    }

    [Fact]
    public void Every_finding_is_there_and_repeats_take_one_line()
    {
        var report = Samples.Report(Enumerable.Range(0, 60).Select(i => new Finding
        {
            Rule = "probe-missing",
            Severity = Severity.Warning,
            Location = Samples.At($"app-{i:d2}.yaml", 3, 1),
            Message = "There is no readiness probe.",
            Hint = "Add one.",
        }));
        var text = Plain(report);
        Enumerable.Range(0, 60).ShouldAllBe(i => text.Contains($"app-{i:d2}.yaml:3:1  warning  There is no readiness probe.  [probe-missing]"));
        text.Split("hint: Add one.").Length.ShouldBe(2);
    }

    [Fact]
    public void Few_repeats_are_written_in_full()
    {
        var finding = new Finding { Rule = "r", Severity = Severity.Warning, Location = Samples.At("a.yaml", 3, 1), Message = "m", Hint = "Add one." };
        Plain(Samples.Report([finding, finding with { Location = Samples.At("a.yaml", 4, 1) }])).Split("hint: Add one.").Length.ShouldBe(3);
    }

    [Fact]
    public void Markup_escapes_and_commands_in_the_report_are_just_text()
    {
        var text = Terminal(Samples.Untrusted(), (_, _) => Samples.Hostile, 100, ansi: false);
        text.ShouldContain("[red]markup[/]");
        text.ShouldContain("\\u001b[31mred\\u0007");
        text.ShouldContain("\\u202egnp.exe");
        text.EnumerateRunes().ShouldAllBe(rune => rune.Value == '\n' || !VisibleText.IsHidden(rune));
    }

    [Fact]
    public void Only_our_own_colours_reach_a_terminal()
    {
        var text = Terminal(Samples.Untrusted(), null, 100, ansi: true);
        text.ShouldContain("\u001b[");
        text.ShouldNotContain("\u001b[31mred\u0007");
        text.EnumerateRunes().ShouldAllBe(rune => rune.Value == '\n' || rune.Value == 0x1b || !VisibleText.IsHidden(rune));
    }

    [Theory]
    [InlineData("名前: \"8080\"", 5, 6, "      7 | 名前: \"8080\"\n        |       ^^^^^^")]
    [InlineData("\tname: x", 2, 4, "      7 |  name: x\n        |  ^^^^")]
    [InlineData("a\u001b[0m: 1", 1, 1, "      7 | a\\u001b[0m: 1\n        | ^")]
    [InlineData("short", 40, 3, "      7 | short\n        |      ^")]
    public void The_caret_stands_below_what_is_meant(string line, int column, int length, string expected)
    {
        var report = Samples.Report([new() { Rule = "r", Severity = Severity.Error, Location = Samples.At("a.yaml", 7, column, length), Message = "m" }]);
        Plain(report, (_, _) => line).ShouldContain(expected + "\n");
    }

    [Fact]
    public void A_long_source_line_is_shown_around_the_place()
    {
        var line = new string('a', 5_000) + "HERE" + new string('b', 5_000);
        var report = Samples.Report([new() { Rule = "r", Severity = Severity.Error, Location = Samples.At("a.yaml", 7, 5_001, 4), Message = "m" }]);
        var lines = Terminal(report, (_, _) => line, 80).Split('\n');
        lines.ShouldAllBe(l => l.Length <= 80);
        var excerpt = Array.FindIndex(lines, l => l.Contains("HERE"));
        lines[excerpt + 1].IndexOf('^').ShouldBe(lines[excerpt].IndexOf("HERE", StringComparison.Ordinal));
        lines[excerpt + 1].Count(c => c == '^').ShouldBe(4);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(61)]
    [InlineData(100)]
    public void No_line_is_wider_than_the_terminal_or_ends_in_blanks(int width)
    {
        foreach (var report in new[] { Samples.Realistic(), Samples.Untrusted(), Samples.Untrusted(new string('x', 500)), Samples.OnlySkipped() })
        {
            var lines = Terminal(report, (_, _) => Samples.Hostile, width).Split('\n');
            lines.ShouldAllBe(line => line.Length <= width);
            lines.Where(line => !line.Contains(" | ")).ShouldAllBe(line => line.TrimEnd() == line);
        }
    }

    [Fact]
    public void A_line_of_a_Secret_is_not_shown()
    {
        var secret = new ResourceReference("v1", "Secret", null, "db");
        var report = Samples.Report([new() { Rule = "r", Severity = Severity.Error, Location = Samples.At("a.yaml", 7, 1, 4), Message = "m", Resource = secret }]);
        Plain(report, (_, _) => "password: hunter2").ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_message_of_several_lines_stays_readable()
    {
        var report = Samples.Report([new() { Rule = "kustomize-build", Severity = Severity.Error, Location = new("k.yaml"), Message = "It does not build:\n  no such file\r\nsecond" }]);
        Plain(report).ShouldContain("k.yaml  error  It does not build:\n      no such file\n    second  [kustomize-build]\n");
    }

    [Fact]
    public void Many_skipped_places_are_cut_and_counted()
    {
        var report = Samples.Report(
            skipped: [.. Enumerable.Range(0, 25).Select(i => new SkippedItem(new($"t{i:d2}.yaml"), "template", ""))],
            counts: new ScanCounts { Files = 25, Skipped = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["template"] = 25 } });
        Plain(report).ShouldContain("skipped 25: template\n    t00.yaml\n");
        Plain(report).ShouldContain("    t09.yaml\n    and 15 more; the JSON report lists all\n");
    }

    [Fact]
    public void Standard_input_has_a_name() =>
        Plain(Samples.Report([new() { Rule = "r", Severity = Severity.Info, Location = Samples.At("-", 3, 5), Message = "m" }])).ShouldContain("<stdin>:3:5  note  m  [r]");

    [Fact]
    public void Twenty_thousand_findings_are_all_there() =>
        Plain(Samples.Large(20_000)).Split('\n').Count(line => line.StartsWith("k8s/app-", StringComparison.Ordinal)).ShouldBe(20_000);

    private static string? Lookup(string file, int line) => Source.GetValueOrDefault((file, line));

    private static string Plain(ScanReport report, Func<string, int, string?>? source = null)
    {
        using var writer = new StringWriter();
        TextReport.Write(report, writer, source);
        return writer.ToString();
    }

    private static string Terminal(ScanReport report, Func<string, int, string?>? source, int width, bool ansi = false)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        TextReport.Write(report, console, source);
        return writer.ToString().ReplaceLineEndings("\n");
    }
}
