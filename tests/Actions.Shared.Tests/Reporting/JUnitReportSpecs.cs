using System.Xml.Linq;
using Actions.Shared.Findings;
using Actions.Shared.Reporting;

namespace Actions.Shared.Tests.Reporting;

public class JUnitReportSpecs
{
    [Fact]
    public void Only_new_errors_fail_a_test_case_when_something_is_compared()
    {
        var testCase = Case(Samples.Compared(), "shop/backend", "Deployment@apps/v1");
        testCase.Element("failure")!.Attribute("message")!.Value.ShouldNotContain("more");
        testCase.Element("system-out")!.Value.ShouldContain("schema-type");
        Case(Samples.Compared(), "shop/backend", "PodDisruptionBudget@policy/v1beta1").Element("failure").ShouldBeNull();
    }

    [Fact]
    public void A_realistic_report_reads_as_it_did_before() => Golden.Matches(JUnitReport.Render(Samples.Realistic()), "junit.xml");

    [Fact]
    public void All_errors_of_an_object_are_one_failure()
    {
        var testCase = Case(Samples.Realistic(), "shop/backend", "Deployment@apps/v1");
        var failure = testCase.Elements("failure").ShouldHaveSingleItem();
        failure.Attribute("message")!.Value.ShouldBe("Unknown field \"replica\" in DeploymentSpec. (and 1 more error)");
        failure.Value.ShouldContain("k8s/backend.yaml:9:3: error: Unknown field");
        failure.Value.ShouldContain("k8s/backend.yaml:24:26: error:");
        testCase.Element("system-out")!.Value.ShouldContain("imagePullPolicy is Always");
    }

    [Fact]
    public void An_object_without_an_error_passes()
    {
        Case(Samples.Realistic(), "shop/frontend", "Deployment@apps/v1").Elements().ShouldBeEmpty();
        var warned = Samples.Clean() with
        {
            Findings = FindingList.Normalize([new() { Rule = "r", Severity = Severity.Warning, Location = Samples.At("k8s/backend.yaml", 3, 1), Message = "m", Resource = Samples.Backend }]),
        };
        Case(warned, "shop/backend", "Deployment@apps/v1").Elements().Select(e => e.Name.LocalName).ShouldBe(["system-out"]);
    }

    [Fact]
    public void What_was_skipped_is_a_skipped_test_with_its_reason()
    {
        Case(Samples.Realistic(), "gadget", "Widget@example.com/v1").Element("skipped")!.Attribute("message")!.Value.ShouldBe("missing-schema");
        Case(Samples.Realistic(), "skipped at line 40", "file").Element("skipped")!.Attribute("message")!.Value
            .ShouldBe("not-kubernetes: The document has no kind.");
    }

    [Fact]
    public void A_problem_of_a_file_is_a_test_of_its_own() =>
        Case(Samples.Realistic(), "file", "file").Element("failure")!.Attribute("type")!.Value.ShouldBe("yaml-syntax");

    [Fact]
    public void Objects_that_share_a_name_keep_their_own_findings()
    {
        var report = Samples.Report(
            [new() { Rule = "r", Severity = Severity.Error, Location = Samples.At("a.yaml", 25, 1), Message = "m", Resource = Samples.Backend }],
            [new(Samples.At("a.yaml", 1, 1), Samples.Backend, ScanState.Valid), new(Samples.At("a.yaml", 20, 1), Samples.Backend, ScanState.Invalid)]);
        Parse(report).Descendants("testcase").Select(c => ((int)c.Attribute("line")!, c.Elements("failure").Any())).ShouldBe([(1, false), (20, true)]);
    }

    [Fact]
    public void A_finding_in_another_file_than_its_object_still_has_a_test()
    {
        var report = Samples.Report(
            [new() { Rule = "r", Severity = Severity.Error, Location = Samples.At("base/a.yaml", 5, 1), Message = "m", Resource = Samples.Backend }],
            [new(Samples.At("overlay/kustomization.yaml", 1, 1), Samples.Backend, ScanState.Invalid)]);
        Parse(report).Elements("testsuite").Select(s => (s.Attribute("name")!.Value, s.Attribute("failures")!.Value))
            .ShouldBe([("base/a.yaml", "1"), ("overlay/kustomization.yaml", "0")]);
    }

    [Fact]
    public void The_totals_add_up()
    {
        var root = Parse(Samples.Realistic());
        foreach (var name in new[] { "tests", "failures", "errors", "skipped" })
            root.Elements("testsuite").Sum(s => (int)s.Attribute(name)!).ShouldBe((int)root.Attribute(name)!, name);
        root.Descendants("testcase").Count().ShouldBe((int)root.Attribute("tests")!);
        root.Descendants("failure").Count().ShouldBe((int)root.Attribute("failures")!);
        root.Descendants("skipped").Count().ShouldBe((int)root.Attribute("skipped")!);
    }

    [Fact]
    public void Characters_that_XML_cannot_hold_are_shown()
    {
        var failure = Parse(Samples.Untrusted()).Descendants("failure").Single();
        failure.Value.ShouldContain("\\u001b[31mred\\u0007");
        failure.Value.ShouldContain("]]>");
        failure.Value.ShouldContain("\ufffd lone");
        failure.Attribute("message")!.Value.ShouldStartWith("</details><script>");
    }

    [Fact]
    public void An_empty_report_is_a_document_without_tests()
    {
        var root = Parse(Samples.Empty());
        root.Name.LocalName.ShouldBe("testsuites");
        root.Attribute("tests")!.Value.ShouldBe("0");
        root.Elements().ShouldBeEmpty();
    }

    [Fact]
    public void A_report_of_only_skipped_things_has_only_skipped_tests()
    {
        var root = Parse(Samples.OnlySkipped());
        (root.Attribute("tests")!.Value, root.Attribute("skipped")!.Value, root.Attribute("failures")!.Value).ShouldBe(("2", "2", "0"));
    }

    [Fact]
    public void Twenty_thousand_findings_are_all_there() =>
        Parse(Samples.Large(20_000)).Descendants("testcase").Count().ShouldBe(500);

    private static XElement Parse(ScanReport report) => XDocument.Parse(JUnitReport.Render(report)).Root!;

    private static XElement Case(ScanReport report, string name, string className) => Parse(report).Descendants("testcase")
        .Single(c => c.Attribute("name")!.Value == name && c.Attribute("classname")!.Value == className);
}
