using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Tests.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Cases;

/// <summary>
/// One example of a rule about YAML, schemas, API versions or rendering, read from <c>Cases/RULE.yaml</c> in the format of the cases of the other rules.
/// It goes through everything that reads a file: loading, telling what it is, definitions, schemas.
/// Settings: <c>line=3</c> marks a line that cannot end in the comment, <c>kubernetes=1.34</c>, <c>strict=false</c>, <c>reject=Kind</c>, <c>file=case.json</c>.
/// A case that starts with a line <c>## path</c> is a tree of files, each behind such a line, that is rendered.
/// </summary>
public sealed record ManifestCase(string Rule, string Title, bool Fails, string Text, IReadOnlyDictionary<string, string> Settings)
{
    private const string Marker = "# here";

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Validation", "Cases");

    private string FileName => Settings.GetValueOrDefault("file") ?? "case.yaml";

    private IReadOnlyList<(string Path, string Text)> Files => Text.StartsWith("## ", StringComparison.Ordinal)
        ? [.. ("\n" + Text).Split("\n## ").Skip(1).Select(part => part.Split('\n', 2)).Select(part => (part[0].Trim(), part[1] + "\n"))]
        : [(FileName, Text)];

    /// <summary>The places that the rule must point at, <c>file:line</c>.</summary>
    public IReadOnlyList<string> ExpectedLines =>
    [
        .. Files.SelectMany(f => f.Text.Split('\n').Select((line, i) => (line, At: $"{f.Path}:{i + 1}"))
                .Where(l => l.line.TrimEnd().EndsWith(Marker, StringComparison.Ordinal)).Select(l => l.At))
            .Concat(Settings.TryGetValue("line", out var lines) ? lines.Split(',').Select(l => $"{FileName}:{l}") : []).Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<ManifestCase> Read(string rule)
    {
        var path = Path.Combine(Folder, rule + ".yaml");
        return !File.Exists(path) ? [] :
        [
            .. ("\n" + File.ReadAllText(path)).Split("\n### ").Skip(1).Select(part =>
            {
                var (header, text) = (part[..part.IndexOf('\n', StringComparison.Ordinal)].Split(" | "), part[(part.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
                var colon = header[0].IndexOf(": ", StringComparison.Ordinal);
                var settings = header.Skip(1).Select(s => s.Split('=', 2)).ToDictionary(s => s[0].Trim(), s => s[1].Trim());
                return new ManifestCase(rule, header[0][(colon + 2)..].Trim(), header[0][..colon] == "fails", text + "\n", settings);
            }),
        ];
    }

    public async Task<IReadOnlyList<Finding>> RunAsync() =>
        FindingList.Normalize((Text.StartsWith("## ", StringComparison.Ordinal) ? await RenderAsync() : Validate()).Where(f => f.Rule == Rule));

    public override string ToString() => $"{Rule}: {(Fails ? "fails" : "passes")}: {Title}";

    private List<Finding> Validate()
    {
        var contents = ManifestClassifier.Classify(YamlLoader.Load(FileName, Text));
        var findings = contents.Problems.Select(p => p.ToFinding(FileName)).Concat(SkippedRules.FindingsOf(contents.Skipped)).ToList();
        var definitions = contents.Resources.Where(r => CustomResourceSchemas.IsDefinition(r.Reference.ApiVersion, r.Reference.Kind))
            .Select(r => CustomResourceSchemas.FromDefinition(r.Body, FileName)).ToArray();
        var strict = Settings.GetValueOrDefault("strict") != "false";
        var versions = (Settings.GetValueOrDefault("kubernetes") ?? "1.34").Split(',').Select(v => KubernetesVersion.TryParse(v, out var version) ? version : throw new InvalidDataException(v));
        var validator = new ManifestValidator(new SchemaCatalog(definitions, SchemaLocation.ParseAll(["default"], Path.GetTempPath()), strict), new ValidationSettings
        {
            Versions = [.. versions],
            Strict = strict,
            Reject = Settings.TryGetValue("reject", out var rejected) ? [KindPattern.Parse(rejected)] : [],
        });
        foreach (var resource in contents.Resources)
        {
            validator.Validate(FileName, resource.Body, resource.Reference, findings);
        }

        return findings;
    }

    private async Task<IReadOnlyList<Finding>> RenderAsync()
    {
        using var workspace = new RenderingWorkspace { Options = new RenderingOptions { Kustomize = true, Helm = true } };
        foreach (var (path, text) in Files)
        {
            workspace[path] = text;
        }

        return (workspace.Plan.Charts.Count > 0 ? await workspace.RenderChartAsync() : await workspace.RenderAsync()).Findings;
    }
}
