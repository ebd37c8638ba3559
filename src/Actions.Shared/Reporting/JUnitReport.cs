using System.Globalization;
using System.Text;
using System.Xml;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.Shared.Reporting;

/// <summary>
/// The report as JUnit XML: a suite per file, a test case per object (<c>classname</c> is <c>Kind@apiVersion</c>) and one for the
/// problems of the file itself. Errors (new ones, where that is known) are failures, one per test case; all else is its output; what was passed over is
/// skipped.
/// </summary>
public static class JUnitReport
{
    /// <summary>
    /// The XML 1.0 document, encoding UTF-8, indented, ending in a line feed; same report, same text. Characters that XML cannot hold
    /// are shown as <c>\uXXXX</c>. Times are 0: a scan is not a timing.
    /// </summary>
    public static string Render(ScanReport report)
    {
        var suites = Suites(report);
        using var buffer = new MemoryStream();
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        using (var xml = XmlWriter.Create(buffer, settings))
        {
            xml.WriteStartDocument();
            xml.WriteStartElement("testsuites");
            Attribute(xml, "name", report.Tool);
            WriteTotals(xml, [.. suites.SelectMany(s => s.Cases)]);
            foreach (var suite in suites)
            {
                xml.WriteStartElement("testsuite");
                Attribute(xml, "name", suite.Name);
                WriteTotals(xml, suite.Cases);
                foreach (var testCase in suite.Cases) WriteCase(xml, suite, testCase);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndDocument();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private sealed record Suite(string Name, string File, IReadOnlyList<Case> Cases);

    private sealed record Case(string ClassName, string Name, int? Line, string? Skipped)
    {
        /// <summary>What makes it fail.</summary>
        public List<Finding> Errors { get; } = [];

        /// <summary>What it has to say besides.</summary>
        public List<Finding> Others { get; } = [];

        public bool Fails => Errors.Count > 0;
    }

    private static List<Suite> Suites(ScanReport report)
    {
        var resources = report.Resources.ToLookup(r => r.Location.File, StringComparer.Ordinal);
        var findings = report.Findings.ToLookup(f => f.Location.File, StringComparer.Ordinal);
        var skipped = report.Skipped.ToLookup(s => s.Location.File, StringComparer.Ordinal);
        return
        [
            .. resources.Select(g => g.Key).Concat(findings.Select(g => g.Key)).Concat(skipped.Select(g => g.Key))
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(file => new Suite(file == "-" ? Phrases.StandardInput : file, file, Cases(report, resources[file], findings[file], skipped[file]))),
        ];
    }

    private static List<Case> Cases(
        ScanReport report, IEnumerable<ScannedResource> resources, IEnumerable<Finding> findings, IEnumerable<SkippedItem> skipped)
    {
        var cases = new List<(int Line, Case Case)>();
        var ofResource = new Dictionary<ResourceReference, List<(int Line, Case Case)>>();
        foreach (var resource in resources)
        {
            var line = resource.Location.Region?.StartLine;
            Add(resource.Resource, line, resource.State == ScanState.Skipped ? resource.SkipReason ?? "skipped" : null);
        }

        Case? ofFile = null;
        foreach (var finding in findings)
        {
            var line = finding.Location.Region?.StartLine;
            if (finding.Resource is not { } resource)
            {
                ofFile ??= new Case("file", "file", null, null);
                Tell(ofFile, finding);
                continue;
            }

            // Objects that call themselves the same are told apart by where they start.
            var same = ofResource.TryGetValue(resource, out var known) ? known : Add(resource, line, null);
            var index = same.FindLastIndex(c => c.Line <= (line ?? 0));
            Tell(same[Math.Max(index, 0)].Case, finding);
        }

        foreach (var item in skipped)
        {
            var line = item.Location.Region?.StartLine;
            var reason = item.Detail.Length == 0 ? item.Reason : $"{item.Reason}: {item.Detail}";
            cases.Add((line ?? 0, new Case("file", line is null ? "skipped" : $"skipped at line {line}", line, reason)));
        }

        if (ofFile is not null) cases.Insert(0, (0, ofFile));
        return [.. cases.OrderBy(c => c.Line).Select(c => c.Case)];

        void Tell(Case testCase, Finding finding) =>
            (finding.Severity == Severity.Error && report.IsNew(finding) ? testCase.Errors : testCase.Others).Add(finding);

        List<(int Line, Case Case)> Add(ResourceReference resource, int? line, string? skip)
        {
            var entry = (line ?? 0, new Case(ClassName(resource), Name(resource, line), line, skip));
            cases.Add(entry);
            if (!ofResource.TryGetValue(resource, out var same)) ofResource.Add(resource, same = []);
            same.Add(entry);
            return same;
        }
    }

    private static string ClassName(ResourceReference resource) =>
        $"{(resource.Kind.Length == 0 ? "?" : resource.Kind)}@{(resource.ApiVersion.Length == 0 ? "?" : resource.ApiVersion)}";

    private static string Name(ResourceReference resource, int? line)
    {
        var name = resource.Name ?? (line is null ? "unnamed" : $"line {line}");
        return resource.Namespace is { } ns ? $"{ns}/{name}" : name;
    }

    private static void WriteTotals(XmlWriter xml, IReadOnlyList<Case> cases)
    {
        Attribute(xml, "tests", Digits(cases.Count));
        Attribute(xml, "failures", Digits(cases.Count(c => c.Fails)));
        Attribute(xml, "errors", "0");
        Attribute(xml, "skipped", Digits(cases.Count(c => !c.Fails && c.Skipped is not null)));
        Attribute(xml, "time", "0");
    }

    private static void WriteCase(XmlWriter xml, Suite suite, Case testCase)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", testCase.ClassName);
        Attribute(xml, "name", testCase.Name);
        if (suite.File != "-") Attribute(xml, "file", suite.File);
        if (testCase.Line is { } line) Attribute(xml, "line", Digits(line));
        Attribute(xml, "time", "0");
        var errors = testCase.Errors;
        if (errors.Count > 0)
        {
            xml.WriteStartElement("failure");
            var first = errors[0].Message.Split('\n')[0].TrimEnd('\r');
            Attribute(xml, "message", errors.Count == 1 ? first : $"{first} (and {Phrases.Count(errors.Count - 1, "more error")})");
            Attribute(xml, "type", errors[0].Rule);
            xml.WriteString(Body(errors));
            xml.WriteEndElement();
        }
        else if (testCase.Skipped is { } reason)
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", reason);
            xml.WriteEndElement();
        }

        if (testCase.Others.Count > 0) xml.WriteElementString("system-out", Body(testCase.Others));
        xml.WriteEndElement();
    }

    private static string Body(IEnumerable<Finding> findings) => Legal(string.Join('\n', findings.Select(f =>
        $"{Phrases.Place(f.Location)}: {Phrases.Word(f.Severity)}: {f.Message} [{f.Rule}]" +
        (string.IsNullOrEmpty(f.Hint) ? "" : "\n  " + f.Hint))));

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Legal(value));

    private static string Legal(string text) => VisibleText.Visible(text, keepLines: true);

    private static string Digits(int value) => value.ToString(CultureInfo.InvariantCulture);
}
