using System.Diagnostics.CodeAnalysis;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Recordings;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.AccountReview.Terraform;
using Actions.AccountReview.Upgrades;
using Actions.Shared;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;

namespace Actions.AccountReview;

/// <summary>One run, from the options to the report.</summary>
internal sealed class ReviewRun(AccountReviewOptions options, ActionContext context) : IDisposable
{
    private readonly ReviewInputs _inputs = new(context.WorkingDirectory);
    private readonly long _started = context.Time.GetTimestamp();
    private IScalewayTransport? _transport;

    public void Dispose() => _transport?.Dispose();

    /// <summary>Reviews the account, marks leftovers and plans what is due to be deleted.</summary>
    /// <exception cref="ActionException">Something is wrong with the input, or the account cannot be read.</exception>
    public async Task<AccountReport> ReviewAsync(CancellationToken cancellation)
    {
        var sources = _inputs.Sources(options.TerraformSources, cancellation);
        var history = _inputs.Previous(options.PreviousReport);
        var before = _inputs.Ledger(options.Ledger);
        var (rules, result, states) = await JudgeAsync(sources, history, cancellation);
        result = Located(result, states, sources);
        var ledger = before.Advance(CleanUpPlanner.Candidates(result), entry => IsSeen(entry, rules.Inventory), rules.Now, options.CleanUp.Grace);
        var (trend, resolved) = history is null ? (null, []) : history.Compare(result);
        return new AccountReport
        {
            Version = context.Version,
            Inventory = rules.Inventory,
            Result = result,
            Costs = AccountCosts.Of(rules),
            Calls = _transport!.Calls.ToString()!,
            Duration = context.Time.GetElapsedTime(_started),
            Trend = trend,
            Resolved = resolved,
            Shadows = ShadowResources.Find(rules.Inventory, states),
            HasTerraform = options.TerraformStates.Count > 0,
            IsReplay = _transport is ReplayTransport,
            Ledger = ledger,
            Plan = CleanUpPlanner.Plan(result, rules, states, before, options.CleanUp),
        };
    }

    /// <summary>Does what an approved plan says, after everything was read and judged once more.</summary>
    /// <exception cref="ActionException">Something is wrong with the input, or the account cannot be read.</exception>
    public async Task<CleanUpResult> ApplyAsync(CancellationToken cancellation)
    {
        var approved = CleanUpPlan.Read(options.PlanFile, _inputs.ReadBytes(options.PlanFile, "plan-file", 64 * 1024 * 1024));
        var ledger = _inputs.Ledger(options.Ledger);
        var (rules, result, states) = await JudgeAsync(new TerraformSources(), null, cancellation);
        var fresh = CleanUpPlanner.Plan(result, rules, states, ledger, options.CleanUp);
        using var journal = OpenJournal();
        return await new CleanUpApply(new ScalewayClient(_transport!), new ScalewayWriter(_transport!), journal, options.CleanUp, context.Time)
            .RunAsync(approved, options.ApprovedDigest, fresh, rules.Inventory, cancellation);
    }

    /// <summary>Finds the way of each Kapsule cluster to the newest version.</summary>
    /// <exception cref="ActionException">Something is wrong with the input, or the account cannot be read.</exception>
    public async Task<IReadOnlyList<UpgradePlan>> PlanUpgradesAsync(CancellationToken cancellation)
    {
        var manifests = await ManifestReader.ReadAsync(options.Manifests, options.TargetVersion?.ToString(), context.WorkingDirectory, context.Processes, cancellation);
        if (options.TargetVersion is { } target && options.Replay.Length == 0 && Given(options.SecretKey ?? "", "SCW_SECRET_KEY") is null)
        {
            if (options.Manifests.Count == 0)
            {
                throw new ActionException("There is nothing to check", "neither `manifests` nor an API key is given", "Give `manifests` to check them against `target-version`, or `secret-key` to plan the upgrades of clusters.");
            }

            context.Log.Info($"Without an API key only the manifests are checked against Kubernetes {target}.");
            return [UpgradePlanner.Check(manifests, target)];
        }

        return UpgradePlanner.Plan(await ReadAsync(cancellation, UpgradePlanner.Kinds), manifests, options.TargetVersion);
    }

    private async Task<(RuleContext Rules, ReviewResult Result, TerraformState States)> JudgeAsync(TerraformSources sources, ReportHistory? history, CancellationToken cancellation)
    {
        var allowed = _inputs.AllowList(options.AllowList, cancellation);
        var states = _inputs.States(options.TerraformStates);
        var usage = new UsageBuilder();
        _inputs.AddManifests(usage, await ManifestReader.ReadAsync(options.Manifests, null, context.WorkingDirectory, context.Processes, cancellation));
        using var connector = new ClusterConnector(context.Variables, context.WorkingDirectory, context.Processes, context.Time, context.Secrets.Mask, context.Log.Warning);
        await new ClusterUsage(connector, !context.GitHub.IsActions, $"account-review/{context.Version}", context.Time, context.Log.Warning).AddAsync(usage, options.Kubeconfig, options.Clusters, cancellation);
        using var prometheus = new PrometheusUsage(options.PrometheusToken, $"account-review/{context.Version}", context.Log.Warning);
        await prometheus.AddAsync(usage, options.Prometheus, cancellation);
        var used = usage.Build();
        var inventory = await ReadAsync(cancellation);
        var rules = new RuleContext(Completed(inventory, used, states), options.Settings, used) { Backends = sources.Backends, EarlierRegistrySizes = history?.RegistrySizes };
        return (rules, ReviewEngine.Run(RuleCatalogue.All, rules, allowed), states);
    }

    /// <summary>The account, with what clusters and states tell besides the API.</summary>
    private AccountInventory Completed(AccountInventory inventory, UsageIndex usage, TerraformState states)
    {
        var gaps = usage.Unasked(inventory).Select(c => new InventoryGap(
            CloudKinds.ClusterNamespace, c.Locality, c.Id, ScalewayFault.NotAsked, $"the cluster {c.Name} was not asked: name it in `clusters`"));
        return inventory.With(
            usage.NamespacesOf(inventory).Concat(states.Files),
            options.TerraformStates.Count > 0 ? gaps : gaps.Append(new InventoryGap(CloudKinds.State, "", "", ScalewayFault.NotAsked, "no `terraform-states` are given")));
    }

    private Journal OpenJournal()
    {
        try
        {
            return new Journal(Path.GetFullPath(options.JournalFile, context.WorkingDirectory), context.Time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ActionException($"Cannot write {options.JournalFile}", e.Message, "Give `journal-file` a path that can be written: nothing is deleted without a journal.", inner: e);
        }
    }

    private static bool IsSeen(LedgerEntry entry, AccountInventory inventory)
    {
        var parts = entry.Key.Split('/');
        return !inventory.Gaps.Any(g => g.Kind.Role != KindRole.Reference && g.Fault != ScalewayFault.NotAsked && (parts.Length < 3 || AccountInventory.Meets(g.Locality, parts[1])));
    }

    private async Task<AccountInventory> ReadAsync(CancellationToken cancellation, IReadOnlySet<CloudKind>? kinds = null)
    {
        var (scope, time) = Connect();
        scope = kinds is null ? scope : scope with { Kinds = kinds, SilentAfter = TimeSpan.Zero };
        var inventory = await new InventoryReader(new ScalewayClient(_transport), scope, time).ReadAsync(cancellation);
        context.Log.Info($"Read {inventory.Resources.Count:N0} things of the account: {_transport.Calls}.");
        foreach (var gap in inventory.Gaps.Where(g => g.Fault != ScalewayFault.NotAsked).GroupBy(g => (g.Kind.Title, g.Fault)))
        {
            var first = gap.First();
            context.Log.Untrusted($"Not read: {gap.Key.Title}{(first.Locality.Length == 0 ? "" : $" in {string.Join(", ", gap.Select(g => g.Locality).Distinct())}")}: {first.Reason}.");
        }

        if (_transport is RecordingTransport recording)
        {
            new OutputFiles(context).Write("record", options.Record, recording.Save(scope.Zones, scope.Regions, scope.AccessKey));
            context.Log.Info($"Recorded to {options.Record}. Ids, keys, addresses and personal data are replaced; names and tags are not: read it before you show it to others.");
        }

        return inventory;
    }

    [MemberNotNull(nameof(_transport))]
    private (InventoryScope Scope, TimeProvider Time) Connect()
    {
        if (options.Replay.Length > 0)
        {
            var replay = ReplayTransport.Read(options.Replay, _inputs.Text(options.Replay, "replay"));
            _transport = replay;
            return (Scope(replay.Organisation, replay.AccessKey) with { Zones = replay.Zones, Regions = replay.Regions }, new RecordedTime(replay.RecordedAt));
        }

        var organisation = Given(options.Organisation, "SCW_DEFAULT_ORGANIZATION_ID")
            ?? throw new ActionException("No organisation is given", "neither `organization` nor SCW_DEFAULT_ORGANIZATION_ID is set", "Give its id, which the console shows in the settings of the organisation.");
        var secret = Given(options.SecretKey ?? "", "SCW_SECRET_KEY")
            ?? throw new ActionException("No API key is given", "neither `secret-key` nor SCW_SECRET_KEY is set", "Give the secret of an API key of an application that may only read.");
        context.Secrets.Mask(secret);
        if (!Guid.TryParse(organisation, out _))
        {
            throw new ActionException("The organisation is no id", $"got {organisation}, expected an id such as 6170692e-7363-616c-6577-61792e636f6d", "The console shows it in the settings of the organisation.");
        }

        if (!IsSafe(options.ApiUrl, out var address))
        {
            throw new ActionException("The address of the API cannot be used", $"got {options.ApiUrl}, expected one that begins with https://", "Leave `api-url` out: the key must not be sent in the open.");
        }

        if (!IsSafe(options.ObjectStorageUrl.Replace("{region}", "fr-par", StringComparison.Ordinal), out _))
        {
            throw new ActionException("The address of object storage cannot be used", $"got {options.ObjectStorageUrl}, expected one that begins with https://", "Leave `object-storage-url` out.");
        }

        var accessKey = Given(options.AccessKey, "SCW_ACCESS_KEY") ?? "";
        var connection = new ScalewayConnection(
            new ScalewayOptions
            {
                Address = address,
                SecretKey = secret,
                AccessKey = accessKey,
                ObjectStorage = options.ObjectStorageUrl,
                Parallelism = options.Parallelism,
                UserAgent = $"account-review/{context.Version}",
            },
            context.Time);
        // One time for all of it: what the rules compare with, and what a recording is replayed at.
        var now = context.Time.GetUtcNow();
        _transport = options.Record.Length == 0 ? connection : new RecordingTransport(connection, organisation, [secret], now);
        return (Scope(organisation, accessKey), new RecordedTime(now));
    }

    /// <summary>Whether a key may be sent to an address: over TLS, or to this machine.</summary>
    private static bool IsSafe(string text, [NotNullWhen(true)] out Uri? address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private InventoryScope Scope(string organisation, string accessKey) => new()
    {
        Organisation = organisation,
        AccessKey = accessKey,
        Zones = options.Zones,
        Regions = options.Regions,
        SilentAfter = options.Settings.SilentAfter,
        Prices = options.Prices,
    };

    private string? Given(string option, string variable) =>
        option.Length > 0 ? option : context.Variables.GetValueOrDefault(variable) is { Length: > 0 } value ? value : null;

    /// <summary>The resource of Terraform that made it; for a part that has none of its own, such as a rule of a group, that of the whole.</summary>
    private static ManagedResource? Managed(CloudResource resource, TerraformState states) =>
        states.Find(resource) ?? (resource.Kind is { TerraformType: "", Parent: { TerraformType.Length: > 0 } whole } ? states.Find(whole, resource.ParentId) : null);

    private static ReviewResult Located(ReviewResult result, TerraformState states, TerraformSources sources) => result with
    {
        Findings =
        [
            .. result.Findings.Select(f => f is not { Location: null, Resource: { } resource } ? f
                : resource.Kind == CloudKinds.State ? f with { Location = new SourceLocation(resource.Id) }
                : Managed(resource, states) is { } managed ? f with { Location = sources.Find(managed) }
                : f),
        ],
    };
}
