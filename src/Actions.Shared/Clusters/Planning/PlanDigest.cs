using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>Computes the identity of a plan.</summary>
public static class PlanDigest
{
    /// <summary>
    /// <c>sha256:</c> and 64 hexadecimal digits over every change with its value before and after. The plan's order and what is unchanged do not matter.
    /// Values of Secrets enter as HMAC-SHA256 under <paramref name="key"/>, so that nobody who reads the digest can try values; without a key only their names enter.
    /// </summary>
    /// <param name="items">The plan.</param>
    /// <param name="key">Something that only readers of the cluster know and that stays the same, such as the UID of the namespace; null when there is none.</param>
    public static string Of(IEnumerable<PlanItem> items, string? key)
    {
        var text = new StringBuilder();
        foreach (var item in items.Where(i => i.Action != PlannedAction.Unchanged).OrderBy(i => i.Key))
        {
            text.Append(item.Key.Group).Append('\0').Append(item.Key).Append('\0').Append(item.Action).Append('\n');
            var changes = item.Action is PlannedAction.Create or PlannedAction.Recreate ? FieldDiff.Between(null, item.Desired?.Object) : item.Changes;
            foreach (var change in changes)
            {
                var (before, after) = change.IsSecret ? (Seal(change.Sealed.Before, key), Seal(change.Sealed.After, key)) : (CanonicalJson.Write(change.Before), CanonicalJson.Write(change.After));
                text.Append(change.Field).Append('\0').Append(change.Kind).Append('\0').Append(before).Append('\0').Append(after).Append('\n');
            }

            // Of an object that goes, its identity says which one was meant.
            if (item.Action is PlannedAction.Delete or PlannedAction.Recreate)
            {
                text.Append(item.Live?.Uid).Append('\n');
            }

            foreach (var conflict in item.Conflicts)
            {
                text.Append(conflict.Field).Append('\0').Append(conflict.Manager).Append('\0').Append(conflict.Decision).Append('\n');
            }
        }

        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Seal(JsonNode? value, string? key) => (value, key) switch
    {
        (null, _) => "",
        (_, null) => "***",
        _ => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), CanonicalJson.Bytes(value).Span)),
    };
}
