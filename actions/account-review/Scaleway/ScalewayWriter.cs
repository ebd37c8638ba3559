using System.Text.Json;

namespace Actions.AccountReview.Scaleway;

/// <summary>What changes the account. Only <c>mode: apply</c> makes one.</summary>
internal sealed class ScalewayWriter(IScalewayTransport transport)
{
    /// <summary>Deletes a resource.</summary>
    /// <exception cref="ScalewayException">The API does not.</exception>
    public Task DeleteAsync(string path, CancellationToken cancellation) => SendAsync(new ScalewayRequest("DELETE", path), cancellation);

    /// <summary>Creates a resource and gives it.</summary>
    /// <exception cref="ScalewayException">The API does not.</exception>
    public Task<JsonElement> CreateAsync(string path, string body, CancellationToken cancellation) => SendAsync(new ScalewayRequest("POST", path, body), cancellation);

    private async Task<JsonElement> SendAsync(ScalewayRequest request, CancellationToken cancellation)
    {
        var answer = await transport.SendAsync(request, cancellation).ConfigureAwait(false);
        if (answer.Status is < 200 or >= 300)
        {
            throw ScalewayException.Of(request, answer);
        }

        if (answer.Body.Length == 0)
        {
            return default;
        }

        try
        {
            var reader = new Utf8JsonReader(answer.Body, new JsonReaderOptions { MaxDepth = 64 });
            return JsonElement.ParseValue(ref reader);
        }
        catch (JsonException e)
        {
            throw new ScalewayException(ScalewayFault.Malformed, $"{request.Method} {ScalewayException.PathOf(request)} answered with something else than JSON", e);
        }
    }
}
