using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>
/// Makes one clear finding of what kustomize prints when it cannot build: kustomize wraps the cause in one sentence per level of the
/// tree. The levels lead to the kustomization file, the cause to the entry in it.
/// </summary>
internal static partial class KustomizeFailure
{
    /// <summary>Fields of a kustomization file, for hints.</summary>
    private static readonly string[] Fields =
    [
        "apiVersion", "bases", "buildMetadata", "commonAnnotations", "commonLabels", "components", "configMapGenerator", "configurations",
        "crds", "generatorOptions", "generators", "helmCharts", "helmGlobals", "images", "kind", "labels", "metadata", "namePrefix",
        "nameSuffix", "namespace", "openapi", "patches", "patchesJson6902", "patchesStrategicMerge", "replacements", "replicas",
        "resources", "secretGenerator", "sortOptions", "transformers", "validators", "vars",
    ];

    /// <summary>The cause and the directory of the kustomization that it lies in.</summary>
    /// <param name="Directory">Relative to the workspace; null when kustomize did not say.</param>
    /// <param name="UsedBy">The directory of the kustomization that led there; null when kustomize did not say.</param>
    /// <param name="Cause">Kustomize's words without the levels around them; paths are relative to the workspace.</param>
    internal readonly record struct Parsed(string? Directory, string? UsedBy, string Cause);

    /// <summary>Whether the build failed only for want of a plugin or function.</summary>
    public static bool IsPlugin(string cause) =>
        cause.Contains("external plugins disabled", StringComparison.Ordinal)
        || cause.Contains("plugins disabled", StringComparison.Ordinal)
        || cause.Contains("--enable-exec", StringComparison.Ordinal)
        || cause.Contains("fn-run", StringComparison.Ordinal);

    /// <summary>Whether the build failed only for want of a Helm that this kustomize can drive.</summary>
    public static bool IsHelm(string cause) =>
        cause.Contains("must specify --enable-helm", StringComparison.Ordinal)
        || cause.Contains("unknown shorthand flag: 'c' in -c", StringComparison.Ordinal);

    /// <param name="errorOutput">All that the program printed to standard error.</param>
    /// <param name="workspace">Full path of the workspace, links resolved.</param>
    public static Parsed Parse(string errorOutput, string workspace)
    {
        var rest = Relative(Unwrap(errorOutput), workspace);
        string? directory = null, usedBy = null;
        while (true)
        {
            if (DirectoryLevel().Match(rest) is { Success: true } level)
                rest = rest[level.Length..];
            else if (FileLevel().Match(rest) is { Success: true } file)
                return new Parsed(directory, usedBy, OfFile(file.Groups["entry"].Value, Tidy(file.Groups["cause"].Value)));
            else if (PathLevel().Match(rest) is { Success: true } path)
                (usedBy, directory, rest) = (directory, path.Groups["path"].Value, rest[path.Length..]);
            else if (Component().Match(rest) is { Success: true } component)
                rest = Unquote(component.Groups["inner"].Value);
            else
                return new Parsed(directory, usedBy, Tidy(rest));
        }
    }

    /// <summary>Makes the finding.</summary>
    public static Finding Explain(Parsed failure, KustomizationRoot root, SourceFiles sources)
    {
        var directory = failure.Directory ?? root.Directory;
        var kustomization = In(directory);
        if (kustomization is null && failure.UsedBy is { } user)
            (directory, kustomization) = (user, In(user));
        var region = kustomization is null ? null : Locate(kustomization, failure.Cause, sources);
        return new Finding
        {
            Rule = RenderingRules.KustomizeBuild.Id,
            Severity = RenderingRules.KustomizeBuild.Severity,
            Location = new SourceLocation(kustomization?.File ?? root.File, region),
            Message = $"kustomize cannot build {Where(directory)}: {failure.Cause}",
            Hint = Hint(failure.Cause, directory),
        };

        Kustomization? In(string place) =>
            Kustomization.FileNames.Select(name => sources.Kustomization(WorkspacePath.Join(place, name))).FirstOrDefault(k => k is not null);
    }

    private static string Where(string directory) => directory == "." ? "the workspace's own kustomization" : directory;

    /// <summary>Removes what the program puts around its message: <c>Error:</c>, or the log line of some builds of kubectl.</summary>
    private static string Unwrap(string text)
    {
        text = text.ReplaceLineEndings("\n").Trim();
        if (LogLine().Match(text) is { Success: true } log)
            text = log.Groups["quoted"] is { Success: true } quoted ? Unquote(quoted.Value) : log.Groups["block"].Value.Replace("\n\t", "\n", StringComparison.Ordinal);
        else if (text.LastIndexOf("\nError: ", StringComparison.Ordinal) is var at and >= 0)
            text = text[(at + 1)..];
        return ErrorPrefix().Replace(text, "").Trim();
    }

    private static string Relative(string text, string workspace) => workspace.Length <= 1
        ? text
        : text.Replace(workspace + "/", "", StringComparison.Ordinal).Replace($"'{workspace}'", "'.'", StringComparison.Ordinal);

    private static string OfFile(string entry, string cause)
    {
        cause = cause.Replace($" in File: {entry}", "", StringComparison.Ordinal);
        return cause.EndsWith("' does not exist", StringComparison.Ordinal) || cause.StartsWith("security;", StringComparison.Ordinal) ? cause : $"{entry}: {cause}";
    }

    private static string Tidy(string cause)
    {
        cause = Missing().Replace(cause, m => $"'{m.Groups["path"].Value}' does not exist");
        cause = cause.Replace("must build at directory: not a valid directory: ", "", StringComparison.Ordinal)
            .Replace("loader.New ", "", StringComparison.Ordinal);
        cause = Config().Replace(cause, m => $"{m.Groups["kind"].Value}: ");
        return Spaces().Replace(cause, " ").Trim();
    }

    private static TextRegion? Locate(Kustomization kustomization, string cause, SourceFiles sources)
    {
        if (kustomization.Content is not { } content)
            return YamlLine().Match(cause) is { Success: true } broken ? Line(broken.Groups["line"].Value) : null;
        if (UnknownField().Match(cause) is { Success: true } unknown)
            return Entries(content).FirstOrDefault(e => e.Key.Value == unknown.Groups["field"].Value).Key?.Region;
        if (WrongType().Match(cause) is { Success: true } type)
            return Typed(content, type.Groups["path"].Value.Split('.'), type.Groups["found"].Value);
        if (PatchWithoutTarget().Match(cause) is { Success: true } patch)
        {
            return KustomizePatches.Of(kustomization, sources)
                .Where(p => p.Targets(patch.Groups["kind"].Value, patch.Groups["name"].Value, patch.Groups["name"].Value))
                .Select(p => p.Inline?.Region ?? EntryOf(kustomization, p.File)?.Region).FirstOrDefault(r => r is not null);
        }

        if (JsonPatchPath().Match(cause) is { Success: true } operation)
        {
            return KustomizePatches.Of(kustomization, sources)
                .Where(p => p.Content is YamlSequence operations && operations.Any(o => o.Find("path") is YamlScalar s && s.Value == operation.Groups["path"].Value))
                .Select(p => p.Inline?.Region ?? EntryOf(kustomization, p.File)?.Region).FirstOrDefault(r => r is not null);
        }

        foreach (var quoted in Quoted().Matches(cause).Select(m => m.Groups["text"].Value.Trim()).Prepend(cause.Split(": ")[0]))
        {
            if (Scalars(content).FirstOrDefault(s => s.Value == quoted || s.Value.EndsWith("=" + quoted, StringComparison.Ordinal)) is { } exact)
                return exact.Region;
            if (EntryOf(kustomization, quoted) is { } entry)
                return entry.Region;
        }

        return null;
    }

    private static YamlScalar? EntryOf(Kustomization kustomization, string path) =>
        kustomization.References.FirstOrDefault(r => WorkspacePath.Join(kustomization.Directory, r.Path) == path)?.Entry;

    /// <summary>The value on the way of <paramref name="path"/> whose type is the wrong one, else the field at its start.</summary>
    private static TextRegion? Typed(YamlMapping content, string[] path, string found)
    {
        var nodes = new List<YamlNode> { content };
        foreach (var step in path)
        {
            var next = nodes.SelectMany(n => n is YamlSequence list ? list : Enumerable.Repeat(n, 1)).Select(n => n.Find(step)).OfType<YamlNode>().ToList();
            if (next.Count == 0)
                break;
            nodes = next;
        }

        // A map of strings is reported by the map's own path.
        var leaves = nodes.SelectMany(n => n is YamlMapping map && found is not "object" ? map.Select(e => e.Value) : n is YamlSequence list && found is not "array" ? list : [n]);
        return leaves.FirstOrDefault(l => IsOfType(l, found))?.Region
            ?? (content.TryGetEntry(path[0], out var entry) ? entry.Key.Region : null);
    }

    private static bool IsOfType(YamlNode node, string type) => type switch
    {
        "string" => node is YamlScalar { Type: YamlScalarType.String },
        "number" => node is YamlScalar { Type: YamlScalarType.Integer or YamlScalarType.Float },
        "bool" => node is YamlScalar { Type: YamlScalarType.Boolean },
        "object" => node is YamlMapping,
        "array" => node is YamlSequence,
        _ => false,
    };

    private static IEnumerable<YamlScalar> Scalars(YamlNode node) => node switch
    {
        YamlScalar scalar => [scalar],
        YamlSequence list => list.SelectMany(Scalars),
        YamlMapping map => map.SelectMany(e => Scalars(e.Value)),
        _ => [],
    };

    private static IEnumerable<YamlEntry> Entries(YamlNode node) => node switch
    {
        YamlSequence list => list.SelectMany(Entries),
        YamlMapping map => map.Concat(map.SelectMany(e => Entries(e.Value))),
        _ => [],
    };

    private static TextRegion Line(string number)
    {
        var line = int.Parse(number, CultureInfo.InvariantCulture);
        return new TextRegion(line, 1, line, 1);
    }

    private static string Hint(string cause, string directory)
    {
        if (UnknownField().Match(cause) is { Success: true } unknown)
        {
            return Suggestions.Closest(unknown.Groups["field"].Value, Fields) is { } meant
                ? $"Did you mean {meant}?"
                : "Remove the field, or look up its name in the reference of the kustomization file.";
        }

        return cause switch
        {
            _ when cause.Contains("is not in or below", StringComparison.Ordinal) =>
                "kustomize reads files only in or below the directory of the kustomization: move the file there, or give its directory a kustomization of its own and refer to that.",
            _ when cause.Contains("does not exist", StringComparison.Ordinal) => "Create the file, or correct the entry.",
            _ when cause.Contains("cycle detected", StringComparison.Ordinal) => "Remove one of the entries by which the kustomizations refer to each other.",
            _ when cause.Contains("already registered id", StringComparison.Ordinal) => "The same object comes from two entries: remove one of them, or make the second one a patch.",
            _ when cause.Contains("unable to find one of", StringComparison.Ordinal) => "Add a kustomization.yaml to the directory, or name its files one by one.",
            _ when cause.Contains("no matches for Id", StringComparison.Ordinal) || cause.Contains("unable to find target", StringComparison.Ordinal) =>
                "Give the patch the kind and name that the object has in its own file, or a target that selects it.",
            _ when cause.Contains("multiple kustomization files", StringComparison.Ordinal) => "Keep one of the kustomization files.",
            _ => $"kubectl kustomize {directory} shows the same failure.",
        };
    }

    /// <summary>Undoes Go's <c>%q</c>.</summary>
    private static string Unquote(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            result.Append(text[i] switch { 'n' => '\n', 't' => '\t', var c => c });
        }

        return result.ToString();
    }

    [GeneratedRegex("""^[EF]\d{4} [^\n]*?err=(?:"(?<quoted>.*)"|<\n\t(?<block>.*?)\n >)""", RegexOptions.Singleline)]
    private static partial Regex LogLine();

    [GeneratedRegex("^(?:[Ee]rror: )+")]
    private static partial Regex ErrorPrefix();

    [GeneratedRegex("^(?:accumulating resources: )?accumulation err='accumulating resources from '[^']*': '[^']*' must resolve to a file': ")]
    private static partial Regex DirectoryLevel();

    [GeneratedRegex("^(?:accumulating resources: )(?:accumulation err=')?(?:accumulating|merging) resources from '(?<entry>[^']*)': (?<cause>.*?)(?:': must build at directory: .*)?$", RegexOptions.Singleline)]
    private static partial Regex FileLevel();

    [GeneratedRegex("^(?:recursed accumulation of path|couldn't make target for path) '(?<path>[^']*)': ")]
    private static partial Regex PathLevel();

    [GeneratedRegex("^(?:accumulating components: )(?:accumulateDirectory: |loader\\.New )\"(?<inner>.*)\"$", RegexOptions.Singleline)]
    private static partial Regex Component();

    [GeneratedRegex(@"evalsymlink failure on '(?<path>[^']*)' ?: lstat \S+: no such file or directory")]
    private static partial Regex Missing();

    [GeneratedRegex(@"trouble configuring builtin (?<kind>\w+) with config: `.*?`: ", RegexOptions.Singleline)]
    private static partial Regex Config();

    [GeneratedRegex(@"unknown field ""(?<field>[^""]*)""")]
    private static partial Regex UnknownField();

    [GeneratedRegex(@"cannot unmarshal (?<found>\w+) into Go struct field \w+\.(?<path>[\w.]+) of type")]
    private static partial Regex WrongType();

    [GeneratedRegex(@"no matches for Id (?<kind>[^.]+)\.[^/]*/(?<name>[^;]*)\.\[?[^;]*\]?(?:;|$)")]
    private static partial Regex PatchWithoutTarget();

    [GeneratedRegex(@"path: (?<path>/[^:\s]+)")]
    private static partial Regex JsonPatchPath();

    [GeneratedRegex(@"\byaml: line (?<line>\d+)")]
    private static partial Regex YamlLine();

    [GeneratedRegex("""['"(\[`](?:path: ?"?)?(?<text>[^'"()\[\]`]+)['")\]`]""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
