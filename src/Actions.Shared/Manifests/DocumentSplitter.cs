namespace Actions.Shared.Manifests;

/// <summary>A stretch of a file between two separators.</summary>
/// <param name="Start">Offset of the first character of the content.</param>
/// <param name="End">Offset behind the last one: the next separator's line, or the end of the text.</param>
/// <param name="BadSeparator">Offset of text that must not stand on the separator's line before the content; -1 if there is none.</param>
/// <param name="BadSeparatorEnd">Where that text ends.</param>
internal readonly record struct DocumentChunk(int Start, int End, int BadSeparator = -1, int BadSeparatorEnd = -1);

/// <summary>
/// Splits a file as kubectl does, before any YAML is parsed: at lines that start with <c>---</c>. Behind it only blanks and a comment may stand.
/// </summary>
internal static class DocumentSplitter
{
    public static List<DocumentChunk> Split(string text)
    {
        var chunks = new List<DocumentChunk>();
        var chunk = new DocumentChunk(0, 0);
        var at = text.StartsWith("---", StringComparison.Ordinal) ? 0 : Next(text, 0);
        while (at >= 0)
        {
            if (at > 0 || chunks.Count > 0)
            {
                Add(chunks, chunk with { End = at }, text, isLast: false);
            }

            chunk = After(text, at);
            at = Next(text, at);
        }

        Add(chunks, chunk with { End = text.Length }, text, isLast: true);
        return chunks;
    }

    private static void Add(List<DocumentChunk> chunks, DocumentChunk chunk, string text, bool isLast)
    {
        // What stands before the first separator counts only if it is something; an empty file is one empty document.
        if (chunks.Count > 0 || isLast || !text.AsSpan(chunk.Start, chunk.End - chunk.Start).IsWhiteSpace())
        {
            chunks.Add(chunk);
        }
    }

    private static int Next(string text, int from)
    {
        var found = text.AsSpan(from).IndexOf("\n---");
        return found < 0 ? -1 : from + found + 1;
    }

    private static DocumentChunk After(string text, int separator)
    {
        var rest = separator + 3;
        var length = text.AsSpan(rest).IndexOf('\n');
        var lineEnd = length < 0 ? text.Length : rest + length;
        var next = length < 0 ? text.Length : lineEnd + 1;
        var line = text.AsSpan(rest, lineEnd - rest);
        var trimmed = line.Trim();
        if (trimmed.Length == 0 || trimmed[0] == '#')
        {
            return new DocumentChunk(next, next);
        }

        // A lone carriage return ends a YAML line but not one of kubectl's.
        var from = rest + line.IndexOfAnyExcept(" \t\r");
        var end = from + trimmed.Length;
        var cr = trimmed.IndexOf('\r');
        end = cr < 0 ? end : from + cr;
        return line[0] is ' ' or '\t' or '\r' ? new DocumentChunk(rest, next, from, end) : new DocumentChunk(next, next, from, end);
    }
}
