using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Planning;

/// <summary>Knows which lists are maps: their items are told apart by fields, not by position.</summary>
internal static class ListKeys
{
    private static readonly string[] ByName = ["name"];

    /// <summary>The text that tells an item from the others, such as <c>[name="web"]</c>, for each item; null when the list is no map.</summary>
    /// <param name="field">Name of the field that holds the list.</param>
    /// <param name="list">The list.</param>
    public static IReadOnlyList<string>? Of(string field, JsonArray list)
    {
        foreach (var keys in Candidates(field))
        {
            var names = new List<string>(list.Count);
            foreach (var item in list)
            {
                if (item is not JsonObject map || Name(map, keys) is not { } name)
                {
                    break;
                }

                names.Add(name);
            }

            if (names.Count == list.Count && names.Distinct(StringComparer.Ordinal).Count() == names.Count)
            {
                return names;
            }
        }

        return null;
    }

    /// <summary>As Kubernetes writes it: <c>[containerPort=80,protocol="TCP"]</c>, keys in ordinal order.</summary>
    private static string? Name(JsonObject item, string[] keys)
    {
        var parts = new string[keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var value = item[keys[i]];
            if (value is null && keys[i] == "protocol")
            {
                parts[i] = "protocol=\"TCP\"";
                continue;
            }

            if (value is not JsonValue scalar)
            {
                return null;
            }

            parts[i] = scalar.GetValueKind() == JsonValueKind.String ? $"{keys[i]}=\"{scalar.GetValue<string>()}\"" : $"{keys[i]}={scalar.ToJsonString()}";
        }

        return $"[{string.Join(',', parts)}]";
    }

    private static IEnumerable<string[]> Candidates(string field)
    {
        string[]? own = field switch
        {
            "ports" => ["containerPort", "protocol"],
            "volumeMounts" => ["mountPath"],
            "volumeDevices" => ["devicePath"],
            "hostAliases" => ["ip"],
            "topologySpreadConstraints" => ["topologyKey", "whenUnsatisfiable"],
            "conditions" => ["type"],
            "ownerReferences" => ["uid"],
            _ => null,
        };
        if (own is not null)
        {
            yield return own;
        }

        if (field == "ports")
        {
            yield return ["port", "protocol"];
        }

        if (field is not ("args" or "command" or "rules" or "subjects"))
        {
            yield return ByName;
        }
    }
}
