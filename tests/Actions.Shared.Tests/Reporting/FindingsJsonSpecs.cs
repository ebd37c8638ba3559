using System.Text;
using System.Text.Json;
using Actions.Shared.Findings;
using Actions.Shared.Reporting;
using Actions.Shared.Text;

namespace Actions.Shared.Tests.Reporting;

public class FindingsJsonSpecs
{
    [Fact]
    public void A_realistic_report_reads_as_it_did_before() => Golden.Matches(FindingsJson.Render(Samples.Realistic()), "findings.json");

    [Fact]
    public void What_is_new_unchanged_fixed_and_suppressed_reads_as_it_did_before() => Golden.Matches(FindingsJson.Render(Samples.Compared()), "compared.json");

    [Fact(Timeout = 60_000)]
    public async Task Every_report_satisfies_the_documented_schema() => (await SchemaCheck.ProblemsAsync(
        SchemaCheck.Findings,
        [.. new[] { Samples.Realistic(), Samples.Compared(), Samples.Empty(), Samples.Clean(), Samples.OnlySkipped(), Samples.Untrusted(), Samples.Large(100) }
            .Select(FindingsJson.Render)])).ShouldBeEmpty();

    [Theory(Timeout = 60_000)]
    [InlineData("\"severity\": \"info\"", "\"severity\": \"note\"")]
    [InlineData("\"documents\": 7", "\"documents\": -1")]
    [InlineData("\"hint\": null", "\"tip\": null")]
    [InlineData("\"line\": 9", "\"line\": 0")]
    public async Task The_schema_refuses_what_is_not_documented(string correct, string wrong)
    {
        var document = FindingsJson.Render(Samples.Realistic());
        document.ShouldContain(correct);
        (await SchemaCheck.ProblemsAsync(SchemaCheck.Findings, document.Replace(correct, wrong))).ShouldNotBeEmpty();
    }

    [Fact]
    public void Same_findings_in_any_order_give_the_same_text()
    {
        var report = Samples.Realistic();
        var shuffled = report with { Findings = FindingList.Normalize(report.Findings.Reverse()) };
        FindingsJson.Render(shuffled).ShouldBe(FindingsJson.Render(report));
    }

    [Fact]
    public void Untrusted_text_survives_a_round_trip_except_for_halves_of_characters()
    {
        using var document = JsonDocument.Parse(FindingsJson.Render(Samples.Untrusted()));
        var finding = document.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("file").GetString() != "-");
        finding.GetProperty("message").GetString().ShouldBe(Samples.Hostile.Replace('\ud800', '\ufffd'));
        finding.GetProperty("resource").GetProperty("kind").GetString().ShouldBe(Samples.Hostile.Replace('\ud800', '\ufffd'));
    }

    [Fact]
    public void No_line_is_a_command_to_the_runner_and_nothing_hidden_is_left()
    {
        var text = FindingsJson.Render(Samples.Untrusted());
        text.ShouldNotContain("##[");
        text.Split('\n').ShouldAllBe(line => !line.TrimStart().StartsWith("::"));
        text.EnumerateRunes().ShouldAllBe(rune => rune.Value == '\n' || !VisibleText.IsHidden(rune));
        text.ShouldNotContain("\r");
    }

    [Fact]
    public void A_run_of_number_signs_before_a_bracket_stays_what_it_was()
    {
        using var document = JsonDocument.Parse(FindingsJson.Render(Samples.Untrusted("\\####[x] ##[[ #[ ##")));
        document.RootElement.GetProperty("findings")[0].GetProperty("message").GetString().ShouldBe("\\####[x] ##[[ #[ ##");
    }

    [Fact]
    public void Quotes_and_letters_of_any_script_stay_readable() =>
        FindingsJson.Render(Samples.Untrusted("Größe 'groß' <日本> & +")).ShouldContain("Größe 'groß' <日本> & +");

    [Fact]
    public void Skipped_objects_are_listed_with_skipped_files()
    {
        using var document = JsonDocument.Parse(FindingsJson.Render(Samples.OnlySkipped()));
        document.RootElement.GetProperty("skipped").EnumerateArray()
            .Select(s => (s.GetProperty("file").GetString(), s.GetProperty("reason").GetString(), s.GetProperty("resource").ValueKind))
            .ShouldBe([("charts/shop/templates/deploy.yaml", "template", JsonValueKind.Null), ("k8s/widget.yaml", "missing-schema", JsonValueKind.Object)]);
    }

    [Fact]
    public void A_problem_of_a_whole_file_has_no_line()
    {
        using var document = JsonDocument.Parse(FindingsJson.Render(Samples.Untrusted("x")));
        var finding = document.RootElement.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("file").GetString() == "-");
        foreach (var name in new[] { "line", "column", "endLine", "endColumn", "resource" })
            finding.GetProperty(name).ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void Twenty_thousand_findings_are_all_there()
    {
        var text = FindingsJson.Render(Samples.Large(20_000));
        using var document = JsonDocument.Parse(text);
        document.RootElement.GetProperty("findings").GetArrayLength().ShouldBe(20_000);
        Encoding.UTF8.GetByteCount(text).ShouldBeLessThan(20_000 * 1_000);
    }
}
