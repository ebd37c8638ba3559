using Actions.Shared.Findings;

namespace Actions.Shared.Images;

/// <summary>One field that a bump sets.</summary>
/// <param name="Location">Where the field's value stands before the change; for a field that is added, where the one above it stands.</param>
/// <param name="Pointer">JSON pointer from the document to the field as it is afterwards, for example <c>/spec/template/spec/containers/0/image</c>.</param>
/// <param name="Source">What kind of place it is.</param>
/// <param name="Old">What it says before; null if it is added.</param>
/// <param name="New">What it says afterwards; empty if a stale digest is dropped.</param>
/// <param name="Change">The change that asks for it.</param>
public sealed record ImageEdit(SourceLocation Location, string Pointer, ImageSource Source, string? Old, string New, ImageChange Change)
{
    /// <summary>JSON pointers to other fields that change with it, because an alias or a merge key repeats it there.</summary>
    public IReadOnlyList<string> AlsoAt { get; init; } = [];

    /// <summary>What a reader should know about it; null for nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>Tag and digest before, as far as the field says them.</summary>
    public (string? Tag, string? Digest) OldVersion => Version(Old);

    /// <summary>Tag and digest afterwards, as far as the field says them.</summary>
    public (string? Tag, string? Digest) NewVersion => Version(New);

    private (string? Tag, string? Digest) Version(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (null, null);
        }

        if (ImageReference.IsDigest(text))
        {
            return (null, text);
        }

        // What a marker stands behind may be a whole reference or a tag, whatever its key is called.
        var isTag = Pointer[(Pointer.LastIndexOf('/') + 1)..] is "newTag" or "tag" or "version" || (Source == ImageSource.Marker && text.AsSpan().IndexOfAny('/', ':') < 0);
        return isTag ? ImageSlot.Split(text) : ImageReference.TryParse(text, out var image) ? (image.Tag, image.Digest) : (null, null);
    }
}

/// <summary>A place that names the image and is not changed.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Pointer">JSON pointer from the document to the place; empty for a whole document.</param>
/// <param name="Reason">One of <see cref="BumpRefusals"/>.</param>
/// <param name="Message">Why, one sentence.</param>
/// <param name="Hint">What to do instead.</param>
/// <param name="Change">The change that asked for it.</param>
public sealed record BumpRefusal(SourceLocation Location, string Pointer, string Reason, string Message, string Hint, ImageChange Change);

/// <summary>Why a place is not changed: the reasons of <see cref="BumpRefusal"/>.</summary>
public static class BumpRefusals
{
    /// <summary>The value spans lines.</summary>
    public const string BlockScalar = "block-scalar";

    /// <summary>The document is encrypted by SOPS, whose checksum covers every value.</summary>
    public const string Encrypted = "encrypted";

    /// <summary>A template, or a value that one fills in.</summary>
    public const string Template = "template";

    /// <summary>The document is not well-formed, or says a key twice.</summary>
    public const string Malformed = "malformed";

    /// <summary>The file is not UTF-8, or too large.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>There is no field that could take the tag or the digest.</summary>
    public const string NoField = "no-field";

    /// <summary>One field would have to say two things.</summary>
    public const string Conflict = "conflict";

    /// <summary>The field has an explicit YAML tag or another form that cannot be kept.</summary>
    public const string Form = "form";

    /// <summary>The changed text would not read as intended.</summary>
    public const string Unproven = "unproven";

    /// <summary>Two kustomization files stand in one directory, which kustomize refuses.</summary>
    public const string TwoKustomizations = "two-kustomizations";
}
