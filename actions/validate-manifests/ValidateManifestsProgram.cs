using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;

namespace Actions.ValidateManifests;

/// <summary>The action in one page: scan, write the reports, tell GitHub, decide.</summary>
internal static class ValidateManifestsProgram
{
    public static ActionProgram<ValidateManifestsOptions> Definition { get; } = new()
    {
        Name = "validate-manifests",
        Summary = "Checks Kubernetes manifests against the schemas of one or several Kubernetes versions and tells the file, line and column of each mistake.",
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
            new("valid", "Whether nothing was found that fails the step, `true` or `false`."),
            new("sarif-file", "The SARIF report, relative to the workspace. Empty when none was asked for."),
            new("report-file", "The first other report that was written to a file, relative to the workspace. Empty when none was asked for."),
        ],
        RunAsync = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(ValidateManifestsOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        var report = await new ManifestScan(options, context).RunAsync(cancellationToken);
        var passes = Gate.Passes(report, options.FailOn, options.FailOnSkipped);

        new ReportWriter(options, context).Write(report);
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
        })
        {
            context.Outputs.Set(name, count);
        }

        context.Outputs.Set("valid", passes);
        return passes ? ExitCode.Done : ExitCode.Findings;
    }
}
