using Actions.Shared.Findings;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>Leads from a rendered object back to the files that it was made from. Safe for concurrent use.</summary>
public abstract class SourceMap
{
    private protected SourceMap()
    {
    }

    /// <summary>
    /// The place in the workspace's own files that is to be changed: where the field is set last (a patch before the object it
    /// patches), its nearest parent when no file has the field, the whole file when nothing closer is known.
    /// </summary>
    /// <param name="pointer">JSON pointer (RFC 6901) of the field inside the rendered object; empty for the object itself.</param>
    /// <param name="renderedRegion">What is meant in the rendered text: a key, a value, or a part of one.</param>
    public abstract SourceLocation Locate(string pointer, TextRegion renderedRegion);
}
