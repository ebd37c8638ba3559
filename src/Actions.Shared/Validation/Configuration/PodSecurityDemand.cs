using System.Globalization;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Configuration;

/// <summary>Which level of the Pod Security Standards is demanded, and of which Kubernetes version.</summary>
/// <param name="Level">The level.</param>
/// <param name="Minor">Minor version, for example 34 for v1.34; the newest known when it is <see cref="int.MaxValue"/>.</param>
public readonly record struct PodSecurityDemand(PodSecurityLevel Level, int Minor = int.MaxValue)
{
    /// <summary>
    /// Reads <c>none</c>, <c>baseline</c> or <c>restricted</c>, the last two with an optional version as in <c>restricted:1.34</c>, <c>restricted:v1.34</c> or
    /// <c>restricted:latest</c>.
    /// </summary>
    /// <exception cref="FormatException">It is none of them; the message says what to write.</exception>
    public static PodSecurityDemand Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, version) = colon < 0 ? (text, "latest") : (text[..colon], text[(colon + 1)..]);
        PodSecurityLevel? level = name switch
        {
            "none" when colon < 0 => PodSecurityLevel.None,
            "baseline" => PodSecurityLevel.Baseline,
            "restricted" => PodSecurityLevel.Restricted,
            _ => null,
        };
        var minor = int.MaxValue;
        var digits = version.StartsWith("v1.", StringComparison.Ordinal) ? version[3..] : version.StartsWith("1.", StringComparison.Ordinal) ? version[2..] : "";
        return level is { } known && (version == "latest" || int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out minor))
            ? new PodSecurityDemand(known, minor)
            : throw new FormatException("Write none, baseline or restricted, the last two with an optional Kubernetes version as in restricted:1.34.");
    }

    /// <inheritdoc />
    public override string ToString() =>
        Minor == int.MaxValue ? Level.ToString().ToLowerInvariant() : string.Create(CultureInfo.InvariantCulture, $"{Level.ToString().ToLowerInvariant()}:1.{Minor}");
}
