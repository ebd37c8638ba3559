using System.Collections.Concurrent;
using Actions.Shared;
using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Images.Policies;
using Actions.Shared.Images.Registries;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>Finds out which images a bump sets: lets policies choose, asks registries, applies the guards that need no file.</summary>
internal sealed class BumpImages(DeployK8sOptions options, ActionContext context)
{
    private const int Parallelism = 8;
    private const int MostDates = 200;

    private readonly List<DeploymentFailure> _failures = [];

    /// <summary>Why the bump must not be made; empty if it may.</summary>
    public IReadOnlyList<DeploymentFailure> Failures => _failures;

    /// <summary>The images that were looked up.</summary>
    public List<DeployedImage> Images { get; } = [];

    /// <exception cref="ActionException">A registry cannot be asked.</exception>
    public async Task<IReadOnlyList<ImageChange>> ResolveAsync(CancellationToken cancellation)
    {
        IReadOnlyList<ImageChange> changes = options.Images;
        if (options.Bump.Policies.Count == 0 && !options.ImageGate.IsOn)
        {
            return changes;
        }

        var gate = options.ImageGate;
        var registryOptions = new RegistryOptions
        {
            Credentials = new RegistryLogins(context).Given(gate.RegistryAuth),
            PlainHttp = gate.InsecureRegistries.ToHashSet(StringComparer.Ordinal),
        };
        using var registry = new RegistryClient(registryOptions, context.Time);
        changes = [.. changes, .. (await OrderedAsync(options.Bump.Policies, p => ChooseAsync(registry, p, cancellation), cancellation)).OfType<ImageChange>()];
        return gate.IsOn && _failures.Count == 0 ? await OrderedAsync(changes, c => LookUpAsync(registry, c, cancellation), cancellation) : changes;
    }

    private async Task<ImageChange?> ChooseAsync(RegistryClient registry, ImagePolicy policy, CancellationToken cancellation)
    {
        if (!options.ImageGate.Guards.IsAllowed(policy.Image))
        {
            Fail("image-registry-not-allowed", $"{policy.Image.NormalizedName} is not from a registry that is allowed", $"Use an image from {string.Join(", ", options.ImageGate.Guards.AllowedRegistries)}.");
            return null;
        }

        var tags = await registry.ListTagsAsync(policy.Image, cancellation);
        var choice = policy.Policy.Choose(policy.Policy.Order == TagOrder.Newest ? await DatedAsync(registry, policy, tags, cancellation) : tags.Select(t => new TagCandidate(t)));
        if (choice.Tag is null)
        {
            Fail(
                "image-no-tag",
                $"No tag of {policy.Image} fits {policy.Text}: of {tags.Count:N0} tags {choice.Filtered:N0} do not match the filter, {choice.Skipped:N0} cannot be read as the policy needs it, {choice.OutOfRange:N0} are out of range",
                "Correct the policy, or push an image that fits.");
            return null;
        }

        context.Log.Untrusted($"{policy.Image}: {policy.Text} chooses {choice.Tag} out of {choice.Fitting:N0} that fit.");
        return policy.Choose(choice.Tag);
    }

    private static async Task<IReadOnlyList<TagCandidate>> DatedAsync(RegistryClient registry, ImagePolicy policy, IReadOnlyList<string> tags, CancellationToken cancellation)
    {
        var wanted = tags.Where(t => policy.Policy.Filter?.Matches(t) ?? true).ToArray();
        return wanted.Length > MostDates
            ? throw new ActionException($"{policy.Image} has too many tags to ask for the date of each", $"{wanted.Length:N0} tags; {MostDates} is the most", "Narrow them with filter=, or order them by something that is in the tag.")
            : await OrderedAsync(wanted, async t => new TagCandidate(t, (await registry.DescribeAsync(policy.Image.With(t, null), cancellation))?.Created), cancellation);
    }

    private async Task<ImageChange> LookUpAsync(RegistryClient registry, ImageChange change, CancellationToken cancellation)
    {
        var gate = options.ImageGate;
        if (change.Target is { Tag: null, Digest: null } || gate.IsIgnored(change.Target))
        {
            return change;
        }

        var isAllowed = gate.Guards.IsAllowed(change.Target);
        var details = isAllowed ? await registry.DescribeAsync(change.Target, gate.Guards.MinimumAge > TimeSpan.Zero, cancellation) : null;
        foreach (var failure in gate.Guards.Check(change.Target, details, null, null, context.Time).Where(f => isAllowed || f.Guard == "registry"))
        {
            Fail(ImageGate.Cause(failure.Guard), failure.Message, failure.Hint);
        }

        var isPinned = gate.Mode == ImageGateMode.Pin && details is not null;
        lock (Images)
        {
            Images.Add(new DeployedImage(change.Target.ToString(), details?.Digest ?? "") { IsPinned = isPinned, Platforms = [.. details?.Platforms.Select(p => p.ToString()) ?? []], Created = details?.Created });
        }

        return isPinned ? change.Pinned(details!.Digest) : change;
    }

    private void Fail(string cause, string message, string hint)
    {
        lock (_failures)
        {
            _failures.Add(new DeploymentFailure(cause, message, hint));
        }
    }

    /// <summary>Does something with all, some at a time; all that fails is told at once.</summary>
    private static async Task<IReadOnlyList<TResult>> OrderedAsync<T, TResult>(IReadOnlyList<T> items, Func<T, Task<TResult>> act, CancellationToken cancellation)
    {
        var results = new TResult[items.Count];
        var errors = new ConcurrentDictionary<int, ActionException>();
        await Parallel.ForAsync(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellation }, async (i, _) =>
        {
            try
            {
                results[i] = await act(items[i]);
            }
            catch (ActionException e)
            {
                errors[i] = e;
            }
        });
        return errors.IsEmpty ? results : throw ImageGate.Unreachable(errors.OrderBy(e => e.Key).Select(e => e.Value));
    }
}
