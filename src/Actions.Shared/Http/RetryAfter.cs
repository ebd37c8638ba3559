using System.Net.Http.Headers;

namespace Actions.Shared.Http;

/// <summary>How long a server asks to wait (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>The time that <c>Retry-After</c> names, never negative; null if the header is not there.</summary>
    /// <param name="headers">Headers of the answer.</param>
    /// <param name="now">The present time, for a header that names a date.</param>
    public static TimeSpan? Of(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var asked = headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => (TimeSpan?)null,
        };
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }
}
