using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Clusters.Planning;

/// <summary>Brings objects into the form in which they are sent, so that what comes back can be compared with it field by field.</summary>
public static class ObjectPreparation
{
    private static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>
    /// The object as a member of an ApplySet. <c>stringData</c> of a Secret is written as <c>data</c>, because server-side apply does not know that they are
    /// the same; ports without a protocol get <c>TCP</c>, which API servers before 1.22 demand of a list that is a map; <c>status</c> is left out.
    /// </summary>
    /// <param name="item">The object.</param>
    /// <param name="setId">Id of the ApplySet.</param>
    public static ClusterObject Prepare(ClusterObject item, string setId)
    {
        var body = (JsonObject)item.Body.DeepClone();
        body.Remove("status");
        JsonFields.Child(JsonFields.Child(body, "metadata"), "labels")[ApplySet.MemberLabel] = setId;
        if (item is { Group: "", Kind: "Secret" } && body["stringData"] is JsonObject texts)
        {
            body.Remove("stringData");
            var data = JsonFields.Child(body, "data");
            foreach (var (key, value) in texts)
            {
                data[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value?.ToJsonString() ?? ""));
            }
        }

        if (item is { Group: "", Kind: "Service" })
        {
            AddProtocols(JsonFields.Find(body, "spec", "ports"));
        }
        else if (PodView.Path(item.Group, item.Kind) is { } path)
        {
            var pod = JsonFields.Find(JsonFields.Find(body, [.. path]), "spec");
            foreach (var container in ContainerLists.SelectMany(l => JsonFields.Find(pod, l) as JsonArray ?? []))
            {
                AddProtocols(JsonFields.Find(container, "ports"));
            }
        }

        return new ClusterObject(body);
    }

    private static void AddProtocols(JsonNode? ports)
    {
        foreach (var port in (ports as JsonArray ?? []).OfType<JsonObject>())
        {
            port["protocol"] ??= "TCP";
        }
    }
}
