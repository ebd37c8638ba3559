using System.Globalization;
using DiffPlex;

namespace Actions.Shared.Plans;

/// <summary>Compares texts line by line.</summary>
internal static class TextDiff
{
    private const int Context = 2;
    private const int MostLines = 4_000;

    /// <summary>
    /// The lines that differ, with two lines around them: <c>- </c>, <c>+ </c> or two blanks in front of each, <c>! …</c> where lines are left out.
    /// Texts of more than 4,000 lines are not compared but counted. Empty when only the ends of lines differ, or nothing.
    /// </summary>
    public static IReadOnlyList<string> Between(string before, string after)
    {
        var (left, right) = (Lines(before), Lines(after));
        if (left.Length > MostLines || right.Length > MostLines)
            return [string.Create(CultureInfo.InvariantCulture, $"! {left.Length} lines become {right.Length} lines")];

        var result = new List<string>();
        var shownTo = 0;
        foreach (var block in new Differ().CreateLineDiffs(string.Join('\n', left), string.Join('\n', right), ignoreWhitespace: false).DiffBlocks)
        {
            if (result.Count > 0)
                AppendContext(shownTo, Math.Min(block.DeleteStartA, shownTo + Context));
            var from = Math.Max(shownTo, block.DeleteStartA - Context);
            if (from > shownTo)
                result.Add("! …");
            AppendContext(from, block.DeleteStartA);
            result.AddRange(left.Skip(block.DeleteStartA).Take(block.DeleteCountA).Select(l => "- " + l));
            result.AddRange(right.Skip(block.InsertStartB).Take(block.InsertCountB).Select(l => "+ " + l));
            shownTo = block.DeleteStartA + block.DeleteCountA;
        }

        if (result.Count > 0)
        {
            AppendContext(shownTo, Math.Min(left.Length, shownTo + Context));
            if (shownTo < left.Length)
                result.Add("! …");
        }

        return result;

        void AppendContext(int start, int end)
        {
            for (var i = start; i < end; i++)
                result.Add("  " + left[i]);
            shownTo = Math.Max(shownTo, end);
        }
    }

    private static string[] Lines(string text)
    {
        if (text.Length == 0)
            return [];
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
