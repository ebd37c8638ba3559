using System.Text.RegularExpressions;
using Integration.Tests.Harness;

namespace Integration.Tests.Samples;

/// <summary>What the READMEs of the examples say is what the program finds, and the sample application is as it should be.</summary>
public sealed partial class SampleSpecs
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task Every_broken_example_is_found_at_the_line_and_by_the_rule_of_the_table()
    {
        var result = await Validator.RunAsync("--paths", "examples/broken");

        result.ExitCode.ShouldBe(1);
        Found(result, "examples/broken/").ShouldBe(Table("examples/broken/README.md"), ignoreOrder: true);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_unsafe_example_is_found_at_the_line_and_by_the_rule_of_the_table_and_there_is_no_other_error()
    {
        var result = await Validator.RunAsync("--paths", "examples/unsafe");

        var table = Table("examples/unsafe/README.md");
        table.Except(result.Findings.Select(f => Place(f, "examples/unsafe/"))).ShouldBeEmpty();
        result.Findings.Where(f => f.GetProperty("severity").GetString() == "error").Select(f => Place(f, "examples/unsafe/")).Except(table).ShouldBeEmpty();
        result.ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("examples/broken")]
    [InlineData("examples/unsafe")]
    public void The_table_of_the_examples_lists_every_file(string folder)
    {
        var linked = FileLink().Matches(File.ReadAllText(Repository.Path(folder + "/README.md"))).Select(m => m.Groups["file"].Value);
        linked.ShouldBe(Directory.GetFiles(Repository.Path(folder), "*.yaml").Select(f => Path.GetFileName(f)!), ignoreOrder: true);
    }

    [Fact(Timeout = Limit)]
    public async Task Every_broken_overlay_is_found_at_the_line_and_by_the_rule_of_the_table()
    {
        var result = await Validator.RunAsync("--paths", "examples/broken-kustomize");

        result.ExitCode.ShouldBe(1);
        Found(result, "examples/broken-kustomize/").ShouldBe(Table("examples/broken-kustomize/README.md"), ignoreOrder: true);
    }

    [Theory(Timeout = Limit)]
    [InlineData("k8s", 22)]
    [InlineData("examples/kustomize", 10)]
    public async Task The_right_manifests_have_no_finding_in_any_version(string path, int resources)
    {
        var result = await Validator.RunAsync(
            "--paths", path, "--kubernetes-versions", "1.32-1.36", "--missing-schemas", "error", "--pod-security", "restricted", "--fail-on", "warning");

        result.Findings.Select(f => f.ToString()).ShouldBeEmpty();
        result.ExitCode.ShouldBe(0);
        result.Summary.GetProperty("resources").GetInt32().ShouldBe(resources);
        result.Summary.GetProperty("valid").GetInt32().ShouldBe(resources);
    }

    [Fact(Timeout = Limit)]
    public async Task The_template_for_secrets_is_valid_once_it_is_copied()
    {
        using var folder = new RunnerSandbox();
        var text = await File.ReadAllTextAsync(Repository.Path("k8s/secrets.yaml.template"), TestContext.Current.CancellationToken);
        folder.Write("secrets.yaml", text);

        var result = await Validator.RunInAsync(folder.Workspace, "--paths", "secrets.yaml");

        result.Findings.Where(f => f.GetProperty("severity").GetString() == "error").ShouldBeEmpty();
        result.Summary.GetProperty("resources").GetInt32().ShouldBe(3);
    }

    /// <summary>File, line and rule of each finding; a mistake that several fields share through an anchor counts once.</summary>
    private static List<(string File, int? Line, string Rule)> Found(Validator.Result result, string folder) =>
    [
        .. result.Findings
            .Select(f => Place(f, folder))
            .Where(f => OfThisTable(f.Rule))
            .Distinct(),
    ];

    private static (string File, int? Line, string Rule) Place(System.Text.Json.JsonElement finding, string folder) => (
        finding.GetProperty("file").GetString()!.Replace(folder, "", StringComparison.Ordinal),
        finding.GetProperty("line").ValueKind == System.Text.Json.JsonValueKind.Null ? null : finding.GetProperty("line").GetInt32(),
        finding.GetProperty("rule").GetString()!);

    /// <summary>The examples are about these; what else a rule may say of such small manifests is not the point.</summary>
    private static bool OfThisTable(string rule) => AboutReading().IsMatch(rule);

    private static List<(string File, int? Line, string Rule)> Table(string page)
    {
        var rows = new List<(string, int?, string)>();
        foreach (Match row in Row().Matches(File.ReadAllText(Repository.Path(page))))
        {
            var lines = row.Groups["lines"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            var rules = row.Groups["rules"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < rules.Length; i++)
                rows.Add((row.Groups["file"].Value, lines.Length == 0 ? null : int.Parse(lines[i]), rules[i].Trim('`')));
        }

        return rows;
    }

    [GeneratedRegex(@"^\| \[?(?<file>[^\]|`]+\.yaml)[^|]*\|[^|]*\| (?<lines>[\d, ]*)\| (?<rules>(`[a-z-]+`(, )?)+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\((?<file>[a-z-]+\.yaml)\)")]
    private static partial Regex FileLink();

    [GeneratedRegex("^(yaml-|schema-|missing-(kind|api-version|name)$|api-|list-|kustomize-|helm-|unrendered-template$|encrypted-manifest$|non-k8s-yaml$)")]
    private static partial Regex AboutReading();
}
