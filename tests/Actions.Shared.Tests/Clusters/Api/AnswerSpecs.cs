using System.Text.Json.Nodes;
using Actions.Shared.Clusters.Api;
using ClusterFixture;
using static Actions.Shared.Tests.Clusters.Api.StandIn;

namespace Actions.Shared.Tests.Clusters.Api;

public sealed class AnswerSpecs
{
    private const int Limit = 60_000;
    private static readonly ObjectAddress Web = KnownResources.ConfigMaps.Object("shop", "web");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Conflicts_keep_their_fields_and_managers()
    {
        await using var cluster = new StandIn(Answer(409, Status(
            409,
            "Conflict",
            "Apply failed with 1 conflict",
            """{"causes":[{"reason":"FieldManagerConflict","message":"conflict with \"kubectl\" using apps/v1","field":".spec.replicas"}]}""")));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.ApplyAsync(Web, Body("web"), new ApplyOptions { FieldManager = "us" }, Token));

        thrown.Failure.ShouldBe(ClusterFailure.Conflict);
        thrown.Status!.Causes.ShouldBe([new ClusterStatusCause("FieldManagerConflict", "conflict with \"kubectl\" using apps/v1", ".spec.replicas")]);
        thrown.Detail.ShouldBe("apply ConfigMap shop/web: Apply failed with 1 conflict");
    }

    [Fact(Timeout = Limit)]
    public async Task The_content_of_a_Secret_is_not_repeated_by_an_error()
    {
        await using var cluster = new StandIn(Answer(422, Status(
            422, "Invalid", "canary-in-message", """{"causes":[{"reason":"FieldValueInvalid","message":"Invalid value: canary-in-cause","field":"data.password"}]}""")));

        var thrown = await Should.ThrowAsync<ClusterException>(
            () => cluster.Client.ApplyAsync(KnownResources.Secrets.Object("shop", "db"), Json.Object("{}"), new ApplyOptions { FieldManager = "us" }, Token));

        thrown.ToString().ShouldNotContain("canary");
        thrown.Status!.ToString().ShouldNotContain("canary");
        thrown.Status!.Causes[0].ShouldBe(new ClusterStatusCause("FieldValueInvalid", "", "data.password"));
    }

    [Theory(Timeout = Limit)]
    [InlineData("data")]
    [InlineData("stringData")]
    public async Task A_webhook_that_quotes_a_Secret_is_not_repeated(string field)
    {
        var encoded = Convert.ToBase64String("canary-one\ncanary-two\n"u8);
        await using var cluster = new StandIn(Answer(403, Status(
            403, "Forbidden", $$"""admission webhook \"policy\" denied the request: canary-two and {{encoded}} are too weak for x""", """{"causes":[{"message":"canary-one"}]}""")));
        var password = field == "data" ? encoded : "canary-one\ncanary-two\n";
        var body = new JsonObject { [field] = new JsonObject { ["password"] = password, ["short"] = "x" } };
        if (field == "stringData") body["data"] = new JsonObject { ["other"] = encoded };

        var thrown = await Should.ThrowAsync<ClusterException>(
            () => cluster.Client.ApplyAsync(KnownResources.Secrets.Object("shop", "db"), body, new ApplyOptions { FieldManager = "us" }, Token));

        thrown.Status!.Message.ShouldBe("admission webhook \"policy\" denied the request: *** and *** are too weak for x");
        thrown.Status.Causes[0].Message.ShouldBe("***");
    }

    [Theory(Timeout = Limit)]
    [InlineData("<html>Sign in</html>")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"kind\":")]
    public async Task An_answer_that_is_no_JSON_object_is_not_from_an_API_server(string body)
    {
        await using var cluster = new StandIn(Answer(200, body));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Title.ShouldBe("The address is not that of an API server");
    }

    [Fact(Timeout = Limit)]
    public async Task An_error_without_a_status_tells_its_code()
    {
        await using var cluster = new StandIn(Answer(403, "<html>denied by a proxy</html>"));

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Detail.ShouldBe("get ConfigMap shop/web: HTTP status 403");
        thrown.Status.ShouldBeNull();
    }

    [Fact(Timeout = Limit)]
    public async Task An_answer_that_is_too_large_is_not_read_to_its_end()
    {
        await using var cluster = new StandIn(
            async r =>
            {
                await r.BeginAsync();
                while (true)
                    await r.SendAsync(new string(' ', 1000));
            },
            Options with { MaxResponseBytes = 5000 });

        var thrown = await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));

        thrown.Title.ShouldBe("The cluster's answer is too large");
    }

    [Fact(Timeout = Limit)]
    public async Task JSON_that_is_nested_too_deep_is_refused()
    {
        await using var cluster = new StandIn(Answer(200, $"{{\"a\":{new string('[', 100_000)}"));

        await Should.ThrowAsync<ClusterException>(() => cluster.Client.GetAsync(Web, Token));
    }

    [Fact(Timeout = Limit)]
    public async Task Warnings_are_handed_on()
    {
        await using var cluster = new StandIn(Answer(
            201, ConfigMap("web"), "Warning: 299 - \"policy/v1beta1 is deprecated; use \\\"policy/v1\\\"\"", "Warning: 299 - \"unknown field \\\"spec.x\\\"\""));

        var result = await cluster.Client.ApplyAsync(Web, Body("web"), new ApplyOptions { FieldManager = "us" }, Token);

        result.Warnings.ShouldBe(["policy/v1beta1 is deprecated; use \"policy/v1\"", "unknown field \"spec.x\""]);
        result.IsCreated.ShouldBeTrue();
    }

    [Fact(Timeout = Limit)]
    public async Task Requests_say_what_they_should()
    {
        await using var cluster = new StandIn(Answer(200, ConfigMap("web")), token: (_, _) => ValueTask.FromResult("token-1"));
        var options = new ApplyOptions { FieldManager = "deploy k8s", Force = true, DryRun = true, FieldValidation = "Strict", Subresource = "status" };

        await cluster.Client.ApplyAsync(Web, Body("web"), options, Token);

        var request = cluster.Server.Requests[0];
        request.Method.ShouldBe("PATCH");
        request.Path.ShouldBe("/api/v1/namespaces/shop/configmaps/web/status?fieldManager=deploy%20k8s&force=true&dryRun=All&fieldValidation=Strict");
        request.Headers["Content-Type"].ShouldBe("application/apply-patch+yaml");
        request.Headers["Authorization"].ShouldBe("Bearer token-1");
        request.Headers["User-Agent"].ShouldBe("test/1");
        request.Body.ShouldBe(ConfigMap("web"));
    }

    [Fact(Timeout = Limit)]
    public async Task Deleting_names_its_preconditions()
    {
        await using var cluster = new StandIn(Steps(Answer(200, Status(200, "")), Answer(404, Status(404, "NotFound"))));
        var options = new DeleteOptions { Uid = "u", ResourceVersion = "7", Propagation = PropagationPolicy.Foreground };

        (await cluster.Client.DeleteAsync(Web, options, Token)).ShouldBeTrue();
        (await cluster.Client.DeleteAsync(Web, options, Token)).ShouldBeFalse();

        cluster.Server.Requests[0].Body.ShouldBe(
            """{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","preconditions":{"uid":"u","resourceVersion":"7"}}""");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public void A_name_cannot_leave_its_type(string name) => Should.Throw<ArgumentException>(() => KnownResources.Pods.Object("shop", name).Path);

    [Fact]
    public void Names_are_escaped() => KnownResources.Pods.Object("a/b", "c?d").Path.ShouldBe("/api/v1/namespaces/a%2Fb/pods/c%3Fd");

    [Fact(Timeout = Limit)]
    public async Task A_path_before_the_API_is_kept()
    {
        await using var server = new LoopbackServer(Answer(200, """{"major":"1","minor":"20+","gitVersion":"v1.20.2"}"""));
        var connection = new Shared.Clusters.Connection.ClusterConnection { Server = new Uri(server.Address, "/k8s/clusters/c-1/"), Source = "a test" };
        using var client = new ClusterClient(connection, Options, TimeProvider.System);

        var version = await client.GetVersionAsync(Token);

        version.ShouldBe(new ClusterVersion(1, 20, "v1.20.2"));
        server.Requests[0].Path.ShouldBe("/k8s/clusters/c-1/version");
    }
}
