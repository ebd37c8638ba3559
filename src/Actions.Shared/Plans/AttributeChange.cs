using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>What becomes of an attribute.</summary>
public enum AttributeChangeKind
{
    /// <summary>It had no value.</summary>
    Added,

    /// <summary>It has no value any more.</summary>
    Removed,

    /// <summary>It gets another value, known or not.</summary>
    Changed,

    /// <summary>The value stays, and is marked as sensitive from now on.</summary>
    MarkedSensitive,

    /// <summary>The value stays, and is not marked as sensitive any more: from now on it is shown.</summary>
    UnmarkedSensitive,
}

/// <summary>The change of one attribute, ready to be shown: secrets are gone from every text in it.</summary>
/// <param name="Path">
/// The attribute in Terraform's language, for example <c>tags.Name</c> or, inside of a string that holds JSON, <c>jsondecode(policy).Statement[0].Effect</c>.
/// </param>
/// <param name="Kind">What becomes of it.</param>
/// <param name="Lines">The lines of a diff, each with its mark in front: <c>- </c>, <c>+ </c>, <c>! </c> (a heading or remark) or two blanks.</param>
public sealed record AttributeChange(string Path, AttributeChangeKind Kind, IReadOnlyList<string> Lines)
{
    /// <summary>Whether the object is replaced because of it.</summary>
    public bool ForcesReplacement { get; init; }

    /// <summary>Whether the value after is not known yet.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Whether a value was hidden though nobody has marked it, because it looks like a secret.</summary>
    public bool HidesSuspect { get; init; }

    /// <summary>The steps to the attribute; those inside of strings are not in it.</summary>
    public AttributePath Attribute { get; init; } = AttributePath.Root;

    /// <summary>The value before, for hashes only; never shown.</summary>
    internal JsonElement? RawBefore { get; init; }

    /// <summary>The value after, for hashes only; never shown.</summary>
    internal JsonElement? RawAfter { get; init; }

    /// <summary>The first line with a mark, shortened: for lists.</summary>
    public override string ToString() => Lines.Count == 0 ? Path : Lines[0];
}
