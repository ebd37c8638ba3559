using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Rules;
using Integration.Tests.Harness;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>Writes docs/reference/rules.md from what the rules say of themselves and from the first failing and passing example of each.</summary>
internal static partial class RuleReference
{
    private static readonly string[] ExampleFolders = ["Cases", "Rules/cases"];

    /// <summary>The areas in the order of the page, each with the classes that hold its rules; a rule that is named itself is there and nowhere else.</summary>
    private static readonly (string Area, string[] Classes)[] Areas =
    [
        ("YAML", ["YamlRules"]),
        ("Schemas and API versions", ["StructureRules", "ValidationRules"]),
        ("Rendering", ["RenderingRules"]),
        ("Names, labels and data", ["MetadataRules", "SecretRules", "sorted-keys"]),
        ("Workloads", ["WorkloadRules", "ContainerRules", "SchedulingRules"]),
        ("Images and resources", ["ImageRules", "ResourceRules"]),
        ("Probes and availability", ["ProbeRules", "AvailabilityGraphRules"]),
        ("Pod security", ["PrivilegeRules", "HostRules", "SandboxRules", "UserRules", "KnownProgramRules"]),
        ("Access", ["AccountGraphRules", "ServiceAccountRules", "RbacRules", "RbacGraphRules"]),
        ("Network", ["NetworkRules", "NetworkGraphRules"]),
        ("References between objects", ["ReferenceGraphRules"]),
        (Other, []),
    ];

    private const string Other = "Configuration and suppressions";

    public static string Write()
    {
        var rules = Read();
        var page = new StringBuilder(
            """
            # Rules

            <!-- Written by `make docs` from the rules themselves and their tests: change those. -->

            Everything that `validate-manifests` can report. The names other tools use for the same thing are listed with each rule, so that you can look
            up what you know. Every example is a test: the failing one is reported at the marked line, the passing one is not reported.

            - **Severity**: an error is rejected, fails or is dangerous; a warning works today but will hurt; an info is worth knowing.
            - **Default**: rules that are off depend on how you work, or on what is in your cluster and not in your files.
            - **All objects together**: such rules know which folders, overlays and charts belong together ([decision 8](../adr/0008-deploy-units.md)).

            """);
        foreach (var (area, inArea) in Areas.Select(a => (a.Area, rules.Where(r => r.Area == a.Area).ToArray())).Where(a => a.Item2.Length > 0))
        {
            page.Append($"\n**[{area}](#{Slug(area)})**\n\n| Rule | Severity | Default | What it demands |\n|---|---|---|---|\n");
            foreach (var rule in inArea)
                page.Append($"| [{rule.Descriptor.Id}](#{rule.Descriptor.Id}) | {Severity(rule)} | {Default(rule)} | {Cell(rule.Descriptor.Title)} |\n");
        }

        foreach (var (area, inArea) in Areas.Select(a => (a.Area, rules.Where(r => r.Area == a.Area).ToArray())).Where(a => a.Item2.Length > 0))
        {
            page.Append($"\n## {area}\n");
            foreach (var rule in inArea)
                Section(page, rule);
        }

        return page.ToString();
    }

    /// <summary>Every rule of the library, in ordinal order of the ids.</summary>
    public static IReadOnlyList<Entry> Read()
    {
        var lists =
            from type in typeof(RuleDescriptor).Assembly.GetTypes()
            let all = type.GetProperty("All", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            where all is not null && (all.PropertyType == typeof(IReadOnlyList<RuleDescriptor>) || all.PropertyType == typeof(IReadOnlyList<ObjectRule>) || all.PropertyType == typeof(IReadOnlyList<GraphRule>))
            orderby type.FullName
            from rule in (IEnumerable<object>)all.GetValue(null)!
            select Entry.Of(rule, type.Name);
        return [.. lists.DistinctBy(e => e.Descriptor.Id).OrderBy(e => e.Descriptor.Id, StringComparer.Ordinal)];
    }

    private static void Section(StringBuilder page, Entry rule)
    {
        var descriptor = rule.Descriptor;
        page.Append($"\n### {descriptor.Id}\n\n{Text(descriptor.Title)}\n\n");
        page.Append($"- Severity: {Severity(rule)}\n- Default: {Default(rule)}\n");
        if (rule.LooksAt is { } looksAt)
            page.Append($"- Looks at: {Text(looksAt)}\n");
        if (rule.SubsumedBy.Count > 0)
            page.Append($"- Left out where {string.Join(" or ", rule.SubsumedBy.Select(id => $"[{id}](#{id})"))} says more of the same\n");
        if (Aliases(descriptor) is { Length: > 0 } aliases)
            page.Append($"- Elsewhere: {aliases}\n");
        page.Append($"\n{Text(descriptor.Explanation)}\n\n**Fix:** {Text(descriptor.Fix)}\n");

        if (rule.Parameters.Count > 0)
        {
            page.Append("\n| Parameter | Default | What it sets |\n|---|---|---|\n");
            foreach (var parameter in rule.Parameters)
                page.Append($"| `{parameter.Name}` | {(parameter.Default.Count == 0 ? "none" : string.Join(", ", parameter.Default.Select(Code)))} | {Cell(parameter.Description)} |\n");
        }

        var examples = Examples(descriptor.Id);
        var shown = new[] { true, false }.Select(fails => examples.FirstOrDefault(e => e.Fails == fails)).OfType<Example>().ToArray();
        if (shown.Length == 0)
            return;
        page.Append("\n<details><summary>Examples</summary>\n");
        foreach (var example in shown)
            page.Append($"\n{(example.Fails ? "Fails" : "Passes")}: {Text(example.Title)}{example.Remark}\n\n```{example.Language}\n{example.Text}\n```\n");
        page.Append("\n</details>\n");
    }

    private static string Severity(Entry rule) => rule.Descriptor.Severity.ToString().ToLowerInvariant();

    private static string Default(Entry rule) => (rule.Descriptor.OnByDefault, rule.Standard) switch
    {
        (true, _) => "on",
        (false, PodSecurityLevel.None) => "off",
        (false, var level) => $"off; on with `pod-security: {level.ToString().ToLowerInvariant()}`",
    };

    /// <summary>The aliases by tool: checkov's ids have no prefix of their own.</summary>
    private static string Aliases(RuleDescriptor descriptor) => string.Join("; ", descriptor.Aliases
        .Select(a => a.StartsWith("CKV", StringComparison.Ordinal) ? ("checkov", Name: a) : a.Split(':', 2) is [var tool, var name] ? (tool, Name: name) : ("", Name: a))
        .GroupBy(a => a.Item1 == "PSS" ? "Pod Security Standards" : a.Item1)
        .OrderBy(g => g.Key, StringComparer.OrdinalIgnoreCase)
        .Select(g => $"{g.Key} {string.Join(", ", g.Select(a => Code(a.Name)).Distinct())}"));

    private static Example[] Examples(string id)
    {
        var path = ExampleFolders.Select(f => Repository.Path("tests", "Actions.Shared.Tests", "Validation", f, id + ".yaml")).FirstOrDefault(File.Exists);
        return path is null ? [] : [.. ("\n" + File.ReadAllText(path)).Split("\n### ").Skip(1).Select(Example.Parse)];
    }

    /// <summary>Plain text of a rule, which may have code in back quotes, as Markdown.</summary>
    private static string Text(string text) =>
        string.Concat(text.Split('`').Select((part, i) => i % 2 == 1 ? $"`{part}`" : part.Replace("*", "\\*", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)));

    private static string Cell(string text) => Text(text).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Code(string text) => text.Length == 0 ? "empty" : $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Slug(string heading) => heading.ToLowerInvariant().Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');

    /// <summary>A rule and what the page says of it.</summary>
    internal sealed record Entry(RuleDescriptor Descriptor, string Class)
    {
        public string Area { get; } =
            (Areas.FirstOrDefault(a => a.Classes.Contains(Descriptor.Id)).Area ?? Areas.FirstOrDefault(a => a.Classes.Contains(Class)).Area) ?? Other;

        public string? LooksAt { get; init; }

        public IReadOnlyList<RuleParameter> Parameters { get; init; } = [];

        public IReadOnlyList<string> SubsumedBy { get; init; } = [];

        public PodSecurityLevel Standard { get; init; }

        public static Entry Of(object rule, string name) => rule switch
        {
            ObjectRule r => new(r.Descriptor, name) { LooksAt = r.Target.Description, Parameters = r.Parameters, SubsumedBy = r.SubsumedBy, Standard = r.Standard },
            GraphRule r => new(r.Descriptor, name) { LooksAt = "all objects together", Parameters = r.Parameters, SubsumedBy = r.SubsumedBy },
            RuleDescriptor r => new(r, name),
            _ => throw new ArgumentException($"{rule.GetType()} is no rule", nameof(rule)),
        };
    }

    private sealed record Example(bool Fails, string Title, string Text, string Remark, string Language)
    {
        public static Example Parse(string part)
        {
            var (header, text) = (part[..part.IndexOf('\n', StringComparison.Ordinal)].Split(" | "), part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimEnd());
            var title = header[0].Split(": ", 2);
            var settings = header.Skip(1).Where(s => !s.StartsWith("file=", StringComparison.Ordinal)).ToArray();
            var remark = settings.FirstOrDefault(s => s.StartsWith("line=", StringComparison.Ordinal)) is { } line ? $" (line {line["line=".Length..]})" : "";
            var others = settings.Where(s => !s.StartsWith("line=", StringComparison.Ordinal)).ToArray();
            remark += others.Length == 0 ? "" : $", with {string.Join(" and ", others.Select(s => Code(s.Replace("=", ": ", StringComparison.Ordinal))))}";
            text = Mark().Replace(FileHeader().Replace(text, "\n# File $1").TrimStart('\n'), "# <-- here");
            return new Example(title[0] == "fails", title[1], text, remark, IsYaml(text) ? "yaml" : "text");
        }

        private static bool IsYaml(string text)
        {
            try
            {
                new YamlStream().Load(new StringReader(text));
                return !text.Contains("{{", StringComparison.Ordinal);
            }
            catch (YamlException)
            {
                return false;
            }
        }
    }

    [GeneratedRegex(@"# here$", RegexOptions.Multiline)]
    private static partial Regex Mark();

    [GeneratedRegex(@"^## (\S+)$", RegexOptions.Multiline)]
    private static partial Regex FileHeader();
}
