using System.Text;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>What a bump may be told besides its changes.</summary>
public sealed record ImageBumpOptions
{
    /// <summary>Fields to look at besides those that are known.</summary>
    public IReadOnlyList<FieldPattern> Fields { get; init; } = [];

    /// <summary>Paths and globs to leave out, as for <see cref="ManifestDiscovery"/>.</summary>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <summary>Bounds on what is read; the defaults if null.</summary>
    public ManifestLimits? Limits { get; init; }
}

/// <summary>What a bump does to one file.</summary>
public sealed record FileBump
{
    internal FileBump(string path, string fullPath, bool hasByteOrderMark, string oldText)
    {
        Path = path;
        FullPath = fullPath;
        HasByteOrderMark = hasByteOrderMark;
        OldText = NewText = oldText;
    }

    /// <summary>Path relative to the workspace, with forward slashes.</summary>
    public string Path { get; }

    /// <summary>The text before, without a byte order mark.</summary>
    public string OldText { get; }

    /// <summary>The text afterwards; the same as <see cref="OldText"/> when nothing changes.</summary>
    public string NewText { get; internal init; }

    /// <summary>The fields that are set, in the order of the file.</summary>
    public IReadOnlyList<ImageEdit> Edits { get; internal init; } = [];

    /// <summary>The places that are left alone, in the order of the file.</summary>
    public IReadOnlyList<BumpRefusal> Refusals { get; internal init; } = [];

    /// <summary>The changes whose image the file names, whether or not there was anything left to do.</summary>
    public IReadOnlySet<ImageChange> Matched { get; internal init; } = new HashSet<ImageChange>();

    /// <summary>The changes that hold somewhere in the file, now or afterwards.</summary>
    public IReadOnlySet<ImageChange> Settled { get; internal init; } = new HashSet<ImageChange>();

    /// <summary>The bytes afterwards.</summary>
    public byte[] NewBytes() => Bytes(NewText);

    /// <summary>Whether the file gets other bytes.</summary>
    public bool IsChanged => Splices.Count > 0;

    internal string FullPath { get; }

    internal bool HasByteOrderMark { get; }

    internal IReadOnlyList<Splice> Splices { get; init; } = [];

    internal byte[] Bytes(string text) => HasByteOrderMark ? [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)] : Encoding.UTF8.GetBytes(text);
}

/// <summary>
/// Sets image references in YAML and JSON and touches nothing else: single tokens are replaced in the text, which is then read again to prove
/// that only what was meant is different. Comments, quotes, anchors, indentation, line ends and byte order marks survive.
/// </summary>
public static class ImageBumper
{
    /// <summary>Plans the changes to one text. Nothing is written.</summary>
    /// <param name="path">Name of the file, relative to the workspace; it tells kustomizations and Helm values.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="changes">What is wanted; where two mean the same place, the first holds.</param>
    /// <param name="options">More fields and bounds; the defaults if null.</param>
    /// <exception cref="ActionException">The bytes are not UTF-8, or a limit is broken.</exception>
    public static FileBump Plan(string path, ReadOnlySpan<byte> bytes, IReadOnlyList<ImageChange> changes, ImageBumpOptions? options = null) =>
        Plan(YamlLoader.Load(path, bytes, options?.Limits), path, changes, options ?? new ImageBumpOptions());

    internal static FileBump Plan(ManifestFile file, string fullPath, IReadOnlyList<ImageChange> changes, ImageBumpOptions options)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var editor = new FileEditor(file);
        var edits = new List<ImageEdit>();
        var refusals = new List<BumpRefusal>();
        var matched = new HashSet<ImageChange>();
        var settled = new HashSet<ImageChange>();
        foreach (var document in file.Documents)
        {
            if (document.Root is null)
            {
                Unread(file, document, changes, refusals);
                continue;
            }

            var obstacle = new Lazy<(string Reason, string Message, string Hint)?>(() => Obstacle(document));
            var isTemplate = new Lazy<bool>(() => TemplateMarkers.FindIn((YamlMapping)document.Root) is not null);
            var made = new List<(FieldEdit Field, ImageEdit Edit)>();
            foreach (var slot in ImageLocator.Find(file, document, options.Fields))
            {
                if (changes.FirstOrDefault(c => SlotEdits.Means(c, slot)) is { } change)
                {
                    matched.Add(change);
                    var against = slot.Source is ImageSource.Container or ImageSource.Volume && isTemplate.Value ? Template : obstacle.Value;
                    if (against is { } no)
                    {
                        refusals.Add(Refuse(file, slot.Shown, slot.Pointer, no.Reason, no.Message, no.Hint, change));
                    }
                    else if (Place(file, document, editor, slot, change, made, refusals))
                    {
                        settled.Add(change);
                    }
                }
                else if (changes.FirstOrDefault(c => SlotEdits.IsFilledIn(c, slot)) is { } filled)
                {
                    refusals.Add(Refuse(file, slot.Shown, slot.Pointer, BumpRefusals.Template, "the tag is filled in by a template or a variable", "Change it where the value comes from.", filled));
                }
            }

            edits.AddRange(WithUsers(file, document, made));
        }

        var text = editor.Splices.Count == 0 ? file.Text : editor.Apply();
        var bump = new FileBump(file.Path, fullPath, file.HasByteOrderMark, file.Text) { Matched = matched };
        if (editor.Splices.Count > 0 && !editor.Proves(text, options.Limits))
        {
            return bump with
            {
                Refusals = [.. edits.Select(e => new BumpRefusal(
                    e.Location, e.Pointer, BumpRefusals.Unproven, "the changed text would not read as intended, so nothing in this file is changed", "Change it by hand.", e.Change))],
            };
        }

        return bump with
        {
            NewText = text,
            Settled = settled,
            Splices = editor.Splices,
            Edits = [.. edits.OrderBy(e => e.Location.Region)],
            Refusals = [.. refusals.OrderBy(r => r.Location.Region)],
        };
    }

    private static readonly (string Reason, string Message, string Hint) Template =
        (BumpRefusals.Template, "the document is a template", "Change the values that the template is filled in with.");

    /// <summary>What forbids any change to a document; null for nothing.</summary>
    private static (string Reason, string Message, string Hint)? Obstacle(YamlDocument document)
    {
        if (ImageLocator.IsEncrypted((YamlMapping)document.Root!))
        {
            return (BumpRefusals.Encrypted, "the document is encrypted by SOPS, whose checksum covers this value", "Change it with sops.");
        }

        // Of two equal keys readers take different ones, and an unquoted {{ }} is read as a key.
        return document.Problems.FirstOrDefault(p => p.Severity == Severity.Error && p.Rule != YamlRules.DroppedText.Id) switch
        {
            null => null,
            { } problem when problem.Rule == YamlRules.ComplexKey.Id => Template,
            { } problem => (BumpRefusals.Malformed, $"line {problem.Region.StartLine}: {problem.Message}", "Correct the document first."),
        };
    }

    /// <summary>Plans the change of a place, and says whether it says afterwards what it should.</summary>
    private static bool Place(
        ManifestFile file, YamlDocument document, FileEditor editor, ImageSlot slot, ImageChange change, List<(FieldEdit, ImageEdit)> made, List<BumpRefusal> refusals)
    {
        void No(string reason, string message, string hint) => refusals.Add(Refuse(file, slot.Shown, slot.Pointer, reason, message, hint, change));

        var (wanted, missing) = SlotEdits.For(slot, change);
        if (missing is not null)
        {
            No(BumpRefusals.NoField, missing, "Add the field, or name another one.");
            return false;
        }

        foreach (var edit in wanted)
        {
            if (editor.Check(edit, document.IsJson) is { } refusal)
            {
                No(refusal.Reason, refusal.Message, Hint(refusal.Reason));
                return false;
            }
        }

        foreach (var edit in wanted)
        {
            if (editor.Add(edit, document.IsJson))
            {
                made.Add((edit, Describe(file, slot, edit, change)));
            }
        }

        return true;
    }

    private static ImageEdit Describe(ManifestFile file, ImageSlot slot, FieldEdit edit, ImageChange change)
    {
        var scalar = edit.Field.Value;
        var pointer = edit.Key is null ? edit.Field.Pointer : $"{edit.Field.Pointer[..edit.Field.Pointer.LastIndexOf('/')]}/{edit.Key}";
        return new ImageEdit(new SourceLocation(file.Path, scalar.Region), pointer, slot.Source, edit.AddTo is null ? scalar.Value : null, edit.Value, change)
        {
            Warning = edit.AddTo is null && scalar.Style == YamlScalarStyle.Plain && scalar.Value.Length > 0 && scalar.Tag is null && !PlainScalar.IsString(scalar.Value)
                ? "it stood without quotes and may have been read as something else than text, a number for example"
                : null,
        };
    }

    /// <summary>The edits with the other places that each changes; without an alias in the text there are none.</summary>
    private static IEnumerable<ImageEdit> WithUsers(ManifestFile file, YamlDocument document, List<(FieldEdit Field, ImageEdit Edit)> made)
    {
        if (made.Count == 0 || !file.Text.AsSpan(document.Span.StartOffset, document.Span.EndOffset - document.Span.StartOffset).Contains('*'))
        {
            return made.Select(m => m.Edit);
        }

        var paths = ImageLocator.PathsTo(made.Where(m => m.Field.AddTo is null).Select(m => m.Field.Field.Value), document.Root!);
        return made.Select(m => paths.TryGetValue(m.Field.Field.Value, out var users) && m.Field.AddTo is null
            ? m.Edit with { AlsoAt = [.. users.Where(u => u != m.Field.Field.Pointer)] }
            : m.Edit);
    }

    /// <summary>A document that cannot be parsed is refused only where a line of it says that it is about the image.</summary>
    private static void Unread(ManifestFile file, YamlDocument document, IReadOnlyList<ImageChange> changes, List<BumpRefusal> refusals)
    {
        if (document.Problems.Count == 0)
        {
            return;
        }

        var (start, end) = (document.Span.StartOffset, document.Span.EndOffset);
        foreach (var change in changes.Where(c => c.Policy is null))
        {
            if (MentionOf(change, file.Text.AsSpan(start, end - start)) is not (>= 0 and var at))
            {
                continue;
            }

            var isTemplate = TemplateMarkers.FindStructural(file.Text.AsSpan(start, end - start)) >= 0;
            var problem = document.Problems[0];
            refusals.Add(new BumpRefusal(
                new SourceLocation(file.Path, new LineMap(file.Text).Region(start + at, start + at)), "", isTemplate ? BumpRefusals.Template : BumpRefusals.Malformed,
                isTemplate ? "the document is a template that must be rendered first" : $"line {problem.Region.StartLine}: {problem.Message}",
                isTemplate ? "Change the values that the template is filled in with." : "Correct the document first.", change));
        }
    }

    private static int MentionOf(ImageChange change, ReadOnlySpan<char> text)
    {
        const string hubLibrary = "docker.io/library/";
        var name = change.Name.StartsWith(hubLibrary, StringComparison.Ordinal) ? change.Name[hubLibrary.Length..] : change.Name[(change.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        foreach (var range in text.Split('\n'))
        {
            var line = text[range];
            var key = line.IndexOf("image", StringComparison.OrdinalIgnoreCase);
            var at = key < 0 ? -1 : line[key..].IndexOf(name, StringComparison.Ordinal);
            var (from, to) = (key + at, key + at + name.Length);
            if (at > 0 && !IsNamePart(line[from - 1], "._-") && (to == line.Length || !IsNamePart(line[to], "._-/")))
            {
                return range.Start.Value + from;
            }
        }

        return -1;
    }

    private static bool IsNamePart(char c, string others) => char.IsAsciiLetterOrDigit(c) || others.Contains(c, StringComparison.Ordinal);

    /// <summary>What a text must hold if it names the image of a change: the last part of its name, or the policy.</summary>
    internal static string Needle(ImageChange change) => change.Policy ?? change.Name[(change.Name.LastIndexOf('/') + 1)..];

    private static BumpRefusal Refuse(ManifestFile file, ImageField field, string pointer, string reason, string message, string hint, ImageChange change) =>
        new(new SourceLocation(file.Path, field.Value.Region), pointer, reason, message, hint, change);

    private static string Hint(string reason) => reason switch
    {
        BumpRefusals.Template => "Change it where the value comes from.",
        BumpRefusals.BlockScalar => "Write the value on the line of its key.",
        BumpRefusals.Conflict => "Write the value out instead of repeating it.",
        BumpRefusals.NoField => "Add the field by hand once.",
        _ => "Write it as an ordinary key and value.",
    };
}
