using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Actions.Shared.Clusters.Connection;

/// <summary>Certificates and keys from PEM, or base64 of it.</summary>
internal static class Certificates
{
    /// <summary>The certificates of a bundle, at least one.</summary>
    /// <param name="text">PEM, or base64 of it.</param>
    /// <param name="what">How messages call it.</param>
    public static X509Certificate2Collection Authorities(string text, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Pem(text, what));
        }
        catch (CryptographicException e)
        {
            throw NoCertificate(what, e);
        }

        return certificates.Count > 0 ? certificates : throw NoCertificate(what);
    }

    /// <summary>A certificate with its private key.</summary>
    public static X509Certificate2 Client(string certificate, string key, string what, DateTimeOffset now)
    {
        X509Certificate2 client;
        try
        {
            client = X509Certificate2.CreateFromPem(Pem(certificate, what), Pem(key, what));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ActionException(
                "The client certificate cannot be used", $"{what}: certificate and key are not valid PEM, or do not belong together", "Get a new kubeconfig.", inner: e);
        }

        if (client.NotAfter.ToUniversalTime() < now.UtcDateTime)
        {
            throw new ActionException(
                "The client certificate has expired", $"{what}: it was valid until {client.NotAfter.ToUniversalTime():u}", "Get a new kubeconfig.");
        }

        return client;
    }

    private static string Pem(string text, string what)
    {
        if (text.Contains("-----BEGIN", StringComparison.Ordinal))
            return text;
        if (text is "REDACTED" or "DATA+OMITTED" or "DATA REDACTED")
        {
            throw new ActionException(
                "The kubeconfig is incomplete", $"{what} is left out ({text})", "Take the kubeconfig with its secrets: kubectl config view --raw --minify --flatten");
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException e)
        {
            throw NoCertificate(what, e);
        }
    }

    private static ActionException NoCertificate(string what, Exception? e = null) => new(
        "Not a certificate", $"{what} is neither PEM nor base64 of it", "It begins with -----BEGIN CERTIFICATE-----, or is base64 of that.", inner: e);
}
