using System.Globalization;
using System.Text.Json;
using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.Shared;
using Actions.Shared.Text;

namespace Actions.RenovateRun.Reporting;

/// <summary>The machine-readable report; docs/reference/renovate-report.schema.json describes it.</summary>
internal static class RunJson
{
    private const int Version = 1;
    private const int MaxPrevious = 256 * 1024 * 1024;

    /// <summary>Writes the report.</summary>
    public static string Render(RunResult result) => JsonText.Render(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteBoolean("good", result.Verdict.IsGood);
        json.WriteNumber("exitCode", (int)result.Verdict.ExitCode);
        json.Text("renovateVersion", result.Facts.Version);
        json.WriteString("started", result.Started.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("durationSeconds", Math.Round(result.Duration.TotalSeconds, 3));
        json.WriteNumber("unreadLogLines", result.Facts.UnreadLines);
        Remarks(json, "failures", result.Verdict.Failures);
        Remarks(json, "remarks", result.Verdict.Remarks);
        json.WriteStartArray("repositories");
        foreach (var repository in result.Verdict.Repositories)
        {
            Repository(json, repository);
        }

        json.WriteEndArray();
        if (result.Changes is { } changes)
        {
            json.WriteStartObject("changes");
            Updates(json, "newUpdates", changes.NewUpdates);
            Updates(json, "goneUpdates", changes.GoneUpdates);
            json.Texts("newlyFailing", changes.NewlyBad);
            json.Texts("recovered", changes.Recovered);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    /// <summary>Reads what an earlier report says of updates and failures.</summary>
    /// <param name="path">Full path of the report.</param>
    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="ActionException">It is no such report.</exception>
    public static PreviousRun? ReadPrevious(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            if (new FileInfo(path).Length > MaxPrevious)
            {
                throw new JsonException("It is larger than 256 MiB.");
            }

            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            var root = document.RootElement;
            if (root.Number("version") != Version)
            {
                throw new JsonException($"Its version is not {Version}.");
            }

            var repositories = root.Items("repositories").Where(r => r.Text("name") is not null).ToList();
            return new PreviousRun(
                [.. from repository in repositories from update in repository.Items("updates") select Line(repository.Text("name")!, update)],
                repositories.DistinctBy(r => r.Text("name")).ToDictionary(r => r.Text("name")!, r => r.Flag("fails"), StringComparer.Ordinal));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ActionException("The previous report cannot be read", $"{path}: {e.Message}", "Delete it, or name another file in previous-report.", inner: e);
        }
    }

    private static void Repository(Utf8JsonWriter json, RepositoryVerdict verdict)
    {
        var facts = verdict.Facts;
        json.WriteStartObject();
        json.Text("name", facts.Name);
        json.Text("state", RunResult.Word(verdict.State));
        json.WriteBoolean("fails", verdict.Fails);
        json.Text("result", facts.Result);
        json.Text("status", facts.Status);
        json.WriteNumber("durationSeconds", Math.Round(facts.Duration.TotalSeconds, 3));
        Remarks(json, "remarks", verdict.Remarks);
        json.WriteNumber("dependencies", facts.Dependencies.Count);
        json.WriteStartObject("skipped");
        foreach (var reason in facts.Dependencies.Where(d => d.SkipReason is not null).GroupBy(d => d.SkipReason!).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(reason.Key, reason.Count());
        }

        json.WriteEndObject();
        Updates(json, "updates", [.. UpdateLine.Of(new RunFacts { Repositories = [facts] })]);
        json.WriteStartArray("branches");
        foreach (var branch in facts.Branches)
        {
            json.WriteStartObject();
            json.Text("name", branch.Name);
            json.Text("result", branch.Result);
            json.Text("title", branch.Title);
            if (branch.PullRequest is { } number)
            {
                json.WriteNumber("pullRequest", number);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("pullRequests");
        json.WriteNumber("created", facts.PullRequests.Created);
        json.WriteNumber("updated", facts.PullRequests.Updated);
        json.WriteNumber("merged", facts.PullRequests.Merged);
        json.WriteEndObject();
        if (facts.LibYears is { } years)
        {
            json.WriteNumber("libYears", years);
        }

        json.WriteEndObject();
    }

    private static void Remarks(Utf8JsonWriter json, string name, IReadOnlyList<Remark> remarks)
    {
        json.WriteStartArray(name);
        foreach (var remark in remarks)
        {
            json.WriteStartObject();
            json.Text("state", RunResult.Word(remark.State));
            json.Text("message", remark.Message);
            json.Text("hint", remark.Hint);
            if (remark.Repository is { } repository)
            {
                json.Text("repository", repository);
            }

            if (remark.File is { } file)
            {
                json.Text("file", file);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Updates(Utf8JsonWriter json, string name, IReadOnlyList<UpdateLine> updates)
    {
        json.WriteStartArray(name);
        foreach (var update in updates)
        {
            json.WriteStartObject();
            json.Text("repository", update.Repository);
            json.Text("manager", update.Manager);
            json.Text("file", update.File);
            json.Text("dependency", update.Dependency);
            json.Text("from", update.From);
            json.Text("to", update.To);
            json.Text("type", update.Type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static UpdateLine Line(string repository, JsonElement update) => new(
        repository, update.Text("manager") ?? "", update.Text("file") ?? "", update.Text("dependency") ?? "", update.Text("from") ?? "", update.Text("to") ?? "", update.Text("type") ?? "");
}
