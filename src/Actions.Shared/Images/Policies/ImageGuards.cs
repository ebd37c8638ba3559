using System.Numerics;
using System.Text.RegularExpressions;
using Actions.Shared.Images.Registries;

namespace Actions.Shared.Images.Policies;

/// <summary>Why an image must not be deployed.</summary>
/// <param name="Guard">Which guard: <c>exists</c>, <c>platform</c>, <c>downgrade</c>, <c>minimum-age</c>, <c>immutable</c>, <c>registry</c> or <c>files</c>.</param>
/// <param name="Message">What is wrong, one sentence.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record GuardFailure(string Guard, string Message, string Hint);

/// <summary>What must hold of an image before it is written or deployed. Pure: what the registry says and the time are given.</summary>
public sealed partial record ImageGuards
{
    /// <summary>
    /// Registries, or paths in them, that images may come from: <c>ghcr.io</c>, <c>ghcr.io/team</c>, <c>*.example.com</c>. Empty for any.
    /// </summary>
    public IReadOnlyList<string> AllowedRegistries { get; init; } = [];

    /// <summary>Platforms that the image must have, all of them. Empty for none in particular.</summary>
    public IReadOnlyList<ImagePlatform> Platforms { get; init; } = [];

    /// <summary>How long ago the image must have been built. Zero for any age.</summary>
    public TimeSpan MinimumAge { get; init; }

    /// <summary>Whether a lower version may follow a higher one.</summary>
    public bool AllowDowngrade { get; init; }

    /// <summary>Most files that one bump may change; null for any number.</summary>
    public int? MaxFiles { get; init; }

    /// <summary>What speaks against the image, in a fixed order; empty if nothing does.</summary>
    /// <param name="target">The image to deploy.</param>
    /// <param name="details">What the registry says of it; null if it does not exist.</param>
    /// <param name="current">What is deployed now; null if nothing is.</param>
    /// <param name="recordedDigest">The digest that the tag led to when it was last looked at; null if it never was.</param>
    /// <param name="time">The clock for the age.</param>
    public IReadOnlyList<GuardFailure> Check(ImageReference target, ImageDetails? details, ImageReference? current, string? recordedDigest, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(time);
        var failures = new List<GuardFailure>();
        if (!IsAllowed(target))
        {
            failures.Add(new("registry", $"{target.NormalizedName} is not from a registry that is allowed", $"Use an image from {string.Join(", ", AllowedRegistries)}."));
        }

        if (!AllowDowngrade && current is { Tag: { } from } && current.NormalizedName == target.NormalizedName && target.Tag is { } to && IsDowngrade(from, to))
        {
            failures.Add(new("downgrade", $"{to} is lower than {from}, which is there now", "Allow a downgrade if it is meant."));
        }

        if (details is null)
        {
            failures.Add(new("exists", $"{target} does not exist in the registry", "Check the name and that the image was pushed."));
            return failures;
        }

        if (recordedDigest is not null && recordedDigest != details.Digest)
        {
            failures.Add(new("immutable", $"{target.Name}:{target.Tag ?? "latest"} led to {recordedDigest} and leads to {details.Digest} now", "Find out who pushed it again; push new content under a new tag."));
        }

        if (target.Digest is not null && target.Digest != details.Digest)
        {
            failures.Add(new("immutable", $"{target} leads to {details.Digest}", "Correct the digest, or find out who pushed the tag again."));
        }

        failures.AddRange(Platforms.Where(p => !details.Platforms.Any(d => d.Serves(p))).Select(p => new GuardFailure(
            "platform",
            details.Platforms.Count == 0 ? $"{target} is no container image" : $"{target} is not built for {p}, only for {string.Join(", ", details.Platforms)}",
            "Build the image for every platform of the cluster.")));
        if (MinimumAge > TimeSpan.Zero && AgeFailure(target, details.Created, time.GetUtcNow()) is { } age)
        {
            failures.Add(age);
        }

        return failures;
    }

    /// <summary>Whether a bump changes more files than it may; null if not.</summary>
    public GuardFailure? CheckFiles(BumpPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var count = plan.Changed.Count();
        return count > MaxFiles ? new("files", $"{count} files would change; the limit is {MaxFiles}", "Narrow the paths, or raise the limit.") : null;
    }

    /// <summary>Whether the second of two tags is a lower version or number than the first. Tags that cannot be compared are no downgrade.</summary>
    public static bool IsDowngrade(string from, string to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (SemanticVersion.TryParse(from, out var old) && SemanticVersion.TryParse(to, out var now))
        {
            var core = (old.Major, old.Minor, old.Patch).CompareTo((now.Major, now.Minor, now.Patch));
            // A suffix is a pre-release only by its word: 1.27 and 1.27-alpine are variants of one version.
            var areVersions = (old.Prerelease is null || IsPrerelease(old.Prerelease)) && (now.Prerelease is null || IsPrerelease(now.Prerelease));
            return core > 0 || (core == 0 && areVersions && now < old);
        }

        return from.Length > 0 && to.Length > 0 && from.All(char.IsAsciiDigit) && to.All(char.IsAsciiDigit) && BigInteger.Parse(to) < BigInteger.Parse(from);
    }

    /// <summary>Whether the image is from a registry that is allowed; it must not even be asked otherwise.</summary>
    public bool IsAllowed(ImageReference image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return AllowedRegistries.Count == 0 || AllowedRegistries.Any(a =>
        {
            var allowed = a.TrimEnd('/');
            if (allowed.StartsWith("*.", StringComparison.Ordinal))
            {
                return image.NormalizedRegistry.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase);
            }

            return image.NormalizedName == allowed || image.NormalizedName.StartsWith(allowed + "/", StringComparison.OrdinalIgnoreCase);
        });
    }

    private GuardFailure? AgeFailure(ImageReference target, DateTimeOffset? created, DateTimeOffset now) => created switch
    {
        null => new("minimum-age", $"{target} does not say when it was built", "Let the build set the date, or do not ask for a minimum age."),
        { } date when now - date < MinimumAge => new("minimum-age", $"{target} was built at {date.UtcDateTime:yyyy-MM-dd HH:mm} UTC and must be {Text(MinimumAge)} old", "Wait, or lower the minimum age."),
        _ => null,
    };

    private static string Text(TimeSpan age) => age.TotalDays >= 1 ? $"{age.TotalDays:0.#} days" : age.TotalHours >= 1 ? $"{age.TotalHours:0.#} hours" : $"{age.TotalMinutes:0.#} minutes";

    private static bool IsPrerelease(string suffix) => PrereleaseWord().IsMatch(suffix);

    [GeneratedRegex(@"^(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary|m|[0-9])(?![a-z])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PrereleaseWord();
}
