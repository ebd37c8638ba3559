using System.Text.Json.Nodes;
using Actions.Shared.Findings;

namespace Actions.Shared.GitHub.Rest;

public sealed partial class GitHubClient
{
    private const int AnnotationsPerRequest = 50;
    private const int CheckTextLimit = 65_535;
    private const int AnnotationLimit = 64 * 1024;
    private const int AnnotationTitleLimit = 255;
    private const string WriteChecks = "checks: write";

    /// <summary>Creates a check of a commit, with all its annotations. It only ends, as <see cref="CheckReport.Conclusion"/> says, once they are all there.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public async Task<CheckRun> CreateCheckAsync(RepositoryName repository, CheckReport report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(report);
        var batches = Batches(report);
        var body = CheckBody(report, batches[0], isLast: batches.Count == 1);
        body["head_sha"] = report.HeadSha;
        var run = CheckRun.Read(await SendAsync(
            new GitHubCall(HttpMethod.Post, $"{repository.Path}/check-runs", "create a check") { Body = body, Permission = WriteChecks }, cancellation).ConfigureAwait(false));
        return await AddRestAsync(repository, run, report, batches, from: 1, cancellation).ConfigureAwait(false);
    }

    /// <summary>Changes a check; its annotations come on top of those that are there.</summary>
    /// <exception cref="GitHubException">The request came to nothing.</exception>
    public Task<CheckRun> UpdateCheckAsync(RepositoryName repository, CheckRun run, CheckReport report, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(report);
        return AddRestAsync(repository, run, report, Batches(report), from: 0, cancellation);
    }

    private async Task<CheckRun> AddRestAsync(
        RepositoryName repository, CheckRun run, CheckReport report, List<Annotation[]> batches, int from, CancellationToken cancellation)
    {
        for (var i = from; i < batches.Count; i++)
        {
            // Annotations add up: a request that may have arrived is not sent again.
            run = CheckRun.Read(await SendAsync(
                new GitHubCall(HttpMethod.Patch, $"{repository.Path}/check-runs/{run.Id}", "update a check")
                {
                    Body = CheckBody(report, batches[i], isLast: i == batches.Count - 1),
                    Permission = WriteChecks,
                    IsRepeatable = batches[i].Length == 0,
                },
                cancellation).ConfigureAwait(false));
        }

        return run;
    }

    private static List<Annotation[]> Batches(CheckReport report)
    {
        List<Annotation[]> batches = [.. report.Annotations.Where(a => a.Location is { File.Length: > 0, Region.StartLine: > 0 }).Chunk(AnnotationsPerRequest)];
        return batches.Count == 0 ? [[]] : batches;
    }

    private static JsonObject CheckBody(CheckReport report, Annotation[] annotations, bool isLast)
    {
        var output = new JsonObject { ["title"] = Cut(report.Title, AnnotationTitleLimit), ["summary"] = BodyText.Fit(report.Summary, CheckTextLimit) };
        if (annotations.Length > 0)
            output["annotations"] = new JsonArray([.. annotations.Select(AnnotationBody)]);
        var body = new JsonObject { ["name"] = report.Name, ["output"] = output };
        if (report.DetailsUrl is not null)
            body["details_url"] = report.DetailsUrl.AbsoluteUri;
        if (report.ExternalId is not null)
            body["external_id"] = report.ExternalId;
        if (isLast && report.Conclusion is { } conclusion)
            (body["status"], body["conclusion"]) = ("completed", Word(conclusion));
        else
            body["status"] = "in_progress";
        return body;
    }

    private static JsonObject AnnotationBody(Annotation annotation)
    {
        var region = annotation.Location!.Region!.Value;
        var end = Math.Max(region.StartLine, region.EndLine > region.StartLine && region.EndColumn <= 1 ? region.EndLine - 1 : region.EndLine);
        var body = new JsonObject
        {
            ["path"] = annotation.Location.File,
            ["start_line"] = region.StartLine,
            ["end_line"] = end,
            ["annotation_level"] = annotation.Severity switch { Severity.Error => "failure", Severity.Warning => "warning", _ => "notice" },
            ["message"] = Cut(PlainText.Clean(annotation.Message.Length == 0 ? annotation.Title : annotation.Message), AnnotationLimit / 4),
        };
        if (annotation.Title.Length > 0)
            body["title"] = Cut(PlainText.Clean(annotation.Title), AnnotationTitleLimit);

        // GitHub takes columns only on a single line.
        if (end == region.StartLine && region.StartColumn > 0 && region.EndLine == region.StartLine && region.EndColumn >= region.StartColumn)
            (body["start_column"], body["end_column"]) = (region.StartColumn, region.EndColumn);
        return body;
    }

    private static string Word(CheckConclusion conclusion) => conclusion switch
    {
        CheckConclusion.TimedOut => "timed_out",
        CheckConclusion.ActionRequired => "action_required",
        _ => conclusion.ToString().ToLowerInvariant(),
    };
}
