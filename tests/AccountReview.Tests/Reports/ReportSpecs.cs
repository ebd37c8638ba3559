using System.Diagnostics;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Tests.Reports;

public class ReportSpecs
{
    [Fact]
    public async Task The_json_report_is_as_its_schema_says()
    {
        var report = Report();
        var folder = Directory.CreateTempSubdirectory("schema-check-");
        try
        {
            var file = Path.Combine(folder.FullName, "report.json");
            await File.WriteAllTextAsync(file, ReviewJson.Render(report), TestContext.Current.CancellationToken);
            (await ProblemsAsync(Path.Combine(Root, "docs", "reference", "account-report.schema.json"), file)).ShouldBeEmpty();
            await File.WriteAllTextAsync(file, ReviewSarif.Render(report), TestContext.Current.CancellationToken);
            (await ProblemsAsync("sarif-2.1.0", file)).ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Money_and_danger_come_first_in_the_summary()
    {
        var page = ReviewMarkdown.Render(Report());

        page.ShouldStartWith("### 🔴 ");
        page.IndexOf("a month** could be saved", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("#### Danger", StringComparison.Ordinal));
        page.IndexOf("#### Danger", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("#### Money", StringComparison.Ordinal));
        page.IndexOf("#### Money", StringComparison.Ordinal).ShouldBeLessThan(page.IndexOf("Everything else", StringComparison.Ordinal));
    }

    [Fact]
    public void Sarif_shows_a_finding_at_the_line_of_terraform_and_others_by_the_resource()
    {
        var report = Report();
        var located = report with
        {
            Result = report.Result with
            {
                Findings = [.. report.Result.Findings.Select(f => f.Rule.Id == "unused-flexible-ip" ? f with { Location = new SourceLocation("infra/main.tf", new TextRegion(3, 1, 3, 20)) } : f)],
            },
        };

        var sarif = ReviewSarif.Render(located);

        sarif.ShouldContain("\"uri\": \"infra/main.tf\"");
        sarif.ShouldContain("\"uri\": \"scaleway/iam-api-key/k\"");
        sarif.ShouldContain("\"scaleway\"");
    }

    private static string Root { get; } = FindRoot();

    private static AccountReport Report()
    {
        var facts = new Facts()
            .Priced("flexible-ip", 2.92m)
            .Without(CloudKinds.Budget)
            .With(CloudKinds.User, "{'id':'boss','type':'owner','mfa':true,'last_login_at':@-1}")
            .With(CloudKinds.ApiKey, "{'access_key':'k','user_id':'boss','expires_at':@-3,'created_at':@-30}")
            .With(CloudKinds.Ip, "{'id':'i','address':'51.15.1.1','server':null,'state':'detached','tags':['owner=lab']}")
            .With(CloudKinds.RegistryNamespace, "{'id':'n','name':'demo','is_public':true,'image_count':2,'updated_at':@-1}");
        var allowed = new AllowList([new AllowEntry("registry-public-namespace", "demo", "me", "for customers", new DateOnly(2027, 1, 1), new SourceLocation("allow.yaml", new TextRegion(2, 3, 2, 9)))]);
        var context = facts.Context();
        var result = ReviewEngine.Run(RuleCatalogue.All, context, allowed);
        return new AccountReport
        {
            Version = "1.0.0",
            Inventory = context.Inventory,
            Result = result,
            Costs = new AccountCosts(12.3m, null, 4m),
            Calls = "1 API call",
            Duration = TimeSpan.FromSeconds(1),
            Trend = new ReviewTrend(Facts.Today, new HashSet<string>(), new HashSet<string>(), [new PastFinding("f", "r", "k", "n")], [], 1),
            Ledger = Ledger.Empty,
            Plan = CleanUpPlanner.Plan(result, context, Actions.AccountReview.Terraform.TerraformState.Empty, Ledger.Empty, new CleanUpSettings()),
        };
    }

    private static async Task<string> ProblemsAsync(string schema, string document)
    {
        var tool = Path.Combine(Root, "tests", "tools", "json-schema");
        if (!Directory.Exists(Path.Combine(tool, "node_modules")))
        {
            const string Missing = "The schema validator is not installed: run eng/tools.sh";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Missing);
            Assert.Fail(Missing);
        }

        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(tool, "validate.mjs"), schema, document })
            start.ArgumentList.Add(argument);
        using var node = Process.Start(start)!;
        var problems = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var trouble = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        (await trouble).ShouldBeEmpty();
        return await problems;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Actions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
