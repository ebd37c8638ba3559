using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Places;

namespace Actions.TerraformPlanning.Tests.Places;

public sealed class PlanAnnotationsSpecs : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Objects_of_a_block_that_have_the_same_fate_are_one_warning_at_that_block()
    {
        Write("resource \"terraform_data\" \"many\" {\n  count = 1\n}\n");
        var annotations = Annotations(Plan(Change("terraform_data.many[1]", ChangeKind.Delete), Change("terraform_data.many[2]", ChangeKind.Delete), Change("terraform_data.many[0]", ChangeKind.Update)));
        var only = annotations.ShouldHaveSingleItem();
        (only.Severity, only.Location!.ToString(), only.Message).ShouldBe((Severity.Warning, "main.tf:1:1", "terraform_data.many[1], terraform_data.many[2] will be destroyed"));
    }

    [Fact]
    public void What_the_configuration_does_not_declare_any_more_has_no_place() =>
        Annotations(Plan(Change("terraform_data.a", ChangeKind.Delete), Change("terraform_data.b", ChangeKind.Delete))).ShouldHaveSingleItem().Location.ShouldBeNull();

    [Fact]
    public void A_gate_that_is_not_passed_is_an_error_and_one_that_was_opened_is_not()
    {
        Write("resource \"terraform_data\" \"a\" {\n}\n");
        var plan = Plan(Change("terraform_data.a", ChangeKind.DeleteThenCreate));
        var closed = Annotations(plan, new GateOptions { MaxDestroy = 0, ProtectedAddresses = ["*.a"] }).ShouldHaveSingleItem();
        (closed.Severity, closed.Message).ShouldBe((Severity.Error, "terraform_data.a will be destroyed, then created again. Not allowed by max-destroy, protected-addresses"));
        var open = Annotations(plan, new GateOptions { MaxDestroy = 0, IsOverridden = true }).ShouldHaveSingleItem();
        (open.Severity, open.Message).ShouldBe((Severity.Warning, "terraform_data.a will be destroyed, then created again. Let pass by max-destroy"));
        Annotations(plan, new GateOptions { MaxDestroy = 0 }, gatesFail: false).ShouldHaveSingleItem().Severity.ShouldBe(Severity.Warning);
    }

    [Fact]
    public void What_holds_data_comes_first() =>
        Annotations(Plan(Change("terraform_data.a", ChangeKind.Delete), Change("aws_db_instance.z", ChangeKind.Forget, "aws_db_instance")))[0].Message
            .ShouldBe("aws_db_instance.z will be forgotten: it stays as it is, and is not managed any more. It holds data");

    [Fact]
    public void What_a_rule_finds_at_a_line_is_a_warning_at_most()
    {
        var finding = new Finding { Rule = "plan-check-failed", Severity = Severity.Error, Location = new SourceLocation("main.tf", new TextRegion(3, 1, 3, 5)), Message = "check.health does not hold" };
        var report = new PlanReport { Plan = Plan(), Redactor = PlanRedactor.For([]), Findings = [finding, finding with { Location = new SourceLocation(".") }] };
        var only = PlanAnnotations.Of(report, Places(), gatesFail: true).ShouldHaveSingleItem();
        (only.Severity, only.Location!.ToString()).ShouldBe((Severity.Warning, "main.tf:3:1"));
    }

    private IReadOnlyList<Annotation> Annotations(Plan plan, GateOptions? gates = null, bool gatesFail = true) => PlanAnnotations.Of(
        new PlanReport { Plan = plan, Redactor = PlanRedactor.For(plan), Gates = gates is null ? null : PlanGates.Check(plan, gates) }, Places(), gatesFail);

    private ResourcePlaces Places() => new(_directory.Path, _directory.Path, new Dictionary<string, string>());

    private void Write(string text) => File.WriteAllText(Path.Combine(_directory.Path, "main.tf"), text);

    private static Plan Plan(params ResourceChange[] changes) => new() { FormatVersion = "1.2", Changes = changes };

    private static ResourceChange Change(string address, ChangeKind kind, string type = "terraform_data") => new() { Address = address, Type = type, Kind = kind };
}
