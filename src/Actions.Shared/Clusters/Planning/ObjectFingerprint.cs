using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>
/// Recognises an object that is as an earlier deployment left it. Whoever else changes a field of ours becomes its manager, and the field is ours no longer;
/// so an apply of the same manifest changes nothing as long as our fields and their values are the same.
/// </summary>
public static class ObjectFingerprint
{
    /// <summary>128 bits are plenty: it is compared with one other, and only whoever may write our inventory could choose that.</summary>
    private const int Bytes = 16;

    /// <summary>22 characters over the manifest, the fields that we manage and their values; null if the object says nothing of our fields, or if there is something to take over.</summary>
    /// <param name="desired">The object as the manifest wants it.</param>
    /// <param name="live">The object as it is.</param>
    /// <param name="fieldManager">Who we are.</param>
    public static string? Of(ClusterObject desired, ClusterObject live, string fieldManager)
    {
        if (ManagedFields.AppliedBy(live, fieldManager) is not { } fields || ManagedFields.HasClientSide(live))
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (JsonNode part in (JsonNode[])[desired.Body, fields, ManagedFields.Extract(live, fields).Body])
        {
            CanonicalJson.Append(hash, part);
            hash.AppendData("\n"u8);
        }

        return Convert.ToBase64String(hash.GetHashAndReset().AsSpan(0, Bytes)).TrimEnd('=');
    }
}
