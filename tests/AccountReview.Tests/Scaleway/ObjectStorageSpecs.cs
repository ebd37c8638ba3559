using System.Text;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;
using ClusterFixture;
using ScalewayStandIn;

namespace Actions.AccountReview.Tests.Scaleway;

public sealed class ObjectStorageSpecs : IAsyncDisposable
{
    private static readonly string Shop = StandInAccount.Id("project shop");

    private readonly StandInServer _server = new(SampleAccount.Create());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The two examples of requests without a body in the vendor's description of the signature.</summary>
    [Theory]
    [InlineData("https://examplebucket.s3.amazonaws.com/?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")]
    [InlineData("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")]
    public void A_request_is_signed_as_the_vendor_signs_it(string address, string signature) =>
        SignatureV4.Authorization(new Uri(address), "us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", new DateTimeOffset(2013, 5, 24, 0, 0, 0, TimeSpan.Zero))
            .ShouldBe($"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature={signature}");

    [Fact]
    public async Task Buckets_of_every_project_are_read_with_what_they_allow()
    {
        var inventory = await ReadAsync();

        inventory.Gaps.ShouldBeEmpty();
        inventory.Of(CloudKinds.Bucket).Select(b => (b.Id, b.Locality, b.ProjectId)).ShouldBe(
            [("lab-exchange", "fr-par", StandInAccount.Id("project lab")), ("shop-images", "fr-par", Shop), ("shop-terraform-state", "fr-par", Shop)], ignoreOrder: true);
        string Part(string bucket, CloudKind kind) => inventory.ChildrenOf(inventory.Of(CloudKinds.Bucket).Single(b => b.Id == bucket), kind).Single().Data.GetRawText();
        Part("shop-images", CloudKinds.BucketAcl).ShouldBe("""{"grants":[{"to":"http://acs.amazonaws.com/groups/global/AllUsers","permission":"READ"}]}""");
        Part("shop-images", CloudKinds.BucketPolicy).ShouldBe("""{"policy":null}""");
        Part("lab-exchange", CloudKinds.BucketPolicy).ShouldStartWith("""{"policy":{"Version":"2023-04-17","Statement":[{"Sid":"all","Effect":"Allow","Principal":"*",""");
        Part("shop-terraform-state", CloudKinds.BucketVersioning).ShouldBe("""{"status":"Disabled"}""");
        Part("shop-images", CloudKinds.BucketLifecycle).ShouldBe("""{"rules":[]}""");
        Part("lab-exchange", CloudKinds.BucketLifecycle).ShouldContain("\"expires_old_versions\":true");
        _server.Requests.ShouldAllBe(r => r.Method == "GET");
        _server.Requests.ShouldAllBe(r => !r.Path.StartsWith("/s3/", StringComparison.Ordinal) || !r.Headers.ContainsKey("X-Auth-Token"), "the key itself is not sent to object storage");
    }

    [Fact]
    public async Task Without_an_access_key_buckets_are_not_asked_and_the_review_is_complete()
    {
        var inventory = await ReadAsync(accessKey: "");

        inventory.IsComplete.ShouldBeTrue();
        inventory.Gaps.Select(g => (g.Kind, g.Fault)).Distinct().ShouldBe(
            new[] { CloudKinds.Bucket, CloudKinds.BucketAcl, CloudKinds.BucketPolicy, CloudKinds.BucketVersioning, CloudKinds.BucketLifecycle }.Select(k => (k, ScalewayFault.NotAsked)), ignoreOrder: true);
        _server.Requests.ShouldAllBe(r => !r.Path.StartsWith("/s3/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(403, "SignatureDoesNotMatch", nameof(ScalewayFault.Denied), "access-key does not belong to secret-key")]
    [InlineData(403, "AccessDenied", nameof(ScalewayFault.Denied), "AccessDenied")]
    [InlineData(503, "SlowDown", nameof(ScalewayFault.RateLimited), "SlowDown")]
    [InlineData(404, "NoSuchBucket", nameof(ScalewayFault.NotFound), "NoSuchBucket")]
    public async Task A_refusal_is_a_gap_that_says_why(int status, string code, string fault, string said)
    {
        _server.Interfere = request => request.Path.EndsWith("?acl", StringComparison.Ordinal) ? new StandInAnswer(status, $"<Error><Code>{code}</Code><Message>text</Message></Error>") : null;

        var inventory = await ReadAsync();

        inventory.Gaps.Count.ShouldBe(3);
        inventory.Gaps.ShouldAllBe(g => g.Kind == CloudKinds.BucketAcl && g.Fault.ToString() == fault && g.Reason.Contains(said, StringComparison.Ordinal));
        inventory.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_of_somebody_else_is_told_once_for_each_list()
    {
        using var connection = new ScalewayConnection(Options(StandInAccount.Organisation) with { SecretKey = "another" }, new SkippingTime());

        var answer = await connection.SendAsync(new ScalewayRequest("GET", $"/object-storage/regions/fr-par/projects/{Shop}/buckets"), Cancellation);

        (answer.Status, Encoding.UTF8.GetString(answer.Body)).ShouldBe((403, """{"type":"permissions_denied","message":"SignatureDoesNotMatch: access-key does not belong to secret-key, or the clock is wrong"}"""));
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"b\">]><ListAllMyBucketsResult>&a;</ListAllMyBucketsResult>")]
    [InlineData("<ListAllMyBucketsResult>")]
    [InlineData("")]
    public async Task An_answer_that_is_no_plain_XML_is_a_gap(string body)
    {
        _server.Interfere = request => request.Path.StartsWith("/s3/", StringComparison.Ordinal) ? new StandInAnswer(200, body) : null;

        var inventory = await ReadAsync();

        inventory.Gaps.Where(g => g.Kind == CloudKinds.Bucket).ShouldNotBeEmpty();
        inventory.Gaps.ShouldAllBe(g => g.Fault == ScalewayFault.Malformed);
    }

    private ScalewayOptions Options(string accessKey) => new() { Address = _server.Address, ObjectStorage = _server.ObjectStorage, SecretKey = _server.Account.SecretKey, AccessKey = accessKey };

    private async Task<AccountInventory> ReadAsync(string accessKey = "SCWREV1EWREV1EWREV11")
    {
        using var connection = new ScalewayConnection(Options(accessKey), new SkippingTime());
        var scope = new InventoryScope { Organisation = StandInAccount.Organisation, AccessKey = accessKey };
        return await new InventoryReader(new ScalewayClient(connection), scope, new Actions.AccountReview.Recordings.RecordedTime(StandInAccount.Today)).ReadAsync(Cancellation);
    }
}
