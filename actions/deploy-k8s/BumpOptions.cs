using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Images.Policies;

namespace Actions.DeployK8s;

/// <summary>Where a bump goes.</summary>
internal enum BumpTarget
{
    /// <summary>Into the files of the workspace.</summary>
    Files,

    /// <summary>To a branch on GitHub, too.</summary>
    Branch,

    /// <summary>Into a pull request, too.</summary>
    PullRequest,
}

/// <summary>An image whose tag a policy chooses.</summary>
/// <param name="Image">The image, without tag and digest.</param>
/// <param name="Policy">The policy.</param>
internal sealed record ImagePolicy(ImageReference Image, TagPolicy Policy)
{
    /// <summary>Only in the container of this name; null for everywhere.</summary>
    public string? Container { get; init; }

    /// <summary>Only in fields with the marker of this Flux policy; null for everywhere.</summary>
    public string? Marker { get; init; }

    /// <summary>The policy as it was written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Reads <c>image=policy</c>, with <c>filter=</c>, <c>extract=</c>, <c>container=</c> and <c>marker=</c> behind it.</summary>
    /// <exception cref="FormatException">It is none; the message says what to write.</exception>
    public static ImagePolicy Parse(string text)
    {
        var (head, words) = ImageWords.Split(text, "filter", "extract", "container", "marker");
        var split = head.IndexOf('=', StringComparison.Ordinal);
        if (split < 0 || !ImageReference.TryParse(head[..split].Trim(), out var image) || image.Tag is not null || image.Digest is not null)
        {
            throw new FormatException("Write an image without a tag, an equals sign and a policy, as in ghcr.io/team/web=semver:^1.4.");
        }

        var policy = TagPolicy.Parse(head[(split + 1)..]);
        if (words.TryGetValue("filter", out var filter))
        {
            policy = policy with { Filter = TagFilter.Parse(filter, words.GetValueOrDefault("extract")) };
        }
        else if (words.ContainsKey("extract"))
        {
            throw new FormatException("extract takes a part of what filter matches, so it needs one.");
        }

        return new ImagePolicy(image, policy)
        {
            Container = words.GetValueOrDefault("container"),
            Marker = words.TryGetValue("marker", out var marker) ? ImageWords.Marker(marker) : null,
            Text = head[(split + 1)..].Trim(),
        };
    }

    /// <summary>The change that the choice of a tag comes to.</summary>
    public ImageChange Choose(string tag)
    {
        var target = Image.With(tag, null);
        return Marker is null ? ImageChange.To(target) with { Container = Container } : ImageChange.ForPolicy(Marker, target);
    }
}

/// <summary>What a bump of images in files is told besides the images.</summary>
internal sealed record BumpOptions
{
    public required IReadOnlyList<ImagePolicy> Policies { get; init; }

    public required IReadOnlyList<FieldPattern> Fields { get; init; }

    public required IReadOnlyList<string> IgnorePaths { get; init; }

    public required bool Check { get; init; }

    public required int MaxFiles { get; init; }

    public required BumpTarget Target { get; init; }

    public required string Repository { get; init; }

    public required string Branch { get; init; }

    public required string Base { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    public required string? Token { get; init; }

    public static BumpOptions Read(OptionReader read) => new()
    {
        Policies = read.ParsedLines(
            "image-policies",
            "For `mode: bump`, images whose tag a policy chooses, one per line, as `ghcr.io/team/web=semver:^1.4`: `semver:RANGE`, `alphabetical`, `numerical` (both with `:desc` for the first) or `newest`. Behind it may stand `filter=REGEX`, `extract=$1`, `container=NAME` and `marker=NAMESPACE:NAME`.",
            [], "image=policy, as in ghcr.io/team/web=semver:^1.4", ImagePolicy.Parse),
        Fields = read.ParsedLines(
            "image-fields", "For `mode: bump`, more fields that name images, one per line, as `spec/runner/image`; `*` is any key, `**` any number of them.", [], "keys with slashes between them", FieldPattern.Parse),
        IgnorePaths = read.Lines("ignore-paths", "For `mode: bump`, glob patterns of files that are left out, one per line."),
        Check = read.Boolean("check", "For `mode: bump`, whether nothing is written and the run fails when something would change.", false),
        MaxFiles = read.Integer("max-files", "For `mode: bump`, the most files that may change; with more nothing is written.", 100, 1, 10_000),
        Target = read.Choice("bump-to", "For `mode: bump`, where the change goes: `files` of the workspace, a `branch` on GitHub as well, or a `pull-request` as well.", BumpTarget.Files),
        Repository = read.Text("bump-repository", "The repository of `bump-to`, as `owner/name`; that of the run when empty."),
        Branch = read.Text("bump-branch", "The branch of `bump-to`; `bump/` and the name of the application when empty. For `bump-to: branch` it may be the base itself."),
        Base = read.Text("base-branch", "The branch that the change is made on; that of the run when empty, or the default branch."),
        Labels = read.Lines("pull-request-labels", "Labels of the pull request, separated by commas or lines.", takesCommas: true),
        Token = read.Secret("bump-token", "Token of GitHub for `bump-to`, `github-token` when empty: `contents: write`, for a pull request also `pull-requests: write`. With that of the workflow no workflow starts for the pull request."),
    };
}
