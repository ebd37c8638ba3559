using System.Diagnostics;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;

namespace Actions.AccountReview.Tests.Reports;

public class ReviewMetricsSpecs
{
    private static readonly Facts Account = new Facts()
        .Priced("flexible-ip", 2.92m)
        .Without(CloudKinds.Budget)
        .With(CloudKinds.Project, "{'id':'x','name':'shop \\\"1\\\"'}")
        .With(CloudKinds.Application, "{'id':'ci','name':'ci'}")
        .With(CloudKinds.ApiKey, "{'access_key':'SCWCANARY','application_id':'ci','expires_at':@10}")
        .With(CloudKinds.ApiKey, "{'access_key':'SCWCANARY2','application_id':'ci','expires_at':@3}")
        .With(CloudKinds.ApiKey, "{'access_key':'SCWCANARY3','user_id':'boss','expires_at':@-3}")
        .With(CloudKinds.Ip, "{'id':'i','address':'51.15.1.1','server':null,'state':'detached'}")
        .With(CloudKinds.Ip, "{'id':'j','address':'51.15.1.2','server':null,'state':'detached'}")
        .With(CloudKinds.Cluster, "{'id':'c','name':'prod','version':'1.35.3'}")
        .With(CloudKinds.ClusterVersion, "{'name':'1.35.3','end_of_life_at':@100}")
        .With(CloudKinds.Consumption, "{'project_id':'x','category_name':'Compute','value':{'currency_code':'EUR','units':12,'nanos':500000000}}")
        .With(CloudKinds.Consumption, "{'project_id':'x','category_name':'Compute','value':{'currency_code':'EUR','units':1,'nanos':0}}")
        .With(CloudKinds.Consumption, "{'project_id':'gone','category_name':'Storage','value':{'currency_code':'EUR','units':3,'nanos':0}}");

    [Fact]
    public void Money_danger_and_leftovers_are_told()
    {
        var lines = Render().Split('\n');

        foreach (var line in new[]
        {
            "account_review_timestamp_seconds 1795514400",
            "account_review_complete 0",
            "account_review_findings{severity=\"low\",area=\"clean-up\",status=\"fail\"} 3",
            "account_review_findings{severity=\"critical\",area=\"cost\",status=\"fail\"} 0",
            "account_review_resources{kind=\"instance-ip\"} 2",
            "account_review_cost_month_to_date_eur{project=\"shop \\\"1\\\"\",category=\"Compute\"} 13.5",
            "account_review_cost_month_to_date_eur{project=\"gone\",category=\"Storage\"} 3",
            "account_review_cost_previous_month_eur 4",
            "account_review_saving_eur 5.84",
            "account_review_unused{kind=\"instance-ip\"} 2",
            "account_review_unused_eur{kind=\"instance-ip\"} 5.84",
            "account_review_deletions_due 0",
            "account_review_api_key_expiry_timestamp_seconds{holder=\"ci\"} 1795773600",
            "account_review_kubernetes_end_of_life_timestamp_seconds{cluster=\"prod\",version=\"1.35.3\"} 1804154400",
        })
        {
            lines.ShouldContain(line);
        }

        lines.ShouldNotContain(l => l.StartsWith("account_review_cost_forecast_eur ", StringComparison.Ordinal), "what is not known has no sample");
        lines.ShouldNotContain(l => l.Contains("CANARY", StringComparison.Ordinal));
        lines.ShouldNotContain(l => l.Contains("holder=\"user boss\"", StringComparison.Ordinal), "the key has expired");
    }

    [Fact]
    public async Task Prometheus_takes_them()
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await promtool.StandardInput.WriteAsync(Render());
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);

        said.ShouldBeEmpty();
        promtool.ExitCode.ShouldBe(0);
    }

    private static string Render()
    {
        var context = Account.Context();
        var result = ReviewEngine.Run(RuleCatalogue.All, context, AllowList.Empty);
        return ReviewMetrics.Render(new AccountReport
        {
            Version = "1.0.0",
            Inventory = context.Inventory,
            Result = result,
            Costs = new AccountCosts(16.5m, null, 4m),
            Calls = "1 API call",
            Duration = TimeSpan.FromSeconds(1),
            Ledger = Ledger.Empty,
            Plan = CleanUpPlanner.Plan(result, context, Actions.AccountReview.Terraform.TerraformState.Empty, Ledger.Empty, new CleanUpSettings()),
        });
    }
}
