using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Actions.Shared.GitHub.Rest;

/// <summary>A comment that several jobs write together: each one row of a table, and details below.</summary>
/// <param name="Marker">Its hidden line.</param>
/// <param name="Heading">Markdown above the table.</param>
/// <param name="TableHead">The two lines of a Markdown table's head; empty for no table.</param>
public sealed record CombinedComment(CommentMarker Marker, string Heading, string TableHead)
{
    /// <summary>The sections that may be there; others are dropped, such as those of a root that is gone. Null for any. The default is null.</summary>
    public IReadOnlyList<string>? Keys { get; init; }
}

/// <summary>What one job says in a <see cref="CombinedComment"/>.</summary>
/// <param name="Key">Which job: any text; sections are in its order.</param>
/// <param name="Row">One row of the table, <c>| … |</c>, without its end.</param>
/// <param name="Detail">Markdown below the table; empty for none. Where all are too long together, the longest are cut.</param>
/// <param name="Run">The run, of which a later one has a higher number: a section is never replaced by an older run's. 0 where it does not matter.</param>
public sealed record CommentSection(string Key, string Row, string Detail, long Run = 0);

/// <summary>Writes and reads the body of a <see cref="CombinedComment"/>.</summary>
/// <remarks>
/// A section is between two hidden lines. The first holds its row, its run and a digest of all that the job had to say, so that a section which was cut
/// for another's sake is still known to be the same.
/// </remarks>
internal static class CombinedBody
{
    private const string SectionName = "-section";
    private const string EndLine = $"{CommentMarker.Start}-end -->";

    /// <summary>A section as it stands in a body.</summary>
    /// <param name="Key">Which job.</param>
    /// <param name="Row">Its row.</param>
    /// <param name="Detail">What is left of its details.</param>
    /// <param name="Run">The run.</param>
    /// <param name="Digest">Of everything that the job had to say.</param>
    public sealed record Part(string Key, string Row, string Detail, long Run, string Digest)
    {
        public static Part Of(CommentSection section)
        {
            var row = Mentions.Break(CommentMarker.Neutralize(section.Row)).ReplaceLineEndings(" ").Trim();
            var detail = Mentions.Break(CommentMarker.Neutralize(section.Detail)).ReplaceLineEndings("\n").Trim('\n');
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{section.Run}\n{row}\n{detail}")))[..16];
            return new Part(section.Key, row, detail, section.Run, digest);
        }

        public string StartLine => string.Create(
            CultureInfo.InvariantCulture,
            $"{CommentMarker.Start}{SectionName} key={CommentMarker.Encode(Key)} run={Run} digest={Digest} row={CommentMarker.Encode(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Row)))} -->");
    }

    /// <summary>The body, within GitHub's limit.</summary>
    public static string Write(CombinedComment frame, IEnumerable<Part> parts)
    {
        Part[] all =
        [
            .. parts.Where(p => frame.Keys is null || frame.Keys.Contains(p.Key, StringComparer.Ordinal)).OrderBy(p => p.Key, StringComparer.Ordinal),
        ];
        var head = new StringBuilder(frame.Marker.Line()).Append('\n').Append(CommentMarker.Neutralize(frame.Heading).TrimEnd('\n')).Append('\n');
        if (frame.TableHead.Length > 0)
        {
            head.Append('\n').Append(frame.TableHead.TrimEnd('\n')).Append('\n');
            foreach (var part in all)
                head.Append(part.Row).Append('\n');
        }

        var room = IssueComment.MaxLength - Bytes(head.ToString()) - all.Sum(p => Bytes(p.StartLine) + Bytes(EndLine) + 6);
        var body = head;
        foreach (var (part, detail) in all.Zip(Share([.. all.Select(p => p.Detail)], room)))
            body.Append('\n').Append(part.StartLine).Append("\n\n").Append(detail).Append('\n').Append(EndLine).Append('\n');
        return body.ToString();
    }

    /// <summary>The sections of a body; what was edited beyond recognition is left out.</summary>
    public static IReadOnlyList<Part> Read(string body)
    {
        var parts = new List<Part>();
        MarkerLine? open = null;
        var detail = new StringBuilder();
        foreach (var line in PlainText.Lines(body))
        {
            if (CommentMarker.Attributes(line) is { Name: SectionName } start)
            {
                open = start;
                detail.Clear();
            }
            else if (open is not null && line.TrimEnd() == EndLine)
            {
                if (Text(open) is { } row)
                    parts.Add(new Part(Uri.UnescapeDataString(open.Get("key")), row, detail.ToString().Trim('\n'), open.Number("run"), open.Get("digest")));
                open = null;
            }
            else if (open is not null)
            {
                detail.Append(line).Append('\n');
            }
        }

        return parts;
    }

    /// <summary>Gives each its share: the short ones all they need, the long ones what is left, in equal parts.</summary>
    internal static string[] Share(string[] texts, int room)
    {
        var shared = new string[texts.Length];
        var left = Math.Max(0, room);
        var order = Enumerable.Range(0, texts.Length).OrderBy(i => Bytes(texts[i])).ThenBy(i => i).ToArray();
        for (var n = 0; n < order.Length; n++)
        {
            var i = order[n];
            shared[i] = BodyText.Fit(texts[i], left / (order.Length - n)).TrimEnd('\n');
            left -= Bytes(shared[i]);
        }

        return shared;
    }

    private static string? Text(MarkerLine line)
    {
        try
        {
            var row = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Uri.UnescapeDataString(line.Get("row"))));
            return row.AsSpan().ContainsAny('\n', '\r') ? null : row;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
