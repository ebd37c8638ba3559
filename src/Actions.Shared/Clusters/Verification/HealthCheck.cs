using System.Text.RegularExpressions;

namespace Actions.Shared.Clusters.Verification;

/// <summary>A range of HTTP status codes.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest.</param>
public readonly record struct StatusRange(int First, int Last)
{
    /// <inheritdoc />
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}

/// <summary>A Service that is asked through the API server.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Port">Number or name of its port.</param>
/// <param name="IsHttps">Whether the Service speaks HTTPS.</param>
public sealed record ServiceEndpoint(string Namespace, string Name, string Port, bool IsHttps)
{
    /// <summary>As the proxy of the API server wants it: <c>web:80</c>, <c>https:web:8443</c>.</summary>
    public string ProxyName => IsHttps ? $"https:{Name}:{Port}" : $"{Name}:{Port}";
}

/// <summary>An address that must answer as expected after a rollout.</summary>
public sealed record HealthCheck
{
    /// <summary>How long one try may take unless told otherwise.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Line of the input, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The address without its query, which may hold a secret: for messages.</summary>
    public required string Address { get; init; }

    /// <summary>The address as an HTTP(S) URL; null if <see cref="Service"/> is asked.</summary>
    public Uri? Url { get; init; }

    /// <summary>The Service; null if <see cref="Url"/> is asked.</summary>
    public ServiceEndpoint? Service { get; init; }

    /// <summary>Path and query at the Service.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The status codes that are fine. The default is 200 to 299.</summary>
    public IReadOnlyList<StatusRange> Statuses { get; init; } = [new(200, 299)];

    /// <summary>What the body must contain; null for anything.</summary>
    public string? Body { get; init; }

    /// <summary>What the body must match; null for anything.</summary>
    public Regex? Pattern { get; init; }

    /// <summary>For how many days the certificate must still be valid; null if that does not matter.</summary>
    public int? CertificateDays { get; init; }

    /// <summary>How long one try may take.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <inheritdoc />
    public override string ToString() => Address;
}

/// <summary>What came of a check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Passed">Whether it passed.</param>
/// <param name="Message">What the last try gave, as a sentence without a full stop. It quotes the answer on one line, bounded.</param>
/// <param name="Attempts">How many tries there were.</param>
/// <param name="Duration">Time until it passed, or was given up.</param>
public sealed record HealthCheckResult(HealthCheck Check, bool Passed, string Message, int Attempts, TimeSpan Duration);
