using System.Text.RegularExpressions;
using Integration.Tests.Harness;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>What the documents say of the actions, held against action.yml. UPDATE_DOCS=1 (make docs) rewrites instead of failing.</summary>
public partial class ReadmeSpecs
{
    public static TheoryData<string> Actions => [.. Repository.Actions];

    public static TheoryData<string> Documents =>
    [
        .. new[] { "README.md", "CONTRIBUTING.md" }
            .Concat(Repository.Actions.Select(action => $"actions/{action}/README.md"))
            .Concat(Directory.GetFiles(Repository.Path("docs"), "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.Root, path)))
            .Where(path => File.Exists(Repository.Path(path)))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Actions))]
    public void The_tables_of_a_readme_are_those_of_its_action_file(string action)
    {
        var path = Repository.Path("actions", action, "README.md");
        var text = File.ReadAllText(path);

        Updating.ShouldBeUpToDate(path, text, ActionDocuments.WithTables(text, ActionManifest.Load(action)));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Examples_pass_only_inputs_that_the_action_declares(string document)
    {
        var itself = OwnReadme().Match(document);
        foreach (var block in YamlBlock().Matches(File.ReadAllText(Repository.Path(document))).Select(match => match.Groups["yaml"].Value))
        {
            foreach (var step in Mappings(Parse(block, document)))
            {
                if (WorkflowFile.Get(step, "with") is not YamlMappingNode with) continue;
                var used = OurAction().Match(WorkflowFile.Get(step, "uses")?.ToString() ?? "");
                var action = used.Success ? used.Groups["name"].Value : WorkflowFile.Get(step, "uses") is null && itself.Success ? itself.Groups["name"].Value : null;
                if (action is not null) with.Children.Keys.Select(key => key.ToString()).ShouldBeSubsetOf(ActionManifest.Load(action).Inputs.Keys, $"{document}: {step}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Examples_read_only_outputs_that_an_action_declares(string document)
    {
        var declared = Repository.Actions.SelectMany(action => ActionManifest.Load(action).Outputs.Keys).ToHashSet();

        foreach (var output in StepOutput().Matches(File.ReadAllText(Repository.Path(document))).Select(match => match.Groups["output"].Value))
            declared.ShouldContain(output, document);
    }

    private static YamlSequenceNode Parse(string yaml, string document)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException exception)
        {
            throw new ShouldAssertException($"{document} has an example that is not YAML: {exception.Message}\n{yaml}");
        }

        return new YamlSequenceNode(stream.Documents.Select(part => part.RootNode));
    }

    private static IEnumerable<YamlMappingNode> Mappings(YamlSequenceNode node) => node.AllNodes.OfType<YamlMappingNode>();

    [GeneratedRegex(@"^```ya?ml\n(?<yaml>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex YamlBlock();

    [GeneratedRegex(@"/actions/(?<name>[a-z-]+)(@|$)")]
    private static partial Regex OurAction();

    [GeneratedRegex("^actions/(?<name>[^/]+)/README.md$")]
    private static partial Regex OwnReadme();

    [GeneratedRegex(@"\bsteps\.[\w-]+\.outputs\.(?<output>[\w-]+)")]
    private static partial Regex StepOutput();
}
