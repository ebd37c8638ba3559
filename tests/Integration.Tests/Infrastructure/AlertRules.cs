using System.Diagnostics;
using Integration.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Infrastructure;

/// <summary>The rules of PrometheusRule objects, in the form that promtool reads.</summary>
internal static class AlertRules
{
    /// <summary>The names of the alerts in a file of the repository.</summary>
    public static IEnumerable<string> Names(string file) =>
        from @group in Groups(file)
        from rule in (YamlSequenceNode)@group["rules"]
        select rule["alert"].ToString();

    /// <summary>Lets promtool test the rules of <paramref name="files"/> as <paramref name="test"/>, a file beside this one, says.</summary>
    public static async Task ShouldPassAsync(string test, params string[] files)
    {
        var folder = Directory.CreateTempSubdirectory("alert-rules-");
        try
        {
            var rules = new YamlMappingNode("groups", new YamlSequenceNode(files.SelectMany(Groups)));
            await using (var writer = new StreamWriter(Path.Combine(folder.FullName, "rules.yaml"))) new YamlStream(new YamlDocument(rules)).Save(writer, assignAnchors: false);
            File.Copy(Repository.Path("tests", "Integration.Tests", "Infrastructure", test), Path.Combine(folder.FullName, "test.yaml"));

            await PromtoolAsync("test", "rules", Path.Combine(folder.FullName, "test.yaml"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Lets promtool read expressions.</summary>
    public static async Task ShouldBeExpressionsAsync(IEnumerable<string> expressions)
    {
        var file = Path.GetTempFileName();
        try
        {
            var rules = expressions.Select((expression, i) => new YamlMappingNode("record", $"expression:{i}", "expr", expression));
            var group = new YamlMappingNode("name", "expressions", "rules", new YamlSequenceNode(rules));
            await using (var writer = new StreamWriter(file)) new YamlStream(new YamlDocument(new YamlMappingNode("groups", new YamlSequenceNode(group)))).Save(writer, assignAnchors: false);

            await PromtoolAsync("check", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static YamlSequenceNode Groups(string file)
    {
        var stream = new YamlStream();
        using var reader = File.OpenText(Repository.Path(file));
        stream.Load(reader);
        return (YamlSequenceNode)stream.Documents[0].RootNode["spec"]["groups"];
    }

    private static async Task PromtoolAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, output + await errors);
    }
}
