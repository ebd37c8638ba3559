using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Inventory;

/// <summary>
/// Writes and reads what is kept of an application in its namespace: one Secret with its state, which is the parent of an ApplySet, and one per release.
/// They are Secrets because releases hold the content of the application's Secrets.
/// </summary>
internal static class InventoryFormat
{
    public const string Tooling = "deploy-k8s/v1";
    public const string ReleaseLabel = "deploy-k8s/application";
    public const string StateType = "deploy-k8s/state";
    public const string ReleaseType = "deploy-k8s/release";

    /// <summary>Largest content of a release, in bytes when compressed: below the 1 MiB that Kubernetes takes of a Secret, in base64 and with room for the rest.</summary>
    public const int MaxCompressed = 720_000;

    /// <summary>Largest content that is unpacked again: what nobody who may only write a Secret can make us exceed.</summary>
    public const int MaxUnpacked = 64 * 1024 * 1024;

    private const string ObjectsKey = "objects.json.gz";

    public static ObjectKey ParentOf(string application, string ns) => new("", "Secret", ns, $"deploy-k8s-{application}");

    public static string ReleaseName(string application, int number) => string.Create(CultureInfo.InvariantCulture, $"deploy-k8s-{application}.v{number}");

    public static ClusterObject Write(string application, string ns, ApplicationState state, DateTimeOffset now)
    {
        var parent = ParentOf(application, ns);
        var keys = state.Objects.Select(o => o.Key).ToArray();
        var annotations = new JsonObject
        {
            [ApplySet.ToolingAnnotation] = Tooling,
            [ApplySet.KindsAnnotation] = ApplySet.Kinds(keys),
            [ApplySet.NamespacesAnnotation] = ApplySet.Namespaces(keys, ns),
            ["deploy-k8s/state"] = JsonNamingPolicy.KebabCaseLower.ConvertName(state.State.ToString()),
            ["deploy-k8s/release"] = state.Release.ToString(CultureInfo.InvariantCulture),
            ["deploy-k8s/updated"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        if (state.Trace is { } trace)
        {
            Add(annotations, trace);
        }

        var entries = new JsonArray();
        foreach (var entry in state.Objects)
        {
            var item = new JsonObject { ["group"] = entry.Key.Group, ["version"] = entry.Version, ["kind"] = entry.Key.Kind, ["name"] = entry.Key.Name };
            if (entry.Key.Namespace is { } own)
            {
                item["namespace"] = own;
            }

            if (entry.Uid is { } uid)
            {
                item["uid"] = uid;
            }

            if (entry.Fingerprint is { } fingerprint)
            {
                item["fingerprint"] = fingerprint;
            }

            entries.Add((JsonNode)item);
        }

        return new ClusterObject(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject
            {
                ["name"] = parent.Name,
                ["namespace"] = ns,
                ["labels"] = new JsonObject { [ApplySet.IdLabel] = ApplySet.IdOf(parent) },
                ["annotations"] = annotations,
            },
            ["type"] = StateType,
            ["data"] = new JsonObject { [ObjectsKey] = Convert.ToBase64String(Pack(entries)) },
        });
    }

    /// <exception cref="ActionException">The Secret is not ours, or cannot be read.</exception>
    public static ApplicationState Read(ClusterObject parent)
    {
        var annotations = parent.Metadata?["annotations"];
        if (JsonFields.Text(parent.Body, "type") != StateType || JsonFields.Text(annotations, ApplySet.ToolingAnnotation) != Tooling)
        {
            throw new ActionException(
                $"Secret {parent.Namespace}/{parent.Name} is not an inventory of this program",
                $"Its type is {JsonFields.Text(parent.Body, "type")}, its tooling {JsonFields.Text(annotations, ApplySet.ToolingAnnotation) ?? "not named"}; expected {StateType} and {Tooling}.",
                "Give the application another name, or delete the Secret if it is not needed.");
        }

        var objects = Unpack(parent) is JsonArray entries
            ? entries.OfType<JsonObject>().Select(e => new InventoryEntry(
                new ObjectKey(JsonFields.Text(e, "group") ?? "", JsonFields.Text(e, "kind") ?? "", JsonFields.Text(e, "namespace"), JsonFields.Text(e, "name") ?? ""),
                JsonFields.Text(e, "version") ?? "",
                JsonFields.Text(e, "uid"))
            {
                Fingerprint = JsonFields.Text(e, "fingerprint"),
            })
            : [];
        return new ApplicationState
        {
            Objects = [.. objects.OrderBy(o => o.Key)],
            Release = int.TryParse(JsonFields.Text(annotations, "deploy-k8s/release"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0,
            State = StateOf(JsonFields.Text(annotations, "deploy-k8s/state")),
            Trace = ReadTrace(annotations),
        };
    }

    /// <summary>The Secret of a release; null when its content is too large for one.</summary>
    public static ClusterObject? Write(string application, string ns, Release release)
    {
        var objects = new JsonArray();
        foreach (var item in release.Objects)
        {
            objects.Add(item.Body.DeepClone());
        }

        var content = Pack(objects);
        if (content.Length > MaxCompressed)
        {
            return null;
        }

        var annotations = new JsonObject { ["deploy-k8s/updated"] = release.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) };
        Add(annotations, release.Trace);
        return new ClusterObject(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject
            {
                ["name"] = ReleaseName(application, release.Number),
                ["namespace"] = ns,
                ["labels"] = new JsonObject { [ReleaseLabel] = application },
                ["annotations"] = annotations,
            },
            ["type"] = ReleaseType,
            ["data"] = new JsonObject { [ObjectsKey] = Convert.ToBase64String(content) },
        });
    }

    /// <exception cref="ActionException">The Secret cannot be read.</exception>
    public static Release ReadRelease(ClusterObject secret)
    {
        var annotations = secret.Metadata?["annotations"];
        var objects = (Unpack(secret) as JsonArray)?.OfType<JsonObject>().Select(o => new ClusterObject((JsonObject)o.DeepClone())).ToArray() ?? [];
        return new Release(
            NumberOf(secret.Name),
            ReadTrace(annotations) ?? new DeploymentTrace { Run = "" },
            DateTimeOffset.TryParse(JsonFields.Text(annotations, "deploy-k8s/updated"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : default,
            objects);
    }

    /// <summary>The number of the release that a Secret of this name holds; 0 if it holds none.</summary>
    public static int NumberOf(string name) =>
        int.TryParse(name.AsSpan(name.LastIndexOf(".v", StringComparison.Ordinal) + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static DeploymentState StateOf(string? text) =>
        Enum.GetValues<DeploymentState>().FirstOrDefault(s => JsonNamingPolicy.KebabCaseLower.ConvertName(s.ToString()) == text);

    private static void Add(JsonObject annotations, DeploymentTrace trace)
    {
        foreach (var (name, value) in new[]
        {
            ("run", trace.Run),
            ("repository", trace.Repository),
            ("commit", trace.Commit),
            ("ref", trace.Ref),
            ("actor", trace.Actor),
            ("run-id", trace.RunId > 0 ? trace.RunId.ToString(CultureInfo.InvariantCulture) : ""),
        })
        {
            if (value.Length > 0)
            {
                annotations[$"deploy-k8s/{name}"] = value;
            }
        }
    }

    private static DeploymentTrace? ReadTrace(JsonNode? annotations) => JsonFields.Text(annotations, "deploy-k8s/run") is not { } run ? null : new DeploymentTrace
    {
        Run = run,
        Repository = JsonFields.Text(annotations, "deploy-k8s/repository") ?? "",
        Commit = JsonFields.Text(annotations, "deploy-k8s/commit") ?? "",
        Ref = JsonFields.Text(annotations, "deploy-k8s/ref") ?? "",
        Actor = JsonFields.Text(annotations, "deploy-k8s/actor") ?? "",
        RunId = long.TryParse(JsonFields.Text(annotations, "deploy-k8s/run-id"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0,
    };

    private static byte[] Pack(JsonNode content)
    {
        using var buffer = new MemoryStream();
        using (var zip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            zip.Write(Encoding.UTF8.GetBytes(content.ToJsonString()));
        }

        return buffer.ToArray();
    }

    private static JsonNode? Unpack(ClusterObject secret)
    {
        try
        {
            if (JsonFields.Text(secret.Body, "data", ObjectsKey) is not { } text)
            {
                return null;
            }

            using var zip = new GZipStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
            using var content = new MemoryStream();
            var block = new byte[81920];
            for (int read; (read = zip.Read(block)) > 0;)
            {
                if (content.Length + read > MaxUnpacked)
                {
                    throw new InvalidDataException($"It has more than {MaxUnpacked} bytes.");
                }

                content.Write(block, 0, read);
            }

            return JsonNode.Parse(content.ToArray().AsSpan());
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or JsonException)
        {
            throw new ActionException(
                $"Secret {secret.Namespace}/{secret.Name} cannot be read",
                $"Its {ObjectsKey} is damaged. {e.GetType().Name}.",
                "Restore it from a backup, or delete it: the next deployment writes a new one, and knows nothing of earlier releases.",
                inner: e);
        }
    }
}
