using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Text;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Comparison;

/// <summary>A finding that was there when a baseline was written. Its text is left out: it may quote the manifest.</summary>
/// <param name="Fingerprint">The finding's <see cref="Finding.Fingerprint"/>.</param>
/// <param name="Rule">Its rule.</param>
/// <param name="Severity">Its severity.</param>
/// <param name="File">Its file.</param>
/// <param name="Field">JSON pointer of its field inside the object.</param>
/// <param name="Resource">Its object; null for problems of a file.</param>
public sealed record BaselineFinding(string Fingerprint, string Rule, Severity Severity, string File, string Field, ResourceReference? Resource);

/// <summary>
/// What was wrong at some time, to compare with: a JSON document in the shape of docs/reference/baseline.schema.json, written by one run and read by others.
/// </summary>
public sealed record Baseline
{
    /// <summary>Version of the shape: the first number changes when older programs cannot read it any more.</summary>
    public const string SchemaVersion = "1.0";

    private static readonly ManifestLimits Limits = new() { MaxFileBytes = 128L * 1024 * 1024, MaxDepth = 8 };

    /// <summary>The findings, in order of file, rule and fingerprint.</summary>
    public required IReadOnlyList<BaselineFinding> Findings { get; init; }

    /// <summary>The score of the repository at that time.</summary>
    public required int Score { get; init; }

    /// <summary>The scores of the namespaces at that time, in ordinal order.</summary>
    public IReadOnlyList<NamespaceScore> Namespaces { get; init; } = [];

    /// <summary>The baseline of a run.</summary>
    /// <param name="findings">The findings that count, as <see cref="FindingList.Normalize"/> gives them.</param>
    /// <param name="score">Their score.</param>
    public static Baseline Of(IEnumerable<Finding> findings, Score score) => new()
    {
        Findings =
        [
            .. findings.Select(f => new BaselineFinding(f.Fingerprint, f.Rule, f.Severity, f.Location.File, f.Field, f.Resource))
                .OrderBy(f => f.File, StringComparer.Ordinal)
                .ThenBy(f => f.Rule, StringComparer.Ordinal)
                .ThenBy(f => f.Fingerprint, StringComparer.Ordinal),
        ],
        Score = score.Repository,
        Namespaces = score.Namespaces,
    };

    /// <summary>The JSON document, indented, ending in a line feed; same baseline, same text.</summary>
    public string Render() => JsonText.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("schemaVersion", SchemaVersion);
        json.WriteNumber("score", Score);
        json.WriteStartArray("namespaces");
        foreach (var (name, value, objects) in Namespaces)
        {
            json.WriteStartObject();
            json.Text("namespace", name);
            json.WriteNumber("score", value);
            json.WriteNumber("objects", objects);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in Findings)
        {
            json.WriteStartObject();
            json.Text("fingerprint", finding.Fingerprint);
            json.Text("rule", finding.Rule);
            json.WriteString("severity", finding.Severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "info" });
            json.Text("file", finding.File);
            json.Text("field", finding.Field);
            if (finding.Resource is { } resource)
            {
                json.WriteStartObject("resource");
                json.Text("apiVersion", resource.ApiVersion);
                json.Text("kind", resource.Kind);
                json.Text("namespace", resource.Namespace);
                json.Text("name", resource.Name);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNull("resource");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Reads a baseline from a file.</summary>
    /// <param name="fullPath">Where it is.</param>
    /// <param name="path">Its name in messages, relative to the workspace.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="ActionException">It is not there, cannot be read, or is no baseline.</exception>
    public static Baseline Load(string fullPath, string path, CancellationToken cancellation = default) =>
        System.IO.File.Exists(fullPath)
            ? Parse(YamlLoader.LoadFile(fullPath, path, Limits, cancellation))
            : throw new ActionException("The baseline does not exist", path, "Write one with write-baseline, or leave the input baseline out.");

    /// <summary>Reads a baseline from its text.</summary>
    /// <param name="path">Its name in messages.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="ActionException">It is no baseline.</exception>
    public static Baseline Parse(string path, string text) => Parse(YamlLoader.Load(path, text, Limits));

    private static Baseline Parse(ManifestFile file)
    {
        if (file.Problems.FirstOrDefault(p => p.Severity == Severity.Error) is { } problem)
        {
            throw Wrong(file.Path, problem.Region, problem.Message);
        }

        if (file.Documents.Count(d => !d.IsEmpty) != 1 || file.Documents.First(d => !d.IsEmpty).Root is not YamlMapping root)
        {
            throw Wrong(file.Path, new TextRegion(1, 1, 1, 1), "it is not one JSON object");
        }

        var reader = new Reader(file.Path);
        var version = reader.Text(root, "schemaVersion");
        if (version.Split('.')[0] != SchemaVersion.Split('.')[0])
        {
            throw new ActionException(
                "The baseline has another format",
                $"its schemaVersion is {Structure.Words.Quote(version)}; this program reads {SchemaVersion}",
                "Write it again with write-baseline.",
                new SourceLocation(file.Path, root["schemaVersion"]!.Region));
        }

        return new Baseline
        {
            Score = reader.Number(root, "score", 100),
            Namespaces =
            [
                .. reader.Objects(root, "namespaces").Select(n => new NamespaceScore(
                    reader.Text(n, "namespace"), reader.Number(n, "score", 100), reader.Number(n, "objects", int.MaxValue))),
            ],
            Findings = [.. reader.Objects(root, "findings").Select(reader.Finding)],
        };
    }

    private static ActionException Wrong(string path, TextRegion region, string detail) => new(
        "The baseline cannot be used", detail, "Write it again with write-baseline; it is not meant to be edited.", new SourceLocation(path, region));

    private sealed class Reader(string path)
    {
        public string Text(YamlMapping mapping, string key) =>
            mapping[key] is YamlScalar { Type: YamlScalarType.String } scalar ? scalar.Value : throw Missing(mapping, key, "a text");

        public int Number(YamlMapping mapping, string key, int greatest) =>
            mapping.Integer(key) is { } number && number >= 0 && number <= greatest
                ? (int)number
                : throw Missing(mapping, key, greatest == int.MaxValue ? "a whole number" : $"a whole number up to {greatest}");

        public IEnumerable<YamlMapping> Objects(YamlMapping mapping, string key) => mapping[key] is YamlSequence items
            ? items.Select(item => item as YamlMapping ?? throw Wrong(path, item.Region, $"an item of `{key}` is no object"))
            : throw Missing(mapping, key, "a list");

        public BaselineFinding Finding(YamlMapping finding)
        {
            var severity = Text(finding, "severity") switch
            {
                "error" => Severity.Error,
                "warning" => Severity.Warning,
                "info" => Severity.Info,
                _ => throw Missing(finding, "severity", "error, warning or info"),
            };
            var resource = finding["resource"] switch
            {
                YamlMapping r => new ResourceReference(Text(r, "apiVersion"), Text(r, "kind"), r.Text("namespace"), r.Text("name")),
                YamlScalar { Type: YamlScalarType.Null } => null,
                _ => throw Missing(finding, "resource", "an object or null"),
            };
            return new BaselineFinding(Text(finding, "fingerprint"), Text(finding, "rule"), severity, Text(finding, "file"), Text(finding, "field"), resource);
        }

        private ActionException Missing(YamlMapping mapping, string key, string what) => Wrong(path, (mapping[key] ?? mapping).Region, $"`{key}` must be {what}");
    }
}
