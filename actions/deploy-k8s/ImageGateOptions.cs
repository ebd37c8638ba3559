using System.Text.RegularExpressions;
using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Images.Policies;
using Actions.Shared.Images.Registries;

namespace Actions.DeployK8s;

/// <summary>Whether images are looked up in their registries before anything is done with them.</summary>
internal enum ImageGateMode
{
    /// <summary>They are not.</summary>
    Off,

    /// <summary>They must be there and pass the guards.</summary>
    Check,

    /// <summary>That, and tags are replaced by what they lead to.</summary>
    Pin,
}

/// <summary>Which tags must always lead to the same image.</summary>
internal enum TagImmutability
{
    /// <summary>None.</summary>
    Off,

    /// <summary>Versions with all three numbers.</summary>
    Versions,

    /// <summary>All.</summary>
    All,
}

/// <summary>How images are looked up, and what must hold of them.</summary>
internal sealed record ImageGateOptions
{
    public required ImageGateMode Mode { get; init; }

    public required ImageGuards Guards { get; init; }

    public required TagImmutability Immutable { get; init; }

    /// <summary>Names of images that are passed over; <c>*</c> stands for any characters.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    public required string? RegistryAuth { get; init; }

    public required IReadOnlyList<string> InsecureRegistries { get; init; }

    public bool IsOn => Mode != ImageGateMode.Off;

    public static ImageGateOptions Read(OptionReader read)
    {
        var options = new ImageGateOptions
        {
            Mode = read.Choice(
                "image-gate",
                "Whether images are looked up in their registries first: `off`, `check` (each must exist, fit the nodes and pass the guards) or `pin` (that, and each tag is replaced by the digest that it leads to). After the rollout every pod must run what was found.",
                ImageGateMode.Off),
            Guards = new ImageGuards
            {
                AllowedRegistries = read.Lines("allowed-registries", "Registries, or paths in them, that images may come from, separated by commas or lines: `ghcr.io/team`, `*.example.com`; any when empty.", takesCommas: true),
                Platforms = read.ParsedLines(
                    "image-platforms", "Platforms that every image must have, separated by commas or lines; when empty, those of the nodes on which its pods may run.", [], "os/architecture, as in linux/arm64", ImagePlatform.Parse, takesCommas: true),
                MinimumAge = read.Duration("minimum-image-age", "How long ago an image must have been built.", TimeSpan.Zero),
                AllowDowngrade = read.Boolean("allow-image-downgrade", "Whether a lower version of an image may replace a higher one.", false),
            },
            Immutable = read.Choice(
                "immutable-tags", "Which tags must not lead to another digest than the one that is deployed under them: `versions` (all three numbers, as in 1.4.2), `all` or `off`.", TagImmutability.Versions),
            Ignored = read.Lines("ignored-images", "Images that the gate passes over, by name, separated by commas or lines; `*` stands for any characters.", takesCommas: true),
            RegistryAuth = read.Secret(
                "registry-auth", "The content of a docker `config.json` with credentials for registries, as it is or in base64. Without it the variable DOCKER_AUTH_CONFIG is used, or the file of docker; the pull secrets of the pods always are."),
            InsecureRegistries = read.Lines("insecure-registries", "Registries, with their ports, that are asked without TLS, separated by commas or lines.", takesCommas: true),
        };

        if (!options.IsOn && (options.Guards.AllowedRegistries.Count > 0 || options.Guards.Platforms.Count > 0 || options.Guards.MinimumAge > TimeSpan.Zero))
        {
            read.Reject("Guards are set, but images are not looked up", "image-gate is off", "Set image-gate to check or pin, or leave the guards out.");
        }

        return options;
    }

    /// <summary>Whether a tag must always lead to the same image.</summary>
    public bool IsImmutable(string? tag) => Immutable switch
    {
        TagImmutability.All => tag is not null,
        TagImmutability.Versions => tag is not null && SemanticVersion.TryParse(tag, out var version) && version.HasPatch,
        _ => false,
    };

    /// <summary>Whether the gate passes over an image.</summary>
    public bool IsIgnored(ImageReference image) => Ignored.Any(pattern => Matches(pattern, image.Name) || Matches(pattern, image.NormalizedName));

    private static bool Matches(string pattern, string name) =>
        Regex.IsMatch(name, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
}
