using System.Buffers;
using System.Text.RegularExpressions;

namespace Actions.Shared.Images;

/// <summary>
/// A wish: wherever an image stands, let it be another one. The wanted reference says what is set: a tag without a digest drops a digest
/// that stood there, a digest without a tag drops the tag, both set both, neither only renames.
/// </summary>
public sealed record ImageChange
{
    private static readonly SearchValues<char> Operators = SearchValues.Create(@"\^$|?*+()[]{}");

    private ImageChange(string name, ImageReference target)
    {
        Name = name;
        Target = target;
    }

    /// <summary>The image that is looked for: registry and path in full, as <see cref="ImageReference.NormalizedName"/>.</summary>
    public string Name { get; }

    /// <summary>What it becomes. An image that only changes its tag or digest keeps the spelling of its name.</summary>
    public ImageReference Target { get; private init; }

    /// <summary>Only in the container of this name; null for everywhere.</summary>
    public string? Container { get; init; }

    /// <summary>Only where this tag stands now; null for any.</summary>
    public string? CurrentTag { get; init; }

    /// <summary>
    /// Only fields with the marker of this Flux policy, <c>namespace:name</c>, whatever image they name; null for a change by name.
    /// </summary>
    public string? Policy { get; private init; }

    /// <summary>Whether the image gets another registry or path.</summary>
    public bool Renames => Target.NormalizedName != Name;

    /// <summary>A change of every image with the name of <paramref name="target"/>.</summary>
    public static ImageChange To(ImageReference target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new ImageChange(target.NormalizedName, target);
    }

    /// <summary>A change of the fields that carry the marker of a Flux image policy.</summary>
    /// <param name="policy">Namespace and name of the policy, <c>flux-system:app</c>.</param>
    /// <param name="target">What they become.</param>
    public static ImageChange ForPolicy(string policy, ImageReference target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new ImageChange(target.NormalizedName, target) { Policy = policy };
    }

    /// <summary>The same change with a digest beside the tag.</summary>
    /// <param name="digest">A digest for which <see cref="ImageReference.IsDigest"/> holds.</param>
    public ImageChange Pinned(string digest) => this with { Target = Target.With(Target.Tag, digest) };

    /// <summary>
    /// Reads <c>reference</c> (the image of that name gets that tag, digest or both) or <c>name=reference</c> (the image of that name becomes the reference).
    /// Behind it may stand <c>container=NAME</c>, <c>current-tag=TAG</c> and <c>marker=NAMESPACE:NAME</c>, which say where.
    /// </summary>
    /// <exception cref="FormatException">It is neither; the message says what to write.</exception>
    public static ImageChange Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        (text, var places) = ImageWords.Split(text, "container", "current-tag", "marker");
        var change = ParseChange(text);
        if (places.TryGetValue("marker", out var marker))
        {
            change = change.Renames || places.Count > 1
                ? throw new FormatException("A marker says by itself which fields are meant, so it stands alone behind a reference.")
                : ForPolicy(ImageWords.Marker(marker), change.Target);
        }

        return change with { Container = places.GetValueOrDefault("container"), CurrentTag = places.GetValueOrDefault("current-tag") };
    }

    private static ImageChange ParseChange(string text)
    {
        var split = text.IndexOf('=', StringComparison.Ordinal);
        var wanted = text[(split + 1)..].Trim();
        if (!ImageReference.TryParse(wanted, out var target))
        {
            throw new FormatException(split < 0
                ? "Write an image reference with a tag or a digest, or name=reference."
                : "What follows the equals sign is no image reference.");
        }

        if (split < 0)
        {
            return target.Tag is null && target.Digest is null
                ? throw new FormatException("The reference has neither a tag nor a digest, so there is nothing to set.")
                : To(target);
        }

        if (!ImageReference.TryParse(text[..split].Trim(), out var old) || old.Tag is not null || old.Digest is not null)
        {
            throw new FormatException("The name before the equals sign must be an image without a tag and a digest.");
        }

        var change = new ImageChange(old.NormalizedName, target);
        return target.Tag is null && target.Digest is null && !change.Renames
            ? throw new FormatException("The reference is the same image without a tag and a digest, so there is nothing to set.")
            : change;
    }

    /// <summary>Whether an image is meant, by its name and its tag.</summary>
    public bool Matches(ImageReference current)
    {
        ArgumentNullException.ThrowIfNull(current);
        return Policy is null && current.NormalizedName == Name && (CurrentTag is null || CurrentTag == current.Tag);
    }

    /// <summary>What the image becomes.</summary>
    public ImageReference ApplyTo(ImageReference current)
    {
        ArgumentNullException.ThrowIfNull(current);
        var named = Target.NormalizedName == current.NormalizedName ? current : Target;
        return Target.Tag is null && Target.Digest is null ? named.With(current.Tag, current.Digest) : named.With(Target.Tag, Target.Digest);
    }

    /// <inheritdoc />
    public override string ToString() => Policy is { } policy ? $"{policy}={Target}" : Renames ? $"{Name}={Target}" : Target.ToString();

    /// <summary>Whether an entry of a kustomization means the image: kustomize takes the name of an entry for a regular expression.</summary>
    internal bool MatchesPattern(string pattern)
    {
        if (Policy is not null)
        {
            return false;
        }

        if (ImageReference.TryParse(pattern, out var plain) && plain.NormalizedName == Name)
        {
            return true;
        }

        // A regular expression costs more to build than most files cost to read, so plain names go without one.
        if (!pattern.AsSpan().ContainsAny(Operators))
        {
            return Spellings().Any(s => s.Length == pattern.Length && s.Zip(pattern).All(c => c.Second == '.' || c.First == c.Second));
        }

        try
        {
            var expression = new Regex($"^{pattern}$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return Spellings().Any(expression.IsMatch);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private IEnumerable<string> Spellings()
    {
        const string hub = "docker.io/";
        const string library = hub + "library/";
        yield return Name;
        if (Name.StartsWith(hub, StringComparison.Ordinal))
        {
            yield return Name[hub.Length..];
        }

        if (Name.StartsWith(library, StringComparison.Ordinal))
        {
            yield return Name[library.Length..];
        }
    }
}
