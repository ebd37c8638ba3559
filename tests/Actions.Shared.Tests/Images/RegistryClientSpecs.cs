using System.Globalization;
using Actions.Shared.Images;
using Actions.Shared.Images.Registries;

namespace Actions.Shared.Tests.Images;

/// <summary>Against a real registry.</summary>
public sealed class RegistryClientSpecs(DockerRegistry registry) : IClassFixture<DockerRegistry>, IDisposable
{
    private readonly RegistryClient _client = new(new RegistryOptions(), TimeProvider.System);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Resolves_a_tag_to_the_digest_of_the_image()
    {
        var image = registry.Image("team/one:1.0");
        var digest = await registry.PushAsync("team/one", "1.0");

        (await _client.ResolveAsync(image, Cancellation)).ShouldBe(digest);
        (await _client.ResolveAsync(image.With(null, digest), Cancellation)).ShouldBe(digest);
        (await _client.ResolveAsync(image.With("2.0", null), Cancellation)).ShouldBeNull();
        (await _client.ResolveAsync(registry.Image("team/none:1"), Cancellation)).ShouldBeNull();
        (await _client.ResolveAsync(image.With(null, Bump.Other), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Describes_an_image_of_one_platform()
    {
        var image = registry.Image("team/plain:1");
        var digest = await registry.PushAsync("team/plain", "1", "linux/arm/v7");

        var details = await _client.DescribeAsync(image, Cancellation);

        details.ShouldNotBeNull();
        (details.Digest, details.MediaType).ShouldBe((digest, DockerRegistry.OciManifest));
        details.Platforms.ShouldBe([new ImagePlatform("linux", "arm", "v7")]);
        details.Created.ShouldBe(new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero));
        (await _client.DescribeAsync(image.With("2", null), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Resolves_a_tag_to_the_digest_of_the_index_and_lists_its_platforms()
    {
        var image = registry.Image("team/multi:1");
        var arm = await registry.PushAsync("team/multi", "arm", "linux/arm64", "2020-01-01T00:00:00Z");
        var amd = await registry.PushAsync("team/multi", "amd");
        var index = await registry.PushIndexAsync("team/multi", "1", (arm, "linux/arm64"), (amd, "linux/amd64"), (amd, "unknown/unknown"));

        (await _client.ResolveAsync(image, Cancellation)).ShouldBe(index);
        var details = await _client.DescribeAsync(image, Cancellation);
        details!.Digest.ShouldBe(index);
        details.MediaType.ShouldBe(DockerRegistry.OciIndex);
        details.Platforms.Select(p => p.ToString()).ShouldBe(["linux/arm64", "linux/amd64"]);
        details.Created!.Value.Year.ShouldBe(2025);
        details.Manifests.Select(m => (m.Platform.ToString(), m.Digest)).ShouldBe([("linux/arm64", arm), ("linux/amd64", amd)]);
        details.Configuration.ShouldBeNull();

        (await _client.DescribeAsync(image, withDate: false, Cancellation))!.Created.ShouldBeNull();
        (await _client.DescribeAsync(image.With(null, amd), withDate: false, Cancellation))!.Configuration!.ShouldStartWith("sha256:");
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData(null)]
    public async Task Knows_no_date_of_a_reproducible_build(string? created)
    {
        var image = registry.Image("team/epoch:1");
        await registry.PushAsync("team/epoch", "1", created: created);

        (await _client.DescribeAsync(image, Cancellation))!.Created.ShouldBeNull();
    }

    [Fact]
    public async Task Describes_what_is_no_container_image_without_platforms()
    {
        var image = registry.Image("charts/web:1");
        var config = await registry.BlobAsync("charts/web", "{}");
        await registry.ManifestAsync("charts/web", "1", DockerRegistry.OciManifest, $$$"""
            {"schemaVersion":2,"mediaType":"{{{DockerRegistry.OciManifest}}}","config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"{{{config}}}","size":2},"layers":[],"annotations":{"org.opencontainers.image.created":"2024-05-06T00:00:00Z"}}
            """);

        var details = await _client.DescribeAsync(image, Cancellation);

        details!.Platforms.ShouldBeEmpty();
        details.Created!.Value.Year.ShouldBe(2024);
    }

    [Fact]
    public async Task Lists_tags_and_says_when_there_is_no_repository()
    {
        var image = registry.Image("team/tags");
        foreach (var tag in new[] { "1.0", "1.1", "latest" })
        {
            await registry.PushAsync("team/tags", tag);
        }

        (await _client.ListTagsAsync(image, Cancellation)).Order(StringComparer.Ordinal).ShouldBe(["1.0", "1.1", "latest"]);
        var failure = await Should.ThrowAsync<ActionException>(() => _client.ListTagsAsync(registry.Image("team/none"), Cancellation));
        failure.Title.ShouldBe("Image repository does not exist");
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("localhost:5000", true)]
    [InlineData("127.0.0.1:5000", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]:5000", true)]
    [InlineData("[::1]", true)]
    [InlineData("localhost.example.com", false)]
    [InlineData("127.0.0.1.example.com", false)]
    [InlineData("registry.example.com:127", false)]
    [InlineData("10.0.0.1:5000", false)]
    public void Speaks_without_tls_to_loopback_only(string host, bool expected) => RegistryConnection.IsLoopback(host).ShouldBe(expected);

    [Theory]
    [InlineData("linux/amd64", "linux/amd64", true)]
    [InlineData("linux/arm/v7", "linux/arm", true)]
    [InlineData("linux/arm/v6", "linux/arm/v7", false)]
    [InlineData("windows/amd64", "linux/amd64", false)]
    public void Knows_which_platform_serves_which(string has, string wanted, bool expected) =>
        ImagePlatform.Parse(has).Serves(ImagePlatform.Parse(wanted)).ShouldBe(expected);
}

/// <summary>What a real registry does not do on demand: tokens, pages, limits and faults.</summary>
public sealed class RegistryProtocolSpecs
{
    private const string Secret = "hunter2-canary";

    private readonly InstantTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gets_a_token_where_it_is_sent_and_keeps_it()
    {
        using var server = TokenServer(out var scopes);
        using var client = Client(server, credentials: true);

        (await client.ResolveAsync(server.Image("team/app:1"), Cancellation)).ShouldBe(Bump.Digest);
        (await client.ResolveAsync(server.Image("team/app:2"), Cancellation)).ShouldBe(Bump.Digest);

        scopes.ShouldBe(["registry.test repository:team/app:pull"]);
        server.Requests.Where(r => r.Contains("/token", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("me:" + Secret)));
        server.Requests.Count(r => r.StartsWith("HEAD", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Gets_a_token_without_credentials_and_another_when_it_expired()
    {
        using var server = TokenServer(out var scopes);
        using var client = Client(server);

        await client.ResolveAsync(server.Image("team/app:1"), Cancellation);
        server.Requests.ShouldContain(r => r.Contains("/token", StringComparison.Ordinal) && r.EndsWith(" -", StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromMinutes(10));
        await client.ResolveAsync(server.Image("team/app:1"), Cancellation);

        scopes.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Trades_an_identity_token()
    {
        using var server = TokenServer(out _);
        using var client = new RegistryClient(
            new() { Credentials = Login(server.Host, $"\"identitytoken\":\"{Secret}\"") }, _time);

        await client.ResolveAsync(server.Image("team/app:1"), Cancellation);

        server.Requests.ShouldContain(r => r.StartsWith("POST /token", StringComparison.Ordinal) && r.Contains("grant_type=refresh_token", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Logs_in_with_basic_authentication()
    {
        using var server = new RegistryStandIn(r => r.Headers["Authorization"]?.StartsWith("Basic ", StringComparison.Ordinal) == true
            ? new StandInAnswer(200, "", ("Docker-Content-Digest", Bump.Digest))
            : new StandInAnswer(401, "", ("WWW-Authenticate", "Basic realm=\"x\"")));
        using var client = Client(server, credentials: true);
        using var anonymous = Client(server);

        (await client.ResolveAsync(server.Image("a:1"), Cancellation)).ShouldBe(Bump.Digest);
        (await Should.ThrowAsync<ActionException>(() => anonymous.ResolveAsync(server.Image("a:1"), Cancellation))).Hint.ShouldContain("Give credentials");
    }

    [Fact]
    public async Task Says_no_secret_when_access_is_refused()
    {
        using var server = new RegistryStandIn(r => r.RawUrl!.StartsWith("/token", StringComparison.Ordinal)
            ? new StandInAnswer(401, $$$"""{"details":"{{{Secret}}}"}""")
            : new StandInAnswer(401, "", ("WWW-Authenticate", $"Bearer realm=\"http://{r.UserHostName}/token\",service=\"s\"")));
        using var client = Client(server, credentials: true);

        var failure = await Should.ThrowAsync<ActionException>(() => client.ResolveAsync(server.Image("a:1"), Cancellation));

        failure.Title.ShouldBe("Registry refuses access");
        failure.ExitCode.ShouldBe(ExitCode.BadInput);
        failure.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Follows_the_pages_of_tags()
    {
        using var server = new RegistryStandIn(r => r.QueryString["last"] switch
        {
            null => new StandInAnswer(200, """{"name":"a","tags":["1","bad tag",7]}""", ("Link", "</v2/a/tags/list?n=1000&last=1>; rel=\"next\"")),
            "1" => new StandInAnswer(200, """{"tags":["2"]}""", ("Link", "<?n=1000&last=2>; rel=next")),
            _ => new StandInAnswer(200, """{"tags":null}"""),
        });
        using var client = Client(server);

        (await client.ListTagsAsync(server.Image("a"), Cancellation)).ShouldBe(["1", "2"]);
    }

    [Theory]
    [InlineData("</v2/a/tags/list?n=1000>; rel=\"next\"", "Registry lists its tags without end")]
    [InlineData("<http://169.254.169.254/latest>; rel=\"next\"", "Registry lists its tags elsewhere")]
    public async Task Does_not_follow_pages_in_circles_or_elsewhere(string link, string title)
    {
        using var server = new RegistryStandIn(_ => new StandInAnswer(200, """{"tags":["1"]}""", ("Link", link)));
        using var client = Client(server);

        (await Should.ThrowAsync<ActionException>(() => client.ListTagsAsync(server.Image("a"), Cancellation))).Title.ShouldBe(title);
    }

    [Theory]
    [InlineData(429, "7", new[] { 7.0, 7.0 })]
    [InlineData(503, null, new[] { 0.5, 1.0 })]
    [InlineData(502, "Fri, 02 Jan 2026 03:04:10 GMT", new[] { 5.0, 0.0 })]
    public async Task Waits_as_long_as_the_registry_asks(int status, string? retryAfter, double[] waits)
    {
        var count = 0;
        using var server = new RegistryStandIn(_ => ++count <= 2
            ? retryAfter is null ? new StandInAnswer(status) : new StandInAnswer(status, "", ("Retry-After", retryAfter))
            : new StandInAnswer(200, "", ("Docker-Content-Digest", Bump.Digest)));
        using var client = Client(server);

        (await client.ResolveAsync(server.Image("a:1"), Cancellation)).ShouldBe(Bump.Digest);

        _time.Waits.Select(w => w.TotalSeconds).ShouldBe(waits.Where(w => w > 0));
    }

    [Theory]
    [InlineData("3600", 1)]
    [InlineData("1", 4)]
    public async Task Gives_up_when_the_wait_is_too_long_or_too_often(string retryAfter, int requests)
    {
        using var server = new RegistryStandIn(_ => new StandInAnswer(429, "", ("Retry-After", retryAfter)));
        using var client = Client(server);

        var failure = await Should.ThrowAsync<ActionException>(() => client.ResolveAsync(server.Image("a:1"), Cancellation));

        failure.Title.ShouldBe("Registry limits the rate of requests");
        failure.Detail.ShouldContain(int.Parse(retryAfter, CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture));
        server.Requests.Count.ShouldBe(requests);
    }

    [Fact]
    public async Task Sends_no_authorisation_to_where_it_is_redirected()
    {
        const string config = """{"os":"linux","architecture":"amd64","created":"2025-01-01T00:00:00Z"}""";
        var digest = DockerRegistry.DigestOf(config);
        var manifest = $$$"""{"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{digest}}}"}}""";
        using var store = new RegistryStandIn(_ => new StandInAnswer(200, config));
        using var server = new RegistryStandIn(r =>
            r.Headers["Authorization"] is null ? new StandInAnswer(401, "", ("WWW-Authenticate", "Basic realm=x"))
            : r.RawUrl!.Contains("/blobs/", StringComparison.Ordinal) ? new StandInAnswer(307, "", ("Location", $"http://{store.Host}/stored"))
            : new StandInAnswer(200, manifest, ("Content-Type", DockerRegistry.OciManifest)));
        using var client = Client(server, credentials: true);

        (await client.DescribeAsync(server.Image("a:1"), Cancellation))!.Platforms.ShouldBe([new ImagePlatform("linux", "amd64")]);

        store.Requests.ShouldHaveSingleItem().ShouldBe("GET /stored -");
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("/again")]
    public async Task Does_not_follow_a_redirect_to_anywhere(string location)
    {
        using var server = new RegistryStandIn(_ => new StandInAnswer(302, "", ("Location", location)));
        using var client = Client(server);

        (await Should.ThrowAsync<ActionException>(() => client.ResolveAsync(server.Image("a:1"), Cancellation))).Title
            .ShouldBe("Registry redirects to where it must not");
        server.Requests.Count.ShouldBeLessThanOrEqualTo(6);
    }

    [Fact]
    public async Task Asks_again_with_get_where_head_says_no_digest()
    {
        const string manifest = """{"schemaVersion":2}""";
        using var server = new RegistryStandIn(r => r.HttpMethod == "HEAD" ? new StandInAnswer(405) : new StandInAnswer(200, manifest));
        using var client = Client(server);

        (await client.ResolveAsync(server.Image("a:1"), Cancellation)).ShouldBe(DockerRegistry.DigestOf(manifest));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refuses_content_that_is_not_what_its_digest_says(bool byTag)
    {
        using var server = new RegistryStandIn(_ => new StandInAnswer(200, "{}", ("Docker-Content-Digest", Bump.Digest)));
        using var client = Client(server);
        var image = server.Image("a:1");

        (await Should.ThrowAsync<ActionException>(() => client.DescribeAsync(byTag ? image : image.With(null, Bump.Other), Cancellation))).Title
            .ShouldBe("Registry answers with other content");
    }

    [Theory]
    [InlineData("<html>", "Registry answers with something else than JSON")]
    [InlineData("LARGE", "Registry answers with too much")]
    public async Task Bounds_and_checks_what_it_reads(string body, string title)
    {
        using var server = new RegistryStandIn(_ => new StandInAnswer(200, body == "LARGE" ? new string(' ', 5000) : body));
        using var client = new RegistryClient(new RegistryOptions { MaxBytes = 4096 }, _time);

        (await Should.ThrowAsync<ActionException>(() => client.ListTagsAsync(server.Image("a"), Cancellation))).Title.ShouldBe(title);
    }

    [Fact]
    public async Task Repeats_only_the_code_of_an_error()
    {
        using var server = new RegistryStandIn(_ => new StandInAnswer(400, """{"errors":[{"code":"NAME_INVALID","message":"::error::x"}]}"""));
        using var client = Client(server);

        var failure = await Should.ThrowAsync<ActionException>(() => client.ListTagsAsync(server.Image("a"), Cancellation));

        failure.Detail.ShouldContain("NAME_INVALID");
        failure.ToString().ShouldNotContain("::error");
    }

    [Fact]
    public async Task Says_that_a_registry_cannot_be_reached()
    {
        string host;
        using (var server = new RegistryStandIn(_ => new StandInAnswer(200)))
        {
            host = server.Host;
        }

        ImageReference.TryParse($"{host}/a:1", out var image).ShouldBeTrue();
        using var client = new RegistryClient(new RegistryOptions(), _time);

        var failure = await Should.ThrowAsync<ActionException>(() => client.ResolveAsync(image!, Cancellation));

        (failure.Title, failure.ExitCode).ShouldBe(("Registry cannot be reached", ExitCode.DependencyUnreachable));
        _time.Waits.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:x:pull,push\"", "bearer", "https://a/t", "s", "repository:x:pull,push")]
    [InlineData("bearer realm=https://a/t , service=s", "bearer", "https://a/t", "s", null)]
    [InlineData("Basic realm=\"r\", Bearer realm=\"https://a\"", "bearer", "https://a", null, null)]
    [InlineData("Basic realm=\"a \\\"b\\\"\"", "basic", "a \"b\"", null, null)]
    public void Reads_a_challenge(string header, string scheme, string realm, string? service, string? scope) =>
        AuthChallenge.Read([header]).ShouldBe(new AuthChallenge(scheme, realm, service, scope));

    [Fact]
    public void Reads_no_challenge_that_it_cannot_meet() => AuthChallenge.Read(["Negotiate", "Digest realm=\"x\""]).ShouldBeNull();

    [Fact]
    public void Credentials_that_are_given_go_before_others()
    {
        static RegistryCredentials Of(string user, string registry) =>
            RegistryCredentials.Parse($$$$"""{"auths":{"ghcr.io":{"username":"{{{{user}}}}","password":"p-{{{{user}}}}"},"{{{{registry}}}}":{"username":"{{{{user}}}}","password":"p-{{{{user}}}}"}}}""");

        var credentials = Of("given", "quay.io").Or(Of("other", "docker.io"));

        new[] { "ghcr.io", "quay.io", "docker.io" }.Select(r => credentials.For(r)!.User).ShouldBe(["given", "given", "other"]);
        credentials.Secrets.ShouldContain("p-other");
    }

    [Theory]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("GHCR.io", "ghcr.io")]
    [InlineData("http://localhost:5000/v2/", "localhost:5000")]
    public void Finds_credentials_by_their_host(string key, string registry)
    {
        var credentials = RegistryCredentials.Parse($$$"""{"auths":{"{{{key}}}":{"auth":"{{{Convert.ToBase64String("me:a:b"u8)}}}"},"other":{"username":"u","password":"p"},"empty":{}},"credsStore":"x"}""");

        var login = credentials.For(registry);
        (login!.User, login.Password).ShouldBe(("me", "a:b"));
        login.ToString().ShouldNotContain("a:b");
        credentials.Secrets.ShouldBe(["a:b", Convert.ToBase64String("me:a:b"u8), "p", Convert.ToBase64String("u:p"u8)]);
        credentials.For("empty").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"auths\":{\"a\":{\"auth\":\"hunter2-canary\"}}}")]
    [InlineData("{\"auths\":{\"a\":{\"auth\":\"aHVudGVyMi1jYW5hcnk=\"}}}")]
    public void Refuses_other_content_without_repeating_it(string json) =>
        Should.Throw<ActionException>(() => RegistryCredentials.Parse(json)).ToString().ShouldNotContain(Secret);

    private RegistryClient Client(RegistryStandIn server, bool credentials = false) => new(
        new RegistryOptions
        {
            Credentials = credentials
                ? Login(server.Host, $"\"username\":\"me\",\"password\":\"{Secret}\"")
                : RegistryCredentials.None,
        },
        _time);

    private static RegistryCredentials Login(string host, string entry) => RegistryCredentials.Parse("{\"auths\":{\"" + host + "\":{" + entry + "}}}");

    /// <summary>A registry that takes the token that it has given last.</summary>
    private static RegistryStandIn TokenServer(out List<string> scopes)
    {
        var given = scopes = [];
        return new RegistryStandIn(r =>
        {
            if (r.RawUrl!.StartsWith("/token", StringComparison.Ordinal))
            {
                given.Add($"{r.QueryString["service"]} {r.QueryString["scope"]}");
                return new StandInAnswer(200, $$"""{"access_token":"token-{{given.Count}}","expires_in":300}""");
            }

            return r.Headers["Authorization"] == $"Bearer token-{given.Count}"
                ? new StandInAnswer(200, "", ("Docker-Content-Digest", Bump.Digest))
                : new StandInAnswer(401, "", ("WWW-Authenticate", $"Bearer realm=\"http://{r.UserHostName}/token\",service=\"registry.test\",scope=\"repository:team/app:pull\""));
        });
    }
}
