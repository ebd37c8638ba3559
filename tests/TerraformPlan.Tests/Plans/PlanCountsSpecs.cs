using Actions.Shared.Plans;

namespace Actions.TerraformPlan.Tests.Plans;

public sealed class PlanCountsSpecs
{
    [Theory]
    [InlineData("create", "create 2")]
    [InlineData("update", "update 1")]
    [InlineData("replace", "replace 1")]
    [InlineData("replace-create-first", "replace 1")]
    [InlineData("replace-requested", "replace 1")]
    [InlineData("replace-triggered", "replace 1, update 1")]
    [InlineData("delete", "delete 1")]
    [InlineData("deposed", "delete 1, deposed 1")]
    [InlineData("destroy", "delete 2")]
    [InlineData("count-index", "delete 1, update 2")]
    [InlineData("forget", "forget 1")]
    [InlineData("move", "move 1")]
    [InlineData("import", "update 1, import 1")]
    [InlineData("import-only", "import 1")]
    [InlineData("outputs-only", "outputs 3")]
    [InlineData("sensitive", "update 1, outputs 1")]
    [InlineData("targeted", "update 1")]
    [InlineData("errored", "update 1")]
    [InlineData("refresh-only", "outputs 1")]
    [InlineData("no-change", "")]
    public void Counts_come_from_the_changes(string recording, string expected) => Words(Recording.Plan(recording).Counts).ShouldBe(expected);

    // Facts 2 and 3: their actions are "no-op", or they are missing from the summary line, and they are changes all the same.
    [Theory]
    [InlineData("move", true)]
    [InlineData("import-only", true)]
    [InlineData("forget", true)]
    [InlineData("outputs-only", true)]
    [InlineData("deposed", true)]
    [InlineData("no-change", false)]
    public void A_plan_that_does_anything_has_changes(string recording, bool expected) => Recording.Plan(recording).HasChanges.ShouldBe(expected);

    [Theory]
    [InlineData("no-op", ChangeKind.NoOp)]
    [InlineData("read", ChangeKind.Read)]
    [InlineData("create", ChangeKind.Create)]
    [InlineData("update", ChangeKind.Update)]
    [InlineData("delete", ChangeKind.Delete)]
    [InlineData("delete,create", ChangeKind.DeleteThenCreate)]
    [InlineData("create,delete", ChangeKind.CreateThenDelete)]
    [InlineData("forget", ChangeKind.Forget)]
    [InlineData("create,forget", ChangeKind.CreateThenForget)]
    [InlineData("forget,create", ChangeKind.CreateThenForget)]
    [InlineData("evaporate", ChangeKind.Unknown)]
    public void Every_list_of_actions_is_one_kind(string actions, ChangeKind expected)
    {
        var json = Recording.Json("update");
        json["resource_changes"]![0]!["change"]!["actions"] = new System.Text.Json.Nodes.JsonArray([.. actions.Split(',').Select(a => (System.Text.Json.Nodes.JsonNode)a)]);

        Recording.Read(json).Changes.ShouldHaveSingleItem().Kind.ShouldBe(expected);
    }

    private static string Words(PlanCounts counts)
    {
        (string Name, int Number)[] all =
        [
            ("delete", counts.Delete), ("deposed", counts.Deposed), ("replace", counts.Replace), ("forget", counts.Forget), ("update", counts.Update), ("create", counts.Create),
            ("import", counts.Import), ("move", counts.Move), ("outputs", counts.Outputs), ("read", counts.Read), ("drift", counts.Drift), ("deferred", counts.Deferred),
        ];
        return string.Join(", ", all.Where(c => c.Number > 0).Select(c => $"{c.Name} {c.Number}"));
    }
}
