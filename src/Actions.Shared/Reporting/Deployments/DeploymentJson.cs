using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Text;

namespace Actions.Shared.Reporting.Deployments;

/// <summary>The report as JSON, as described by <c>docs/reference/deploy-report.schema.json</c>. Values of Secrets are not in it.</summary>
public static class DeploymentJson
{
    /// <summary>The document, indented, ending in a line feed.</summary>
    public static string Render(DeploymentReport report) => JsonText.Render(json =>
    {
        json.WriteStartObject();
        json.WriteString("schemaVersion", "1.1");
        json.WriteStartObject("tool");
        json.Text("name", report.Tool);
        json.Text("version", report.ToolVersion);
        json.WriteEndObject();
        json.Text("mode", report.Mode);
        json.Text("result", Id(report.Outcome));
        json.Text("summary", DeploymentVerdict.Of(report));
        json.Text("application", report.Application);
        json.Text("namespace", report.Namespace);
        json.Text("environment", report.Environment);
        json.WriteStartObject("cluster");
        json.Text("server", report.Server);
        json.Text("version", report.KubernetesVersion);
        json.WriteEndObject();
        Write(json, report.Trace);
        json.Text("digest", report.Digest);
        json.WriteNumber("release", report.Release);
        json.Text("url", report.Url);
        json.WriteNumber("durationSeconds", Math.Round(report.Duration.TotalSeconds, 3));
        json.Texts("notes", report.Notes);
        json.WriteStartArray("failures");
        foreach (var failure in report.Failures)
        {
            Write(json, failure);
        }

        json.WriteEndArray();
        json.WriteStartArray("objects");
        foreach (var result in report.Objects)
        {
            Write(json, result);
        }

        json.WriteEndArray();
        json.WriteStartArray("images");
        foreach (var image in report.Images)
        {
            Write(json, image);
        }

        json.WriteEndArray();
        json.WriteStartArray("timeline");
        foreach (var entry in report.Timeline)
        {
            json.WriteStartObject();
            json.WriteNumber("seconds", Math.Round(entry.At.TotalSeconds, 3));
            json.Text("text", entry.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("requests");
        foreach (var (verb, count) in report.Requests)
        {
            json.WriteNumber(verb, count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The stable word for a result, in kebab case.</summary>
    public static string Id(DeploymentOutcome outcome) => JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.ToString());

    private static void Write(Utf8JsonWriter json, Clusters.Inventory.DeploymentTrace trace)
    {
        json.WriteStartObject("trace");
        json.Text("run", trace.Run);
        json.Text("repository", trace.Repository);
        json.Text("commit", trace.Commit);
        json.Text("ref", trace.Ref);
        json.Text("actor", trace.Actor);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DeployedImage image)
    {
        json.WriteStartObject();
        json.Text("image", image.Image);
        json.Text("digest", image.Digest);
        json.WriteBoolean("pinned", image.IsPinned);
        json.Texts("usedBy", image.UsedBy);
        json.Texts("platforms", image.Platforms);
        if (image.Created is { } created)
        {
            json.Text("created", created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        }

        if (image.Pods is { } pods)
        {
            json.WriteNumber("running", pods);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DeploymentFailure failure)
    {
        json.WriteStartObject();
        json.Text("cause", failure.Cause);
        json.Text("message", failure.Message);
        json.Text("hint", failure.Hint);
        json.Text("object", failure.Object);
        json.Text("location", failure.Location?.ToString());
        json.Texts("events", failure.Events);
        json.Text("log", failure.Log);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ObjectResult result)
    {
        var item = result.Item;
        json.WriteStartObject();
        json.Text("group", item.Key.Group);
        json.Text("kind", item.Key.Kind);
        json.Text("namespace", item.Key.Namespace);
        json.Text("name", item.Key.Name);
        json.Text("source", item.Desired?.Source.ToString());
        json.Text("stage", JsonNamingPolicy.KebabCaseLower.ConvertName(item.Stage.ToString()));
        json.Text("action", JsonNamingPolicy.KebabCaseLower.ConvertName(item.Action.ToString()));
        json.Text("outcome", JsonNamingPolicy.KebabCaseLower.ConvertName(result.Outcome.ToString()));
        json.Text("message", result.Message.Length > 0 ? result.Message : item.Problem);
        json.WriteBoolean("restartsPods", item.RestartsPods);
        if (result.At != default)
        {
            json.Text("at", result.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }

        json.WriteStartArray("changes");
        foreach (var change in item.Changes)
        {
            json.WriteStartObject();
            json.Text("field", change.Field);
            json.Text("kind", JsonNamingPolicy.KebabCaseLower.ConvertName(change.Kind.ToString()));
            json.WriteBoolean("secret", change.IsSecret);
            Write(json, "before", change.Before);
            Write(json, "after", change.After);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("conflicts");
        foreach (var conflict in item.Conflicts)
        {
            json.WriteStartObject();
            json.Text("field", conflict.Field);
            json.Text("manager", conflict.Manager);
            json.Text("live", conflict.Live);
            json.Text("ours", conflict.Ours);
            json.Text("decision", JsonNamingPolicy.KebabCaseLower.ConvertName(conflict.Decision.ToString()));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Texts("notes", item.Notes);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, JsonNode? value)
    {
        json.WritePropertyName(name);
        if (value is null)
        {
            json.WriteNullValue();
        }
        else
        {
            value.WriteTo(json);
        }
    }
}
