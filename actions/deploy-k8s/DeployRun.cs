using System.Text.Json.Nodes;
using Actions.Shared;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Apply;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Locking;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Clusters.Preflight;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;
using Actions.Shared.Reporting.Deployments;
using Actions.Shared.Validation.Schemas;

namespace Actions.DeployK8s;

/// <summary>One run, from the manifests to the report.</summary>
internal sealed class DeployRun : IDisposable
{
    private readonly DeployK8sOptions _options;
    private readonly ActionContext _context;
    private readonly Timeline _timeline;
    private readonly ClusterConnector _connector;
    private readonly Func<CancellationToken, Task> _started;
    private readonly List<string> _notes = [];
    private ImageGate? _gate;
    private ClusterClient? _client;
    private ClusterVersion? _version;
    private string _home = "";

    /// <param name="options">What is to be done.</param>
    /// <param name="context">The run.</param>
    /// <param name="started">Told when the lock is ours and the deployment begins.</param>
    public DeployRun(DeployK8sOptions options, ActionContext context, Func<CancellationToken, Task> started)
    {
        _options = options;
        _context = context;
        _started = started;
        _timeline = new Timeline(context.Log, context.Time);
        _connector = new ClusterConnector(context.Variables, context.WorkingDirectory, context.Processes, context.Time, context.Secrets.Mask, context.Log.Warning);
        Trace = TraceOf(context);
    }

    private DeploymentTrace Trace { get; }

    private ClusterClient Client => _client!;

    private bool IsRollback => _options.Mode == DeployMode.Rollback;

    public void Dispose()
    {
        _gate?.Dispose();
        _client?.Dispose();
        _connector.Dispose();
    }

    /// <exception cref="ActionException">Something is wrong with the input or the cluster; nothing was changed.</exception>
    public async Task<DeploymentReport> RunAsync(CancellationToken cancellation)
    {
        var set = IsRollback ? null : await ManifestSet.LoadAsync(_options, _context, cancellation);
        if (set is not null && _options.Mode == DeployMode.Preview && !HasCluster())
        {
            return await OfflineAsync(set, cancellation);
        }

        var connection = await _connector.ConnectAsync(_options.Connection with { AllowFiles = !_context.GitHub.IsActions }, cancellation);
        _client = new ClusterClient(connection, new ClusterClientOptions { UserAgent = $"deploy-k8s/{_context.Version}" }, _context.Time);
        _version = await Client.GetVersionAsync(cancellation);
        _timeline.Step($"Connected to {connection.Server.Authority}, Kubernetes {_version.GitVersion}.");

        // The schemas keep this machine busy, the types the cluster. If both find something, the manifests are told first.
        var discovery = Client.DiscoverAsync(cancellation);
        await Task.WhenAll(Task.Run(() => set?.Validate(new KubernetesVersion(_version.Major, _version.Minor), cancellation), cancellation), discovery);
        var catalog = await discovery;
        var desired = set?.Desired(_options, (apiVersion, kind) => IsNamespaced(catalog, set, apiVersion, kind)) ?? [];
        _home = Home(desired);
        var store = new InventoryStore(Client, _options.Application, _home, _options.FieldManager, _context.Time);
        var settings = new ApplySettings
        {
            SetId = store.SetId,
            FieldManager = _options.FieldManager,
            Forced = _options.ForceConflicts,
            Recreated = _options.Recreate,
            Parallelism = _options.Parallelism,

            // What people look at, and what they approved, is always the whole answer of the cluster.
            SparesDryRuns = _options.Mode is DeployMode.Deploy or DeployMode.Rollback && _options.ApprovedDigest.Length == 0,
        };
        desired = Prepared(desired, settings.SetId);
        return _options.Mode is DeployMode.Preview or DeployMode.Drift
            ? await CompareAsync(desired, catalog, store, settings, cancellation)
            : await ChangeAsync(desired, catalog, store, settings, cancellation);
    }

    private async Task<DeploymentReport> OfflineAsync(ManifestSet set, CancellationToken cancellation)
    {
        set.Validate(KubernetesVersion.Latest, cancellation);
        var desired = set.Desired(_options, (apiVersion, kind) => set.Defined.TryGetValue((GroupOf(apiVersion), kind), out var isNamespaced) ? isNamespaced : ClusterScopes.IsNamespaced(GroupOf(apiVersion), kind));
        (desired, var refusal) = await GateAsync(desired, null, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        var defined = set.Defined.Keys.ToHashSet();
        _notes.Add("No cluster is given: this is what would be sent, in order, whatever is there.");
        var items = ApplyStages.Group(desired, d => d.Key, defined).SelectMany(stage => stage.Items.Select(d => new PlanItem
        {
            Key = d.Key,
            Action = PlannedAction.Create,
            Stage = stage.Stage,
            Desired = d,
            Sent = d.Object,
        }));
        return Told(Report(DeploymentOutcome.PreviewedOffline, [.. items.Select(i => new ObjectResult(i, ObjectOutcome.NotReached))]));
    }

    private async Task<DeploymentReport> CompareAsync(
        IReadOnlyList<DesiredObject> desired, ApiCatalog catalog, InventoryStore store, ApplySettings settings, CancellationToken cancellation)
    {
        await DemandAsync(desired, [], catalog, cancellation);
        (desired, var refusal) = await GateAsync(desired, catalog, cancellation);
        if (refusal is not null)
        {
            return refusal;
        }

        var state = await store.ReadAsync(cancellation);
        var plan = await new ClusterPlanner(Client, catalog, settings).PlanAsync(desired, state, _options.Prune, cancellation);
        if (plan.Count(PlannedAction.Delete) is > 0 and var deletions)
        {
            try
            {
                _options.Prune!.Check(deletions, state.Objects.Count);
            }
            catch (ActionException e)
            {
                _notes.Add($"A deployment will be refused. {e.Title}. {e.Detail}");
            }
        }

        _timeline.Step("Compared with the cluster.");
        var outcome = _options.Mode == DeployMode.Preview ? DeploymentOutcome.Previewed
            : plan.HasChanges || plan.Obstacles.Any() ? DeploymentOutcome.Drifted : DeploymentOutcome.InSync;
        var report = Report(outcome, new DeploymentJournal(plan).Results, plan.Digest) with { Release = state.Release };
        return Told(outcome == DeploymentOutcome.Drifted
            ? report with { Failures = [new DeploymentFailure("drift", $"{_options.Application} is not as the manifests say", "Deploy it, or bring the change into the manifests.")] }
            : report);
    }

    private async Task<DeploymentReport> ChangeAsync(
        IReadOnlyList<DesiredObject> desired, ApiCatalog catalog, InventoryStore store, ApplySettings settings, CancellationToken cancellation)
    {
        await DemandAsync(desired, [.. AccessNeeds.ForInventory(_home), .. ProofNeeds(desired)], catalog, cancellation);
        (desired, var refusedImages) = IsRollback ? (desired, null) : await GateAsync(desired, catalog, cancellation);
        if (refusedImages is not null)
        {
            return refusedImages;
        }

        var madeNamespace = await EnsureNamespaceAsync(desired, catalog, settings, cancellation);
        if (madeNamespace is { Refusal: { } refusal })
        {
            return refusal;
        }

        await using var held = await DeployLock.AcquireAsync(
            Client, _home, $"deploy-k8s-{_options.Application}", $"{Trace.Run} ({Guid.NewGuid().ToString("N")[..8]})",
            new DeployLockOptions { Timeout = _options.LockTimeout }, _context.Time, _timeline.Event, cancellation);
        await _started(cancellation);
        var start = _context.Time.GetTimestamp();
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation, held.Lost);

        var state = await store.ReadAsync(limited.Token);
        if (!_options.AllowOlder && !IsRollback && state.IsNewerThan(Trace))
        {
            return Told(Report(DeploymentOutcome.Refused) with
            {
                Failures =
                [
                    new DeploymentFailure(
                        "newer-deployed", $"A later run has deployed commit {state.Trace!.Commit} already: {state.Trace.Run}",
                        "Nothing to do if this run was late. To go back, use `mode: rollback`; to deploy the older commit all the same, set `allow-older`."),
                ],
            });
        }

        if (IsRollback)
        {
            var release = await store.ReadReleaseAsync(await TargetAsync(store, state, limited.Token), limited.Token);
            _timeline.Step($"Going back to release {release.Number}{(release.Trace.Commit.Length > 0 ? $", commit {release.Trace.Commit}" : "")}.");
            desired = [.. release.Objects.Select(o => new DesiredObject(o, new SourceLocation($"release {release.Number}")))];
            (desired, refusedImages) = await GateAsync(desired, catalog, limited.Token);
            if (refusedImages is not null)
            {
                return refusedImages;
            }
        }

        var plan = await new ClusterPlanner(Client, catalog, settings).PlanAsync(desired, state, _options.Prune, limited.Token);
        if (Refusal(plan, state, checksDigest: madeNamespace is null) is { } refused)
        {
            return WithNamespace(refused);
        }

        _timeline.Step($"Planned: {plan.Items.Count(i => i.IsChange)} of {plan.Items.Count} objects change.");
        _context.Log.Untrusted(DeploymentText.Objects(new DeploymentJournal(plan).Results));
        var journal = new DeploymentJournal(plan);
        var deployment = new Deployment(_options, _context, Client, settings, store, journal, _timeline, Trace)
        {
            Prove = _gate is null ? null : (applied, stop) => new ImageProof(_gate, Client, _timeline).CheckAsync(applied, catalog, stop),
        };
        var result = await deployment.RunAsync(state, held, _options.Timeout - _context.Time.GetElapsedTime(start), cancellation);
        var report = Report(result.Outcome, journal.Results, plan.Digest) with { Failures = result.Failures, Release = result.Release, Url = Url(journal) };
        return WithNamespace(report);

        DeploymentReport WithNamespace(DeploymentReport whole) => madeNamespace is { Created: { } key }
            ? whole with { Objects = [.. whole.Objects.Select(o => o.Item.Key == key && (o.Outcome is ObjectOutcome.Unchanged or ObjectOutcome.NotReached) ? o with { Outcome = ObjectOutcome.Created } : o)] }
            : whole;
    }

    /// <summary>What is to be deployed, with its images looked up and pinned as asked for; or why it must not be deployed.</summary>
    private async Task<(IReadOnlyList<DesiredObject> Desired, DeploymentReport? Refusal)> GateAsync(IReadOnlyList<DesiredObject> desired, ApiCatalog? catalog, CancellationToken cancellation)
    {
        if (!_options.ImageGate.IsOn)
        {
            return (desired, null);
        }

        _gate = new ImageGate(_options.ImageGate, _context, _client);
        var result = await _gate.CheckAsync(desired, catalog, isNew: _options.Mode is DeployMode.Deploy or DeployMode.Preview, cancellation);
        _notes.AddRange(_gate.Notes);
        if (!_options.Wait && _options.Mode is (DeployMode.Deploy or DeployMode.Rollback))
        {
            _notes.Add("Nobody looked at which images the pods run, as `wait` is false.");
        }

        _context.Log.Untrusted(DeploymentText.Images(_gate.Reports));
        return result.Failures.Count == 0 ? (result.Desired, null) : (desired, Report(DeploymentOutcome.Refused) with { Failures = result.Failures });
    }

    private IEnumerable<AccessRequest> ProofNeeds(IReadOnlyList<DesiredObject> desired) => _options.ImageGate.IsOn && _options.Wait
        ? desired.Where(d => d.Key.Namespace is not null && ImageProof.Covers(d.Key)).Select(d => d.Key.Namespace!).Append(_home).Distinct(StringComparer.Ordinal).SelectMany(ImageProof.Needs)
        : [];

    /// <summary>The lock and the inventory need the namespace. If it comes with the manifests it is made first, once the plan is found good.</summary>
    private async Task<(ObjectKey? Created, DeploymentReport? Refusal)?> EnsureNamespaceAsync(
        IReadOnlyList<DesiredObject> desired, ApiCatalog catalog, ApplySettings settings, CancellationToken cancellation)
    {
        var address = KnownResources.Namespaces.Object(null, _home);
        try
        {
            if (await Client.GetAsync(address, cancellation) is not null)
            {
                return null;
            }
        }
        catch (ClusterException e) when (e.Failure == ClusterFailure.Forbidden)
        {
            return null;
        }

        if (desired.FirstOrDefault(d => d.Key is { Group: "", Kind: "Namespace" } && d.Key.Name == _home) is not { } manifest)
        {
            throw new ActionException(
                $"Namespace {_home} does not exist", "It is neither in the cluster nor among the manifests.", "Add its manifest, create it, or correct `namespace`.", exitCode: ExitCode.Findings);
        }

        var plan = await new ClusterPlanner(Client, catalog, settings).PlanAsync(desired, new ApplicationState(), null, cancellation);
        if (Refusal(plan, new ApplicationState(), checksDigest: true) is { } refused)
        {
            return (null, refused);
        }

        await Client.ApplyAsync(address, manifest.Object.Body, new ApplyOptions { FieldManager = settings.FieldManager }, cancellation);
        _timeline.Step($"Created namespace {_home}.");
        return (manifest.Key, null);
    }

    /// <summary>Why a plan must not be carried out; null if it may.</summary>
    private DeploymentReport? Refusal(DeploymentPlan plan, ApplicationState state, bool checksDigest)
    {
        var failures = new List<DeploymentFailure>();
        foreach (var item in plan.Obstacles)
        {
            failures.Add(item.Action == PlannedAction.Conflict
                ? new DeploymentFailure(
                    "conflict",
                    $"{item.Key} has fields that somebody else manages: {string.Join(", ", item.Conflicts.Where(c => c.Decision == ConflictDecision.Unresolved).Select(c => $"{c.Field} ({c.Manager})"))}",
                    "Remove such a field from the manifest to leave it to its manager, or list it under `force-conflicts` to take it.")
                {
                    Object = item.Key.ToString(),
                    Location = Locate(item, item.Conflicts.First(c => c.Decision == ConflictDecision.Unresolved).Field),
                }
                : new DeploymentFailure(item.ProblemCause, $"{item.Key} is refused: {item.Problem}", item.ProblemHint)
                {
                    Object = item.Key.ToString(),
                    Location = Locate(item, item.ProblemField),
                });
        }

        if (checksDigest && _options.ApprovedDigest.Length > 0 && _options.ApprovedDigest != plan.Digest)
        {
            failures.Add(new DeploymentFailure(
                "plan-changed", "This is not what was approved: the manifests or the cluster changed since the preview",
                $"Look at a new preview and approve its digest. Approved was {_options.ApprovedDigest}, now it is {plan.Digest}."));
        }

        if (failures.Count == 0 && plan.Count(PlannedAction.Delete) is > 0 and var deletions)
        {
            try
            {
                _options.Prune!.Check(deletions, state.Objects.Count);
            }
            catch (ActionException e)
            {
                failures.Add(new DeploymentFailure("prune-limit", $"{e.Title}. {e.Detail}", e.Hint));
            }
        }

        return failures.Count == 0
            ? null
            : Told(Report(DeploymentOutcome.Refused, new DeploymentJournal(plan).Results, plan.Digest) with { Failures = failures, Release = state.Release });
    }

    private async Task<int> TargetAsync(InventoryStore store, ApplicationState state, CancellationToken cancellation)
    {
        if (_options.ToRelease > 0)
        {
            return _options.ToRelease;
        }

        // After a failed deployment the last good release is the present one; otherwise the one before it.
        var last = state.State == DeploymentState.Succeeded ? state.Release - 1 : state.Release;
        var numbers = await store.NumbersAsync(cancellation);
        return numbers.LastOrDefault(n => n <= last) is > 0 and var number
            ? number
            : throw new ActionException(
                $"There is no release of {_options.Application} to go back to",
                $"Stored in namespace {_home}: {(numbers.Count == 0 ? "none" : string.Join(", ", numbers))}.",
                "Deploy the commit that is wanted instead.", exitCode: ExitCode.Findings);
    }

    private Task DemandAsync(IReadOnlyList<DesiredObject> desired, IReadOnlyList<AccessRequest> inventory, ApiCatalog catalog, CancellationToken cancellation)
    {
        var types = desired.Select(d => (Resource: catalog.Find(d.Object.ApiVersion, d.Object.Kind), d.Key.Namespace)).Where(t => t.Resource is not null).Select(t => (t.Resource!, t.Namespace));
        var deletes = inventory.Count > 0 && _options.OnFailure == OnFailure.Rollback;
        IReadOnlyList<AccessRequest> needs = [.. AccessNeeds.ForObjects(types, (_, _) => deletes), .. inventory.Count > 0 ? inventory : [new AccessRequest("get", "", "secrets", Namespace: _home)]];
        return AccessCheck.DemandAsync(Client, needs, _options.Application, cancellation);
    }

    private bool HasCluster() =>
        _options.Connection is not { Kubeconfig: null, Server: null, Kapsule: null, InCluster: false }
        || _context.Variables.GetValueOrDefault("KUBECONFIG", "").Length > 0
        || _context.Variables.ContainsKey("KUBERNETES_SERVICE_HOST");

    private string Home(IReadOnlyList<DesiredObject> desired)
    {
        if (_options.Namespaces.Default is { } given)
        {
            return given;
        }

        var names = desired.Select(d => d.Key.Namespace).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return names is [var only]
            ? only
            : throw new ActionException(
                "The namespace of the application is not clear",
                names.Length == 0 ? "No manifest names one." : $"The manifests name {string.Join(", ", names)}.",
                "Set `namespace` to the one in which the application's lock and inventory are kept.");
    }

    private static bool IsNamespaced(ApiCatalog catalog, ManifestSet set, string apiVersion, string kind) =>
        catalog.Find(apiVersion, kind) is { } resource ? resource.IsNamespaced
        : set.Defined.TryGetValue((GroupOf(apiVersion), kind), out var isNamespaced) ? isNamespaced
        : ClusterScopes.IsNamespaced(GroupOf(apiVersion), kind);

    private static string GroupOf(string apiVersion) => apiVersion.Split('/') is [var group, _] ? group : "";

    private static IReadOnlyList<DesiredObject> Prepared(IReadOnlyList<DesiredObject> desired, string setId) =>
        [.. desired.Select(d => new DesiredObject(ObjectPreparation.Prepare(d.Object, setId), d.Source) { Locator = d.Locator })];

    internal static SourceLocation? Locate(PlanItem item, string field) =>
        item.Desired is not { } desired ? null : field.Length == 0 ? desired.Source : desired.Locate(ConflictPolicy.Pointer(desired.Object, field));

    private static string Url(DeploymentJournal journal)
    {
        foreach (var result in journal.Results)
        {
            if (result is { Item.Key: { Kind: "Ingress" }, Object.Spec: { } spec } && (spec["rules"] as JsonArray)?.OfType<JsonObject>().Select(r => r["host"]?.ToString()).FirstOrDefault(h => h?.Length > 0) is { } host)
            {
                return $"{(spec["tls"] is JsonArray { Count: > 0 } ? "https" : "http")}://{host}/";
            }
        }

        return "";
    }

    private static DeploymentTrace TraceOf(ActionContext context)
    {
        var github = context.GitHub;
        return new DeploymentTrace
        {
            Run = github.RunUrl is { } url ? $"{url}/attempts/{github.RunAttempt ?? 1}" : $"{context.Variables.GetValueOrDefault("USER", "somebody")} on {context.Variables.GetValueOrDefault("HOSTNAME", "a machine")}",
            Repository = github.Repository ?? "",
            Commit = github.Sha ?? "",
            Ref = github.RefName ?? "",
            Actor = github.Actor ?? "",
            RunId = github.RunId ?? 0,
        };
    }

    private DeploymentReport Told(DeploymentReport report)
    {
        _context.Log.Untrusted(DeploymentText.Objects(report.Objects));
        return report;
    }

    private DeploymentReport Report(DeploymentOutcome outcome, IReadOnlyList<ObjectResult>? objects = null, string digest = "") => new()
    {
        Tool = DeployK8sProgram.Definition.Name,
        ToolVersion = _context.Version,
        Mode = _options.ModeName,
        Application = _options.Application,
        Namespace = _home,
        Environment = _options.Environment,
        Server = _client?.Connection.Server.Authority ?? "",
        KubernetesVersion = _version?.GitVersion ?? "",
        Trace = Trace,
        Outcome = outcome,
        Objects = objects ?? [],
        Digest = digest,
        Images = _gate?.Reports ?? [],
        Notes = _notes,
        Timeline = _timeline.Entries,
        Duration = _timeline.Elapsed,
        Requests = _client?.Requests.ByVerb ?? [],
    };
}
