namespace Actions.AccountReview.Scaleway;

/// <summary>How the API is asked.</summary>
internal sealed record ScalewayOptions
{
    /// <summary>Where the API is.</summary>
    public Uri Address { get; init; } = new("https://api.scaleway.com");

    /// <summary>The secret key of an API key, sent as <c>X-Auth-Token</c>.</summary>
    public required string SecretKey { get; init; }

    /// <summary>The access key of the same API key, with which requests to object storage are signed; empty to not ask it.</summary>
    public string AccessKey { get; init; } = "";

    /// <summary>Where object storage is, with <c>{region}</c>.</summary>
    public string ObjectStorage { get; init; } = "https://s3.{region}.scw.cloud";

    /// <summary>Sent as <c>User-Agent</c>.</summary>
    public string UserAgent { get; init; } = "account-review";

    /// <summary>Most requests at a time. The API's limit is not published and seems to count per address. The default is 8.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>How often a request is sent that is turned away or not answered. The default is 7, which is a minute and a half of waiting.</summary>
    public int Attempts { get; init; } = 7;

    /// <summary>How often a request is sent that is not permitted: a permission that was just granted is not known everywhere at once. The default is 3.</summary>
    public int DeniedAttempts { get; init; } = 3;

    /// <summary>How long one answer may take. The default is a minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait before a repetition. The default is 30 seconds.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that an answer may have. The default is 32 MiB.</summary>
    public int MaxBytes { get; init; } = 32 * 1024 * 1024;
}
