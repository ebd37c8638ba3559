using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.Shared;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;

namespace Actions.AccountReview;

/// <summary>The action in one page: read the account, judge it, report.</summary>
internal static class AccountReviewProgram
{
    public static ActionProgram<AccountReviewOptions> Definition { get; } = new()
    {
        Name = "account-review",
        Summary = "Reviews a Scaleway account: what is dangerous, what is paid for and not used, and what is left over. It changes nothing.",
        ReadOptions = AccountReviewOptions.Read,
        Outputs =
        [
            new("findings", "How many findings there are."),
            new("critical", "How many of them are critical."),
            new("high", "How many of them are high."),
            new("manual", "How many checks could not be made, because data is missing."),
            new("saving", "EUR a month that could be saved, by list prices before discounts."),
            new("score", "From 0 to 100; empty when nothing was looked at."),
            new("complete", "Whether everything could be read, `true` or `false`."),
            new("report-file", "The JSON report, relative to the workspace. Empty when none was asked for."),
        ],
        RunAsync = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(AccountReviewOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        using var run = new ReviewRun(options, context);
        var report = await run.ReviewAsync(cancellationToken);
        var files = new OutputFiles(context);
        var markdown = ReviewMarkdown.Render(report);
        files.Write("report-file", options.ReportFile, ReviewJson.Render(report));
        files.Write("markdown-file", options.MarkdownFile, markdown);
        files.Write("sarif-file", options.SarifFile, ReviewSarif.Render(report));
        files.Write("import-file", options.ImportFile, string.Join('\n', report.Shadows.Select(s => s.ImportBlock)));
        if (options.Summary && context.Summary.IsAvailable)
        {
            context.Summary.Append(markdown);
        }

        context.Log.Untrusted(ReviewText.Render(report));
        Annotate(report, context);

        context.Outputs.Set("findings", report.Result.Count(ReviewStatus.Fail));
        context.Outputs.Set("critical", report.Result.Count(ReviewSeverity.Critical));
        context.Outputs.Set("high", report.Result.Count(ReviewSeverity.High));
        context.Outputs.Set("manual", report.Result.Count(ReviewStatus.Manual));
        context.Outputs.Set("saving", report.Result.Saving.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
        context.Outputs.Set("score", report.Score?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "");
        context.Outputs.Set("complete", report.Inventory.Gaps.Count == 0);
        context.Outputs.Set("report-file", options.ReportFile);
        return report.Failures.Any(f => Fails(f.Severity, options.FailOn)) ? ExitCode.Findings : ExitCode.Done;
    }

    private static bool Fails(ReviewSeverity severity, FailOn limit) => limit switch
    {
        FailOn.Critical => severity >= ReviewSeverity.Critical,
        FailOn.High => severity >= ReviewSeverity.High,
        FailOn.Medium => severity >= ReviewSeverity.Medium,
        FailOn.Low => severity >= ReviewSeverity.Low,
        _ => false,
    };

    /// <summary>Findings that lead to a line of the repository are shown there.</summary>
    private static void Annotate(AccountReport report, ActionContext context)
    {
        if (!context.GitHub.IsActions)
        {
            return;
        }

        foreach (var finding in report.Failures.Where(f => f.Location is not null || f.Severity == ReviewSeverity.Critical))
        {
            context.Annotations.Add(new Annotation(ReviewRule.ToShared(finding.Severity), $"{finding.Resource?.Name}: {finding.Message}\n{finding.Rule.Fix}".TrimStart(':', ' '))
            {
                Title = finding.Rule.Id,
                Location = finding.Location,
            });
        }
    }
}
