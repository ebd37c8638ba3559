namespace Actions.Shared.Manifests.Rendering;

/// <summary>
/// Opens files of the workspace on demand and keeps the last few of them. A file that is not there, cannot be read or breaks a limit
/// is null here: whoever scans it reports that. Safe for concurrent use.
/// </summary>
/// <param name="workspace">Full path of the workspace.</param>
internal sealed class SourceFiles(string workspace)
{
    private const int Kept = 32;

    private readonly Lock _lock = new();
    private readonly LinkedList<(string Path, ManifestFile? File, Kustomization? Kustomization)> _recent = [];

    public string Workspace => workspace;

    /// <summary>
    /// The objects of a file, items of Lists one by one. What was rendered holds nothing else, and text in it that looks like a
    /// template is meant, so nothing is classified here.
    /// </summary>
    public static IEnumerable<KubernetesResource> Objects(ManifestFile file) => file.Documents
        .Where(d => d.Root is YamlMapping)
        .SelectMany(d => Expand((YamlMapping)d.Root!, "").Select(o => Resource(d, o.Body, o.Pointer)));

    /// <summary>Describes an object of a document.</summary>
    public static KubernetesResource Resource(YamlDocument document, YamlMapping body, string pointer) =>
        new(document, body, ManifestClassifier.ReferenceOf(body)) { Pointer = pointer, IsEncrypted = body["sops"] is YamlMapping };

    /// <summary>The lines of any text file; none when it cannot be read.</summary>
    public string[] ReadLines(string path) => Open(path) is { } file ? file.Text.ReplaceLineEndings("\n").Split('\n') : [];

    /// <summary>Parses text that stands inside a file.</summary>
    public static ManifestFile? Parse(string text)
    {
        try
        {
            return YamlLoader.Load("-", text);
        }
        catch (ActionException)
        {
            return null;
        }
    }

    public ManifestFile? Open(string path) => Get(path).File;

    /// <summary>The first document of a file, if it is a mapping.</summary>
    public YamlMapping? Content(string path) => Content(Open(path));

    public Kustomization? Kustomization(string path) => Get(path).Kustomization;

    /// <summary>
    /// By how many columns the lines of a literal block scalar are indented; null when the lines of its value are not lines of the file.
    /// </summary>
    public int? IndentOf(string path, YamlScalar scalar)
    {
        if (scalar.Style != YamlScalarStyle.Literal || Open(path)?.Text is not { } text)
            return null;
        var first = scalar.Value.Split('\n').TakeWhile(string.IsNullOrWhiteSpace).Count();
        var lines = text.Split('\n');
        var inFile = scalar.Span.StartLine + first;
        return inFile < lines.Length ? Indent(lines[inFile]) - Indent(scalar.Value.Split('\n')[first]) : null;

        static int Indent(string line) => line.Length - line.TrimStart(' ').Length;
    }

    private static YamlMapping? Content(ManifestFile? file) => file?.Documents.FirstOrDefault(d => !d.IsEmpty)?.Root as YamlMapping;

    private static IEnumerable<(YamlMapping Body, string Pointer)> Expand(YamlMapping root, string pointer) =>
        root["kind"] is YamlScalar kind && kind.Value.EndsWith("List", StringComparison.Ordinal) && root["items"] is YamlSequence items
            ? items.SelectMany((item, i) => item is YamlMapping body ? Expand(body, $"{pointer}/items/{i}") : [])
            : [(root, pointer)];

    private (string Path, ManifestFile? File, Kustomization? Kustomization) Get(string path)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Path == path)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value;
                }
            }

            var file = Load(path);
            var kustomization = Rendering.Kustomization.IsFileName(WorkspacePath.NameOf(path)) && file is not null
                ? new Kustomization(path, WorkspacePath.DirectoryOf(path), Content(file))
                : null;
            _recent.AddFirst((path, file, kustomization));
            if (_recent.Count > Kept)
                _recent.RemoveLast();
            return (path, file, kustomization);
        }
    }

    private ManifestFile? Load(string path)
    {
        var full = Path.Combine(workspace, path);
        try
        {
            return File.Exists(full) ? YamlLoader.LoadFile(full, path) : null;
        }
        catch (ActionException)
        {
            return null;
        }
    }
}
