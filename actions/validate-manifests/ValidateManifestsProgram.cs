using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;
using Actions.Shared.Validation.Comparison;
using Actions.Shared.Validation.Configuration;

namespace Actions.ValidateManifests;

/// <summary>The action in one page: scan, write the reports, tell GitHub, decide.</summary>
internal static class ValidateManifestsProgram
{
    public static ActionProgram<ValidateManifestsOptions> Definition { get; } = new()
    {
        Name = "validate-manifests",
        Summary = "Checks Kubernetes manifests against the schemas of one or several Kubernetes versions and by rules of security and reliability, and tells the file, line and column of each mistake.",
        ReadOptions = ValidateManifestsOptions.Read,
        Outputs =
        [
            new("errors", "How many errors were found."),
            new("warnings", "How many warnings were found."),
            new("infos", "How many remarks were found."),
            new("files", "How many files were read."),
            new("resources", "How many resources were found, rendered ones included."),
            new("valid-resources", "How many resources have no error."),
            new("invalid-resources", "How many resources have an error."),
            new("skipped", "How many files and resources were skipped, whatever the reason."),
            new("suppressed", "How many findings are suppressed. They are in no other number."),
            new("new", "How many findings may fail the step: those that are not in the baseline and on changed lines, or all when nothing is compared."),
            new("unchanged", "How many findings fail nothing because they were there before."),
            new("fixed", "How many findings of the baseline are gone."),
            new("score", "The score of all resources, from 0 to 100."),
            new("valid", "Whether nothing was found that fails the step, `true` or `false`."),
            new("sarif-file", "The SARIF report, relative to the workspace. Empty when none was asked for."),
            new("report-file", "The first other report that was written to a file, relative to the workspace. Empty when none was asked for."),
            new("comment-file", "The text of the comment for the pull request, relative to the workspace. Empty when none was asked for."),
            new("comment-url", "The address of the comment in the pull request. Empty when there is none."),
        ],
        RunAsync = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(ValidateManifestsOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        var workspace = context.WorkingDirectory;
        var configuration = ConfigurationFile.Load(workspace, options.Config, cancellationToken);
        var policy = new RulePolicy(configuration, RuleChange.ParseAll(options.Rules, configuration.Rules), options.PodSecurity);
        var baseline = options.Baseline.Length == 0 ? null : Baseline.Load(Path.GetFullPath(options.Baseline, workspace), options.Baseline, cancellationToken);
        var changes = options.ChangedSince.Length == 0
            ? null
            : await new GitHistory(context.Processes, context.GitHub, workspace).ChangesAsync(options.ChangedSince, cancellationToken);

        var scan = await new ManifestScan(options, configuration, policy, context).RunAsync(cancellationToken);
        var (report, score) = new ReportBuilder(options, policy, workspace).Build(context.Version, scan, baseline, changes);
        var passes = Gate.Passes(report, options.FailOn, options.FailOnSkipped);

        var writer = new ReportWriter(options, context);
        writer.Write(report, score);
        await writer.CommentAsync(report, cancellationToken);
        if (changes is { IsEmpty: true })
        {
            context.Log.Warning($"Nothing has changed since commit {changes.Since}: no finding in a file that git knows fails this step.");
        }

        foreach (var (name, count) in new[]
        {
            ("errors", report.Count(Severity.Error)),
            ("warnings", report.Count(Severity.Warning)),
            ("infos", report.Count(Severity.Info)),
            ("files", report.Counts.Files),
            ("resources", report.Counts.Resources),
            ("valid-resources", report.Counts.Valid),
            ("invalid-resources", report.Counts.Invalid),
            ("skipped", report.Counts.Skipped.Values.Sum()),
            ("suppressed", report.Suppressed.Count),
            ("new", report.NewFindings.Count),
            ("unchanged", report.Findings.Count - report.NewFindings.Count),
            ("fixed", report.Comparison?.Fixed?.Count ?? 0),
            ("score", score.Repository),
        })
        {
            context.Outputs.Set(name, count);
        }

        context.Outputs.Set("valid", passes);
        return passes ? ExitCode.Done : ExitCode.Findings;
    }
}
