using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Actions.AccountReview.Scaleway;

/// <summary>
/// Signs requests without a body for services that speak S3: AWS Signature Version 4, over the host, the time and the hash of nothing. The key itself is
/// never sent. Pure.
/// </summary>
internal static class SignatureV4
{
    /// <summary>SHA-256 of no bytes: requests that only read have no body.</summary>
    public const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string SignedHeaders = "host;x-amz-content-sha256;x-amz-date";

    /// <summary>The time as the header <c>x-amz-date</c> has it.</summary>
    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The header <c>Authorization</c> of a GET.</summary>
    /// <param name="address">Where it goes. Its path is taken as it is written, escaped once.</param>
    /// <param name="region">The region that signs, such as <c>fr-par</c>.</param>
    /// <param name="accessKey">The name of the key.</param>
    /// <param name="secretKey">The key.</param>
    /// <param name="at">Now; the server takes it within a quarter of an hour.</param>
    public static string Authorization(Uri address, string region, string accessKey, string secretKey, DateTimeOffset at)
    {
        var stamp = Stamp(at);
        var scope = $"{stamp[..8]}/{region}/s3/aws4_request";
        var canonical = string.Join('\n', "GET", address.AbsolutePath, Query(address), $"host:{address.Authority}", $"x-amz-content-sha256:{HashOfNothing}", $"x-amz-date:{stamp}", "", SignedHeaders, HashOfNothing);
        var toSign = string.Join('\n', Algorithm, stamp, scope, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical))));
        var key = Encoding.UTF8.GetBytes("AWS4" + secretKey);
        foreach (var step in (ReadOnlySpan<string>)[stamp[..8], region, "s3", "aws4_request"])
        {
            key = Hash(key, step);
        }

        return $"{Algorithm} Credential={accessKey}/{scope},SignedHeaders={SignedHeaders},Signature={Convert.ToHexStringLower(Hash(key, toSign))}";
    }

    /// <summary>Parameters in the order of their names, each with an equals sign.</summary>
    private static string Query(Uri address) => string.Join('&', address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Contains('=', StringComparison.Ordinal) ? p : p + "=")
        .Order(StringComparer.Ordinal));

    private static byte[] Hash(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
