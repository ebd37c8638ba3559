using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Objects;

/// <summary>One entry of <c>status.conditions</c>.</summary>
/// <param name="Type">For example <c>Ready</c>.</param>
/// <param name="Status"><c>True</c>, <c>False</c> or <c>Unknown</c>.</param>
/// <param name="Reason">One word; may be empty.</param>
/// <param name="Message">For people; may be empty.</param>
/// <param name="Updated">When it was last written; null if that is not known.</param>
/// <param name="ObservedGeneration">The generation it speaks about; null if it does not say.</param>
internal sealed record LiveCondition(string Type, string Status, string Reason, string Message, DateTimeOffset? Updated, long? ObservedGeneration)
{
    public bool IsTrue => Status == "True";

    public bool IsFalse => Status == "False";

    /// <summary>What it says, for the end of a sentence: the message, else the reason.</summary>
    public string Says => Message.Length > 0 ? Quoted.Line(Message) : Reason.Length > 0 ? Quoted.Line(Reason) : "no reason given";

    public static LiveCondition? Find(ClusterObject item, string type)
    {
        foreach (var condition in item.Status.Objects("conditions"))
        {
            if (condition.Text("type") == type)
            {
                return Read(condition);
            }
        }

        return null;
    }

    private static LiveCondition Read(JsonObject node) => new(
        node.Text("type") ?? "",
        node.Text("status") ?? "",
        node.Text("reason") ?? "",
        node.Text("message") ?? "",
        node.Time("lastUpdateTime") ?? node.Time("lastTransitionTime"),
        node.Integer("observedGeneration"));
}
