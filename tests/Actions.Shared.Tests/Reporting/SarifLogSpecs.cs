using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared.Findings;
using Actions.Shared.Reporting;

namespace Actions.Shared.Tests.Reporting;

public class SarifLogSpecs
{
    [Fact]
    public void A_realistic_report_reads_as_it_did_before() => Golden.Matches(SarifLog.Render(Samples.Realistic()), "findings.sarif");

    [Fact]
    public void A_comparison_gives_every_result_its_state_and_suppressed_ones_are_only_counted()
    {
        var run = Run(Samples.Compared());
        run["results"]!.AsArray().Select(r => r!["baselineState"]!.GetValue<string>()).ShouldBe(["new", "unchanged", "unchanged", "unchanged", "unchanged", "unchanged"]);
        Notifications(Samples.Compared()).ShouldContain("2 suppressed.");
        Run(Samples.Realistic())["results"]!.AsArray().ShouldAllBe(r => r!["baselineState"] == null);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_report_satisfies_the_official_schema() => (await SchemaCheck.ProblemsAsync(
        SchemaCheck.Sarif,
        [.. new[] { Samples.Realistic(), Samples.Compared(), Samples.Empty(), Samples.Clean(), Samples.OnlySkipped(), Samples.Untrusted(), Samples.Large(100) }
            .Select(SarifLog.Render)])).ShouldBeEmpty();

    [Theory(Timeout = 60_000)]
    [InlineData("\"level\": \"note\"", "\"level\": \"info\"")]
    [InlineData("\"startLine\": 9", "\"startLine\": 0")]
    [InlineData("\"columnKind\"", "\"columnType\"")]
    public async Task The_official_schema_refuses_a_broken_log(string correct, string wrong)
    {
        var log = SarifLog.Render(Samples.Realistic());
        log.ShouldContain(correct);
        (await SchemaCheck.ProblemsAsync(SchemaCheck.Sarif, log.Replace(correct, wrong))).ShouldNotBeEmpty();
    }

    [Fact]
    public void Every_result_points_at_its_rule()
    {
        var run = Run(Samples.Realistic());
        var rules = run["tool"]!["driver"]!["rules"]!.AsArray();
        foreach (var result in run["results"]!.AsArray())
            ((string)rules[(int)result!["ruleIndex"]!]!["id"]!).ShouldBe((string)result["ruleId"]!);
        rules.Select(r => (string)r!["id"]!).ShouldContain("yaml-syntax", "a rule that only a finding names");
    }

    [Fact]
    public void Info_is_called_note()
    {
        var results = Run(Samples.Realistic())["results"]!.AsArray();
        results.Select(r => ((string)r!["ruleId"]!, (string)r["level"]!)).ShouldContain(("image-pull-policy", "note"));
    }

    [Theory]
    [InlineData("k8s/a b.yaml", "k8s/a%20b.yaml", true)]
    [InlineData("k8s/100%.yaml", "k8s/100%25.yaml", true)]
    [InlineData("a:b.yaml", "a%3Ab.yaml", true)]
    [InlineData("k8s/über#1?.yaml", "k8s/%C3%BCber%231%3F.yaml", true)]
    [InlineData("../outside.yaml", "../outside.yaml", true)]
    [InlineData("/srv/a.yaml", "file:///srv/a.yaml", false)]
    [InlineData("-", "stdin", false)]
    public void A_path_becomes_a_uri(string path, string uri, bool relative) => SarifLog.ArtifactUri(path).ShouldBe((uri, relative));

    [Fact]
    public void Half_a_character_in_a_path_becomes_the_replacement_character() =>
        SarifLog.ArtifactUri("half\ud800.yaml").ShouldBe(("half%EF%BF%BD.yaml", true));

    [Fact]
    public void A_problem_of_a_whole_file_points_at_its_start_because_GitHub_wants_a_region()
    {
        var result = Run(Samples.Report([new() { Rule = "r", Severity = Severity.Error, Location = new("a.yaml"), Message = "m" }]))["results"]![0]!;
        result["locations"]![0]!["physicalLocation"]!["region"]!.ToJsonString().ShouldBe("""{"startLine":1,"startColumn":1,"endLine":1,"endColumn":1}""");
    }

    [Fact]
    public void The_end_of_a_region_is_exclusive_and_may_be_on_a_later_line()
    {
        var location = new SourceLocation("a.yaml", new TextRegion(3, 9, 5, 1));
        var result = Run(Samples.Report([new() { Rule = "r", Severity = Severity.Error, Location = location, Message = "m" }]))["results"]![0]!;
        result["locations"]![0]!["physicalLocation"]!["region"]!.ToJsonString().ShouldBe("""{"startLine":3,"startColumn":9,"endLine":5,"endColumn":1}""");
    }

    [Fact]
    public void Fingerprints_leave_the_key_alone_that_the_upload_action_fills_in_itself()
    {
        var fingerprints = Run(Samples.Realistic())["results"]![0]!["partialFingerprints"]!.AsObject();
        fingerprints.Select(f => f.Key).ShouldBe(["finding/v1"]);
        ((string)fingerprints["finding/v1"]!).Length.ShouldBe(32);
    }

    [Fact]
    public void Fingerprints_survive_moved_lines()
    {
        var report = Samples.Realistic();
        var moved = FindingList.Normalize(report.Findings.Select(f => f with
        {
            Location = f.Location with { Region = f.Location.Region is { } r ? r with { StartLine = r.StartLine + 7, EndLine = r.EndLine + 7 } : null },
        }));
        Prints(report with { Findings = moved }).ShouldBe(Prints(report));

        static string[] Prints(ScanReport report) =>
            [.. Run(report)["results"]!.AsArray().Select(r => (string)r!["partialFingerprints"]!["finding/v1"]!)];
    }

    [Fact]
    public void A_link_in_a_message_is_text()
    {
        var report = Samples.Report([new() { Rule = "r", Severity = Severity.Error, Location = new("a.yaml"), Message = "see [here](https://evil.example.com)" }]);
        ((string)Run(report)["results"]![0]!["message"]!["text"]!).ShouldBe("see \\[here\\](https://evil.example.com)");
    }

    [Fact]
    public void Brackets_that_are_no_link_stay_as_they_are()
    {
        var report = Samples.Report([new() { Rule = "r", Severity = Severity.Error, Location = new("a.yaml"), Message = "containers[0].image", Hint = "Pin it" }]);
        ((string)Run(report)["results"]![0]!["message"]!["text"]!).ShouldBe("containers[0].image. Pin it");
    }

    [Fact]
    public void The_object_is_a_logical_location()
    {
        var location = Run(Samples.Realistic())["results"]![0]!["locations"]![0]!["logicalLocations"]![0]!;
        ((string)location["fullyQualifiedName"]!).ShouldBe("apps/v1/Deployment/shop/backend#/spec/replica");
        ((string)location["name"]!).ShouldBe("backend");
    }

    [Fact]
    public void Aliases_and_the_state_of_a_rule_are_told()
    {
        var rules = Run(Samples.Realistic())["tool"]!["driver"]!["rules"]!.AsArray();
        var removed = rules.Single(r => (string)r!["id"]! == "api-removed")!;
        removed["properties"]!["aliases"]!.ToJsonString().ShouldBe("""["kube-score:stable-version"]""");
        ((string)removed["name"]!).ShouldBe("ApiRemoved");
        ((bool)rules.Single(r => (string)r!["id"]! == "image-pull-policy")!["defaultConfiguration"]!["enabled"]!).ShouldBeFalse();
    }

    [Fact]
    public void What_was_skipped_is_a_notification() =>
        Notifications(Samples.OnlySkipped()).ShouldBe(["1 skipped: missing-schema.", "1 skipped: template."]);

    [Fact]
    public void Too_many_results_are_cut_worst_first_and_that_is_said()
    {
        var report = Samples.Large(SarifLog.MaxResults + 3_000);
        var run = Run(report);
        var results = run["results"]!.AsArray();
        results.Count.ShouldBe(SarifLog.MaxResults);
        results.Count(r => (string)r!["level"]! == "error").ShouldBe(report.Count(Severity.Error));
        results.Count(r => (string)r!["level"]! == "warning").ShouldBe(report.Count(Severity.Warning));
        Notifications(report)[0].ShouldStartWith("3,000 of 28,000 findings are left out");
        Notifications(report)[1].ShouldContain("GitHub shows the 5,000 most severe");
    }

    [Fact]
    public void A_log_that_would_be_too_big_is_cut_worst_first()
    {
        var random = new Random(1);
        var report = Samples.Report(Enumerable.Range(0, 60).Select(i => new Finding
        {
            Rule = "r",
            Severity = i % 2 == 0 ? Severity.Error : Severity.Info,
            Location = Samples.At("a.yaml", i + 1, 1),
            Message = string.Concat(Enumerable.Range(0, 1_000).Select(_ => (char)random.Next(0x4e00, 0x9fff))),
        }));
        var text = SarifLog.Render(report, SarifLog.MaxResults, 100_000);
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(text));
        buffer.Length.ShouldBeInRange(50_000, 100_000);
        var results = JsonNode.Parse(text)!["runs"]![0]!["results"]!.AsArray();
        results.Count.ShouldBeInRange(30, 59);
        results.Count(r => (string)r!["level"]! == "error").ShouldBe(30);
    }

    [Fact]
    public void No_line_is_a_command_to_the_runner()
    {
        var text = SarifLog.Render(Samples.Untrusted());
        text.ShouldNotContain("##[");
        text.Split('\n').ShouldAllBe(line => !line.TrimStart().StartsWith("::"));
    }

    private static JsonNode Run(ScanReport report) => JsonNode.Parse(SarifLog.Render(report))!["runs"]![0]!;

    private static string[] Notifications(ScanReport report) =>
        [.. Run(report)["invocations"]![0]!["toolExecutionNotifications"]!.AsArray().Select(n => (string)n!["message"]!["text"]!)];
}
