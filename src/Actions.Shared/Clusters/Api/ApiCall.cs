using System.Text.Json.Nodes;

namespace Actions.Shared.Clusters.Api;

/// <summary>One request to an API server, before it is sent.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query below the server's address.</param>
/// <param name="Verb">What it is called in counts: <c>get</c>, <c>apply</c>, …</param>
/// <param name="Target">What it is about, for messages: <c>Deployment shop/web</c>.</param>
internal sealed record ApiCall(HttpMethod Method, string Path, string Verb, string Target)
{
    public JsonNode? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public string Accept { get; init; } = "application/json";

    /// <summary>Whether sending it twice does the same as sending it once.</summary>
    public bool IsRepeatable { get; init; } = true;

    /// <summary>Whether it is left to the caller to try again.</summary>
    public bool IsTriedOnce { get; init; }

    /// <summary>Whether a server error is soon taken for the answer, because what is asked may be broken for long.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether answers may repeat the content of a Secret.</summary>
    public bool IsSensitive { get; init; }

    /// <summary>Whether the answer comes bit by bit, for as long as it takes.</summary>
    public bool IsStream { get; init; }

    /// <summary>Whether any answer is fine, whatever its status: it is not the API server's own.</summary>
    public bool AnyStatus { get; init; }

    /// <summary>Largest answer in bytes; null for the client's limit.</summary>
    public int? MaxBytes { get; init; }

    /// <summary>Whether a larger answer is cut instead of refused.</summary>
    public bool CutBody { get; init; }
}

/// <summary>The answer to an <see cref="ApiCall"/>, read to its end.</summary>
internal sealed record ApiAnswer(int StatusCode, byte[] Body, bool IsTruncated, IReadOnlyList<string> Warnings);
