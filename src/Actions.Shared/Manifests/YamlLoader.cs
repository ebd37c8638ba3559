using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>
/// Reads YAML and JSON as kubectl does: split at <c>---</c> lines, each document parsed on its own, so that one broken document does not hide
/// the others. What is wrong with a document is data (<see cref="YamlProblem"/>); a file that cannot be read at all, or that breaks
/// <see cref="ManifestLimits"/>, is an <see cref="ActionException"/>. The result does not depend on the machine's parallelism.
/// </summary>
public static class YamlLoader
{
    private const int BatchLength = 128 * 1024;

    private static readonly SearchValues<char> Controls = SearchValues.Create(ForbiddenCharacters());

    /// <summary>Reads the bytes of a file: UTF-8, with or without a byte order mark.</summary>
    /// <param name="path">Name of the file in messages, relative to the workspace; <c>-</c> for standard input.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="limits">Bounds; the defaults if null.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="ActionException">The bytes are not UTF-8, or a limit is broken.</exception>
    public static ManifestFile Load(string path, ReadOnlySpan<byte> bytes, ManifestLimits? limits = null, CancellationToken cancellation = default)
    {
        limits ??= ManifestLimits.Default;
        CheckLength(path, bytes.Length, limits);
        var mark = bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
        return Load(path, Decode(path, mark ? bytes[3..] : bytes), mark, limits, cancellation);
    }

    /// <summary>Reads a text, for example what a renderer printed.</summary>
    /// <inheritdoc cref="Load(string, ReadOnlySpan{byte}, ManifestLimits?, CancellationToken)"/>
    public static ManifestFile Load(string path, string text, ManifestLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        limits ??= ManifestLimits.Default;
        CheckLength(path, text.Length, limits);
        var mark = text.StartsWith('\uFEFF');
        return Load(path, mark ? text[1..] : text, mark, limits, cancellation);
    }

    /// <summary>Reads a file. Its size is checked before anything is read.</summary>
    /// <param name="fullPath">Where the file is.</param>
    /// <param name="path">Its name in messages, relative to the workspace.</param>
    /// <param name="limits">Bounds; the defaults if null.</param>
    /// <param name="cancellation">Stops between documents.</param>
    /// <exception cref="ActionException">It cannot be read, is not UTF-8, or breaks a limit.</exception>
    public static ManifestFile LoadFile(string fullPath, string path, ManifestLimits? limits = null, CancellationToken cancellation = default)
    {
        limits ??= ManifestLimits.Default;
        try
        {
            using var file = File.OpenHandle(fullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            CheckLength(path, length, limits);
            var buffer = ArrayPool<byte>.Shared.Rent((int)length + 1);
            try
            {
                var count = 0;
                int read;
                while (count < buffer.Length && (read = RandomAccess.Read(file, buffer.AsSpan(count), count)) > 0)
                {
                    count += read;
                }

                return Load(path, buffer.AsSpan(0, count), limits, cancellation);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Reads standard input or another stream to its end, no further than the limit.</summary>
    /// <inheritdoc cref="Load(string, ReadOnlySpan{byte}, ManifestLimits?, CancellationToken)"/>
    /// <param name="path">Name in messages, <c>-</c> for standard input.</param>
    /// <param name="stream">What to read; left open.</param>
    /// <param name="limits">Bounds; the defaults if null.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static async Task<ManifestFile> LoadStreamAsync(string path, Stream stream, ManifestLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= ManifestLimits.Default;
        try
        {
            using var content = new MemoryStream();
            var buffer = new byte[81920];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                content.Write(buffer, 0, read);
                CheckLength(path, content.Length, limits);
            }

            return Load(path, content.GetBuffer().AsSpan(0, (int)content.Length), limits, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    private static ManifestFile Load(string path, string text, bool mark, ManifestLimits limits, CancellationToken cancellation)
    {
        var lines = new LineMap(text);
        var chunks = DocumentSplitter.Split(text);
        if (chunks.Count > limits.MaxDocuments)
        {
            throw new ActionException(
                "Too many documents in one file",
                $"{chunks.Count:N0} documents; the limit is {limits.MaxDocuments:N0}",
                "Split the file.",
                new SourceLocation(path, lines.Region(chunks[limits.MaxDocuments].Start, chunks[limits.MaxDocuments].Start)));
        }

        var batches = Batches(chunks);
        var results = new BatchResult[batches.Count];
        if (batches.Count == 1)
        {
            results[0] = Parse(path, lines, limits, chunks, 0, chunks.Count, cancellation);
        }
        else
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
            Parallel.For(0, batches.Count, options, i =>
                results[i] = Parse(path, lines, limits, chunks, batches[i].From, batches[i].To, cancellation));
        }

        var documents = new List<YamlDocument>(chunks.Count);
        var aliasNodes = 0L;
        foreach (var result in results)
        {
            if (result.Failure is { } failure)
            {
                throw failure;
            }

            aliasNodes += result.AliasNodes;
            foreach (var document in result.Documents)
            {
                documents.Add(document.Index == documents.Count
                    ? document
                    : new YamlDocument(documents.Count, document.Span, document.Root, document.IsJson, document.Problems));
            }
        }

        return aliasNodes > limits.MaxAliasNodes
            ? throw NodeBuilder.TooManyAliases(path, default, limits)
            : new ManifestFile(path, text, mark, documents);
    }

    private static string ForbiddenCharacters()
    {
        var all = new StringBuilder("\uFFFE\uFFFF");
        for (var c = '\0'; c < '\xA0'; c++)
        {
            if (c is not ('\t' or '\n' or '\r' or '\x85') and (< ' ' or >= '\x7F'))
            {
                all.Append(c);
            }
        }

        return all.ToString();
    }

    private static List<(int From, int To)> Batches(List<DocumentChunk> chunks)
    {
        var batches = new List<(int, int)>();
        var from = 0;
        for (var i = 0; i < chunks.Count; i++)
        {
            if (chunks[i].End - chunks[from].Start >= BatchLength || i == chunks.Count - 1)
            {
                batches.Add((from, i + 1));
                from = i + 1;
            }
        }

        return batches;
    }

    private static BatchResult Parse(
        string path, LineMap lines, ManifestLimits limits, List<DocumentChunk> chunks, int from, int to, CancellationToken cancellation)
    {
        var builder = new NodeBuilder(path, lines, limits);
        var plain = new PlainDocumentParser(lines.Text, builder);
        var yaml = new YamlDocumentParser(lines, builder);
        var json = new JsonDocumentParser(lines, builder);
        var documents = new List<YamlDocument>(to - from);
        var line = lines.LineOf(chunks[from].Start);
        try
        {
            for (var i = from; i < to; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var chunk = chunks[i];
                if (chunk.Start < chunk.End && lines.Text[chunk.Start] == '\uFEFF')
                {
                    // A byte order mark may start every document, as when files are concatenated.
                    chunk = chunk with { Start = chunk.Start + 1 };
                }

                var span = lines.Span(chunk.Start, chunk.End, ref line);
                if (!TryJson(json, builder, lines, chunk, documents, i, isStream: i == 0))
                {
                    builder.Begin(line);
                    documents.Add(ParseYaml(plain, yaml, builder, lines, chunk, span, i));
                }
            }
        }
        catch (ActionException e)
        {
            return new BatchResult(documents, 0, e);
        }

        return new BatchResult(documents, builder.AliasNodes, null);
    }

    private static YamlDocument ParseYaml(
        PlainDocumentParser plain, YamlDocumentParser yaml, NodeBuilder builder, LineMap lines, DocumentChunk chunk, YamlSpan span, int index)
    {
        var text = lines.Text.AsSpan(chunk.Start, chunk.End - chunk.Start);
        var wellFormed = false;
        if (chunk.BadSeparator >= 0)
        {
            builder.Report(
                YamlRules.Separator, chunk.BadSeparator, chunk.BadSeparatorEnd,
                "kubectl refuses text on the line of a document separator", "Put --- on a line of its own.");
        }

        if (text.IndexOfAny(Controls) is var control and >= 0)
        {
            ReportControl(builder, lines, chunk.Start + control);
        }
        else if (DirectiveAt(text) is var directive and >= 0)
        {
            var start = chunk.Start + directive;
            builder.Report(
                YamlRules.Separator, start, start + lines.TextOf(lines.LineOf(start)).Length,
                "kubectl refuses YAML directives: it splits the file at --- before it parses", "Delete the line.");
        }
        else
        {
            wellFormed = chunk.BadSeparator < 0 && plain.TryParse(chunk.Start, chunk.End);
            if (!wellFormed)
            {
                if (chunk.BadSeparator < 0)
                {
                    builder.Begin(span.StartLine - 1);
                }

                wellFormed = yaml.Parse(chunk.Start, chunk.End);
            }
        }

        var (root, problems) = builder.End();
        if (wellFormed && root is YamlSequence { Count: > 0 } sequence && sequence[0] is YamlMapping item
            && item.TryGetValue("kind", out _) && item.TryGetValue("apiVersion", out _))
        {
            ReportRootSequence(builder, sequence);
            problems = builder.End().Problems;
        }

        if (chunk.BadSeparator >= 0 && problems is { Count: > 1 })
        {
            problems.RemoveAll(p => p.Rule == YamlRules.Syntax.Id);
        }

        return new YamlDocument(index, span, wellFormed ? root : null, false, Ordered(problems));
    }

    /// <summary>kubectl reads a file that starts with { as a stream of JSON values, and nothing else.</summary>
    private static bool TryJson(
        JsonDocumentParser json, NodeBuilder builder, LineMap lines, DocumentChunk chunk, List<YamlDocument> documents, int index, bool isStream)
    {
        var text = lines.Text.AsSpan(chunk.Start, chunk.End - chunk.Start);
        var first = text.IndexOfAnyExcept(" \t\r\n");
        if (first < 0 || text[first] is not ('{' or '[') || chunk.BadSeparator >= 0 || text[first..].StartsWith("{{") || text[first..].StartsWith("{%"))
        {
            return false;
        }

        var values = json.Parse(chunk.Start, chunk.End, out var failure);
        if (failure is not null && (!isStream || text[first] == '['))
        {
            return false;
        }

        foreach (var value in values)
        {
            var problems = value.Problems;
            if (value.Root is YamlSequence { Count: > 0 } sequence && sequence[0] is YamlMapping)
            {
                builder.Begin(0);
                ReportRootSequence(builder, sequence);
                problems = [.. problems ?? [], .. builder.End().Problems!];
            }

            documents.Add(new YamlDocument(index, lines.Span(value.Start, value.End), value.Root, true, Ordered(problems)));
        }

        if (failure is { } broken)
        {
            builder.Begin(0);
            builder.Report(
                YamlRules.Syntax, broken.Offset, Math.Min(chunk.End, broken.Offset + 1),
                $"this is not JSON, which kubectl expects of a file that starts with {{: {broken.Message}",
                "Correct it, or write block YAML.");
            var start = values.Count > 0 ? values[^1].End : chunk.Start + first;
            documents.Add(new YamlDocument(index, lines.Span(start, chunk.End), null, true, Ordered(builder.End().Problems)));
        }

        return true;
    }

    private static void ReportRootSequence(NodeBuilder builder, YamlSequence sequence) => builder.Report(
        YamlRules.RootSequence, sequence.Span.StartOffset, sequence.Span.StartOffset + 1,
        $"the document is a sequence of {sequence.Count} items, which kubectl refuses",
        "Write the objects as documents of their own, or as the items of an object of kind List with apiVersion v1.");

    private static void ReportControl(NodeBuilder builder, LineMap lines, int at) => builder.Report(
        YamlRules.Syntax, at, at + 1,
        $"the control character U+{(int)lines.Text[at]:X4} is not allowed in YAML",
        lines.Text[at] == '\0' ? "Save the file as text; binary data belongs into base64." : "Delete it, or write it as an escape in double quotes.");

    /// <summary>Where a directive (<c>%</c> at the start of a line, before any content) stands; -1 if there is none.</summary>
    private static int DirectiveAt(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == '%')
            {
                return text[at..].StartsWith("%YAML") || text[at..].StartsWith("%TAG") ? at : -1;
            }

            var length = text[at..].IndexOf('\n');
            var line = (length < 0 ? text[at..] : text.Slice(at, length)).Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                return -1;
            }

            at = length < 0 ? text.Length : at + length + 1;
        }

        return -1;
    }

    private static IReadOnlyList<YamlProblem> Ordered(List<YamlProblem>? problems) =>
        problems is null ? [] : [.. problems.Distinct().OrderBy(p => p.Region)];

    private static void CheckLength(string path, long length, ManifestLimits limits)
    {
        if (length > limits.MaxFileBytes)
        {
            throw new ActionException(
                "File is too large",
                $"{length:N0} bytes; the limit is {limits.MaxFileBytes:N0}",
                "Split the file, or exclude it with ignore-paths.",
                new SourceLocation(path));
        }
    }

    private static ActionException Unreadable(string path, Exception e) => new(
        "File cannot be read", e.Message, "Check that it exists and its permissions.", new SourceLocation(path), inner: e);

    private static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, 0, 0xFE, 0xFF, ..])
        {
            throw new ActionException(
                "File is not UTF-8",
                "it starts with the byte order mark of UTF-16 or UTF-32; kubectl reads UTF-8 only",
                "Save the file as UTF-8.",
                new SourceLocation(path, new TextRegion(1, 1, 1, 1)));
        }

        if (!Utf8.IsValid(bytes))
        {
            throw NotUtf8(path, bytes);
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static ActionException NotUtf8(string path, ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed) == OperationStatus.Done)
        {
            at += consumed;
        }

        var line = bytes[..at].Count((byte)'\n') + 1;
        var lineStart = bytes[..at].LastIndexOf((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(bytes[lineStart..at]) + 1;
        return new ActionException(
            "File is not UTF-8",
            $"invalid byte 0x{bytes[at]:X2} at offset {at} (line {line}, column {column})",
            "Save the file as UTF-8; binary data belongs into base64.",
            new SourceLocation(path, new TextRegion(line, column, line, column + 1)));
    }

    private readonly record struct BatchResult(List<YamlDocument> Documents, long AliasNodes, ActionException? Failure);
}
