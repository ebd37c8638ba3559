using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>Where in a value something is: names of attributes or keys, and places in lists.</summary>
/// <param name="Steps">From the outside in; a name, or the digits of a place from 0 with <see cref="PathStep.IsIndex"/> set.</param>
public sealed record AttributePath(IReadOnlyList<PathStep> Steps)
{
    /// <summary>The value itself.</summary>
    public static AttributePath Root { get; } = new([]);

    /// <summary>The path of what <paramref name="name"/> names in here.</summary>
    public AttributePath Property(string name) => new([.. Steps, new PathStep(name, false)]);

    /// <summary>The path of the item at <paramref name="index"/>, from 0.</summary>
    public AttributePath Item(int index) => new([.. Steps, new PathStep(index.ToString(CultureInfo.InvariantCulture), true)]);

    /// <summary>Whether one of the two lies in the other, or they are the same.</summary>
    public bool Overlaps(AttributePath other) => Steps.Zip(other.Steps).All(pair => pair.First.Name == pair.Second.Name);

    /// <summary>As in the language of Terraform: <c>ebs[0].size</c>, <c>tags["a b"]</c>; empty for the root.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            if (step.IsIndex)
                text.Append('[').Append(step.Name).Append(']');
            else if (IsIdentifier(step.Name))
                text.Append(text.Length > 0 ? "." : "").Append(step.Name);
            else
                text.Append("[\"").Append(JsonEncodedText.Encode(step.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)).Append("\"]");
        }

        return text.ToString();
    }

    /// <summary>Same steps, same path.</summary>
    public bool Equals(AttributePath? other) => other is not null && Steps.SequenceEqual(other.Steps);

    /// <inheritdoc/>
    public override int GetHashCode() => Steps.Aggregate(0, HashCode.Combine);

    internal static AttributePath Of(JsonElement array) => new(
    [
        .. array.EnumerateArray().Select(s => s.ValueKind == JsonValueKind.String ? new PathStep(s.GetString()!, false) : new PathStep(s.GetRawText(), true)),
    ]);

    internal static bool IsIdentifier(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c is '_' or '-');
}

/// <summary>One step of an <see cref="AttributePath"/>.</summary>
/// <param name="Name">A name, or the digits of a place in a list.</param>
/// <param name="IsIndex">Whether it is a place in a list.</param>
public readonly record struct PathStep(string Name, bool IsIndex);
