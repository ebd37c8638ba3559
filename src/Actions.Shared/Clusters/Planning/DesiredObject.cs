using Actions.Shared.Findings;

namespace Actions.Shared.Clusters.Planning;

/// <summary>An object as its manifest wants it.</summary>
/// <param name="Object">The object, with its namespace.</param>
/// <param name="Source">Where its manifest starts.</param>
public sealed record DesiredObject(ClusterObject Object, SourceLocation Source)
{
    /// <summary>Where a field stands, by JSON pointer (RFC 6901) into the object; its nearest parent when the manifest lacks the field.</summary>
    public Func<string, SourceLocation>? Locator { get; init; }

    /// <summary>Which object it is.</summary>
    public ObjectKey Key { get; } = ObjectKey.Of(Object);

    /// <summary>Where the field under <paramref name="pointer"/> stands, or the object when that is not known.</summary>
    public SourceLocation Locate(string pointer) => Locator?.Invoke(pointer) ?? Source;
}
