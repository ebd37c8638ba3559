using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ClusterFixture;

namespace ScalewayStandIn;

/// <summary>
/// Object storage as the stand-in has it: S3 in XML, for the project that follows the access key. It computes the signature of every request itself and
/// refuses one that is not right. Buckets are items of <c>/s3/{region}/{project}</c> with <c>name</c>, <c>grants</c>, <c>policy</c>, <c>versioning</c>
/// and <c>lifecycle</c>.
/// </summary>
internal static class StandInBuckets
{
    public const string Root = "/s3/";

    private static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static StandInAnswer Answer(StandInAccount account, LoopbackRequest request, string path, Dictionary<string, string> query)
    {
        var words = (request.Headers.GetValueOrDefault("Authorization") ?? "").Split([' ', ',', '='], StringSplitOptions.RemoveEmptyEntries);
        if (request.Method != "GET" || words is not ["AWS4-HMAC-SHA256", "Credential", var credential, "SignedHeaders", _, "Signature", var signature])
        {
            return Error(403, "AccessDenied");
        }

        if (signature != Sign(account.SecretKey, request, path, query, credential))
        {
            return Error(403, "SignatureDoesNotMatch");
        }

        var (region, name) = path[Root.Length..].Split('/', 2) is [var first, var rest] ? (first, rest) : (path[Root.Length..], "");
        var project = credential.Split('/')[0].Split('@')[^1];
        var buckets = account.Of($"{Root}{region}/{project}");
        if (name.Length == 0)
        {
            return Xml(new XElement(S3 + "ListAllMyBucketsResult", new XElement(S3 + "Buckets", buckets.Select(b => new XElement(
                S3 + "Bucket", new XElement(S3 + "Name", Text(b, "name")), new XElement(S3 + "CreationDate", StandInAccount.At(300)))))));
        }

        return buckets.FirstOrDefault(b => Text(b, "name") == name) is { } bucket ? Part(bucket, query.Keys.Single()) : Error(404, "NoSuchBucket");
    }

    private static StandInAnswer Part(JsonObject bucket, string part)
    {
        switch (part)
        {
            case "acl":
                return Xml(new XElement(S3 + "AccessControlPolicy", new XElement(S3 + "Owner", new XElement(S3 + "ID", "owner:owner")), new XElement(S3 + "AccessControlList", (bucket["grants"] as JsonArray ?? []).Select(g => new XElement(
                    S3 + "Grant", new XElement(S3 + "Grantee", new XElement(S3 + (Text(g!, "to").StartsWith("http", StringComparison.Ordinal) ? "URI" : "ID"), Text(g!, "to"))), new XElement(S3 + "Permission", Text(g!, "permission")))))));
            case "policy":
                return bucket["policy"] is { } policy ? new StandInAnswer(200, policy.ToJsonString()) : Error(404, "NoSuchBucketPolicy");
            case "versioning":
                return Xml(new XElement(S3 + "VersioningConfiguration", bucket["versioning"] is { } status ? new XElement(S3 + "Status", status.GetValue<string>()) : null));
            case "lifecycle":
                return bucket["lifecycle"] is JsonArray rules
                    ? Xml(new XElement(S3 + "LifecycleConfiguration", rules.Select(r => new XElement(S3 + "Rule", new XElement(S3 + "Status", "Enabled"), new XElement(S3 + r!.GetValue<string>(), new XElement(S3 + "Days", 30))))))
                    : Error(404, "NoSuchLifecycleConfiguration");
            default:
                return Error(501, "NotImplemented");
        }
    }

    private static string Sign(string secret, LoopbackRequest request, string path, Dictionary<string, string> query, string credential)
    {
        static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        var scope = credential.Split('/', 2)[1];
        var parameters = string.Join('&', query.Where(q => q.Key.Length > 0).OrderBy(q => q.Key, StringComparer.Ordinal).Select(q => $"{q.Key}={(q.Value == q.Key ? "" : q.Value)}"));
        var canonical = $"GET\n{path}\n{parameters}\nhost:{request.Headers["Host"]}\nx-amz-content-sha256:{request.Headers["x-amz-content-sha256"]}\nx-amz-date:{request.Headers["x-amz-date"]}\n\nhost;x-amz-content-sha256;x-amz-date\n{request.Headers["x-amz-content-sha256"]}";
        var key = scope.Split('/').Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), Hash);
        return Convert.ToHexStringLower(Hash(key, $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}"));
    }

    private static string Text(JsonNode node, string key) => node[key]?.GetValue<string>() ?? "";

    private static StandInAnswer Xml(XElement root) => new(200, new XDocument(root).ToString(SaveOptions.DisableFormatting));

    private static StandInAnswer Error(int status, string code) => new(status, new XElement("Error", new XElement("Code", code), new XElement("Message", "something that nobody relies on")).ToString());
}
