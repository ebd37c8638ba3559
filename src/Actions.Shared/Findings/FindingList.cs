using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Actions.Shared.Findings;

/// <summary>Brings findings into their one deterministic form: without repeats, in order, with fingerprints.</summary>
public static class FindingList
{
    /// <summary>
    /// Drops findings that say the same of the same place, orders by file, position, severity (worst first), rule and message,
    /// and sets <see cref="Finding.Fingerprint"/>. The same findings in any order give the same result.
    /// </summary>
    public static IReadOnlyList<Finding> Normalize(IEnumerable<Finding> findings)
    {
        var ordered = findings
            .Distinct(SamePlace.Instance)
            .Order(Comparer<Finding>.Create(Compare))
            .ToArray();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < ordered.Length; i++)
        {
            var first = Fingerprint(ordered[i], 1);
            var occurrence = seen[first] = seen.GetValueOrDefault(first) + 1;
            ordered[i] = ordered[i] with { Fingerprint = occurrence == 1 ? first : Fingerprint(ordered[i], occurrence) };
        }

        return ordered;
    }

    private static int Compare(Finding? left, Finding? right)
    {
        var result = string.CompareOrdinal(left!.Location.File, right!.Location.File);
        result = result != 0 ? result : (left.Location.Region ?? default).CompareTo(right.Location.Region ?? default);
        result = result != 0 ? result : right.Severity - left.Severity;
        result = result != 0 ? result : string.CompareOrdinal(left.Rule, right.Rule);
        return result != 0 ? result : string.CompareOrdinal(left.Message, right.Message);
    }

    /// <summary>The hash of what a finding is, and of how many of the same came before it.</summary>
    private static string Fingerprint(Finding f, int occurrence)
    {
        var identity = string.Join(
            '\0', f.Rule, f.Location.File, f.Resource?.ApiVersion, f.Resource?.Kind, f.Resource?.Namespace, f.Resource?.Name, f.Field, f.Message,
            occurrence.ToString(CultureInfo.InvariantCulture));
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(identity.Length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(buffer.AsSpan(0, Encoding.UTF8.GetBytes(identity, buffer)), hash);
        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash[..16]);
    }

    private sealed class SamePlace : IEqualityComparer<Finding>
    {
        public static SamePlace Instance { get; } = new();

        public bool Equals(Finding? left, Finding? right) =>
            left!.Rule == right!.Rule && left.Location == right.Location && left.Message == right.Message;

        public int GetHashCode(Finding finding) => HashCode.Combine(finding.Rule, finding.Location, finding.Message);
    }
}
