using System.Text.Json;
using System.Text.RegularExpressions;
using Integration.Tests.Harness;
using Integration.Tests.Samples;

namespace Integration.Tests.Infrastructure;

/// <summary>Alerts and dashboards, held against Prometheus' own tool, our own rules, and the metrics that the programs write.</summary>
public sealed partial class MonitoringSpecs
{
    private const string Folder = "infrastructure/monitoring";

    private static IReadOnlyList<string> Alerts =>
        [.. Directory.GetFiles(Repository.Path(Folder, "alerts"), "*.yaml").Select(Path.GetFileName).OfType<string>().Where(f => f != "kustomization.yaml").Order(StringComparer.Ordinal).Select(f => $"{Folder}/alerts/{f}")];

    /// <summary>The names in the programs' own calls.</summary>
    private static IReadOnlyList<string> Written =>
    [
        .. new[] { "actions", "src" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => WrittenMetric().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .Distinct(),
    ];

    public static TheoryData<string> Dashboards => [.. Directory.GetFiles(Repository.Path(Folder, "dashboards"), "*.json").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    [Fact(Timeout = 120_000)]
    public async Task The_manifests_are_valid()
    {
        var result = await Validator.RunAsync("--paths", Folder, "--pod-security", "restricted", "--fail-on", "warning");

        result.Findings.ShouldBeEmpty();
        result.ExitCode.ShouldBe(0, result.Errors);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("platform-alerts.test.yaml")]
    [InlineData("account-alerts.test.yaml")]
    public Task The_alerts_fire_when_they_should_and_only_then(string test) => AlertRules.ShouldPassAsync(test, [.. Alerts]);

    [Fact]
    public void Every_alert_is_tested_and_told_in_the_readme()
    {
        var tests = string.Concat(Directory.GetFiles(Repository.Path("tests", "Integration.Tests", "Infrastructure"), "*-alerts.test.yaml").Select(File.ReadAllText));
        var readme = File.ReadAllText(Repository.Path(Folder, "README.md"));

        foreach (var alert in Alerts.SelectMany(AlertRules.Names))
        {
            tests.ShouldContain($"alertname: {alert}\n");
            readme.ShouldContain(alert);
        }
    }

    [Fact]
    public void Every_metric_that_is_asked_for_is_written_by_a_program()
    {
        var texts = Alerts.Select(file => File.ReadAllText(Repository.Path(file))).Concat(Dashboards.SelectMany(row => Expressions(row.Data)));

        texts.SelectMany(text => Metric().Matches(text)).Select(match => match.Value).Distinct().ShouldBeSubsetOf(Written);
    }

    [Fact]
    public void The_reference_has_every_metric_that_is_written_and_no_other()
    {
        var reference = File.ReadAllText(Repository.Path("docs", "reference", "metrics.md"));

        Metric().Matches(reference).Select(match => match.Value).Distinct().ShouldBe(Written, ignoreOrder: true);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Dashboards))]
    public Task A_dashboard_asks_what_Prometheus_understands(string dashboard) =>
        AlertRules.ShouldBeExpressionsAsync(Expressions(dashboard).Select(e => e.Replace("$__range", "30d", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Dashboards))]
    public void The_panels_of_a_dashboard_have_ids_of_their_own_and_do_not_overlap(string dashboard)
    {
        var panels = Panels(dashboard).ToArray();

        panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        panels.SelectMany(Cells).ShouldBeUnique();
        panels.ShouldAllBe(panel => panel.GetProperty("gridPos").GetProperty("x").GetInt32() + panel.GetProperty("gridPos").GetProperty("w").GetInt32() <= 24);
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        int Of(string name) => panel.GetProperty("gridPos").GetProperty(name).GetInt32();
        return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
    }

    private static IEnumerable<JsonElement> Panels(string dashboard)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Path(Folder, "dashboards", dashboard)));
        return [.. document.RootElement.Clone().GetProperty("panels").EnumerateArray()];
    }

    private static IEnumerable<string> Expressions(string dashboard) =>
        Panels(dashboard).SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!);

    [GeneratedRegex("""Gauge\(\s*"(?<name>[a-z0-9_]+)""")]
    private static partial Regex WrittenMetric();

    [GeneratedRegex(@"\b(deploy_k8s|terraform_plan|renovate_run|account_review)_\w+")]
    private static partial Regex Metric();
}
