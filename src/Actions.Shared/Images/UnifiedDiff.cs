using System.Text;

namespace Actions.Shared.Images;

/// <summary>Writes what a bump does to a file as a unified diff. The changed lines are known, so nothing has to be compared.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;

    public static string Of(FileBump file)
    {
        var lines = Lines(file.OldText);
        var changed = Changed(file, lines);
        var path = new string([.. file.Path.Select(c => char.IsControl(c) ? '?' : c)]);
        var result = new StringBuilder($"--- a/{path}\n+++ b/{path}\n");
        var shift = 0;
        for (var i = 0; i < changed.Count;)
        {
            var last = i;
            while (last + 1 < changed.Count && changed[last + 1].Line - changed[last].Line <= 2 * Context)
            {
                last++;
            }

            shift += Hunk(result, lines, changed[i..(last + 1)], shift);
            i = last + 1;
        }

        return result.ToString();
    }

    /// <summary>Writes one hunk, and says by how many lines it makes the text longer.</summary>
    private static int Hunk(StringBuilder result, List<string> lines, List<(int Line, List<string> Now)> changed, int shift)
    {
        var from = Math.Max(0, changed[0].Line - Context);
        var to = Math.Min(lines.Count, changed[^1].Line + Context + 1);
        var longer = changed.Sum(c => c.Now.Count - 1);
        result.Append($"@@ -{from + 1},{to - from} +{from + 1 + shift},{to - from + longer} @@\n");
        var next = 0;
        for (var line = from; line < to;)
        {
            if (next == changed.Count || changed[next].Line > line)
            {
                Append(result, ' ', lines[line++]);
                continue;
            }

            // Lines that change side by side are shown as one block, the old ones first.
            var block = next;
            while (next < changed.Count && changed[next].Line == line)
            {
                Append(result, '-', lines[line++]);
                next++;
            }

            changed[block..next].ForEach(c => c.Now.ForEach(n => Append(result, '+', n)));
        }

        return longer;
    }

    private static List<(int Line, List<string> Now)> Changed(FileBump file, List<string> lines)
    {
        var result = new List<(int, List<string>)>();
        var start = 0;
        var next = 0;
        for (var line = 0; line < lines.Count; start += lines[line].Length, line++)
        {
            var now = new StringBuilder();
            var at = start;
            var isLast = line == lines.Count - 1;
            while (next < file.Splices.Count && (file.Splices[next].Start < start + lines[line].Length || isLast))
            {
                var splice = file.Splices[next++];
                now.Append(file.OldText, at, splice.Start - at).Append(splice.Text);
                at = splice.Start + splice.Length;
            }

            if (at > start || now.Length > 0)
            {
                now.Append(file.OldText, at, start + lines[line].Length - at);
                result.Add((line, Lines(now.ToString())));
            }
        }

        return result;
    }

    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var length = text.AsSpan(at).IndexOf('\n');
            var end = length < 0 ? text.Length : at + length + 1;
            lines.Add(text[at..end]);
            at = end;
        }

        return lines;
    }

    private static void Append(StringBuilder result, char mark, string line)
    {
        result.Append(mark).Append(line);
        if (!line.EndsWith('\n'))
        {
            result.Append("\n\\ No newline at end of file\n");
        }
    }
}
