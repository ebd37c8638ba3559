using System.Text.RegularExpressions;
using Integration.Tests.Conventions;
using YamlDotNet.RepresentationModel;

namespace Integration.Tests.EndToEnd;

/// <summary>
/// Reads what a job of a pipeline passes to the steps of the workflow that it calls. Expressions are not evaluated: the test says what each of them is, by its
/// exact text, so that a changed expression fails the test that relies on it.
/// </summary>
internal sealed partial class WorkflowReader
{
    private readonly WorkflowFile _called;
    private readonly IReadOnlyDictionary<string, string> _expressions;
    private readonly Dictionary<string, string> _inputs;

    /// <param name="pipeline">The workflow that calls, by its file name.</param>
    /// <param name="job">Its job.</param>
    /// <param name="expressions">What stands for each expression of either workflow, without its braces; <c>inputs.x</c> of the called one needs none.</param>
    public WorkflowReader(string pipeline, string job, IReadOnlyDictionary<string, string> expressions)
    {
        var caller = WorkflowFile.Load(pipeline).Jobs.Single(j => j.Name == job).Job;
        _called = WorkflowFile.Load(WorkflowFile.Called(caller) ?? throw new InvalidOperationException($"Job {job} of {pipeline} calls no workflow."));
        _expressions = expressions;
        _inputs = ((YamlMappingNode)WorkflowFile.Get(_called.Call!, "inputs")!).Children.ToDictionary(
            input => input.Key.ToString(), input => WorkflowFile.Get((YamlMappingNode)input.Value, "default")?.ToString() ?? "");
        foreach (var (name, value) in Expand((YamlMappingNode)WorkflowFile.Get(caller, "with")!, new Dictionary<string, string>())) _inputs[name] = value;
    }

    /// <summary>The action of a step, and what the runner would give to it.</summary>
    public (string Action, Dictionary<string, string> With) Step(string job, string id)
    {
        var step = WorkflowFile.StepsOf(_called.Jobs.Single(j => j.Name == job).Job).Single(s => WorkflowFile.Get(s, "id")?.ToString() == id);
        return (WorkflowFile.OwnAction(step)!, Expand((YamlMappingNode)WorkflowFile.Get(step, "with")!, _inputs));
    }

    private Dictionary<string, string> Expand(YamlMappingNode with, IReadOnlyDictionary<string, string> inputs) =>
        with.Children.ToDictionary(pair => pair.Key.ToString(), pair => Expression().Replace(pair.Value.ToString(), match => Value(match.Groups["text"].Value, inputs)));

    private string Value(string expression, IReadOnlyDictionary<string, string> inputs) =>
        expression.StartsWith("inputs.", StringComparison.Ordinal) && inputs.TryGetValue(expression["inputs.".Length..], out var input) ? input
        : _expressions.TryGetValue(expression, out var value) ? value
        : throw new InvalidOperationException($"The test does not say what '{expression}' is.");

    [GeneratedRegex(@"\$\{\{\s*(?<text>.*?)\s*\}\}")]
    private static partial Regex Expression();
}
