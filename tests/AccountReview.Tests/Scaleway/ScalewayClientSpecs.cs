using System.Text.Json;
using Actions.AccountReview.Scaleway;
using ClusterFixture;
using ScalewayStandIn;

namespace Actions.AccountReview.Tests.Scaleway;

public sealed class ScalewayClientSpecs : IAsyncDisposable
{
    private readonly StandInServer _server = new(new StandInAccount());
    private readonly SkippingTime _time = new();
    private readonly ScalewayConnection _connection;
    private readonly ScalewayClient _client;

    public ScalewayClientSpecs()
    {
        _connection = new ScalewayConnection(new ScalewayOptions { Address = _server.Address, SecretKey = _server.Account.SecretKey }, _time);
        _client = new ScalewayClient(_connection);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static ListCall Users { get; } = new($"/iam/v1alpha1/users?organization_id={StandInAccount.Organisation}", "users", Paging.Page);

    private static ListCall Ips { get; } = new($"/instance/v1/zones/fr-par-1/ips?organization={StandInAccount.Organisation}", "ips", Paging.PerPage);

    private static ListCall Events { get; } = new($"/audit-trail/v1alpha1/regions/fr-par/events?organization_id={StandInAccount.Organisation}", "events", Paging.Cursor);

    private static ListCall Versions { get; } = new("/k8s/v1/regions/fr-par/versions", "versions", Paging.None, "name");

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(250)]
    public async Task A_list_is_read_to_its_end_in_every_dialect(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _server.Account.Add("/iam/v1alpha1/users", $$"""{"id":"{{i}}"}""");
            _server.Account.Add("/instance/v1/zones/fr-par-1/ips", $$"""{"id":"{{i}}"}""");
            _server.Account.Add("/audit-trail/v1alpha1/regions/fr-par/events", $$"""{"id":"{{i}}","principal":{"id":"p"} }""");
            _server.Account.Add("/k8s/v1/regions/fr-par/versions", $$"""{"name":"{{i}}"}""");
        }

        foreach (var call in new[] { Users, Ips, Events, Versions })
        {
            var items = await _client.ListAsync(call, Cancellation);
            items.Select(i => i.Text(call.IdField)).ShouldBe(Enumerable.Range(0, count).Select(i => $"{i}"), call.Path);
        }
    }

    [Fact]
    public async Task What_the_rate_limit_turns_away_with_an_empty_body_is_sent_again_after_a_growing_wait()
    {
        _server.Account.Add("/iam/v1alpha1/users", """{"id":"1"}""");
        var turnedAway = 0;
        _server.Interfere = _ => turnedAway++ < 4 ? StandInAnswer.RateLimited : null;

        (await _client.ListAsync(Users, Cancellation)).Count.ShouldBe(1);

        (_client.Calls.Total, _client.Calls.Repeated, _client.Calls.TurnedAway).ShouldBe((5, 4, 4));
        _time.Waits.Zip(_time.Waits.Skip(1)).ShouldAllBe(pair => pair.Second > pair.First * 0.9);
    }

    [Fact]
    public async Task A_rate_limit_without_end_is_told_in_one_line()
    {
        _server.Interfere = _ => StandInAnswer.RateLimited;

        var failure = await Should.ThrowAsync<ScalewayException>(() => _client.ListAsync(Users, Cancellation));

        failure.Fault.ShouldBe(ScalewayFault.RateLimited);
        failure.Message.ShouldMatch(@"^GET /iam/v1alpha1/users answered with status 429 \(request [0-9a-f-]+\)$");
    }

    [Fact]
    public async Task A_permission_that_is_not_known_everywhere_yet_is_waited_for()
    {
        var asked = 0;
        _server.Interfere = _ => asked++ < 2 ? StandInAnswer.Denied("user", "read") : null;

        (await _client.ListAsync(Users, Cancellation)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(400, """{"type":"invalid_arguments","message":"invalid argument(s)","details":[{"argument_name":"page_size","reason":"constraint","help_message":"too large"}]}""", "Refused", "page_size: too large")]
    [InlineData(401, """{"type":"denied_authentication","message":"authentication is denied"}""", "BadCredentials", "authentication is denied")]
    [InlineData(403, """{"type":"permissions_denied","message":"insufficient permissions","details":[{"resource":"user","action":"read"}]}""", "Denied", "insufficient permissions, read user")]
    [InlineData(403, """{"type":"permissions_denied","message":"insufficient permissions","details":[]}""", "Denied", "insufficient permissions")]
    [InlineData(404, """{"type":"not_found","resource":"lb","resource_id":"1"}""", "NotFound", "not_found")]
    [InlineData(404, """{"type":"unknown_resource","message":"\"1\" not found"}""", "NotFound", "not found")]
    [InlineData(404, "404 page not found", "NotFound", "status 404")]
    [InlineData(409, """{"type":"transient_state","resource":"lb","resource_id":"1","current_state":"deleting"}""", "Refused", "lb is deleting")]
    [InlineData(412, """{"type":"precondition_failed","precondition":"resource_still_in_use","help_message":"detach it first"}""", "Refused", "detach it first")]
    [InlineData(400, """{"type":"invalid_request_error","message":"Validation Error","fields":{"name":["required key not provided"]}}""", "Refused", "name: required key not provided")]
    [InlineData(429, """{"type":"too_many_requests","help_message":"wait","limit":{"quota":10,"window_seconds":60}}""", "RateLimited", "wait")]
    [InlineData(403, """{"type":"quotas_exceeded","details":[{"resource":"ips","quota":5,"current":5}]}""", "Denied", "ips 5 of 5")]
    [InlineData(500, "", "Unavailable", "status 500")]
    public async Task An_error_is_told_by_what_its_body_says_whatever_its_form(int status, string body, string fault, string said)
    {
        _server.Interfere = _ => new StandInAnswer(status, body);

        var failure = await Should.ThrowAsync<ScalewayException>(() => _client.ListAsync(Users, Cancellation));

        failure.Fault.ToString().ShouldBe(fault);
        failure.Message.ShouldContain(said);
        failure.Message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("""{"total_count":1}""", "without users")]
    [InlineData("<html>", "something else than JSON")]
    [InlineData("", "something else than JSON")]
    public async Task An_answer_of_another_form_is_not_taken_for_an_empty_list(string body, string said)
    {
        _server.Interfere = _ => new StandInAnswer(200, body);

        var failure = await Should.ThrowAsync<ScalewayException>(() => _client.ListAsync(Users, Cancellation));

        (failure.Fault, failure.Message).ShouldBe((ScalewayFault.Malformed, failure.Message));
        failure.Message.ShouldContain(said);
    }

    [Fact]
    public async Task A_list_that_changes_while_it_is_read_is_read_again()
    {
        Fill(150);
        var deletions = 0;
        _server.Afterwards = request =>
        {
            if (request.Path.Contains("page=1&", StringComparison.Ordinal) && deletions++ == 0)
                _server.Account.Remove("/instance/v1/zones/fr-par-1/ips/0");
        };

        var items = await _client.ListAsync(Ips, Cancellation);

        items.Select(i => i.Text("id")).ShouldBe(Enumerable.Range(1, 149).Select(i => $"{i}"));
    }

    [Fact]
    public async Task A_list_that_never_stands_still_is_no_list()
    {
        Fill(150);
        var next = 150;
        _server.Afterwards = _ => _server.Account.Add("/instance/v1/zones/fr-par-1/ips", $$"""{"id":"{{next++}}"}""");

        var failure = await Should.ThrowAsync<ScalewayException>(() => _client.ListAsync(Ips, Cancellation));

        failure.Fault.ShouldBe(ScalewayFault.Changing);
        failure.Message.ShouldBe("the list /instance/v1/zones/fr-par-1/ips changed each of the 3 times it was read");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_with_its_address()
    {
        await _server.DisposeAsync();

        var failure = await Should.ThrowAsync<ScalewayException>(() => _client.ListAsync(Users, Cancellation));

        failure.Fault.ShouldBe(ScalewayFault.Unavailable);
        failure.Message.ShouldStartWith($"{_server.Address.Authority} cannot be reached: ");
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_allowed()
    {
        Fill(3000);
        await _client.ListAsync(Ips, Cancellation);

        new ScalewayOptions { SecretKey = "" }.Parallelism.ShouldBe(8);
        _connection.Calls.Total.ShouldBe(30);
    }

    [Fact]
    public async Task A_deletion_that_got_no_answer_is_not_sent_again()
    {
        _server.Interfere = _ => StandInAnswer.Broken;
        var writer = new ScalewayWriter(_connection);

        await Should.ThrowAsync<ScalewayException>(() => writer.DeleteAsync("/lb/v1/zones/fr-par-1/ips/1", Cancellation));

        _server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"currency_code":"EUR","units":12,"nanos":340000000}""", "12.34")]
    [InlineData("""{"currency_code":"EUR","units":-1,"nanos":-500000000}""", "-1.5")]
    [InlineData("""{"currency_code":"EUR","units":"7"}""", "7")]
    [InlineData("""{"currency_code":"EUR","units":0,"nanos":1}""", "0.000000001")]
    [InlineData("""{"currency_code":"EUR"}""", null)]
    [InlineData("12.34", null)]
    public void Money_is_exact(string json, string? expected)
    {
        using var document = JsonDocument.Parse(json);

        Money.Read(document.RootElement)?.Amount.ShouldBe(decimal.Parse(expected ?? "0"));
        (Money.Read(document.RootElement) is null).ShouldBe(expected is null);
    }

    private void Fill(int count)
    {
        for (var i = 0; i < count; i++)
            _server.Account.Add("/instance/v1/zones/fr-par-1/ips", $$"""{"id":"{{i}}"}""");
    }
}
