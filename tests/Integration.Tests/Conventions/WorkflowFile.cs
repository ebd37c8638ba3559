using YamlDotNet.RepresentationModel;

namespace Integration.Tests.Conventions;

/// <summary>A workflow, as far as our own rules look at it.</summary>
internal sealed class WorkflowFile
{
    private readonly YamlMappingNode _root;

    public WorkflowFile(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        _root = (YamlMappingNode)stream.Documents[0].RootNode;
    }

    /// <summary>The permissions of the whole file; null when there are none, which means those of the repository.</summary>
    public YamlNode? Permissions => Get(_root, "permissions");

    public IEnumerable<(string Name, YamlMappingNode Job)> Jobs =>
        Get(_root, "jobs") is YamlMappingNode jobs ? jobs.Children.Select(job => (job.Key.ToString(), (YamlMappingNode)job.Value)) : [];

    /// <summary>Every step of every job.</summary>
    public IEnumerable<YamlMappingNode> Steps =>
        from job in Jobs
        from step in Get(job.Job, "steps") is YamlSequenceNode steps ? steps.Children : []
        select (YamlMappingNode)step;

    /// <summary>Every step that uses something, and the names that it passes to it.</summary>
    public IEnumerable<(string Uses, IReadOnlyList<string> Inputs)> Uses => UsesOf(Steps);

    public static IEnumerable<(string Uses, IReadOnlyList<string> Inputs)> UsesOf(IEnumerable<YamlMappingNode> steps) =>
        from step in steps
        let uses = Get(step, "uses")
        where uses is not null
        select (uses.ToString(), Names(Get(step, "with")));

    public static YamlNode? Get(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static IReadOnlyList<string> Names(YamlNode? with) =>
        with is YamlMappingNode mapping ? [.. mapping.Children.Keys.Select(key => key.ToString())] : [];
}
