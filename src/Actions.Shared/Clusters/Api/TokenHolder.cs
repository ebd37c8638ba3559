using Actions.Shared.Clusters.Connection;

namespace Actions.Shared.Clusters.Api;

/// <summary>Gives every request the token, and renews it once however many requests were refused with the same one.</summary>
internal sealed class TokenHolder(TokenSource source) : IDisposable
{
    private readonly SemaphoreSlim _renewal = new(1, 1);

    public void Dispose() => _renewal.Dispose();

    public ValueTask<string> GetAsync(CancellationToken cancellation) => source(renew: false, cancellation);

    /// <summary>A token other than <paramref name="refused"/>, if there is one to be had.</summary>
    public async Task<string> RenewAsync(string refused, CancellationToken cancellation)
    {
        await _renewal.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var current = await source(renew: false, cancellation).ConfigureAwait(false);
            return current == refused ? await source(renew: true, cancellation).ConfigureAwait(false) : current;
        }
        finally
        {
            _renewal.Release();
        }
    }
}
