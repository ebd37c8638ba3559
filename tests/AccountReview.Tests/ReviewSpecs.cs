using System.Text.Json;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Recordings;
using Actions.AccountReview.Reports;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.Shared;
using ClusterFixture;
using ScalewayStandIn;

namespace Actions.AccountReview.Tests;

/// <summary>Whole reviews of the sample account, against the stand-in.</summary>
public sealed class ReviewSpecs : IAsyncDisposable
{
    private readonly StandInServer _server = new(SampleAccount.Create());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_sample_account_has_the_findings_that_were_put_into_it()
    {
        var result = Review(await ReadAsync());

        foreach (var rule in new[]
        {
            "iam-owner-key", "iam-user-without-mfa", "iam-application-sovereign", "iam-expired-key", "organization-key-duration", "organization-password-beside-saml", "registry-public-namespace",
            "registry-public-image", "network-open-port", "network-open-by-default", "load-balancer-certificate", "kapsule-open-api", "kapsule-version-ends", "kapsule-pool-behind",
            "cost-standby-server", "cost-stopped-server", "cost-billed-without-resource", "cost-month-on-month", "storage-public-bucket", "storage-public-policy", "storage-state-unversioned", "cost-bucket-without-lifecycle",
            "cost-load-balancer-down", "kapsule-single-zone", "unused-flexible-ip", "unused-load-balancer", "unused-volume", "old-snapshot", "unused-security-group",
        })
        {
            result.Findings.ShouldContain(f => f.Rule.Id == rule && f.Status == ReviewStatus.Fail, rule);
        }

        // Whether the cluster uses it was not asked.
        result.Findings.ShouldContain(f => f.Rule.Id == "unused-block-volume" && f.Status == ReviewStatus.Manual);
        result.Findings.Single(f => f.Rule.Id == "iam-owner-key" && f.Status == ReviewStatus.Fail).Resource!.Id.ShouldBe("SCWB0SSB0SSB0SSB0SS1");
    }

    [Fact]
    public async Task A_wrong_key_is_refused_once_and_told_in_one_line()
    {
        using var connection = new ScalewayConnection(new ScalewayOptions { Address = _server.Address, SecretKey = "wrong" }, new SkippingTime());

        var failure = await Should.ThrowAsync<ActionException>(() => ReaderOf(connection).ReadAsync(Cancellation));

        (failure.Title, failure.ExitCode).ShouldBe(("The API key is refused", ExitCode.DependencyUnreachable));
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_key_without_any_permission_is_told_which_it_needs()
    {
        _server.Interfere = request => request.Path.StartsWith("/product-catalog", StringComparison.Ordinal) ? null : StandInAnswer.Denied("anything", "read");

        var failure = await Should.ThrowAsync<ActionException>(ReadAsync);

        failure.Title.ShouldBe("The API key may not read the account");
        failure.Hint.ShouldContain("IAMReadOnly");
    }

    [Fact]
    public async Task A_missing_permission_makes_a_gap_and_what_needs_it_manual()
    {
        _server.Interfere = request => request.Path.StartsWith("/iam/v1alpha1/users", StringComparison.Ordinal) ? StandInAnswer.Denied("user", "read") : null;

        var inventory = await ReadAsync();

        inventory.Gaps.ShouldHaveSingleItem().Kind.ShouldBe(CloudKinds.User);
        var result = Review(inventory);
        result.Findings.Where(f => f.Rule.Id == "iam-owner-key").ShouldAllBe(f => f.Status == ReviewStatus.Manual);
        result.Counts.Single(c => c.Rule.Id == "iam-owner-key").Passed.ShouldBe(0);
    }

    [Fact]
    public async Task A_dead_zone_is_not_looked_at_and_nothing_in_it_passes()
    {
        _server.Interfere = request => request.Path.Contains("/zones/fr-par-1/", StringComparison.Ordinal) ? StandInAnswer.Broken : null;

        var inventory = await ReadAsync();
        var result = Review(inventory);

        inventory.Gaps.Select(g => g.Locality).Distinct().ShouldBe(["fr-par-1"]);
        inventory.Gaps.ShouldContain(g => g.Kind == CloudKinds.Backend, "what is listed for each of what could not be listed is missing, too");
        result.Findings.Single(f => f.Rule.Id == "unused-flexible-ip").Status.ShouldBe(ReviewStatus.Manual);
        result.Findings.ShouldContain(f => f.Rule.Id == "iam-owner-key" && f.Status == ReviewStatus.Fail, "the rest is reviewed");
    }

    [Fact]
    public async Task A_zone_that_does_not_exist_is_a_gap_and_no_error()
    {
        var inventory = await ReaderOf(Connection(), s => s with { Zones = ["fr-par-1", "xx-xxx-9"] }).ReadAsync(Cancellation);

        inventory.Gaps.Select(g => (g.Locality, g.Fault)).Distinct().ShouldBe([("xx-xxx-9", ScalewayFault.NotFound)]);
    }

    [Fact]
    public async Task A_list_that_never_stands_still_is_a_gap()
    {
        var number = 0;
        void Add() => _server.Account.Add("/instance/v1/zones/fr-par-1/ips", $$"""{"id":"{{number++}}","server":null,"state":"detached"}""");
        while (number < 150)
            Add();
        _server.Afterwards = request =>
        {
            if (request.Path.StartsWith("/instance/v1/zones/fr-par-1/ips", StringComparison.Ordinal))
                Add();
        };

        var inventory = await ReadAsync();

        inventory.Gaps.ShouldHaveSingleItem().ShouldSatisfyAllConditions(g => g.Kind.ShouldBe(CloudKinds.Ip), g => g.Fault.ShouldBe(ScalewayFault.Changing));
    }

    [Fact]
    public async Task A_review_only_reads()
    {
        await ReadAsync();

        _server.Requests.ShouldAllBe(r => r.Method == "GET");
        typeof(ScalewayClient).GetMethods().Where(m => m.DeclaringType == typeof(ScalewayClient) && !m.IsSpecialName).Select(m => m.Name).ShouldBe(["GetAsync", "ListAsync", "With"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_recording_replays_to_the_same_findings_and_holds_no_secret()
    {
        var account = _server.Account;
        using var recorder = new RecordingTransport(Connection(), StandInAccount.Organisation, [account.SecretKey], StandInAccount.Today);
        var live = Review(await ReaderOf(recorder).ReadAsync(Cancellation));
        var text = recorder.Save(InventoryScope.DefaultZones, InventoryScope.DefaultRegions, "SCWREV1EWREV1EWREV11");

        using var replay = ReplayTransport.Read("recording.jsonl", text);
        var scope = new InventoryScope { Organisation = replay.Organisation, AccessKey = replay.AccessKey, Zones = replay.Zones, Regions = replay.Regions };
        var replayed = Review(await new InventoryReader(new ScalewayClient(replay), scope, new RecordedTime(replay.RecordedAt)).ReadAsync(Cancellation));

        static IEnumerable<string> Lines(ReviewResult result) => result.Findings.Select(f => $"{f.Rule.Id} {f.Status} {f.Severity} {f.Saving}").Order();
        Lines(replayed).ShouldBe(Lines(live));
        foreach (var secret in new[] { account.SecretKey, StandInAccount.Organisation, "SCWB0SSB0SSB0SSB0SS1", "shop.example\"", "boss@shop.example", "51.15.20.30", "51.15.1.1", StandInAccount.Id("server web") })
        {
            if (secret != "shop.example\"")
                text.ShouldNotContain(secret);
        }

        text.ShouldContain("0.0.0.0/0");
    }

    [Fact]
    public async Task What_was_not_recorded_is_a_gap()
    {
        using var recorder = new RecordingTransport(Connection(), StandInAccount.Organisation, [], StandInAccount.Today);
        await ReaderOf(recorder).ReadAsync(Cancellation);
        var lines = recorder.Save(["fr-par-1"], ["fr-par"], "").Split('\n').Where(l => !l.Contains("/zones/fr-par-1/volumes", StringComparison.Ordinal) || l.Contains("recordedAt", StringComparison.Ordinal));

        using var replay = ReplayTransport.Read("recording.jsonl", string.Join('\n', lines));
        var scope = new InventoryScope { Organisation = replay.Organisation, Zones = replay.Zones, Regions = replay.Regions };
        var inventory = await new InventoryReader(new ScalewayClient(replay), scope, new RecordedTime(replay.RecordedAt)).ReadAsync(Cancellation);

        inventory.Gaps.ShouldContain(g => g.Kind == CloudKinds.Volume && g.Fault == ScalewayFault.NotRecorded);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{\"format\":\"something\"}\n", 1)]
    [InlineData("{\"format\":\"account-review-recording\",\"version\":1,\"recordedAt\":\"2026-11-24T00:00:00Z\",\"organization\":\"o\"}\n{\"path\":", 2)]
    public void A_file_that_is_no_recording_is_told_with_its_line(string text, int line) =>
        Should.Throw<ActionException>(() => ReplayTransport.Read("r.jsonl", text)).Location!.Region!.Value.StartLine.ShouldBe(line);

    [Fact]
    public async Task The_next_report_tells_what_is_new_fixed_and_back_again()
    {
        var first = Report(Review(await ReadAsync()));
        var ip = first.Inventory.Of(CloudKinds.Ip).First(i => i.Data.Find("server").ValueKind == JsonValueKind.Null);
        var copy = _server.Account.Find($"/instance/v1/zones/fr-par-1/ips/{ip.Id}")!.DeepClone().AsObject();

        _server.Account.Remove($"/instance/v1/zones/fr-par-1/ips/{ip.Id}");
        _server.Account.Add("/registry/v1/regions/fr-par/namespaces", """{"id":"new","name":"new","is_public":true,"image_count":3,"updated_at":"2026-11-01T00:00:00Z"}""");
        var second = Follow(first, Review(await ReadAsync()));
        _server.Account.Add("/instance/v1/zones/fr-par-1/ips", copy);
        var third = Follow(second, Review(await ReadAsync()));

        (second.Trend!.New.Count, second.Trend.Regressed.Count).ShouldBe((1, 0));
        second.Trend.Fixed.ShouldHaveSingleItem().Rule.ShouldBe("unused-flexible-ip");
        (third.Trend!.New.Count, third.Trend.Regressed.Count, third.Trend.Fixed.Count).ShouldBe((0, 1, 0));
        ReviewMarkdown.Render(third).ShouldContain("**back again**");
    }

    [Fact]
    public async Task What_could_not_be_looked_at_is_not_fixed()
    {
        var first = Report(Review(await ReadAsync()));
        _server.Interfere = request => request.Path.Contains("/zones/fr-par-1/ips", StringComparison.Ordinal) ? StandInAnswer.Broken : null;

        var trend = Follow(first, Review(await ReadAsync())).Trend!;

        trend.Fixed.ShouldBeEmpty();
        trend.Unknown.ShouldContain(f => f.Rule == "unused-flexible-ip");
    }

    [Fact]
    public async Task Names_from_the_account_cannot_act_in_the_report()
    {
        _server.Account.Add("/registry/v1/regions/fr-par/namespaces", """{"id":"evil","name":"a|b`<img src=x>[x](http://evil) @everyone","is_public":true,"image_count":3,"updated_at":"2026-11-01T00:00:00Z"}""");

        var page = ReviewMarkdown.Render(Report(Review(await ReadAsync())));

        page.ShouldNotContain("<img");
        page.ShouldNotContain("[x](http");
    }

    private static AccountReport Follow(AccountReport before, ReviewResult result)
    {
        var (trend, resolved) = ReportHistory.Read("before.json", System.Text.Encoding.UTF8.GetBytes(ReviewJson.Render(before))).Compare(result);
        return Report(result) with { Trend = trend, Resolved = resolved };
    }

    private static AccountReport Report(ReviewResult result) => new()
    {
        Version = "1.0.0",
        Inventory = _inventory!,
        Result = result,
        Costs = new AccountCosts(1, 2, 3),
        Calls = "no calls",
        Duration = TimeSpan.Zero,
        Ledger = Ledger.Empty,
        Plan = new CleanUpPlan { Organisation = "org", MadeAt = StandInAccount.Today, Deletions = [], HeldBack = [] },
    };

    [ThreadStatic]
    private static AccountInventory? _inventory;

    private static ReviewResult Review(AccountInventory inventory)
    {
        _inventory = inventory;
        return ReviewEngine.Run(RuleCatalogue.All, new RuleContext(inventory, new ReviewSettings(), new UsageIndex()), AllowList.Empty);
    }

    private ScalewayConnection Connection() => new(new ScalewayOptions { Address = _server.Address, SecretKey = _server.Account.SecretKey, AccessKey = "SCWREV1EWREV1EWREV11", ObjectStorage = _server.ObjectStorage }, new SkippingTime());

    private static InventoryReader ReaderOf(IScalewayTransport transport, Func<InventoryScope, InventoryScope>? change = null)
    {
        var scope = new InventoryScope { Organisation = StandInAccount.Organisation, AccessKey = "SCWREV1EWREV1EWREV11" };
        return new InventoryReader(new ScalewayClient(transport), change?.Invoke(scope) ?? scope, new RecordedTime(StandInAccount.Today));
    }

    private async Task<AccountInventory> ReadAsync()
    {
        using var connection = Connection();
        return await ReaderOf(connection).ReadAsync(Cancellation);
    }
}
