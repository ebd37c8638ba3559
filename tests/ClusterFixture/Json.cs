using System.Text.Json.Nodes;

namespace ClusterFixture;

/// <summary>JSON of tests.</summary>
public static class Json
{
    /// <summary>Parses an object.</summary>
    public static JsonObject Object(string json) => JsonNode.Parse(json)!.AsObject();
}
