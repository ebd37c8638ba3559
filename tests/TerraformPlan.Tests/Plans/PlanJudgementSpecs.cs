using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared.Findings;
using Actions.Shared.Plans;

namespace Actions.TerraformPlan.Tests.Plans;

public sealed class PlanJudgementSpecs
{
    [Theory]
    [InlineData("no-change", RiskLevel.None)]
    [InlineData("create", RiskLevel.Low)]
    [InlineData("update", RiskLevel.Low)]
    [InlineData("move", RiskLevel.Low)]
    [InlineData("import-only", RiskLevel.Low)]
    [InlineData("delete", RiskLevel.Medium)]
    [InlineData("replace", RiskLevel.Medium)]
    [InlineData("forget", RiskLevel.Medium)]
    [InlineData("outputs-only", RiskLevel.Medium)]
    [InlineData("errored", RiskLevel.Medium)]
    [InlineData("checks", RiskLevel.Medium)]
    [InlineData("sensitive-removed", RiskLevel.High)]
    [InlineData("other/stateful", RiskLevel.High)]
    [InlineData("other/terraform-0.15", RiskLevel.High)]
    public void Risk_follows_what_can_be_lost(string recording, RiskLevel expected)
    {
        var risk = PlanRisk.Of(Recording.Plan(recording));

        risk.Level.ShouldBe(expected);
        (risk.Reasons.Count > 0).ShouldBe(expected > RiskLevel.Low);
    }

    [Theory]
    [InlineData("aws_db_instance", true)]
    [InlineData("aws_fsx_lustre_file_system", true)]
    [InlineData("azurerm_cosmosdb_account", true)]
    [InlineData("google_sql_database_instance", true)]
    [InlineData("scaleway_rdb_instance", true)]
    [InlineData("aws_security_group", false)]
    [InlineData("terraform_data", false)]
    public void Types_that_hold_data_are_known(string type, bool expected) => StatefulTypes.Contains(type).ShouldBe(expected);

    [Theory]
    [InlineData("module.*.aws_db_instance.*", "module.a.module.b.aws_db_instance.x[0]", true)]
    [InlineData("aws_s3_bucket.logs", "aws_s3_bucket.logs", true)]
    [InlineData("aws_s3_bucket.logs", "aws_s3_bucket.logs2", false)]
    [InlineData("aws_?3_*", "aws_s3_bucket.x", true)]
    [InlineData("a.b[\"x\\y\"]", "a.b[\"x\\y\"]", true)]
    [InlineData("A.*", "a.b", false)]
    public void Patterns_stand_for_whole_addresses(string pattern, string address, bool expected) => Globs.IsMatch(pattern, address).ShouldBe(expected);

    [Fact]
    public void Replacements_count_as_destroyed()
    {
        PlanGates.Check(Recording.Plan("replace"), new GateOptions { MaxDestroy = 0 }).Violations.ShouldHaveSingleItem().Gate.ShouldBe("max-destroy");
        PlanGates.Check(Recording.Plan("replace"), new GateOptions { MaxDestroy = 1 }).Passed.ShouldBeTrue();
        PlanGates.Check(Recording.Plan("forget"), new GateOptions { MaxDestroy = 0 }).Passed.ShouldBeTrue();
    }

    [Theory]
    [InlineData("delete", "protected-addresses")]
    [InlineData("replace", "protected-addresses")]
    [InlineData("forget", "protected-addresses")]
    [InlineData("deposed", "protected-addresses")]
    public void What_is_protected_may_not_be_lost_in_any_way(string recording, string gate)
    {
        var result = PlanGates.Check(Recording.Plan(recording), new GateOptions { ProtectedAddresses = ["terraform_data.*"] });

        result.Passed.ShouldBeFalse();
        result.Violations.ShouldHaveSingleItem().Gate.ShouldBe(gate);
        PlanRisk.Of(Recording.Plan(recording), result).Level.ShouldBe(RiskLevel.High);
    }

    [Theory]
    [InlineData("update")]
    [InlineData("create")]
    [InlineData("move")]
    public void What_is_protected_may_change(string recording) =>
        PlanGates.Check(Recording.Plan(recording), new GateOptions { ProtectedAddresses = ["*"], ProtectedTypes = ["*"], ProtectStateful = true, MaxDestroy = 0 }).Passed.ShouldBeTrue();

    [Fact]
    public void Moving_out_of_the_protected_name_does_not_help()
    {
        var json = Recording.Json("replace");
        json["resource_changes"]![0]!["previous_address"] = "terraform_data.protected";

        PlanGates.Check(Recording.Read(json), new GateOptions { ProtectedAddresses = ["terraform_data.protected"] }).Passed.ShouldBeFalse();
    }

    [Fact]
    public void An_override_lets_pass_and_keeps_what_was_violated()
    {
        var result = PlanGates.Check(Recording.Plan("delete"), new GateOptions { MaxDestroy = 0, IsOverridden = true, OverriddenBy = "the label \"x\"" });

        (result.Passed, result.Violations.Count, result.OverriddenBy).ShouldBe((true, 1, "the label \"x\""));
    }

    [Fact]
    public void A_renamed_resource_gets_its_moved_block() =>
        MovedSuggestions.Of(Recording.Plan("missing-moved")).ShouldHaveSingleItem().Block.ShouldBe("moved {\n  from = terraform_data.web\n  to   = terraform_data.app\n}\n");

    [Fact]
    public void A_renamed_module_gets_one_block()
    {
        var suggestion = MovedSuggestions.Of(Recording.Plan("module-moved")).ShouldHaveSingleItem();

        (suggestion.From, suggestion.To).ShouldBe(("module.net", "module.network"));
    }

    [Fact]
    public void A_key_that_is_renamed_is_a_move_too() => Suggest(Deleted("t.a[\"x\"]", 1, 2, 3), Created("t.a[\"y\"]", 1, 2, 3)).ShouldBe("t.a[\"x\"] -> t.a[\"y\"]");

    [Fact]
    public void The_most_similar_are_paired_and_each_once() =>
        Suggest(Deleted("t.a", 1, 2, 3, 4), Deleted("t.b", 1, 2, 3, 5), Created("t.c", 1, 2, 3, 5), Created("t.d", 1, 2, 3, 4)).ShouldBe("t.a -> t.d, t.b -> t.c");

    [Fact]
    public void What_is_too_different_or_of_another_type_is_no_move()
    {
        Suggest(Deleted("t.a", 1, 2, 3, 4), Created("t.b", 5, 6, 3, 4)).ShouldBe("");
        Suggest(Deleted("t.a", 1, 2, 3, 4), Created("u.b", 1, 2, 3, 4)).ShouldBe("");
        Suggest(Deleted("t.a", 1, 2), Created("t.b")).ShouldBe("");
    }

    [Fact]
    public void An_object_that_is_taken_out_of_a_count_explains_the_changes_after_it()
    {
        var shift = IndexShifts.Of(Recording.Plan("count-index")).ShouldHaveSingleItem();

        shift.ShouldBe(new IndexShift("terraform_data.web", 0, -1, 2));
        shift.Explanation.ShouldStartWith("terraform_data.web[0] and those after it get the values of what came after, because count numbers objects by their place and 1 was taken out at [0].");
    }

    [Fact]
    public void An_object_that_is_put_in_explains_the_changes_after_it() =>
        IndexShifts.Of(Plan(Updated("t.a[0]", "0", "a", "new"), Updated("t.a[1]", "1", "b", "a"), Updated("t.a[2]", "2", "c", "b"), Created("t.a[3]", 1) with { Index = "3" }))
            .ShouldHaveSingleItem().ShouldBe(new IndexShift("t.a", 0, 1, 2));

    [Fact]
    public void Changes_of_their_own_are_no_shift() =>
        IndexShifts.Of(Plan(Updated("t.a[0]", "0", "a", "x"), Updated("t.a[1]", "1", "b", "y"), Deleted("t.a[2]", 1) with { Index = "2" })).ShouldBeEmpty();

    [Fact]
    public void Drift_is_told_from_drift_that_affects_the_plan_and_from_code()
    {
        var drift = PlanDrift.Of(Recording.Plan("other/drift"));

        // The security group is changed back, the queue made again; the zone of the subnet is where the route gets its own from.
        drift.Affecting.Select(d => d.Address).ShouldBe(["aws_security_group.web", "aws_sqs_queue.jobs", "aws_subnet.a"]);
        drift.Harmless.Select(d => d.Address).ShouldBe(["aws_instance.web", "aws_vpc.main"]);
        drift.Unapplied.Select(d => d.Address).ShouldBe(["aws_route.a", "aws_sns_topic.new"]);
        drift.Sentence("prod").ShouldBe("prod has drifted: 3 resources changed outside, which affects the plan, 2 resources changed outside without affecting it, 2 changes of the code not applied");
    }

    [Theory]
    [InlineData("no-change", "prod is in sync")]
    [InlineData("update", "prod has 1 change of the code not applied")]
    [InlineData("outputs-only", "prod has 3 changes of the code not applied")]
    public void Without_drift_what_changes_is_code(string recording, string expected) => PlanDrift.Of(Recording.Plan(recording)).Sentence("prod").ShouldBe(expected);

    [Theory]
    [InlineData("no-change", "")]
    [InlineData("create", "")]
    [InlineData("checks", "plan-check-failed")]
    [InlineData("targeted", "plan-incomplete")]
    [InlineData("missing-moved", "plan-missing-moved")]
    [InlineData("count-index", "plan-index-shift")]
    [InlineData("outputs-only", "plan-output-removed")]
    [InlineData("sensitive-removed", "plan-sensitivity-removed")]
    [InlineData("other/stateful", "plan-output-removed, plan-stateful-loss, plan-unknown-security, plan-unmarked-secret")]
    [InlineData("other/terraform-1.9-deferred", "plan-incomplete")]
    public void Rules_need_nothing_but_the_plan(string recording, string expected)
    {
        var plan = Recording.Plan(recording);

        string.Join(", ", PlanRules.Check(plan, PlanRedactor.For(plan)).Select(f => f.Rule).Distinct().Order(StringComparer.Ordinal)).ShouldBe(expected);
    }

    [Fact]
    public void Rules_can_be_switched_off_and_have_a_budget()
    {
        var plan = Recording.Plan("create");
        var redactor = PlanRedactor.For(plan);

        PlanRules.Check(plan, redactor, new PlanRuleOptions { MaxResources = 1 }).ShouldHaveSingleItem().Message.ShouldBe("the root manages 2 resources, and should manage at most 1");
        PlanRules.Check(plan, redactor, new PlanRuleOptions { MaxResources = 1, Levels = new Dictionary<string, Severity?> { ["plan-resource-budget"] = null } }).ShouldBeEmpty();
        PlanRules.All.Select(r => r.Id).ShouldBe(PlanRules.All.Select(r => r.Id).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_fingerprint_survives_being_hidden_and_tells_what_changed()
    {
        var json = Recording.Json("update");
        var before = Print(json);
        json["resource_changes"]![0]!["change"]!["after"]!["input"]!["size"] = 4;
        json["resource_changes"]!.AsArray().Add(JsonNode.Parse("""{"address":"t.new","type":"t","change":{"actions":["create"],"after":{"a":1}}}"""));
        var after = Print(json);

        var found = PlanFingerprint.Find($"text\n{before.Hidden()}\nmore").ShouldNotBeNull();

        found.CompareTo(before).ShouldBeEmpty();
        found.CompareTo(after).Select(d => $"{d.Name} {d.Words}").ShouldBe(["t.new was not in the last plan, and is to be created", "terraform_data.web is still to be updated, but with other values: input.size"]);
        after.CompareTo(found)[0].Words.ShouldBe("was to be created, and stays as it is now");
    }

    [Fact]
    public void A_fingerprint_that_is_too_large_says_less_and_never_something_wrong()
    {
        var changes = Enumerable.Range(0, 500).Select(i => Updated($"t.r{i}", "", $"a{i}", $"b{i}")).ToArray();
        var plan = Plan(changes);
        var print = PlanFingerprint.Of(plan, PlanRedactor.For(plan), Recording.Key);

        var hidden = print.Hidden(2_000);

        hidden.Length.ShouldBeLessThanOrEqualTo(2_000);
        var found = PlanFingerprint.Find(hidden).ShouldNotBeNull();
        found.IsCut.ShouldBeTrue();
        found.CompareTo(print).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!-- plan-fingerprint: AAAA -->")]
    [InlineData("<!-- plan-fingerprint: abc -->")]
    public void What_is_not_a_fingerprint_is_none(string comment) => PlanFingerprint.Find(comment).ShouldBeNull();

    private static PlanFingerprint Print(JsonObject json)
    {
        var plan = Recording.Read(json);
        return PlanFingerprint.Of(plan, PlanRedactor.For(plan), Recording.Key);
    }

    private static string Suggest(params ResourceChange[] changes) => string.Join(", ", MovedSuggestions.Of(Plan(changes)).Select(s => $"{s.From} -> {s.To}"));

    private static Plan Plan(params ResourceChange[] changes) => new() { FormatVersion = "1.2", Changes = changes };

    private static ResourceChange Deleted(string address, params int[] values) => new() { Address = address, Type = address[..1], Kind = ChangeKind.Delete, Before = Json(values) };

    private static ResourceChange Created(string address, params int[] values) => new() { Address = address, Type = address[..1], Kind = ChangeKind.Create, After = Json(values) };

    private static ResourceChange Updated(string address, string index, string before, string after) => new()
    {
        Address = address,
        Type = "t",
        Index = index,
        Kind = ChangeKind.Update,
        Before = new PlanJson(Encoding.UTF8.GetBytes($$"""{"v":"{{before}}"}""")),
        After = new PlanJson(Encoding.UTF8.GetBytes($$"""{"v":"{{after}}"}""")),
    };

    private static PlanJson Json(int[] values) => new(Encoding.UTF8.GetBytes("{" + string.Join(',', values.Select((v, i) => $"\"k{i}\":{v}")) + "}"));
}
