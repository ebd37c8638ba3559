using System.Net;
using System.Net.Sockets;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Clusters.Verification;
using ClusterFixture;

namespace Actions.Shared.Tests.Clusters.Verification;

public class HealthVerifierSpecs
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", 200, "all is ok", true, "answered 200")]
    [InlineData("", 204, "", true, "answered 204")]
    [InlineData("", 503, "", false, "answered 503; expected 200-299")]
    [InlineData(" status=401,403", 403, "", true, "answered 403")]
    [InlineData(" status=200", 201, "", false, "answered 201; expected 200")]
    [InlineData(" body=\"is ok\"", 200, "all is ok", true, "answered 200")]
    [InlineData(" body=fine", 200, "all\nis ok", false, "answered 200, but without 'fine' in its body, which starts with 'all is ok'")]
    [InlineData(" body~=^v1[.][0-9]+$", 200, "v1.27", true, "answered 200")]
    [InlineData(" body~=^v2", 200, "v1.27", false, "answered 200, but its body does not match '^v2'; it starts with 'v1.27'")]
    [InlineData(" body~=^(a+)+$", 200, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false, "answered 200, but matching '^(a+)+$' takes longer than a second; use a simpler expression")]
    public async Task An_answer_is_compared_with_what_was_expected(string options, int status, string body, bool passed, string message)
    {
        await using var server = Endpoint.Start(Endpoint.Answer(status, body));

        var result = await VerifyAsync($"{server.Url()}/healthz{options}", TimeSpan.Zero);

        result.Message.ShouldBe($"{server.Url()}/healthz {message}");
        result.Passed.ShouldBe(passed);
        result.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_its_query_is_not_shown()
    {
        await using var server = Endpoint.Start(Endpoint.Answer(302, "", "Location: https://login.example.com/?state=s3cret"));

        (await VerifyAsync(server.Url(), TimeSpan.Zero)).Message.ShouldBe($"{server.Url()} answered 302 and sends to https://login.example.com/; expected 200-299");
    }

    [Fact]
    public async Task It_tries_again_until_the_answer_is_right()
    {
        await using var server = Endpoint.Start(Endpoint.Answer(503, ""), Endpoint.Nonsense, Endpoint.Answer(200, "ok"));
        var tries = new List<string>();
        var time = new ImpatientTime();

        var result = (await new HealthVerifier(null, time).VerifyAsync(HealthCheckParser.Parse(server.Url()), TimeSpan.FromSeconds(30), r => tries.Add(r.Message), Cancellation)).ShouldHaveSingleItem();

        result.Passed.ShouldBeTrue();
        result.Attempts.ShouldBe(3);
        server.Requests.Count.ShouldBe(3);
        tries.Count.ShouldBe(3);
        tries[0].ShouldEndWith("answered 503; expected 200-299");
        tries[1].ShouldContain("cannot be reached: ");
    }

    [Fact]
    public async Task It_gives_up_at_the_end_of_the_time()
    {
        await using var server = Endpoint.Start(Endpoint.Answer(503, ""));
        var time = new ImpatientTime();

        var result = (await new HealthVerifier(null, time).VerifyAsync(HealthCheckParser.Parse(server.Url()), TimeSpan.FromSeconds(7), null, Cancellation)).ShouldHaveSingleItem();

        result.Passed.ShouldBeFalse();
        result.Attempts.ShouldBe(4);
    }

    [Fact]
    public async Task A_server_that_is_not_there_cannot_be_reached()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        (await VerifyAsync($"http://localhost:{port}/", TimeSpan.Zero)).Message.ShouldBe($"http://localhost:{port}/ cannot be reached: Connection refused");
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_the_time_of_one_try()
    {
        await using var server = Endpoint.Start(Endpoint.Silence);

        (await VerifyAsync($"{server.Url()} timeout=1", TimeSpan.Zero)).Message.ShouldBe($"{server.Url()} did not answer within 1 s");
    }

    [Fact]
    public async Task A_certificate_that_ends_late_enough_passes()
    {
        using var certificate = Endpoint.Certificate(DateTimeOffset.UtcNow.AddDays(30).AddHours(1));
        await using var server = Endpoint.Start(certificate, Endpoint.Answer(200, "ok"));

        var result = await VerifyAsync($"{server.Url()}/ certificate-days=30", TimeSpan.Zero, new(null, TimeProvider.System) { CertificateAuthorities = [certificate] });

        result.Message.ShouldBe($"{server.Url()}/ answered 200; its certificate is valid for 30 more days");
        result.Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_certificate_that_ends_too_early_does_not_pass()
    {
        var end = DateTimeOffset.UtcNow.AddDays(6).AddHours(1);
        using var certificate = Endpoint.Certificate(end);
        await using var server = Endpoint.Start(certificate, Endpoint.Answer(200, "ok"));

        var result = await VerifyAsync($"{server.Url()}/ certificate-days=14", TimeSpan.Zero, new(null, TimeProvider.System) { CertificateAuthorities = [certificate] });

        result.Message.ShouldBe($"{server.Url()}/ answered 200, but its certificate ends on {end:yyyy-MM-dd}, in 6 days; expected 14 at least");
        result.Passed.ShouldBeFalse();
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_told_with_its_issuer()
    {
        using var certificate = Endpoint.Certificate(DateTimeOffset.UtcNow.AddDays(30));
        await using var server = Endpoint.Start(certificate, Endpoint.Answer(200, "ok"));

        (await VerifyAsync($"{server.Url()}/", TimeSpan.Zero)).Message
            .ShouldBe($"{server.Url()}/ shows a certificate that is not trusted: its issuer is not known as trustworthy (CN=127.0.0.1)");
    }

    [Fact]
    public async Task A_certificate_that_has_ended_is_told_with_its_dates()
    {
        var end = DateTimeOffset.UtcNow.AddDays(-2);
        using var certificate = Endpoint.Certificate(end);
        await using var server = Endpoint.Start(certificate, Endpoint.Answer(200, "ok"));

        (await VerifyAsync($"{server.Url()}/", TimeSpan.Zero, new(null, TimeProvider.System) { CertificateAuthorities = [certificate] })).Message
            .ShouldBe($"{server.Url()}/ shows a certificate that is not trusted: it is valid from {end.AddDays(-90):yyyy-MM-dd} to {end:yyyy-MM-dd}");
    }

    [Fact]
    public async Task A_certificate_of_another_host_is_told_with_its_name()
    {
        using var certificate = Endpoint.Certificate(DateTimeOffset.UtcNow.AddDays(30), "other.example.com");
        await using var server = Endpoint.Start(certificate, Endpoint.Answer(200, "ok"));

        (await VerifyAsync($"{server.Url()}/", TimeSpan.Zero, new(null, TimeProvider.System) { CertificateAuthorities = [certificate] })).Message
            .ShouldBe($"{server.Url()}/ shows a certificate that is not trusted: it is for other.example.com");
    }

    [Fact]
    public async Task A_service_is_asked_through_the_API_server()
    {
        await using var server = Endpoint.Start(Endpoint.Answer(200, "ok"));
        using var client = Client(server);

        var result = await VerifyAsync("service://shop/web:http/healthz body=ok", TimeSpan.Zero, new(client, TimeProvider.System));

        result.Message.ShouldBe("service://shop/web:http/healthz answered 200");
        result.Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_API_server_says_itself_is_not_taken_for_the_answer_of_the_service()
    {
        await using var server = Endpoint.Start(Endpoint.Answer(503, """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no endpoints available for service \"web:http\"","code":503}""", "Content-Type: application/json"));
        using var client = Client(server);

        var result = await VerifyAsync("service://shop/web:http/healthz status=503", TimeSpan.Zero, new(client, TimeProvider.System));

        result.Message.ShouldBe("service://shop/web:http/healthz could not be asked: the API server says 'no endpoints available for service \"web:http\"'");
        result.Passed.ShouldBeFalse();
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_checks()
    {
        await using var slow = Endpoint.Start(Endpoint.Answer(503, ""), Endpoint.Answer(200, "ok"));
        await using var fast = Endpoint.Start(Endpoint.Answer(200, "ok"));

        var results = await new HealthVerifier(null, new ImpatientTime()).VerifyAsync(HealthCheckParser.Parse($"{slow.Url()}\n{fast.Url()}"), TimeSpan.FromMinutes(1), null, Cancellation);

        results.Select(r => r.Check.Line).ShouldBe([1, 2]);
        results.ShouldAllBe(r => r.Passed);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        await using var server = Endpoint.Start(Endpoint.Silence);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var verify = new HealthVerifier(null, TimeProvider.System).VerifyAsync(HealthCheckParser.Parse(server.Url()), TimeSpan.FromMinutes(1), null, cancellation.Token);

        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(verify);
    }

    private static async Task<HealthCheckResult> VerifyAsync(string line, TimeSpan limit, HealthVerifier? verifier = null) =>
        (await (verifier ?? new(null, TimeProvider.System)).VerifyAsync(HealthCheckParser.Parse(line), limit, null, Cancellation)).ShouldHaveSingleItem();

    private static ClusterClient Client(LoopbackServer server) =>
        new(new ClusterConnection { Server = new Uri(server.Url()), Source = "the test" }, new ClusterClientOptions { UserAgent = "test" }, TimeProvider.System);

    /// <summary>A clock on which waiting between two tries takes no time but counts; limits of a try never strike.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != HealthVerifier.Interval)
            {
                return System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            Interlocked.Add(ref _ticks, dueTime.Ticks);
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
