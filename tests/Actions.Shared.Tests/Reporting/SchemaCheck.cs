using System.Diagnostics;

namespace Actions.Shared.Tests.Reporting;

/// <summary>Validates documents against JSON Schemas with Ajv, an implementation that nobody here wrote (tests/tools/json-schema).</summary>
internal static class SchemaCheck
{
    public const string Sarif = "sarif-2.1.0";

    public static string Findings { get; } = Path.Combine(Golden.Root, "docs", "reference", "findings.schema.json");

    public static string Deployments { get; } = Path.Combine(Golden.Root, "docs", "reference", "deploy-report.schema.json");

    public static async Task<string> ProblemsAsync(string schema, params string[] documents)
    {
        var tool = Path.Combine(Golden.Root, "tests", "tools", "json-schema");
        if (!Directory.Exists(Path.Combine(tool, "node_modules")))
        {
            const string Missing = "The schema validator is not installed: run eng/tools.sh";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", Missing);
            Assert.Fail(Missing);
        }

        var folder = Directory.CreateTempSubdirectory("schema-check-");
        try
        {
            var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add(Path.Combine(tool, "validate.mjs"));
            start.ArgumentList.Add(schema);
            foreach (var (index, document) in documents.Index())
            {
                var file = Path.Combine(folder.FullName, $"{index}.json");
                await File.WriteAllTextAsync(file, document, TestContext.Current.CancellationToken);
                start.ArgumentList.Add(file);
            }

            using var node = Process.Start(start)!;
            var problems = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var trouble = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            (await trouble).ShouldBeEmpty();
            node.ExitCode.ShouldBe((await problems).Length == 0 ? 0 : 1);
            return await problems;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
