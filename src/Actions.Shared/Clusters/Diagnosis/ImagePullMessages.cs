using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Objects;
using Actions.Shared.Images;

namespace Actions.Shared.Clusters.Diagnosis;

/// <summary>What kubelets report when an image cannot be pulled, in the words of containerd, CRI-O and Docker and of the registries behind them.</summary>
internal static partial class ImagePullMessages
{
    private static readonly string[] WrongPlatform =
        ["no match for platform in manifest", "no matching manifest for", "no image found in manifest list for architecture", "no image found in image index for architecture"];

    private static readonly string[] RateLimited = ["toomanyrequests", "too many requests", "pull rate limit", "rate exceeded", "status code 429", "status: 429"];

    private static readonly string[] NotTrusted =
        ["x509:", "failed to verify certificate", "server gave http response to https client", "tls: handshake failure", "certificate signed by unknown authority"];

    private static readonly string[] Denied =
    [
        "unauthorized", "forbidden", "denied", "authentication required", "no basic auth credentials", "insufficient_scope", "authorization failed",
        "authorization token has expired", "invalid username/password", "no pull access", "status: 401", "status: 403", "status code 401", "status code 403",
    ];

    private static readonly string[] Unreachable =
    [
        "dial tcp", "i/o timeout", "connection refused", "connection reset", "no route to host", "network is unreachable", "no such host", "server misbehaving",
        "tls handshake timeout", "client.timeout", "context deadline exceeded", "deadlineexceeded", "context canceled", "unexpected eof", ": eof",
        "internal server error", "bad gateway", "service unavailable", "gateway timeout", "unexpected status code 5", "proxyconnect",
    ];

    private static readonly string[] NotFound =
        ["not found", "manifest unknown", "manifest_unknown", "name unknown", "name_unknown", "does not exist", "code = notfound", "unexpected status code 404"];

    /// <summary>Explains a message of the waiting reasons <c>ErrImagePull</c> and <c>ImagePullBackOff</c>, or of the event <c>Failed</c>.</summary>
    /// <param name="image">The image as the pod names it.</param>
    /// <param name="message">The message; empty if the kubelet gives none.</param>
    public static Explanation Explain(string image, string message)
    {
        var registry = ImageReference.TryParse(image, out var reference) ? reference.NormalizedRegistry : "the registry";
        var cannot = $"cannot pull {Quoted.Line(image, 200)}";
        // Names may contain any of the words that are looked for: an image called 'denied-page' is not denied.
        var words = WithoutNames(message, reference);
        if (ContainsAny(words, WrongPlatform))
        {
            return new(CauseKind.ImagePlatformMismatch, CauseCertainty.Certain, $"{cannot}: it does not exist for the platform of the node",
                "Build the image for the architecture of the nodes as well, or select nodes that it was built for with nodeSelector 'kubernetes.io/arch'.", "image");
        }

        if (ContainsAny(words, RateLimited))
        {
            return new(CauseKind.ImageRateLimited, CauseCertainty.Transient, $"{cannot}: {registry} limits how often images are pulled",
                "Pull with credentials (imagePullSecrets), through a cache, or from a registry of your own.", "image");
        }

        if (ContainsAny(words, NotTrusted))
        {
            return new(CauseKind.RegistryNotTrusted, CauseCertainty.Likely, $"{cannot}: the node does not trust the TLS connection to {registry}: {Tail(message)}",
                "Give the nodes the certificate authority of the registry, or give the registry a certificate that they trust.", "image");
        }

        if (words.Contains("no space left on device", StringComparison.Ordinal))
        {
            return new(CauseKind.ImagePullFailed, CauseCertainty.Likely, $"{cannot}: the disk of the node is full",
                "Free space on the node or let the pod run on another one; a smaller image helps too.", "image");
        }

        if (ContainsAny(words, Denied))
        {
            var unclear = words.Contains("does not exist", StringComparison.Ordinal) || words.Contains("insufficient_scope", StringComparison.Ordinal);
            return new(CauseKind.ImageAccessDenied, CauseCertainty.Likely,
                unclear ? $"{cannot}: {registry} says that it does not exist or needs credentials" : $"{cannot}: {registry} denies access",
                (unclear ? "Check the name first. If it is right, check" : "Check")
                + " that imagePullSecrets of the pod or its service account name a Secret of type kubernetes.io/dockerconfigjson in the same namespace, and that its credentials may pull this image and have not expired.",
                "image");
        }

        if (ContainsAny(words, Unreachable))
        {
            var host = words.Contains("no such host", StringComparison.Ordinal);
            return new(CauseKind.RegistryUnreachable, CauseCertainty.Transient,
                host ? $"{cannot}: the node finds no address for the host {registry}" : $"{cannot}: the node does not reach {registry}: {Tail(message)}",
                host ? "Check the host name of the registry, and the DNS of the nodes." : "Check that the registry is up and that the nodes may reach it; the kubelet keeps trying.", "image");
        }

        if (ContainsAny(words, NotFound))
        {
            return new(CauseKind.ImageNotFound, CauseCertainty.Certain, $"{cannot}: {registry} has no such {Missing(reference)}",
                "Check the name and the tag or digest. If a build pushes it, deploy only after the push has finished.", "image");
        }

        return new(CauseKind.ImagePullFailed, CauseCertainty.Likely, words.Trim().Length == 0 ? cannot : $"{cannot}: {Tail(message)}",
            "See the events of the pod for what the registry answered.", "image");
    }

    /// <summary>Whether a message of an event is about pulling an image and says more than that the kubelet waits.</summary>
    public static bool IsPullFailure(string message) => message.StartsWith("Failed to pull image", StringComparison.Ordinal);

    private static string Missing(ImageReference? reference) => reference switch
    {
        { Digest: not null } => "image or digest",
        { Tag: not null } => "image or tag",
        null => "image",
        _ => "image, or it has no tag 'latest'",
    };

    private static bool ContainsAny(string text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string WithoutNames(string message, ImageReference? reference)
    {
        var text = NamesAndAddresses().Replace(message.Length > 8192 ? message[..8192] : message, "");
        if (reference is not null)
        {
            text = text.Replace(reference.NormalizedName, "", StringComparison.OrdinalIgnoreCase).Replace(reference.Name, "", StringComparison.OrdinalIgnoreCase);
            if (reference.Tag is { } tag)
            {
                text = text.Replace(":" + tag, "", StringComparison.Ordinal);
            }
        }

        return text.ToLowerInvariant();
    }

    // The chain of wrapped errors names the image again and again; its last links say what happened.
    private static string Tail(string message)
    {
        var text = Quoted.Line(message, 2048);
        var reference = text.LastIndexOf("failed to resolve reference ", StringComparison.Ordinal);
        var start = reference >= 0 ? text.IndexOf("\": ", reference, StringComparison.Ordinal) : -1;
        return Quoted.Essence(start > 0 ? text[(start + 3)..] : text, 200);
    }

    [GeneratedRegex("\"[^\"]*\"|https?://[^\\s\"]+?(?=:? |\"|$)", RegexOptions.CultureInvariant)]
    private static partial Regex NamesAndAddresses();
}
