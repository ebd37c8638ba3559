using System.Text;
using Actions.Shared.GitHub;
using Actions.Shared.Images;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>Where a bump went.</summary>
/// <param name="Branch">The branch; empty if there is none.</param>
/// <param name="Commit">The commit that was made; empty if none was needed.</param>
/// <param name="Number">Number of the pull request; 0 for none.</param>
/// <param name="Url">Its page.</param>
internal sealed record BumpDelivery(string Branch, string Commit, int Number = 0, string Url = "");

/// <summary>What a bump came to.</summary>
internal sealed record BumpReport(DeployK8sOptions Options, BumpPlan Plan, IReadOnlyList<DeploymentFailure> Failures)
{
    private const int MostRows = 200;
    private const string Cut = "\n> The rest is left out, to stay within the size of a page. The JSON report holds all of it.\n";

    public BumpDelivery? Delivery { get; init; }

    public int Files => Plan.Changed.Count();

    public string Result => Failures.Count > 0 ? "refused" : Files == 0 ? "unchanged" : Options.Bump.Check ? "outdated" : "bumped";

    /// <summary>The images that change, as sentences and titles name them: <c>web to 1.5.0</c>.</summary>
    public IReadOnlyList<string> Targets =>
    [
        .. (Files > 0 ? Plan.Edits.Select(e => e.Change) : Plan.Files.SelectMany(f => f.Settled)).Distinct().Select(c => $"{c.Target.Path[(c.Target.Path.LastIndexOf('/') + 1)..]} to {c.Target.Tag ?? c.Target.Digest ?? c.Target.Name}").Distinct(),
    ];

    /// <summary>One sentence without a full stop.</summary>
    public string Verdict => Result switch
    {
        "refused" => $"{Options.Application}: the images were not set, nothing was written",
        "unchanged" => $"{Options.Application}: the files name these images already",
        "outdated" => $"{Options.Application}: {Count(Plan.Edits.Count(), "field")} in {Count(Files, "file")} would change",
        _ => $"{Options.Application}: {Count(Plan.Edits.Count(), "field")} in {Count(Files, "file")} changed{(Delivery switch { { Number: > 0 } d => $", pull request #{d.Number}", { Branch.Length: > 0 } d => $", branch {d.Branch}", _ => "" })}",
    };

    /// <summary>For a page of a run.</summary>
    public string Markdown()
    {
        var text = new StringBuilder($"### {(Result switch { "refused" => "❌", "outdated" => "⚠️", _ => "✅" })} {MarkdownText.Escape(Verdict)}\n");
        if (Delivery is { Number: > 0 } pull)
        {
            text.Append($"\n[Pull request #{pull.Number}]({pull.Url})\n");
        }

        foreach (var failure in Failures)
        {
            text.Append($"\n**{MarkdownText.Escape(failure.Message)}**{(failure.Location is { } location ? $" ({MarkdownText.Code(location.ToString())})" : "")}\n\n💡 {MarkdownText.Escape(failure.Hint)}\n");
        }

        AppendChanges(text);
        return Bounded(text.ToString(), DeploymentMarkdown.DefaultBudget);
    }

    /// <summary>The fields that change, those that are left alone, and the diff.</summary>
    public void AppendChanges(StringBuilder text)
    {
        Table(text, "Changes", "| Field | Before | After |\n| :-- | :-- | :-- |\n", [.. Plan.Edits.Select(e => $"| {MarkdownText.Code($"{e.Location.File} {e.Pointer}")} | {Code(e.Old)} | {Code(e.New)} |\n")]);
        Table(text, "Left alone", "| Place | Image | Why |\n| :-- | :-- | :-- |\n", [.. Plan.Refusals.Select(r => $"| {MarkdownText.Code(r.Location.ToString())} | {MarkdownText.Code(BumpRun.Named(r.Change))} | {MarkdownText.TableCell($"{r.Message}. {r.Hint}")} |\n")]);
        if (Files > 0)
        {
            text.Append($"\n<details><summary>Diff</summary>\n\n{MarkdownText.Fence(Plan.Diff(), "diff")}\n</details>\n");
        }
    }

    public static string Bounded(string markdown, int budget) =>
        Encoding.UTF8.GetByteCount(markdown) <= budget ? markdown : MarkdownCut.At(markdown, budget - Cut.Length) + Cut;

    private static void Table(StringBuilder text, string title, string head, string[] rows)
    {
        if (rows.Length > 0)
        {
            text.Append($"\n#### {title}\n\n{head}").AppendJoin("", rows.Take(MostRows));
            text.Append(rows.Length > MostRows ? $"\n{rows.Length - MostRows} more are not listed here.\n" : "");
        }
    }

    private static string Code(string? value) => string.IsNullOrEmpty(value) ? "" : MarkdownText.Code(value);

    private static string Count(int count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";
}
