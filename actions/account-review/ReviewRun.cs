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
        var sources = options.TerraformStates.Count == 0 ? new TerraformSources() : _inputs.Sources(options.TerraformSources, cancellation);
        var history = _inputs.Previous(options.PreviousReport);
        var before = _inputs.Ledger(options.Ledger);
        var (rules, result, states) = await JudgeAsync(cancellation);
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
        var (rules, result, states) = await JudgeAsync(cancellation);
        var fresh = CleanUpPlanner.Plan(result, rules, states, ledger, options.CleanUp);
        using var journal = OpenJournal();
        return await new CleanUpApply(new ScalewayClient(_transport!), new ScalewayWriter(_transport!), journal, options.CleanUp, context.Time)
            .RunAsync(approved, options.ApprovedDigest, fresh, rules.Inventory, cancellation);
    }

    /// <summary>Finds the way of each Kapsule cluster to the newest version.</summary>
    /// <exception cref="ActionException">Something is wrong with the input, or the account cannot be read.</exception>
    public async Task<IReadOnlyList<UpgradePlan>> PlanUpgradesAsync(CancellationToken cancellation)
    {
        var objects = _inputs.Objects(options.Manifests, cancellation);
        return UpgradePlanner.Plan(await ReadAsync(cancellation), objects);
    }

    private async Task<(RuleContext Rules, ReviewResult Result, TerraformState States)> JudgeAsync(CancellationToken cancellation)
    {
        var allowed = _inputs.AllowList(options.AllowList, cancellation);
        var states = _inputs.States(options.TerraformStates);
        var usage = new UsageBuilder();
        _inputs.AddManifests(usage, options.Manifests, cancellation);
        using var clusters = new ClusterUsage(context);
        await clusters.AddAsync(usage, options.Kubeconfig, options.Clusters, cancellation);
        var rules = new RuleContext(await ReadAsync(cancellation), options.Settings, usage.Build());
        return (rules, ReviewEngine.Run(RuleCatalogue.All, rules, allowed), states);
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
        return !inventory.Gaps.Any(g => g.Kind.Role != KindRole.Reference && (parts.Length < 3 || AccountInventory.Meets(g.Locality, parts[1])));
    }

    private async Task<AccountInventory> ReadAsync(CancellationToken cancellation)
    {
        var (scope, time) = Connect();
        var inventory = await new InventoryReader(new ScalewayClient(_transport), scope, time).ReadAsync(cancellation);
        context.Log.Info($"Read {inventory.Resources.Count:N0} things of the account: {_transport.Calls}.");
        foreach (var gap in inventory.Gaps.GroupBy(g => (g.Kind.Title, g.Fault)))
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

        if (!Uri.TryCreate(options.ApiUrl, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
        {
            throw new ActionException("The address of the API cannot be used", $"got {options.ApiUrl}, expected one that begins with https://", "Leave `api-url` out: the key must not be sent in the open.");
        }

        var connection = new ScalewayConnection(
            new ScalewayOptions { Address = address, SecretKey = secret, Parallelism = options.Parallelism, UserAgent = $"account-review/{context.Version}" }, context.Time);
        // One time for all of it: what the rules compare with, and what a recording is replayed at.
        var now = context.Time.GetUtcNow();
        _transport = options.Record.Length == 0 ? connection : new RecordingTransport(connection, organisation, [secret], now);
        return (Scope(organisation, Given(options.AccessKey, "SCW_ACCESS_KEY") ?? ""), new RecordedTime(now));
    }

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

    private static ReviewResult Located(ReviewResult result, TerraformState states, TerraformSources sources) => result with
    {
        Findings =
        [
            .. result.Findings.Select(f => f.Location is null && f.Resource is { } resource && states.Find(resource) is { } managed ? f with { Location = sources.Find(managed) } : f),
        ],
    };
}
