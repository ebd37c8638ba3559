using Actions.Shared.Manifests;

namespace Actions.Shared.Images;

/// <summary>What is done to one field: its value is set, with another key where one is given, or a field is added below it.</summary>
internal sealed record FieldEdit(ImageField Field, string Value)
{
    public string? Key { get; init; }

    /// <summary>The mapping that the field is added to; null when one is set.</summary>
    public YamlMapping? AddTo { get; init; }
}

/// <summary>Decides which fields of a place take the parts of a reference.</summary>
internal static class SlotEdits
{
    /// <summary>Whether <paramref name="change"/> means the place.</summary>
    public static bool Means(ImageChange change, ImageSlot slot)
    {
        if (change.Policy is { } policy)
        {
            return slot.Policy == policy;
        }

        if (change.Container is { } container && slot.Container != container)
        {
            return false;
        }

        if (slot.Images().Any(change.Matches))
        {
            return true;
        }

        return slot.Source == ImageSource.Kustomization && slot.Name?.Text is { } pattern && change.MatchesPattern(pattern)
            && (change.CurrentTag is null || change.CurrentTag == ImageSlot.Split(slot.Tag?.Text).Tag);
    }

    /// <summary>Whether the place names the image of <paramref name="change"/>, but leaves its tag to a template.</summary>
    public static bool IsFilledIn(ImageChange change, ImageSlot slot)
    {
        if (slot.Reference is not { } field || slot.Part != MarkerPart.Whole || ExpressionAt(field.Value.Value) is not (> 0 and var at))
        {
            return false;
        }

        return ImageReference.TryParse(field.Value.Value[..at].TrimEnd(':', '@'), out var name) && name.NormalizedName == change.Name && change.Policy is null;
    }

    /// <summary>Where a variable or an expression of a template starts; -1 if there is none.</summary>
    public static int ExpressionAt(string text)
    {
        var found = -1;
        foreach (var marker in (ReadOnlySpan<string>)["{{", "${", "$(", "<%", "{%"])
        {
            var at = text.IndexOf(marker, StringComparison.Ordinal);
            found = at >= 0 && (found < 0 || at < found) ? at : found;
        }

        return found;
    }

    /// <summary>The edits; or what is missing, one sentence.</summary>
    public static (IReadOnlyList<FieldEdit> Edits, string? Missing) For(ImageSlot slot, ImageChange change)
    {
        var edits = new List<FieldEdit>();
        var missing = slot switch
        {
            { Policy: not null } when change.Policy is not null => Marked(slot, change, edits),
            { Source: ImageSource.Kustomization } => Kustomization(slot, change, edits),
            { Reference: { } reference, Tag: null } => Whole(slot, reference, change, edits),
            _ => Parts(slot, change, edits),
        };
        return (edits, missing);
    }

    private static string? Whole(ImageSlot slot, ImageField field, ImageChange change, List<FieldEdit> edits)
    {
        edits.Add(new FieldEdit(field, change.ApplyTo(slot.Images().First(change.Matches)).ToString()));
        return null;
    }

    private static string? Marked(ImageSlot slot, ImageChange change, List<FieldEdit> edits)
    {
        var field = slot.Reference!.Value;
        var target = change.Target;
        var isImage = ImageReference.TryParse(field.Value.Value, out var current) && current.NormalizedName == target.NormalizedName;
        switch (slot.Part)
        {
            case MarkerPart.Whole:
                edits.Add(new FieldEdit(field, isImage ? change.ApplyTo(current!).ToString() : target.ToString()));
                return null;
            case MarkerPart.Name:
                edits.Add(new FieldEdit(field, isImage ? current!.Name : target.Name));
                return null;
            case MarkerPart.Tag when target.Tag is null:
                return "the marker asks for a tag, and the change has none";
            case MarkerPart.Tag:
                edits.Add(new FieldEdit(field, target.Tag));
                return null;
            default:
                edits.Add(new FieldEdit(field, target.Digest ?? ""));
                return null;
        }
    }

    private static string? Parts(ImageSlot slot, ImageChange change, List<FieldEdit> edits)
    {
        if (change.Renames)
        {
            Rename(slot, change.Target, edits);
        }

        var (tag, digest) = (change.Target.Tag, change.Target.Digest);
        if (tag is null && digest is null)
        {
            return null;
        }

        if (slot.Digest is { } digestField)
        {
            if (digest is not null || digestField.Text is not null)
            {
                edits.Add(new FieldEdit(digestField, digest ?? ""));
            }

            // A tag that stays beside a new digest must not bring its own.
            tag ??= slot.Tag?.Text?.Contains('@', StringComparison.Ordinal) == true ? ImageSlot.Split(slot.Tag?.Text).Tag ?? "" : null;
            digest = null;
        }

        if (tag is null && digest is null)
        {
            return null;
        }

        if (slot.Tag is not { } tagField)
        {
            return $"there is no field for the {(tag is null ? "digest" : "tag")}";
        }

        if (tag is null && (tag = ImageSlot.Split(tagField.Text).Tag) is null)
        {
            return "there is no field for the digest, and no tag that it could follow";
        }

        edits.Add(new FieldEdit(tagField, digest is null ? tag : $"{tag}@{digest}"));
        return null;
    }

    private static void Rename(ImageSlot slot, ImageReference target, List<FieldEdit> edits)
    {
        if (slot.Registry is { } registry)
        {
            edits.Add(new FieldEdit(registry, target.Registry ?? target.NormalizedRegistry));
            edits.Add(new FieldEdit(slot.Name!.Value, target.Registry is null ? target.NormalizedName[(target.NormalizedRegistry.Length + 1)..] : target.Path));
        }
        else
        {
            edits.Add(new FieldEdit((slot.Reference ?? slot.Name)!.Value, target.Name));
        }
    }

    private static string? Kustomization(ImageSlot slot, ImageChange change, List<FieldEdit> edits)
    {
        var owner = (YamlMapping)slot.Owner;
        var last = slot.NewName ?? slot.Name!.Value;
        var target = change.Target;
        if (change.Renames && !(slot.NewName?.Text is { } given && ImageReference.TryParse(given, out var named) && named.NormalizedName == target.NormalizedName))
        {
            edits.Add(slot.NewName is { } newName ? new FieldEdit(newName, target.Name) : new FieldEdit(last, target.Name) { Key = "newName", AddTo = owner });
        }

        var (tag, digest) = (target.Tag, target.Digest);
        if (tag is null && digest is null)
        {
            return null;
        }

        switch (slot.Tag, slot.Digest)
        {
            case ({ } tagField, { } digestField):
                // kustomize takes an empty field for none.
                edits.Add(new FieldEdit(tagField, tag ?? ""));
                edits.Add(new FieldEdit(digestField, digest ?? ""));
                break;
            case ({ } tagField, null):
                edits.Add(tag is null ? new FieldEdit(tagField, digest!) { Key = "digest" } : new FieldEdit(tagField, Joined(tag, digest)));
                break;
            case (null, { } digestField):
                edits.Add(tag is null ? new FieldEdit(digestField, digest!) : new FieldEdit(digestField, Joined(tag, digest)) { Key = "newTag" });
                break;
            default:
                if (slot.HasTagSuffix)
                {
                    return "the entry appends a tagSuffix to the tags of the manifests, and a newTag would switch that off";
                }

                edits.Add(new FieldEdit(last, tag is null ? digest! : Joined(tag, digest)) { Key = tag is null ? "digest" : "newTag", AddTo = owner });
                break;
        }

        return null;
    }

    private static string Joined(string tag, string? digest) => digest is null ? tag : $"{tag}@{digest}";
}
