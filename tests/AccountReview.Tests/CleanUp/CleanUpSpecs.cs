using System.Text;
using System.Text.Json;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Recordings;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.AccountReview.Terraform;
using Actions.Shared;
using ClusterFixture;
using ScalewayStandIn;

namespace Actions.AccountReview.Tests.CleanUp;

/// <summary>Clean-ups of the sample account, against the stand-in: the two keys, the guards, and what interrupts them.</summary>
public sealed class CleanUpSpecs : IAsyncDisposable
{
    private const string LostIp = "51.15.1.1";

    private readonly StandInServer _server = new(SampleAccount.Create());
    private readonly string _folder = Directory.CreateTempSubdirectory("account-review").FullName;
    private DateTimeOffset _now = StandInAccount.Today;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static CleanUpSettings Roomy { get; } = new() { MaxDeletions = 100, MaxPercent = 100 };

    private string JournalPath => Path.Combine(_folder, "journal.jsonl");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_leftover_is_marked_first_and_due_when_it_is_still_marked_after_its_time()
    {
        var first = await PlanAsync(Ledger.Empty);
        var ledger = Advance(Ledger.Empty, first);
        _now = _now.AddDays(13);
        var early = await PlanAsync(ledger);
        _now = _now.AddDays(2);
        var late = await PlanAsync(ledger);

        first.Plan.Deletions.ShouldBeEmpty();
        first.Plan.HeldBack.ShouldContain(h => h.Name == LostIp && h.Guard == "age" && h.Reason == "It is found for the first time, and marked.");
        early.Plan.HeldBack.ShouldContain(h => h.Name == LostIp && h.Reason == "It was marked on 2026-11-24, and may be deleted after 2026-12-08.");
        late.Plan.Deletions.ShouldContain(d => d.Name == LostIp && d.Path.EndsWith($"/instance/v1/zones/fr-par-1/ips/{StandInAccount.Id("ip " + LostIp)}"));
    }

    [Fact]
    public async Task What_is_no_leftover_any_more_is_unmarked_and_what_could_not_be_seen_keeps_its_mark()
    {
        var first = await PlanAsync(Ledger.Empty);
        var ledger = Advance(Ledger.Empty, first);
        _server.Account.Remove($"/instance/v1/zones/fr-par-1/ips/{StandInAccount.Id("ip " + LostIp)}");

        var seen = ledger.Advance(CleanUpPlanner.Candidates((await PlanAsync(ledger)).Result), _ => true, _now, TimeSpan.Zero);
        var unseen = ledger.Advance([], _ => false, _now, TimeSpan.Zero);

        ledger.Entries.Count(e => e.Rule == "unused-flexible-ip").ShouldBe(3);
        seen.Entries.Count(e => e.Rule == "unused-flexible-ip").ShouldBe(2);
        unseen.Entries.ShouldBe(ledger.Entries);
        Ledger.Read("l", Encoding.UTF8.GetBytes(ledger.Render())).Entries.ShouldBe(ledger.Entries);
    }

    [Fact]
    public async Task The_guards_hold_back_in_their_order_each_with_its_reason()
    {
        var id = StandInAccount.Id("ip " + LostIp);
        var key = $"instance-ip/fr-par-1/{id}";
        var state = new TerraformState([new StateFile("prod.tfstate", [new ManagedResource("scaleway_instance_ip.lost", "scaleway_instance_ip", "lost", id, "prod.tfstate")], [])]);
        var usage = new UsageBuilder();
        usage.AddManifest("k8s/service.yaml", "spec:\n  loadBalancerIP: 51.15.1.3\n");
        var allowed = new AllowList([new AllowEntry("unused-flexible-ip", LostIp, "me", "reserved", new DateOnly(2027, 1, 1), new("allow.yaml"))]);
        var ledger = await DueAsync();

        string Guard(CleanUpPlan plan, string name) => plan.HeldBack.SingleOrDefault(h => h.Name == name && h.Rule == "unused-flexible-ip")?.Guard ?? "";
        Guard((await PlanAsync(ledger, state, usage, allowed)).Plan, LostIp).ShouldBe("allow-list");
        var managed = (await PlanAsync(ledger, state, usage)).Plan;
        Guard(managed, LostIp).ShouldBe("terraform");
        managed.HeldBack.Single(h => h.Key == key).Reason.ShouldBe("Terraform manages it as scaleway_instance_ip.lost in prod.tfstate: delete it there.");
        Guard(managed, "51.15.1.2").ShouldBe("protected");
        Guard(managed, "51.15.1.3").ShouldBe("in-use");
        managed.HeldBack.Single(h => h.Name == "51.15.1.3").Reason.ShouldBe("It is used by k8s/service.yaml.");
        managed.HeldBack.ShouldContain(h => h.Rule == "unused-load-balancer" && h.Guard == "in-use", "the cluster was not asked");
        Guard((await PlanAsync(ledger)).Plan, LostIp).ShouldBe("");
    }

    [Fact]
    public async Task Brakes_stop_the_whole_plan()
    {
        var ledger = await DueAsync();

        (await PlanAsync(ledger, settings: new CleanUpSettings { MaxDeletions = 1 })).Plan.Brake.ShouldContain("max-deletions allows 1");
        for (var i = 0; i < 10; i++)
            _server.Account.Add("/registry/v1/regions/fr-par/namespaces", $$"""{"id":"n{{i}}","name":"n{{i}}","is_public":false,"image_count":0,"updated_at":"2026-01-01T00:00:00Z","project_id":"p"}""");
        _server.Account.Clear("/k8s/v1/regions/fr-par/clusters");
        var crowded = await PlanAsync(await DueAsync(), settings: new CleanUpSettings { MaxDeletions = 100, MaxPercent = 20 });
        crowded.Plan.Brake.ShouldContain("of the kind registry-namespace, and max-percent allows 20 percent");
        _server.Interfere = r => r.Path.Contains("/zones/nl-ams-1/volumes", StringComparison.Ordinal) ? StandInAnswer.Broken : null;
        (await PlanAsync(ledger)).Plan.Brake.ShouldContain("was not read completely");
    }

    [Fact]
    public async Task An_approved_plan_deletes_what_it_says_and_the_journal_can_make_it_again()
    {
        var (plan, ledger) = await DuePlanAsync();

        var result = await ApplyAsync(plan, plan.Digest, ledger);

        result.IsComplete.ShouldBeTrue(string.Join("; ", result.Results.Select(r => $"{r.Deletion.Key} {r.Outcome} {r.Text}")) + result.Refusal);
        result.Count(DeletionOutcome.Deleted).ShouldBe(plan.Deletions.Count);
        foreach (var deletion in plan.Deletions)
            _server.Account.Find(deletion.Path).ShouldBeNull(deletion.Key);
        _server.Account.Of("/instance/v1/zones/fr-par-1/ips").ShouldContain(i => i["address"]!.GetValue<string>() == "51.15.1.2", "it has a tag to keep it");

        var journal = ReadJournal();
        journal[0].Text("step").ShouldBe("begin");
        journal[^1].Text("step").ShouldBe("end");
        journal.Where(j => j.Text("step") == "delete").All(j => j.Find("resource").ValueKind == JsonValueKind.Object).ShouldBeTrue();
        journal.Single(j => j.Text("step") == "delete" && j.Text("resource", "address") == LostIp).Text("resource", "project").ShouldBe(StandInAccount.Id("project lab"));
        journal.Count(j => j.Text("step") == "snapshot").ShouldBeGreaterThan(0);
        _server.Account.Of("/instance/v1/zones/fr-par-1/snapshots").ShouldContain(s => s["name"]!.GetValue<string>() == "before-clean-up-lost-data");
    }

    [Fact]
    public async Task Another_digest_than_the_approved_one_deletes_nothing()
    {
        var (plan, ledger) = await DuePlanAsync();

        (await ApplyAsync(plan, new string('0', 64), ledger)).Refusal.ShouldContain("was approved");

        Deletions().ShouldBe(0);
    }

    [Fact]
    public async Task A_plan_that_was_changed_is_refused()
    {
        var (plan, _) = await DuePlanAsync();

        var text = plan.Render().Replace(plan.Deletions[0].Path, plan.Deletions[0].Path + "0", StringComparison.Ordinal);

        Should.Throw<ActionException>(() => CleanUpPlan.Read("plan.json", Encoding.UTF8.GetBytes(text))).Title.ShouldBe("The plan was changed");
        CleanUpPlan.Read("plan.json", Encoding.UTF8.GetBytes(plan.Render())).Digest.ShouldBe(plan.Digest);
    }

    [Fact]
    public async Task A_resource_that_changed_since_deletes_nothing_at_all()
    {
        var (plan, ledger) = await DuePlanAsync();
        _server.Account.Find($"/instance/v1/zones/fr-par-1/ips/{StandInAccount.Id("ip " + LostIp)}")!["reverse"] = "shop.example.";

        var result = await ApplyAsync(plan, plan.Digest, ledger);

        result.Refusal.ShouldContain("has changed since the plan was made");
        Deletions().ShouldBe(0);
    }

    [Fact]
    public async Task A_resource_that_is_in_use_again_deletes_nothing_at_all()
    {
        var (plan, ledger) = await DuePlanAsync();
        _server.Account.Find($"/instance/v1/zones/fr-par-1/ips/{StandInAccount.Id("ip " + LostIp)}")!["server"] = new System.Text.Json.Nodes.JsonObject { ["id"] = "s", ["name"] = "web" };

        var result = await ApplyAsync(plan, plan.Digest, ledger);

        result.Refusal.ShouldContain("would not be deleted any more");
        Deletions().ShouldBe(0);
    }

    [Fact]
    public async Task A_partial_scan_deletes_nothing()
    {
        var (plan, ledger) = await DuePlanAsync();
        _server.Interfere = r => r.Path.StartsWith("/lb/v1/zones/pl-waw-1/", StringComparison.Ordinal) ? StandInAnswer.Broken : null;

        var result = await ApplyAsync(plan, plan.Digest, ledger);

        result.Refusal.ShouldContain("cannot be read completely");
        Deletions().ShouldBe(0);
    }

    [Fact]
    public async Task A_resource_that_changes_between_the_scan_and_its_deletion_is_left_alone_and_ends_the_run()
    {
        var (plan, ledger) = await DuePlanAsync();
        var victim = plan.Deletions[1];
        _server.Interfere = request =>
        {
            if (request.Method == "GET" && request.Path == victim.Path)
                _server.Account.Find(victim.Path)![victim.Path.Contains("/instance/", StringComparison.Ordinal) ? "modification_date" : "updated_at"] = "2026-12-24T00:00:00Z";
            return null;
        };

        var result = await ApplyAsync(plan, plan.Digest, ledger);

        result.Results.Select(r => r.Outcome).Take(3).ShouldBe([DeletionOutcome.Deleted, DeletionOutcome.Refused, DeletionOutcome.NotReached], string.Join("; ", result.Results.Select(r => r.Text)));
        _server.Account.Find(victim.Path).ShouldNotBeNull();
        ReadJournal().Count(j => j.Text("step") is "deleted" or "refused" or "not-reached").ShouldBe(plan.Deletions.Count);
    }

    [Fact]
    public async Task A_deletion_that_is_not_permitted_ends_the_run_and_says_so()
    {
        var (plan, ledger) = await DuePlanAsync();
        _server.Interfere = r => r.Method == "DELETE" ? StandInAnswer.Denied("ip", "delete") : null;

        var result = await ApplyAsync(plan, plan.Digest, ledger);

        result.Results[0].ShouldSatisfyAllConditions(r => r.Outcome.ShouldBe(DeletionOutcome.Failed), r => r.Text.ShouldContain("insufficient permissions"));
        result.Results.Skip(1).ShouldAllBe(r => r.Outcome == DeletionOutcome.NotReached);
    }

    [Fact]
    public async Task A_cancellation_finishes_the_deletion_under_way_and_reaches_no_other()
    {
        var (plan, ledger) = await DuePlanAsync();
        using var stop = new CancellationTokenSource();
        _server.Interfere = request =>
        {
            if (request.Method == "DELETE")
                stop.Cancel();
            return null;
        };

        var result = await ApplyUntilAsync(plan, ledger, stop.Token);

        result.IsCancelled.ShouldBeTrue();
        result.Results[0].Outcome.ShouldBe(DeletionOutcome.Deleted);
        result.Results.Skip(1).ShouldAllBe(r => r.Outcome == DeletionOutcome.NotReached);
        Deletions().ShouldBe(1);
        var steps = ReadJournal().Select(j => j.Text("step")).ToArray();
        steps.Count(s => s == "not-reached").ShouldBe(plan.Deletions.Count - 1);
        steps[^1].ShouldBe("end");
    }

    [Fact]
    public async Task A_cancellation_while_a_snapshot_is_taken_leaves_its_id_in_the_journal()
    {
        var (plan, ledger) = await DuePlanAsync();
        using var stop = new CancellationTokenSource();
        var isTaken = false;
        _server.Interfere = request =>
        {
            if (isTaken)
                stop.Cancel();
            isTaken |= request.Method == "POST";
            return null;
        };

        var result = await ApplyUntilAsync(plan, ledger, stop.Token);

        result.IsCancelled.ShouldBeTrue();
        var journal = ReadJournal();
        var asked = journal.Single(j => j.Text("step") == "snapshot-asked").Text("key");
        result.Results.Single(r => r.Deletion.Key == asked).Outcome.ShouldBe(DeletionOutcome.NotReached);
        var snapshot = _server.Account.Of("/instance/v1/zones/fr-par-1/snapshots").Concat(_server.Account.Of("/block/v1/zones/fr-par-1/snapshots")).Single(s => s["name"]!.GetValue<string>().StartsWith("before-clean-up-", StringComparison.Ordinal));
        journal.Single(j => j.Text("step") == "snapshot-begun").Text("text").ShouldBe($"Snapshot {snapshot["id"]} is being taken.");
        journal[^1].Text("step").ShouldBe("end");
    }

    [Fact]
    public async Task A_plan_of_long_ago_is_refused()
    {
        var (plan, ledger) = await DuePlanAsync();
        _now = _now.AddDays(15);

        (await ApplyAsync(plan, plan.Digest, ledger)).Refusal.ShouldContain("too long ago");
    }

    [Theory]
    [InlineData("""{"a":1,"b":[1,2]}""", """{"b":[1,2],"a":1}""", null)]
    [InlineData("""{"a":1}""", """{"a":1,"c":2}""", null)]
    [InlineData("""{"a":1,"b":{"x":1,"y":2}}""", """{"a":1,"b":{"y":2,"x":3}}""", "b")]
    public void A_resource_differs_by_the_fields_that_both_answers_have(string listed, string own, string? field) =>
        StateDigest.Difference(JsonDocument.Parse(listed).RootElement, JsonDocument.Parse(own).RootElement).ShouldBe(field);

    private int Deletions() => _server.Requests.Count(r => r.Method is "DELETE" or "POST");

    private IReadOnlyList<JsonElement> ReadJournal() => [.. File.ReadAllLines(JournalPath).Select(l => JsonDocument.Parse(l).RootElement)];

    private async Task<(CleanUpPlan Plan, Ledger Ledger)> DuePlanAsync()
    {
        // Without a cluster nothing needs to be asked.
        _server.Account.Clear("/k8s/v1/regions/fr-par/clusters");
        var ledger = await DueAsync();
        var plan = (await PlanAsync(ledger)).Plan;
        plan.Brake.ShouldBe("");
        plan.Deletions.Count.ShouldBeGreaterThan(4);
        return (plan, ledger);
    }

    /// <summary>A ledger in which everything that is left over has been marked for long enough; afterwards it is fifteen days later.</summary>
    private async Task<Ledger> DueAsync()
    {
        var ledger = Advance(Ledger.Empty, await PlanAsync(Ledger.Empty));
        _now = _now.AddDays(15);
        return Advance(ledger, await PlanAsync(ledger));
    }

    private Ledger Advance(Ledger ledger, (CleanUpPlan Plan, ReviewResult Result, AccountInventory Inventory) review) =>
        ledger.Advance(CleanUpPlanner.Candidates(review.Result), _ => true, _now, TimeSpan.FromDays(14));

    private async Task<(CleanUpPlan Plan, ReviewResult Result, AccountInventory Inventory)> PlanAsync(
        Ledger ledger, TerraformState? states = null, UsageBuilder? usage = null, AllowList? allowed = null, CleanUpSettings? settings = null)
    {
        using var connection = Connection();
        var scope = new InventoryScope { Organisation = StandInAccount.Organisation };
        var inventory = await new InventoryReader(new ScalewayClient(connection), scope, new RecordedTime(_now)).ReadAsync(Cancellation);
        var context = new RuleContext(inventory, new ReviewSettings(), (usage ?? new UsageBuilder()).Build());
        var result = ReviewEngine.Run(RuleCatalogue.All, context, allowed ?? AllowList.Empty);
        return (CleanUpPlanner.Plan(result, context, states ?? TerraformState.Empty, ledger, settings ?? Roomy), result, inventory);
    }

    private Task<CleanUpResult> ApplyAsync(CleanUpPlan plan, string digest, Ledger ledger) => RunAsync(plan, digest, ledger, TestContext.Current.CancellationToken);

    private Task<CleanUpResult> ApplyUntilAsync(CleanUpPlan plan, Ledger ledger, CancellationToken cancellation) => RunAsync(plan, plan.Digest, ledger, cancellation);

    private async Task<CleanUpResult> RunAsync(CleanUpPlan plan, string digest, Ledger ledger, CancellationToken cancellation)
    {
        var (fresh, _, inventory) = await PlanAsync(ledger);
        using var connection = Connection();
        using var journal = new Journal(JournalPath, TimeProvider.System);
        return await new CleanUpApply(new ScalewayClient(connection), new ScalewayWriter(connection), journal, Roomy, new SkippingTime()).RunAsync(plan, digest, fresh, inventory, cancellation);
    }

    private ScalewayConnection Connection() => new(new ScalewayOptions { Address = _server.Address, SecretKey = _server.Account.SecretKey }, new SkippingTime());
}
