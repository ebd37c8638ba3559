using System.Globalization;
using System.Text;
using System.Xml;
using Actions.Shared.Findings;

namespace Actions.Shared.Reporting;

/// <summary>
/// The report as JUnit XML: a suite per file, a test case per object (<c>classname</c> is <c>Kind@apiVersion</c>) and one for the
/// problems of the file itself. Errors are failures, one per test case; warnings and notes are its output; what was passed over is skipped.
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
        public List<Finding> Findings { get; } = [];

        public bool Fails => Findings.Exists(f => f.Severity == Severity.Error);
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
                .Select(file => new Suite(file == "-" ? Phrases.StandardInput : file, file, Cases(resources[file], findings[file], skipped[file]))),
        ];
    }

    private static List<Case> Cases(IEnumerable<ScannedResource> resources, IEnumerable<Finding> findings, IEnumerable<SkippedItem> skipped)
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
                ofFile.Findings.Add(finding);
                continue;
            }

            // Objects that call themselves the same are told apart by where they start.
            var same = ofResource.TryGetValue(resource, out var known) ? known : Add(resource, line, null);
            var index = same.FindLastIndex(c => c.Line <= (line ?? 0));
            same[Math.Max(index, 0)].Case.Findings.Add(finding);
        }

        foreach (var item in skipped)
        {
            var line = item.Location.Region?.StartLine;
            var reason = item.Detail.Length == 0 ? item.Reason : $"{item.Reason}: {item.Detail}";
            cases.Add((line ?? 0, new Case("file", line is null ? "skipped" : $"skipped at line {line}", line, reason)));
        }

        if (ofFile is not null) cases.Insert(0, (0, ofFile));
        return [.. cases.OrderBy(c => c.Line).Select(c => c.Case)];

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
        var errors = testCase.Findings.Where(f => f.Severity == Severity.Error).ToArray();
        var others = testCase.Findings.Where(f => f.Severity != Severity.Error).ToArray();
        if (errors.Length > 0)
        {
            xml.WriteStartElement("failure");
            var first = errors[0].Message.Split('\n')[0].TrimEnd('\r');
            Attribute(xml, "message", errors.Length == 1 ? first : $"{first} (and {Phrases.Count(errors.Length - 1, "more error")})");
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

        if (others.Length > 0) xml.WriteElementString("system-out", Body(others));
        xml.WriteEndElement();
    }

    private static string Body(IEnumerable<Finding> findings) => Legal(string.Join('\n', findings.Select(f =>
        $"{Phrases.Place(f.Location)}: {Phrases.Word(f.Severity)}: {f.Message} [{f.Rule}]" +
        (string.IsNullOrEmpty(f.Hint) ? "" : "\n  " + f.Hint))));

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Legal(value));

    private static string Legal(string text) => Phrases.Visible(text, keepLines: true);

    private static string Digits(int value) => value.ToString(CultureInfo.InvariantCulture);
}
