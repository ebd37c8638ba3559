using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Plans;
using Markdig;

namespace Actions.TerraformPlan.Tests.Plans;

public sealed partial class PlanMarkdownSpecs
{
    public static TheoryData<string> Scenarios => [.. Recording.Names];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_scenario_is_written_as_it_was_when_somebody_last_read_it(string recording) =>
        Recording.Matches(PlanMarkdown.Render(Recording.Report(Recording.Plan(recording), Context(recording)), PlanMarkdown.CommentBudget).Text, recording + ".md");

    [Theory]
    [InlineData("replace", "### 🟠 1 resource will be replaced in prod")]
    [InlineData("count-index", "### 🟠 1 resource will be destroyed and 2 updated in prod")]
    [InlineData("no-change", "### ✅ No changes in prod")]
    [InlineData("errored", "### ❌ The plan has failed in prod; as far as it goes, 1 resource will be updated")]
    [InlineData("outputs-only", "### 🟠 3 outputs will change in prod")]
    [InlineData("other/stateful", "### 🔴 1 resource will be changed in a way that is not known, 2 destroyed, 1 replaced, 2 updated and 1 output changed in prod")]
    [InlineData("other/terraform-1.9-deferred", "### 🟠 1 resource will be created and 2 left for the next plan in prod")]
    [InlineData("other/opentofu-1.9", "### 🔴 1 resource will be destroyed, 2 forgotten, 1 created and 1 output changed in prod")]
    public void The_first_line_says_what_will_happen(string recording, string expected) =>
        PlanMarkdown.Render(Recording.Report(Recording.Plan(recording))).Text.Split('\n')[0].ShouldBe(expected);

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void The_page_stays_within_its_budget_with_everything_closed(string recording)
    {
        var report = Recording.Report(Recording.Plan(recording));
        foreach (var budget in (int[])[1_000, 1_300, 2_000, 4_000, 60_000])
            ShouldBeSound(PlanMarkdown.Render(report, budget).Text, budget);
    }

    [Fact]
    public void Nothing_in_a_plan_acts_as_Markdown_or_HTML()
    {
        const string Nasty = "```\n</details><script>alert(1)</script> @octocat/team [x](https://evil.example) ![i](https://evil.example/i.png) #12 :100: \u202e<!-- \e[31m ~~~";
        var change = new ResourceChange
        {
            Address = $"t.{Nasty}",
            Type = "t",
            PreviousAddress = Nasty,
            Kind = ChangeKind.DeleteThenCreate,
            ActionReason = Nasty,
            Before = Json(Nasty + "a"),
            After = Json(Nasty + "b"),
        };
        var plan = new Plan
        {
            FormatVersion = "1.2",
            ToolVersion = Nasty,
            Changes = [change, change with { Address = "u." + Nasty, Kind = ChangeKind.Create }, change with { Address = "v." + Nasty, Kind = ChangeKind.Delete, ActionReason = "delete_because_no_module", ModuleAddress = Nasty }],
            Outputs = [new OutputChange { Name = Nasty, Kind = ChangeKind.Create, After = Json(Nasty) }],
            Checks = [new PlanCheck(Nasty, "check", CheckStatus.Fail, [Nasty])],
            Actions = [new ActionInvocation(Nasty, Nasty, Nasty, Nasty, default)],
            Deferred = [change with { DeferredReason = Nasty }],
            Drift = [change with { Kind = ChangeKind.Update }],
        };
        var report = Recording.Report(plan, new PlanContext { Name = Nasty, Workspace = Nasty, Directory = Nasty, Tool = Nasty, Commit = Nasty, Digest = Nasty, Targets = [Nasty], ReportUrl = "javascript:alert(1)" }) with
        {
            Gates = new GateResult([new GateViolation("max-destroy", Nasty, [Nasty])], true, Nasty),
            Findings = [new Finding { Rule = Nasty, Severity = Severity.Error, Location = new SourceLocation(Nasty), Message = Nasty, Hint = Nasty }],
            SinceLast = [new PlanDifference(Nasty, "updated", "created", []), new PlanDifference(Nasty, "updated", "updated", [Nasty])],
        };
        foreach (var budget in (int[])[1_000, 1_500, 2_500, 5_000, 60_000])
        {
            var text = PlanMarkdown.Render(report, budget).Text;
            ShouldBeSound(text, budget);
            var html = Markdown.ToHtml(text, new MarkdownPipelineBuilder().UseAdvancedExtensions().Build());
            html.ShouldNotContain("<script", Case.Insensitive);
            html.ShouldNotContain("<a ", Case.Insensitive);
            html.ShouldNotContain("<img", Case.Insensitive);
            html.ShouldNotContain("\u202e");
            html.ShouldNotContain("\e");
            CodeElements().Replace(html, "").ShouldNotContain("@octocat");
        }
    }

    [Fact]
    public void What_does_not_fit_goes_in_order_of_danger()
    {
        var created = Enumerable.Range(0, 40).Select(i => new ResourceChange { Address = $"aws_subnet.created_{i}", Type = "aws_subnet", Kind = ChangeKind.Create, After = Json(new string('x', 200)) });
        var destroyed = Enumerable.Range(0, 20).Select(i => new ResourceChange { Address = $"aws_subnet.destroyed_{i}", Type = "aws_subnet", Kind = ChangeKind.Delete });
        var plan = new Plan { FormatVersion = "1.2", Changes = [.. created, .. destroyed] };

        var page = PlanMarkdown.Render(Recording.Report(plan), 2_500);

        Enumerable.Range(0, 20).ShouldAllBe(i => page.Text.Contains($"aws_subnet.destroyed_{i}`", StringComparison.Ordinal));
        page.Hidden.ShouldBeGreaterThan(0);
        page.Text.ShouldContain($"{page.Hidden} entries are left out");
        PlanMarkdown.Render(Recording.Report(plan), PlanMarkdown.SummaryBudget).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void Characters_of_several_bytes_count_as_such()
    {
        var plan = new Plan
        {
            FormatVersion = "1.2",
            Changes = [.. Enumerable.Range(0, 200).Select(i => new ResourceChange { Address = $"t.日本語{i}", Type = "t", Kind = ChangeKind.Update, Before = Json($"😀{i}\n" + new string('語', 500)), After = Json($"😀{i}!\n" + new string('語', 501)) })],
        };

        var text = PlanMarkdown.Render(Recording.Report(plan), 20_000).Text;

        ShouldBeSound(text, 20_000);
        text.ShouldNotContain("\ufffd");
    }

    [Fact]
    public void The_same_report_gives_the_same_text() =>
        PlanMarkdown.Render(Recording.Report(Recording.Plan("other/stateful"))).Text.ShouldBe(PlanMarkdown.Render(Recording.Report(Recording.Plan("other/stateful"))).Text);

    [Fact]
    public void Gates_are_named_with_what_they_stop()
    {
        var plan = Recording.Plan("destroy");
        var report = Recording.Report(plan) with { Gates = PlanGates.Check(plan, new GateOptions { MaxDestroy = 0 }) };

        PlanMarkdown.Render(report).Text.ShouldContain("- ⛔ `max-destroy`: 2 resources would be destroyed or replaced, and at most 0 may be: `terraform_data.db`, `terraform_data.web`");
    }

    internal static void ShouldBeSound(string text, int budget)
    {
        Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(budget);
        text.ShouldEndWith("\n");
        var fence = "";
        var details = 0;
        foreach (var line in PlainText.Lines(text))
        {
            var run = line.TakeWhile(c => c == '`').Count();
            if (fence.Length > 0)
            {
                fence = run >= fence.Length && run == line.Length ? "" : fence;
                continue;
            }

            if (run >= 3)
                fence = new string('`', run);
            details += Regex.Count(line, "<details") - Regex.Count(line, "</details");
            details.ShouldBeGreaterThanOrEqualTo(0);
        }

        fence.ShouldBe("");
        details.ShouldBe(0);
    }

    private static PlanJson Json(string text) => new(Encoding.UTF8.GetBytes(new System.Text.Json.Nodes.JsonObject { ["a"] = text, ["l"] = new System.Text.Json.Nodes.JsonArray(text), [text] = 1 }.ToJsonString()));

    private static PlanContext Context(string recording)
    {
        var context = new PlanContext { Name = "prod", Directory = "infra/prod", Commit = "0123456789abcdef0123", Tool = recording.Contains("tofu", StringComparison.Ordinal) ? "OpenTofu" : "Terraform" };
        return recording switch
        {
            "destroy" => context with { Mode = PlanMode.Destroy },
            "refresh-only" => context with { Mode = PlanMode.RefreshOnly },
            "targeted" => context with { Targets = ["terraform_data.web"] },
            "workspace" => context with { Workspace = "prod" },
            _ => context,
        };
    }

    [GeneratedRegex("<(code|pre).*?</(code|pre)>", RegexOptions.Singleline)]
    private static partial Regex CodeElements();
}
