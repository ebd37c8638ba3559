using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Clusters.Inventory;

/// <summary>Keeps the state and the releases of an application in its namespace.</summary>
/// <param name="client">The cluster.</param>
/// <param name="application">Name of the application.</param>
/// <param name="ns">Its namespace.</param>
/// <param name="fieldManager">Who owns the fields.</param>
/// <param name="time">The clock.</param>
public sealed class InventoryStore(ClusterClient client, string application, string ns, string fieldManager, TimeProvider time)
{
    /// <summary>How many releases are kept.</summary>
    public const int KeptReleases = 5;

    private readonly ApplyOptions _options = new() { FieldManager = fieldManager, Force = true };

    /// <summary>The parent object of the application's ApplySet.</summary>
    public ObjectKey Parent { get; } = InventoryFormat.ParentOf(application, ns);

    /// <summary>The id of the application's ApplySet, which each of its objects has as a label.</summary>
    public string SetId => ApplySet.IdOf(Parent);

    /// <summary>What the cluster knows of the application; nothing if it was never deployed.</summary>
    /// <exception cref="ActionException">There is a Secret of that name which is not ours, or it is damaged.</exception>
    /// <exception cref="ClusterException">The cluster did not tell.</exception>
    public async Task<ApplicationState> ReadAsync(CancellationToken cancellation) =>
        await client.GetAsync(KnownResources.Secrets.Object(ns, Parent.Name), cancellation).ConfigureAwait(false) is { } parent ? InventoryFormat.Read(parent) : new ApplicationState();

    /// <summary>Writes what the cluster is to know of the application.</summary>
    /// <exception cref="ClusterException">The cluster did not take it.</exception>
    public Task WriteAsync(ApplicationState state, CancellationToken cancellation)
    {
        var secret = InventoryFormat.Write(application, ns, state, time.GetUtcNow());
        return client.ApplyAsync(KnownResources.Secrets.Object(ns, secret.Name), secret.Body, _options, cancellation);
    }

    /// <summary>Stores a release, for a rollback to it, and drops the oldest ones.</summary>
    /// <returns>False if it is too large to be stored.</returns>
    /// <exception cref="ClusterException">The cluster did not take it.</exception>
    public async Task<bool> StoreAsync(Release release, CancellationToken cancellation)
    {
        if (InventoryFormat.Write(application, ns, release) is not { } secret)
        {
            return false;
        }

        await client.ApplyAsync(KnownResources.Secrets.Object(ns, secret.Name), secret.Body, _options, cancellation).ConfigureAwait(false);
        foreach (var old in (await NumbersAsync(cancellation).ConfigureAwait(false)).Where(n => n <= release.Number).Order().SkipLast(KeptReleases))
        {
            await client.DeleteAsync(KnownResources.Secrets.Object(ns, InventoryFormat.ReleaseName(application, old)), null, cancellation).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The numbers of the releases that are stored, ascending.</summary>
    /// <exception cref="ClusterException">The cluster did not tell.</exception>
    public async Task<IReadOnlyList<int>> NumbersAsync(CancellationToken cancellation)
    {
        var secrets = await client.ListAsync(
            KnownResources.Secrets, ns, new ListOptions { LabelSelector = $"{InventoryFormat.ReleaseLabel}={application}", MetadataOnly = true }, cancellation).ConfigureAwait(false);
        return [.. secrets.Items.Select(s => InventoryFormat.NumberOf(s.Name)).Where(n => n > 0).Order()];
    }

    /// <summary>A stored release.</summary>
    /// <exception cref="ActionException">It is not there, or damaged.</exception>
    /// <exception cref="ClusterException">The cluster did not tell.</exception>
    public async Task<Release> ReadReleaseAsync(int number, CancellationToken cancellation) =>
        await client.GetAsync(KnownResources.Secrets.Object(ns, InventoryFormat.ReleaseName(application, number)), cancellation).ConfigureAwait(false) is { } secret
            ? InventoryFormat.ReadRelease(secret)
            : throw new ActionException(
                $"Release {number} of {application} is not stored",
                $"Stored in namespace {ns}: {(await NumbersAsync(cancellation).ConfigureAwait(false) is { Count: > 0 } numbers ? string.Join(", ", numbers) : "none")}.",
                "Deploy the commit of that release again.");
}
