using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Processes;
using Spectre.Console;

namespace Actions.TestHelper;

/// <summary>What the sample action does.</summary>
public enum Deed
{
    Report,
    Fail,
    FailTwice,
    HaveABug,
    Wait,
    IgnoreTheInterrupt,
    RunAChild,
    PrintUntrusted,
}

/// <summary>One option of every kind.</summary>
public sealed record SampleOptions(
    Deed Deed,
    IReadOnlyList<string> Paths,
    IReadOnlyList<string> Versions,
    bool Strict,
    int Jobs,
    TimeSpan Timeout,
    string KubeContext,
    IReadOnlyList<Severity> Severities,
    string? Token);

/// <summary>An action for the tests of the run loop: an option of every kind, and an end of every kind.</summary>
public static class SampleAction
{
    public static ActionProgram<SampleOptions> Program { get; } = new()
    {
        Name = "sample-action",
        Summary = "Shows how an action reads its options and how it ends.",
        ReadOptions = reader => new(
            reader.Choice("deed", "What to do.", Deed.Report),
            reader.Lines("paths", "Files to look at.", ["."], isPositional: true),
            reader.Lines("versions", "Versions to look for.", ["1.36"], takesCommas: true),
            reader.Boolean("strict", "Whether unknown fields are errors.", true),
            reader.Integer("jobs", "How many at once.", 2, 1, 64),
            reader.Duration("timeout", "How long to wait.", TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(1)),
            reader.Text("kube-context", "The context to use."),
            reader.Choices("severities", "What to show.", [Severity.Error, Severity.Warning]),
            reader.Secret("token", "The token to use.")),
        Outputs = [new("options", "The options as they were read."), new("valid", "Whether all was well.")],
        RunAsync = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(SampleOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        context.Outputs.Set("valid", false);
        context.Outputs.Set("options", Describe(options));
        if (options.Token is { } token)
            context.Log.Info($"the token is {token}");

        switch (options.Deed)
        {
            case Deed.Fail:
                throw new ActionException("The file is broken", "found x, expected y", "Mend it", new SourceLocation("k8s/a.yaml", new(3, 5, 3, 9)));
            case Deed.FailTwice:
                throw new AggregateException(new ActionException("First"), new ActionException("Second"));
            case Deed.HaveABug:
                throw new InvalidOperationException("index out of luck " + options.Token);
            case Deed.Wait:
                context.Log.Info("ready");
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            case Deed.IgnoreTheInterrupt:
                context.Log.Info("ready");
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case Deed.RunAChild:
                var child = new ChildCommand(Environment.ProcessPath!, "wait", "5") { InheritedVariables = ["DOTNET_ROOT"] };
                var result = await context.Processes.RunAsync(child, line => context.Log.Untrusted(line.Text), cancellationToken);
                context.Log.Info($"the child ended: {result}");
                return ExitCode.Cancelled;
            case Deed.PrintUntrusted:
                using (context.Log.Group("Pod log: a, b"))
                    context.Log.Untrusted("::error::one\rtwo ##[set-output name=x]y\n\e[31mred\e[0m");
                context.Log.Info("after");
                context.Log.Document("{ \"a\": 1 }\n");
                context.Console?.MarkupLineInterpolated($"[green]fine[/]");
                break;
        }

        context.Log.Info(Describe(options));
        context.Annotations.Add(new Annotation(Severity.Warning, "Look here") { Location = new SourceLocation("a.yaml", new(1, 1, 1, 2)) });
        context.Summary.Append("## Done");
        context.Outputs.Set("valid", true);
        return ExitCode.Done;
    }

    private static string Describe(SampleOptions o) => string.Join(
        "; ",
        $"deed={o.Deed}",
        $"paths={string.Join('|', o.Paths)}",
        $"versions={string.Join('|', o.Versions)}",
        $"strict={o.Strict}",
        $"jobs={o.Jobs}",
        $"timeout={o.Timeout}",
        $"kube-context={o.KubeContext}",
        $"severities={string.Join('|', o.Severities)}",
        $"token={(o.Token is null ? "none" : "given")}");
}
