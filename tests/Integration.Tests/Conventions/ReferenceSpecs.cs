using System.Text;
using Integration.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>The reference of all actions and reusable workflows, which follows from their files. UPDATE_DOCS=1 (make docs) rewrites it.</summary>
public class ReferenceSpecs
{
    [Fact]
    public void The_reference_of_the_actions_is_what_their_action_files_say()
    {
        var text = new StringBuilder("# Actions\n\nEvery input and output, from the `action.yml` of each. Their READMEs say what they are for and how to begin.\n");
        foreach (var action in Repository.Actions)
        {
            var manifest = ActionManifest.Load(action);
            text.Append($"\n## {action}\n\n{manifest.Description}\n\n[README](../../actions/{action}/README.md)\n");
            text.Append($"\n{ActionDocuments.InputTable(manifest)}\n\n{ActionDocuments.OutputTable(manifest)}\n");
        }

        ShouldBe("actions.md", text.ToString());
    }

    [Fact]
    public void The_reference_of_the_workflows_is_what_their_files_say()
    {
        var text = new StringBuilder(
            "# Reusable workflows\n\nWhat to pass to each with `jobs.<id>.uses`, and what it gives back. The head of each file says the rest.\n");
        foreach (var file in Directory.GetFiles(Repository.Path(".github", "workflows"), "*.yml").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal))
        {
            var workflow = WorkflowFile.Load(file);
            if (workflow.Call is not { } call) continue;
            text.Append($"\n## {file}\n\n[File](../../.github/workflows/{file})\n\nThe caller grants at least:\n\n```yaml\npermissions:\n");
            foreach (var (scope, access) in workflow.Needed()) text.Append($"  {scope}: {access}\n");
            text.Append("```\n");
            Append(text, ["Input", "Type", "Default", "Description"], Entries(call, "inputs", (name, entry) =>
                [$"`{name}`", Text(entry, "type"), Text(entry, "required") == "true" ? "**required**" : Code(Text(entry, "default")), Text(entry, "description")]));
            Append(text, ["Secret", "Description"], Entries(call, "secrets", (name, entry) => [$"`{name}`", Text(entry, "description")]));
            Append(text, ["Output", "Description"], Entries(call, "outputs", (name, entry) => [$"`{name}`", Text(entry, "description")]));
        }

        ShouldBe("workflows.md", text.ToString());
    }

    private static void Append(StringBuilder text, string[] head, IReadOnlyList<string[]> rows)
    {
        if (rows.Count > 0) text.Append($"\n{ActionDocuments.Table(head, rows)}\n");
    }

    private static IReadOnlyList<string[]> Entries(YamlMappingNode call, string kind, Func<string, YamlMappingNode, string[]> row) =>
        WorkflowFile.Get(call, kind) is YamlMappingNode entries ? [.. entries.Children.Select(entry => row(entry.Key.ToString(), (YamlMappingNode)entry.Value))] : [];

    private static string Text(YamlMappingNode entry, string key) => WorkflowFile.Get(entry, key)?.ToString().ReplaceLineEndings(" ").Trim() ?? "";

    private static string Code(string value) => value.Length == 0 ? "" : $"`{value}`";

    private static void ShouldBe(string file, string expected)
    {
        var path = Repository.Path("docs", "reference", file);
        Updating.ShouldBeUpToDate(path, File.Exists(path) ? File.ReadAllText(path) : "", expected);
    }
}
