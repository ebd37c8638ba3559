using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Comparison;

/// <summary>
/// Which lines of which files a change has touched, as a unified diff of Git says it. Made for the output of
/// <c>git diff --no-color --no-ext-diff --src-prefix=a/ --dst-prefix=b/ -U0</c>; context lines do no harm. Paths are those behind the change.
/// </summary>
public sealed class ChangedLines
{
    /// <summary>Of a file with more stretches than this, every line counts as changed.</summary>
    public const int MaxStretches = 20_000;

    private readonly Dictionary<string, FileChange> _files;

    private ChangedLines(Dictionary<string, FileChange> files) => _files = files;

    /// <summary>The changed files that are still there, in ordinal order.</summary>
    public IReadOnlyList<string> Files => [.. _files.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Reads a diff. What is not part of one is passed over; no text makes it throw.</summary>
    public static ChangedLines Parse(string diff)
    {
        var parser = new Parser(diff);
        parser.Read();
        return new ChangedLines(parser.Files);
    }

    /// <summary>Whether anything in <paramref name="file"/> has changed; a file that was only renamed counts as changed, without a changed line.</summary>
    public bool Contains(string file) => _files.ContainsKey(file);

    /// <summary>What <paramref name="file"/> was called before the change; null when it is new, was not renamed, or has not changed.</summary>
    public string? OldPath(string file) => _files.TryGetValue(file, out var change) ? change.OldPath : null;

    /// <summary>Whether one of the lines of <paramref name="region"/> was added or changed. An end in column 1 does not touch its line.</summary>
    public bool Touches(string file, TextRegion region)
    {
        if (!_files.TryGetValue(file, out var change))
        {
            return false;
        }

        var last = region.EndColumn == 1 && region.EndLine > region.StartLine ? region.EndLine - 1 : region.EndLine;
        return change.Touches(region.StartLine, last);
    }

    /// <summary>Whether lines were taken out of the stretch from <paramref name="firstLine"/> to <paramref name="lastLine"/>: more than were put in at the same place.</summary>
    public bool HasRemovals(string file, int firstLine, int lastLine) =>
        _files.TryGetValue(file, out var change) && change.HasRemovals(firstLine, lastLine);

    /// <summary>Whether <see cref="HasRemovals(string, int, int)"/> is true of any stretch of <paramref name="file"/>.</summary>
    public bool HasRemovals(string file) => HasRemovals(file, 0, int.MaxValue);

    private sealed class FileChange
    {
        // Both ascending: a diff tells its stretches in the order of the file.
        private readonly List<(int First, int Last)> _added = [];
        private readonly List<int> _removals = [];
        private bool _isWhole;

        public string? OldPath { get; set; }

        public void Add(int line)
        {
            if (_isWhole)
            {
                return;
            }

            if (_added.Count > 0 && CollectionsMarshal.AsSpan(_added)[^1] is var (first, last) && line >= first && line <= (long)last + 1)
            {
                _added[^1] = (first, Math.Max(last, line));
            }
            else if (_added.Count < MaxStretches && (_added.Count == 0 || line > _added[^1].Last))
            {
                _added.Add((line, line));
            }
            else
            {
                _isWhole = true;
            }
        }

        /// <param name="line">The line behind which lines are gone.</param>
        public void Remove(int line)
        {
            if (_removals.Count >= MaxStretches || (_removals.Count > 0 && _removals[^1] > line))
            {
                _isWhole = true;
            }
            else
            {
                _removals.Add(line);
            }
        }

        public bool Touches(int first, int last)
        {
            if (_isWhole)
            {
                return true;
            }

            var (low, high) = (0, _added.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_added[middle].Last < first)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle;
                }
            }

            return low < _added.Count && _added[low].First <= last;
        }

        public bool HasRemovals(int first, int last)
        {
            if (_isWhole)
            {
                return true;
            }

            var at = _removals.BinarySearch(first);
            at = at < 0 ? ~at : at;
            return at < _removals.Count && _removals[at] <= last;
        }
    }

    private sealed class Parser(string diff)
    {
        private int _at;
        private string? _oldPath;
        private string? _newPath;
        private FileChange? _current;

        public Dictionary<string, FileChange> Files { get; } = new(StringComparer.Ordinal);

        public void Read()
        {
            while (NextLine(out var line))
            {
                if (line.StartsWith("diff --git "))
                {
                    (_oldPath, _newPath, _current) = (null, null, null);
                }
                else if (line.StartsWith("rename from ") || line.StartsWith("copy from "))
                {
                    _oldPath = Unquote(line[(line.IndexOf(" from ") + " from ".Length)..]);
                }
                else if (line.StartsWith("rename to ") || line.StartsWith("copy to "))
                {
                    _newPath = Unquote(line[(line.IndexOf(" to ") + " to ".Length)..]);
                    Open();
                }
                else if (line.StartsWith("--- "))
                {
                    _oldPath = Path(line[4..], "a/");
                    _current = null;
                }
                else if (line.StartsWith("+++ "))
                {
                    _newPath = Path(line[4..], "b/");
                    Open();
                }
                else if (line.StartsWith("@@ -") && Hunk(line, out var hunk))
                {
                    ReadHunk(hunk);
                }
            }
        }

        private void Open()
        {
            _current = null;
            if (_newPath is null)
            {
                return;
            }

            ref var change = ref CollectionsMarshal.GetValueRefOrAddDefault(Files, _newPath, out _);
            change ??= new FileChange();
            change.OldPath = _oldPath is not null && _oldPath != _newPath ? _oldPath : change.OldPath;
            _current = change;
        }

        /// <summary>Reads the lines of a stretch by their number, so that no content can be taken for a header.</summary>
        private void ReadHunk((int OldCount, int NewStart, int NewCount) hunk)
        {
            var (oldLeft, newLeft, line) = (hunk.OldCount, hunk.NewCount, hunk.NewStart);

            // Of an empty stretch the start names the line before it.
            line += hunk.NewCount == 0 ? 1 : 0;
            var (removed, added) = (0, 0);
            while (oldLeft > 0 || newLeft > 0)
            {
                var before = _at;
                if (!NextLine(out var text))
                {
                    break;
                }

                switch (text.IsEmpty ? ' ' : text[0])
                {
                    case '-' when oldLeft > 0:
                        oldLeft--;
                        removed++;
                        break;
                    case '+' when newLeft > 0:
                        newLeft--;
                        added++;
                        _current?.Add(line);
                        line = line == int.MaxValue ? line : line + 1;
                        break;
                    case ' ' when oldLeft > 0 && newLeft > 0:
                        Settle(line, removed, added);
                        (removed, added) = (0, 0);
                        oldLeft--;
                        newLeft--;
                        line = line == int.MaxValue ? line : line + 1;
                        break;
                    case '\\':
                        break;
                    default:
                        // The diff does not keep its word: what follows is read as if from the start.
                        _at = before;
                        Settle(line, removed, added);
                        return;
                }
            }

            Settle(line, removed, added);
        }

        private void Settle(int line, int removed, int added)
        {
            if (removed > added)
            {
                _current?.Remove(line - 1);
            }
        }

        private bool NextLine(out ReadOnlySpan<char> line)
        {
            if (_at >= diff.Length)
            {
                line = default;
                return false;
            }

            var end = diff.AsSpan(_at).IndexOf('\n');
            line = end < 0 ? diff.AsSpan(_at) : diff.AsSpan(_at, end);
            _at = end < 0 ? diff.Length : _at + end + 1;
            return true;
        }

        private static bool Hunk(ReadOnlySpan<char> line, out (int OldCount, int NewStart, int NewCount) hunk)
        {
            hunk = default;
            var rest = line[4..];
            var end = rest.IndexOf(" @@");
            var plus = rest.IndexOf(" +");
            if (end < 0 || plus < 0 || plus > end)
            {
                return false;
            }

            if (!Range(rest[..plus], out _, out var oldCount) || !Range(rest[(plus + 2)..end], out var newStart, out var newCount))
            {
                return false;
            }

            hunk = (oldCount, newStart, newCount);
            return true;
        }

        private static bool Range(ReadOnlySpan<char> text, out int start, out int count)
        {
            count = 1;
            var comma = text.IndexOf(',');
            return int.TryParse(comma < 0 ? text : text[..comma], NumberStyles.None, CultureInfo.InvariantCulture, out start)
                && (comma < 0 || int.TryParse(text[(comma + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out count));
        }

        private static string? Path(ReadOnlySpan<char> text, string prefix)
        {
            var path = Unquote(text);
            return path == "/dev/null" ? null : path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path;
        }

        /// <summary>A path as it is: Git quotes unusual ones as C does, and ends one with blanks in a tab.</summary>
        private static string Unquote(ReadOnlySpan<char> text)
        {
            text = text.TrimEnd('\r').TrimEnd('\t');
            if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
            {
                return text.ToString();
            }

            text = text[1..^1];
            var bytes = new List<byte>(text.Length);
            Span<byte> utf8 = stackalloc byte[4];
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] != '\\' || i + 1 == text.Length)
                {
                    var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
                    var length = Encoding.UTF8.GetBytes(text.Slice(i, isPair ? 2 : 1), utf8);
                    bytes.AddRange(utf8[..length]);
                    i += isPair ? 1 : 0;
                    continue;
                }

                i++;
                if (i + 2 < text.Length && IsOctal(text[i]) && IsOctal(text[i + 1]) && IsOctal(text[i + 2]))
                {
                    bytes.Add((byte)(((text[i] - '0') << 6) | ((text[i + 1] - '0') << 3) | (text[i + 2] - '0')));
                    i += 2;
                    continue;
                }

                bytes.Add(text[i] switch
                {
                    'a' => 7,
                    'b' => 8,
                    't' => 9,
                    'n' => 10,
                    'v' => 11,
                    'f' => 12,
                    'r' => 13,
                    var other => other < 0x80 ? (byte)other : (byte)'?',
                });
            }

            return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
        }

        private static bool IsOctal(char c) => c is >= '0' and <= '7';
    }
}
