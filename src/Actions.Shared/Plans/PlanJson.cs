using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>
/// A piece of the plan's JSON as it stands there. It may hold secrets in the clear, so it shows nothing of itself: <see cref="ToString"/> gives its
/// size, and only what redacts, compares or hashes may read it.
/// </summary>
public readonly struct PlanJson
{
    internal PlanJson(ReadOnlyMemory<byte> utf8) => Utf8 = utf8;

    /// <summary>The UTF-8 text; empty when there is none.</summary>
    internal ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>Whether it is missing, or <c>null</c>.</summary>
    public bool IsNull => Utf8.IsEmpty || Utf8.Span.SequenceEqual("null"u8);

    /// <summary>Its value; null when it is missing or <c>null</c>.</summary>
    internal JsonElement? Value => IsNull ? null : JsonElement.Parse(Utf8.Span, PlanReader.Documents);

    /// <summary>How big it is; never what it is.</summary>
    public override string ToString() => $"{Utf8.Length} bytes of JSON";
}
