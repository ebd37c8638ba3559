namespace Actions.Shared.Text;

/// <summary>The "did you mean" of every message that refuses a name.</summary>
public static class Suggestions
{
    private const int LongestWord = 96;

    /// <summary>
    /// The candidate that <paramref name="word"/> was probably meant to be, or null when none is near enough.
    /// A difference of case alone always counts as near; otherwise about one edit (insertion, deletion, replacement or
    /// swap of neighbours) in three letters is allowed, four at most. The order of the candidates does not matter:
    /// among equally near ones the one with more letters in the same case, then the longest common start, then ordinal order decides.
    /// </summary>
    /// <param name="word">What was written; of any length, words over 96 characters only match by case.</param>
    /// <param name="candidates">What would be right; <paramref name="word"/> itself is never suggested.</param>
    public static string? Closest(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        (int Distance, int CaseDistance, int Prefix) bestRank = default;
        var limit = AllowedEdits(word.Length);
        foreach (var candidate in candidates)
        {
            if (string.Equals(word, candidate, StringComparison.Ordinal))
            {
                continue;
            }

            var distance = EditDistance(word, candidate, limit, ignoreCase: true);
            if (distance > limit || distance >= Math.Max(word.Length, candidate.Length))
            {
                continue;
            }

            var rank = (distance, EditDistance(word, candidate, LongestWord, ignoreCase: false), -CommonPrefix(word, candidate));
            if (best is null || rank.CompareTo(bestRank) is < 0 || (rank == bestRank && string.CompareOrdinal(candidate, best) < 0))
            {
                (best, bestRank) = (candidate, rank);
            }
        }

        return best;
    }

    /// <summary>
    /// How many edits lead from <paramref name="left"/> to <paramref name="right"/>, where an edit inserts, deletes or replaces one
    /// UTF-16 code unit or swaps two neighbours. Anything above <paramref name="limit"/> is reported as <paramref name="limit"/> + 1.
    /// </summary>
    internal static int EditDistance(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int limit, bool ignoreCase)
    {
        if (left.Equals(right, ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
        {
            return 0;
        }

        if (Math.Abs(left.Length - right.Length) > limit || left.Length > LongestWord || right.Length > LongestWord)
        {
            return limit + 1;
        }

        Span<int> before = stackalloc int[LongestWord + 1];
        Span<int> above = stackalloc int[LongestWord + 1];
        Span<int> row = stackalloc int[LongestWord + 1];
        for (var j = 0; j <= right.Length; j++)
        {
            above[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            var least = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var same = Same(left[i - 1], right[j - 1], ignoreCase);
                var cost = Math.Min(Math.Min(above[j], row[j - 1]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2], ignoreCase) && Same(left[i - 2], right[j - 1], ignoreCase))
                {
                    cost = Math.Min(cost, before[j - 2] + 1);
                }

                row[j] = cost;
                least = Math.Min(least, cost);
            }

            if (least > limit)
            {
                return limit + 1;
            }

            var oldest = before;
            before = above;
            above = row;
            row = oldest;
        }

        return Math.Min(above[right.Length], limit + 1);
    }

    private static int AllowedEdits(int length) => length switch
    {
        < 3 => 0,
        < 6 => 1,
        _ => Math.Min(length / 3, 4),
    };

    private static bool Same(char left, char right, bool ignoreCase) =>
        left == right || (ignoreCase && char.ToUpperInvariant(left) == char.ToUpperInvariant(right));

    private static int CommonPrefix(string left, string right) =>
        left.AsSpan().CommonPrefixLength(right);
}
