using System.Globalization;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Upgrades;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;

namespace Actions.AccountReview;

/// <summary>The action in one page: read the account, judge it, report.</summary>
internal static class AccountReviewProgram
{
    public static ActionProgram<AccountReviewOptions> Definition { get; } = new()
    {
        Name = "account-review",
        Summary = "Reviews a Scaleway account: what is dangerous, what is paid for and not used, and what is left over. It changes nothing unless an approved plan says so.",
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
            new("deletions", "How many leftovers are due to be deleted."),
            new("digest", "The digest of the plan, for `approved-digest`. Empty when nothing of it may be done."),
            new("deleted", "How many resources `mode: apply` deleted."),
            new("upgrades", "How many clusters can be upgraded, by `mode: upgrade-plan`."),
            new("blocked", "In how many of them something is in the way of the next step."),
            new("report-file", "The JSON report, relative to the workspace. Empty when none was asked for."),
            new("metrics-file", "The metrics of a review, relative to the workspace. Empty when none were asked for."),
        ],
        RunAsync = RunAsync,
    };

    private static async Task<ExitCode> RunAsync(AccountReviewOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        using var run = new ReviewRun(options, context);
        return options.Mode switch
        {
            ReviewMode.Apply => Tell(await run.ApplyAsync(cancellationToken), options, context),
            ReviewMode.UpgradePlan => Tell(await run.PlanUpgradesAsync(cancellationToken), options, context),
            _ => await TellAsync(await run.ReviewAsync(cancellationToken), options, context, cancellationToken),
        };
    }

    private static async Task<ExitCode> TellAsync(AccountReport report, AccountReviewOptions options, ActionContext context, CancellationToken cancellationToken)
    {
        var files = new OutputFiles(context);
        var markdown = ReviewMarkdown.Render(report);
        files.Write("report-file", options.ReportFile, ReviewJson.Render(report));
        files.Write("markdown-file", options.MarkdownFile, markdown);
        files.Write("metrics-file", options.MetricsFile, ReviewMetrics.Render(report));
        files.Write("sarif-file", options.SarifFile, ReviewSarif.Render(report));
        files.Write("import-file", options.ImportFile, string.Join('\n', report.Shadows.Select(s => s.ImportBlock)));
        files.Write("plan-file", options.PlanFile, report.Plan.Render());
        files.Write("ledger", options.Ledger, report.Ledger.Render());
        Summarise(markdown, options, context);
        context.Log.Untrusted(ReviewText.Render(report));
        Annotate(report, context);

        context.Outputs.Set("findings", report.Result.Count(ReviewStatus.Fail));
        context.Outputs.Set("critical", report.Result.Count(ReviewSeverity.Critical));
        context.Outputs.Set("high", report.Result.Count(ReviewSeverity.High));
        context.Outputs.Set("manual", report.Result.Count(ReviewStatus.Manual));
        context.Outputs.Set("saving", report.Result.Saving.ToString("0.00", CultureInfo.InvariantCulture));
        context.Outputs.Set("score", report.Score?.ToString(CultureInfo.InvariantCulture) ?? "");
        context.Outputs.Set("complete", report.Inventory.IsComplete);
        context.Outputs.Set("deletions", report.Plan.Deletions.Count);
        context.Outputs.Set("digest", report.Plan.Deletions.Count > 0 && report.Plan.Brake.Length == 0 ? report.Plan.Digest : "");
        context.Outputs.Set("report-file", options.ReportFile);
        context.Outputs.Set("metrics-file", options.MetricsFile);
        if (options.Issues)
        {
            await OwnerIssues.UpdateAsync(report, context, options.GitHubToken!, cancellationToken);
        }

        return report.Failures.Any(f => Fails(f.Severity, options.FailOn)) ? ExitCode.Findings : ExitCode.Done;
    }

    private static ExitCode Tell(CleanUpResult result, AccountReviewOptions options, ActionContext context)
    {
        var markdown = ReviewMarkdown.Render(result);
        new OutputFiles(context).Write("markdown-file", options.MarkdownFile, markdown);
        Summarise(markdown, options, context);
        foreach (var one in result.Results)
        {
            context.Log.Untrusted($"{one.Outcome}: {one.Deletion.Key} ({one.Deletion.Name}) {one.Text}");
        }

        context.Log.Untrusted($"{ReviewMarkdown.Headline(result)}. The journal is {options.JournalFile}.");
        context.Outputs.Set("deleted", result.Count(DeletionOutcome.Deleted));
        return result.IsCancelled ? ExitCode.Cancelled : result.IsComplete ? ExitCode.Done : ExitCode.Findings;
    }

    private static ExitCode Tell(IReadOnlyList<UpgradePlan> plans, AccountReviewOptions options, ActionContext context)
    {
        var markdown = UpgradeReport.Markdown(plans);
        var files = new OutputFiles(context);
        files.Write("report-file", options.ReportFile, UpgradeReport.Json(plans));
        files.Write("markdown-file", options.MarkdownFile, markdown);
        Summarise(markdown, options, context);
        foreach (var plan in plans)
        {
            context.Log.Untrusted($"{plan.Cluster}{(plan.Region.Length > 0 ? $" ({plan.Region}), Kubernetes {plan.Version}" : "")}: {UpgradeReport.Headline(plan)}.");
            foreach (var blocker in plan.Hops.SelectMany(h => h.Blockers.Select(b => $"  before {h.Version}: {b.Text}{(b.Location is { } place ? $" ({place})" : "")}")))
            {
                context.Log.Untrusted(blocker);
            }
        }

        context.Outputs.Set("report-file", options.ReportFile);
        context.Outputs.Set("upgrades", plans.Count(p => p.Hops.Count > 0));
        context.Outputs.Set("blocked", plans.Count(p => p.IsBlocked));
        if (context.GitHub.IsActions)
        {
            foreach (var blocker in plans.SelectMany(p => p.Hops.SelectMany(h => h.Blockers)).Where(b => b.Location is not null).Distinct())
            {
                context.Annotations.Add(new Annotation(Severity.Warning, blocker.Text) { Title = "In the way of an upgrade", Location = blocker.Location });
            }
        }

        // Up to a version that somebody asks for, every step has to be free.
        return options.TargetVersion is not null && options.FailOn != FailOn.None && plans.Any(p => p.Hops.Any(h => h.Blockers.Count > 0)) ? ExitCode.Findings : ExitCode.Done;
    }

    private static void Summarise(string markdown, AccountReviewOptions options, ActionContext context)
    {
        if (options.Summary && context.Summary.IsAvailable)
        {
            context.Summary.Append(markdown);
        }
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
