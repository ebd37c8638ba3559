using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using ClusterFixture;

namespace Cluster.Tests.Deployments;

/// <summary>Plans and applies manifests of a test in its namespace, as the program does.</summary>
internal sealed class Deployer
{
    private readonly TestNamespace _namespace;
    private readonly ApplySettings _settings;

    public Deployer(TestNamespace ns, ClusterClient? client = null, params string[] forced)
    {
        _namespace = ns;
        Client = client ?? ns.Client;
        Store = new InventoryStore(Client, "shop", ns.Name, "deploy-k8s", TimeProvider.System);
        _settings = new ApplySettings { SetId = Store.SetId, Forced = [.. forced.Select(ForcedField.Parse)] };
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ClusterClient Client { get; }

    public InventoryStore Store { get; }

    public PrunePolicy? Prune { get; init; }

    /// <summary>Whether dry runs are spared where they tell nothing.</summary>
    public bool SparesDryRuns { get; init; }

    private ApplySettings Settings => _settings with { SparesDryRuns = SparesDryRuns };

    public static ClusterObject Read(string yaml) => new(ManifestJson.From((YamlMapping)YamlLoader.Load("test.yaml", yaml).Documents[0].Root!));

    public async Task<DeploymentPlan> PlanAsync(params string[] manifests)
    {
        var catalog = await Client.DiscoverAsync(Cancellation);
        var desired = manifests.Select(m =>
        {
            var item = Read(m);
            var isNamespaced = catalog.Find(item.ApiVersion, item.Kind)?.IsNamespaced ?? true;
            item = new NamespacePolicy(_namespace.Name, ["*"]).Place(item, isNamespaced, new SourceLocation("test.yaml"));
            return new DesiredObject(ObjectPreparation.Prepare(item, _settings.SetId), new SourceLocation("test.yaml"));
        });
        return await new ClusterPlanner(Client, catalog, Settings).PlanAsync([.. desired], await Store.ReadAsync(Cancellation), Prune, Cancellation);
    }

    /// <summary>Applies, prunes and writes the inventory down.</summary>
    public async Task<DeploymentJournal> DeployAsync(params string[] manifests)
    {
        var journal = new DeploymentJournal(await PlanAsync(manifests));
        var applier = new ClusterApplier(Client, _settings, journal, TimeProvider.System);
        if (await applier.ApplyAsync(Cancellation))
        {
            await applier.DeleteAsync(Cancellation);
            await Store.WriteAsync(new ApplicationState
            {
                Objects = [.. journal.Results.Where(r => r.Item.Desired is not null).Select(r => new InventoryEntry(r.Item.Key, "v1", r.Object?.Uid)
                {
                    Fingerprint = r.Object is null ? null : ObjectFingerprint.Of(r.Item.Desired!.Object, r.Object, Settings.FieldManager),
                })],
                State = DeploymentState.Succeeded,
            }, Cancellation);
        }

        return journal;
    }

    public async Task RestoreAsync(DeploymentJournal journal) => await new ClusterRestorer(Client, _settings, journal, TimeProvider.System).RestoreAsync(Cancellation);

    public async Task<ClusterObject?> GetAsync(string apiVersion, string kind, string name)
    {
        var resource = (await Client.DiscoverAsync(Cancellation)).Find(apiVersion, kind)!;
        return await Client.GetAsync(resource.Object(resource.IsNamespaced ? _namespace.Name : null, name), Cancellation);
    }

    /// <summary>Changes an object as somebody else would.</summary>
    public async Task<WriteResult> PatchAsync(string apiVersion, string kind, string name, string patch, string manager) => await Client.MergePatchAsync(
        (await Client.DiscoverAsync(Cancellation)).Find(apiVersion, kind)!.Object(_namespace.Name, name), (JsonObject)JsonNode.Parse(patch)!, new WriteOptions { FieldManager = manager }, Cancellation);
}
