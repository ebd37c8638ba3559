using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Actions.AccountReview.Scaleway;

/// <summary>
/// Object storage speaks S3 at addresses of its own, one project at a time, in XML. Here it is asked by paths like those of the API, and its answers are
/// made into JSON like that of the API, so that everything that reads, records and replays the API does the same with buckets. Only reading is known.
/// <para>
/// Paths: <c>/object-storage/regions/{region}/projects/{project}/buckets</c> lists, and <c>…/buckets/{name}?acl</c> (or <c>policy</c>, <c>versioning</c>,
/// <c>lifecycle</c>) tells one thing of one bucket.
/// </para>
/// </summary>
internal static class ObjectStorage
{
    private const string Root = "/object-storage/";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a path is one of object storage.</summary>
    public static bool IsPath(string path) => path.StartsWith(Root, StringComparison.Ordinal);

    /// <summary>The signed request for a path.</summary>
    /// <param name="path">One of the paths above.</param>
    /// <param name="options">The key, and where object storage is.</param>
    /// <param name="now">The time of the signature.</param>
    public static HttpRequestMessage Request(string path, ScalewayOptions options, DateTimeOffset now)
    {
        var (region, project, bucket, part) = Split(path);
        var address = new Uri($"{options.ObjectStorage.Replace("{region}", region, StringComparison.Ordinal).TrimEnd('/')}/{bucket}{(part.Length == 0 ? "" : "?" + part)}");
        var message = new HttpRequestMessage(HttpMethod.Get, address);
        message.Headers.TryAddWithoutValidation("x-amz-date", SignatureV4.Stamp(now));
        message.Headers.TryAddWithoutValidation("x-amz-content-sha256", SignatureV4.HashOfNothing);
        // A key sees the buckets of its own project, or of the one that follows the access key.
        message.Headers.TryAddWithoutValidation("Authorization", SignatureV4.Authorization(address, region, $"{options.AccessKey}@{project}", options.SecretKey, now));
        return message;
    }

    /// <summary>An answer as the API would have given it.</summary>
    /// <param name="path">What was asked.</param>
    /// <param name="answer">What object storage answered.</param>
    public static ScalewayAnswer Translate(string path, ScalewayAnswer answer)
    {
        var (_, project, bucket, part) = Split(path);
        if (answer.Status is >= 200 and < 300)
        {
            return answer with { Body = part == "policy" ? Policy(answer.Body) : Body(answer.Body, root => Write(root, project, bucket, part)) };
        }

        var code = Read(answer.Body)?.Element("Code")?.Value ?? "";
        return (part, code) switch
        {
            ("policy", "NoSuchBucketPolicy") => answer with { Status = 200, Body = "{\"policy\":null}"u8.ToArray() },
            ("lifecycle", "NoSuchLifecycleConfiguration") => answer with { Status = 200, Body = "{\"rules\":[]}"u8.ToArray() },
            _ => answer with { Body = Error(code, answer) },
        };
    }

    private static (string Region, string Project, string Bucket, string Part) Split(string path)
    {
        var (address, part) = path.Split('?', 2) is [var before, var after] ? (before, after) : (path, "");
        return address[Root.Length..].Split('/') is ["regions", var region, "projects", var project, "buckets", .. var rest]
            ? (region, project, rest is [var bucket] ? bucket : "", part)
            : throw new ArgumentException($"{path} is no path of object storage", nameof(path));
    }

    private static Action<Utf8JsonWriter> Write(XElement root, string project, string bucket, string part) => part switch
    {
        "acl" => json => Array(json, "grants", All(root, "Grant"), grant =>
        {
            var grantee = grant.Element("Grantee");
            json.WriteString("to", grantee?.Element("URI")?.Value ?? grantee?.Element("ID")?.Value ?? "");
            json.WriteString("permission", grant.Element("Permission")?.Value ?? "");
        }),
        "versioning" => json => json.WriteString("status", root.Element("Status")?.Value ?? "Disabled"),
        "lifecycle" => json => Array(json, "rules", root.Elements("Rule"), rule =>
        {
            json.WriteBoolean("enabled", rule.Element("Status")?.Value == "Enabled");
            json.WriteBoolean("expires_old_versions", rule.Element("NoncurrentVersionExpiration") is not null);
            json.WriteBoolean("expires", rule.Element("Expiration") is not null);
            json.WriteBoolean("ends_uploads", rule.Element("AbortIncompleteMultipartUpload") is not null);
        }),
        _ => json => Array(json, "buckets", bucket.Length == 0 ? All(root, "Bucket") : [], item =>
        {
            json.WriteString("name", item.Element("Name")?.Value ?? "");
            json.WriteString("project_id", Uri.UnescapeDataString(project));
            json.WriteString("created_at", item.Element("CreationDate")?.Value ?? "");
        }),
    };

    private static IEnumerable<XElement> All(XElement root, string name) => root.Descendants(name);

    private static void Array(Utf8JsonWriter json, string name, IEnumerable<XElement> items, Action<XElement> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The policy as it is, in an object; what is no JSON stays what it is, and is told as such by the reader.</summary>
    private static byte[] Policy(byte[] body)
    {
        try
        {
            using var policy = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            return Json(json =>
            {
                json.WritePropertyName("policy");
                policy.RootElement.WriteTo(json);
            });
        }
        catch (JsonException)
        {
            return body;
        }
    }

    private static byte[] Body(byte[] body, Func<XElement, Action<Utf8JsonWriter>> write) => Read(body) is { } root ? Json(write(root)) : body;

    private static byte[] Error(string code, ScalewayAnswer answer) => Json(json =>
    {
        json.WriteString("type", code switch
        {
            "NoSuchBucket" => "not_found",
            "SlowDown" or "TooManyRequests" => "too_many_requests",
            _ when answer.Status == 403 => "permissions_denied",
            _ => code,
        });
        json.WriteString("message", code switch
        {
            "SignatureDoesNotMatch" or "InvalidAccessKeyId" => $"{code}: access-key does not belong to secret-key, or the clock is wrong",
            "RequestTimeTooSkewed" => $"{code}: the clock of this machine is wrong",
            _ => code,
        });
    });

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>The document without its namespace, which not every server writes; null when it is no XML.</summary>
    private static XElement? Read(byte[] body)
    {
        try
        {
            using var text = new StreamReader(new MemoryStream(body), Encoding.UTF8);
            using var reader = XmlReader.Create(text, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            var root = XElement.Load(reader);
            foreach (var element in root.DescendantsAndSelf())
            {
                element.Name = element.Name.LocalName;
            }

            return root;
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
