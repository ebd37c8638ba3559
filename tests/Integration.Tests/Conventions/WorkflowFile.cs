using System.Text.RegularExpressions;
using Integration.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>A workflow, as far as our own rules look at it.</summary>
internal sealed partial class WorkflowFile
{
    private readonly YamlMappingNode _root;

    public WorkflowFile(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        _root = (YamlMappingNode)stream.Documents[0].RootNode;
        Text = yaml;
    }

    /// <summary>The file as it is.</summary>
    public string Text { get; }

    /// <summary>The permissions of the whole file; null when there are none, which means those of the repository.</summary>
    public YamlNode? Permissions => Get(_root, "permissions");

    /// <summary>The concurrency of the whole file; null when it has none.</summary>
    public YamlMappingNode? Concurrency => Get(_root, "concurrency") as YamlMappingNode;

    /// <summary>What other workflows call it with; null when they cannot.</summary>
    public YamlMappingNode? Call => (Get(_root, "on") as YamlMappingNode) is { } on ? Get(on, "workflow_call") as YamlMappingNode : null;

    /// <summary>What starts it.</summary>
    public IReadOnlyList<string> Triggers => Get(_root, "on") switch
    {
        YamlMappingNode on => Keys(on),
        YamlSequenceNode on => [.. on.Children.Select(event_ => event_.ToString())],
        var on => [on!.ToString()],
    };

    public IEnumerable<(string Name, YamlMappingNode Job)> Jobs =>
        Get(_root, "jobs") is YamlMappingNode jobs ? jobs.Children.Select(job => (job.Key.ToString(), (YamlMappingNode)job.Value)) : [];

    /// <summary>Every step of every job.</summary>
    public IEnumerable<YamlMappingNode> Steps => Jobs.SelectMany(job => StepsOf(job.Job));

    /// <summary>Every step that uses something, and the names that it passes to it.</summary>
    public IEnumerable<(string Uses, IReadOnlyList<string> Inputs)> Uses => UsesOf(Steps);

    /// <summary>A workflow of this repository.</summary>
    public static WorkflowFile Load(string name) => new(File.ReadAllText(Repository.Path(".github", "workflows", name)));

    /// <summary>The steps of a job.</summary>
    public static IEnumerable<YamlMappingNode> StepsOf(YamlMappingNode job) =>
        Get(job, "steps") is YamlSequenceNode steps ? steps.Children.Cast<YamlMappingNode>() : [];

    public static IEnumerable<(string Uses, IReadOnlyList<string> Inputs)> UsesOf(IEnumerable<YamlMappingNode> steps) =>
        from step in steps
        let uses = Get(step, "uses")
        where uses is not null
        select (uses.ToString(), Keys(Get(step, "with")));

    public static YamlNode? Get(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    /// <summary>The keys of a mapping, in order; none of anything else.</summary>
    public static IReadOnlyList<string> Keys(YamlNode? node) => node is YamlMappingNode mapping ? [.. mapping.Children.Keys.Select(key => key.ToString())] : [];

    /// <summary>The name of the workflow of this repository that a job calls; null when it calls none.</summary>
    public static string? Called(YamlMappingNode job) => Get(job, "uses")?.ToString() is { } uses && OwnWorkflow().Match(uses) is { Success: true } own ? own.Groups["name"].Value : null;

    /// <summary>The name of the action of this repository that a step uses; null when it uses none.</summary>
    public static string? OwnAction(YamlMappingNode step) => Get(step, "uses")?.ToString() is { } uses && OwnActionPath().Match(uses) is { Success: true } own ? own.Groups["name"].Value : null;

    /// <summary>The scopes of a block of permissions.</summary>
    public static IReadOnlyDictionary<string, string> Scopes(YamlNode? permissions) =>
        permissions is YamlMappingNode mapping ? mapping.Children.ToDictionary(scope => scope.Key.ToString(), scope => scope.Value.ToString()) : new Dictionary<string, string>();

    /// <summary>All that its jobs ask for together, the most of each scope: what a caller has to grant.</summary>
    public IReadOnlyDictionary<string, string> Needed()
    {
        var needed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (scope, access) in Jobs.SelectMany(job => Scopes(Get(job.Job, "permissions"))))
            if (!needed.TryGetValue(scope, out var before) || before != "write") needed[scope] = access;
        return needed;
    }

    [GeneratedRegex(@"^(\.|\$)/\.github/workflows/(?<name>[\w-]+\.yml)$")]
    private static partial Regex OwnWorkflow();

    [GeneratedRegex(@"^(\.|\$)/actions/(?<name>[\w-]+)$")]
    private static partial Regex OwnActionPath();
}
