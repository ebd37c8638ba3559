using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Actions.Shared.Findings;

/// <summary>Brings findings into their one deterministic form: without repeats, in order, with fingerprints.</summary>
public static class FindingList
{
    private const int Few = 16;
    private const int FingerprintsPerBatch = 512;

    /// <summary>
    /// Orders by file, position, severity (worst first), rule and message, drops findings that say the same of the same place, and sets
    /// <see cref="Finding.Fingerprint"/>. The same findings in any order give the same result.
    /// </summary>
    public static IReadOnlyList<Finding> Normalize(IEnumerable<Finding> findings)
    {
        Finding[] ordered = [.. findings];
        Array.Sort(ordered, Compare);
        Array.Resize(ref ordered, MoveToTheFront(ordered));

        // Only some reports show fingerprints, and hashing takes longer than all the rest.
        var fingerprints = new Lazy<string[]>(() => Fingerprints(ordered));
        for (var i = 0; i < ordered.Length; i++)
        {
            ordered[i] = ordered[i].WithFingerprint(fingerprints, i);
        }

        return ordered;
    }

    /// <summary>Moves to the front, in order, what is not a repeat, and says how many that are.</summary>
    private static int MoveToTheFront(Finding[] ordered)
    {
        var kept = 0;
        for (int start = 0, end; start < ordered.Length; start = end)
        {
            for (end = start + 1; end < ordered.Length && ordered[end].Location == ordered[start].Location;)
            {
                end++;
            }

            var first = kept;
            var said = end - start > Few ? new HashSet<Finding>(SameText.Instance) : null;
            for (var i = start; i < end; i++)
            {
                var finding = ordered[i];
                if (said is null ? !ordered.AsSpan(first..kept).Contains(finding, SameText.Instance) : said.Add(finding))
                {
                    ordered[kept++] = finding;
                }
            }
        }

        return kept;
    }

    /// <summary>What tells nothing apart in a report comes last, so that of repeats always the same one stays.</summary>
    private static int Compare(Finding left, Finding right)
    {
        var result = string.CompareOrdinal(left.Location.File, right.Location.File);
        result = result != 0 ? result : (left.Location.Region ?? default).CompareTo(right.Location.Region ?? default);
        result = result != 0 ? result : right.Severity - left.Severity;
        result = result != 0 ? result : string.CompareOrdinal(left.Rule, right.Rule);
        result = result != 0 ? result : string.CompareOrdinal(left.Message, right.Message);
        result = result != 0 ? result : string.CompareOrdinal(left.Field, right.Field);
        result = result != 0 ? result : string.CompareOrdinal(left.Resource?.ToString(), right.Resource?.ToString());
        result = result != 0 ? result : string.CompareOrdinal(left.Resource?.ApiVersion, right.Resource?.ApiVersion);
        return result != 0 ? result : string.CompareOrdinal(left.Hint, right.Hint);
    }

    private static string[] Fingerprints(Finding[] ordered)
    {
        var fingerprints = new string[ordered.Length];
        Parallel.For(0, (ordered.Length + FingerprintsPerBatch - 1) / FingerprintsPerBatch, batch =>
        {
            for (var i = batch * FingerprintsPerBatch; i < Math.Min(ordered.Length, (batch + 1) * FingerprintsPerBatch); i++)
            {
                fingerprints[i] = Fingerprint(ordered[i], 1);
            }
        });

        var seen = new Dictionary<string, int>(ordered.Length, StringComparer.Ordinal);
        for (var i = 0; i < ordered.Length; i++)
        {
            var occurrence = seen[fingerprints[i]] = seen.GetValueOrDefault(fingerprints[i]) + 1;
            if (occurrence > 1)
            {
                fingerprints[i] = Fingerprint(ordered[i], occurrence);
            }
        }

        return fingerprints;
    }

    /// <summary>The hash of what a finding is, and of how many of the same came before it.</summary>
    private static string Fingerprint(Finding f, int occurrence)
    {
        ReadOnlySpan<string?> parts =
        [
            f.Rule, f.Location.File, f.Resource?.ApiVersion, f.Resource?.Kind, f.Resource?.Namespace, f.Resource?.Name, f.Field, f.Message,
            occurrence.ToString(CultureInfo.InvariantCulture),
        ];
        var characters = parts.Length;
        foreach (var part in parts)
        {
            characters += part?.Length ?? 0;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(characters));
        var length = 0;
        foreach (var part in parts)
        {
            length += Encoding.UTF8.GetBytes(part, buffer.AsSpan(length));
            buffer[length++] = 0;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(buffer.AsSpan(0, length - 1), hash);
        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash[..16]);
    }

    /// <summary>Findings that say the same, if they are in the same place.</summary>
    private sealed class SameText : IEqualityComparer<Finding>
    {
        public static SameText Instance { get; } = new();

        public bool Equals(Finding? left, Finding? right) => left!.Rule == right!.Rule && left.Message == right.Message;

        public int GetHashCode(Finding finding) => HashCode.Combine(finding.Rule, finding.Message);
    }
}
