using Actions.Shared.Clusters.Verification;

namespace Actions.Shared.Tests.Clusters.Verification;

public class HealthCheckParserSpecs
{
    [Fact]
    public void An_address_alone_wants_any_success()
    {
        var check = HealthCheckParser.Parse("https://shop.example.com/healthz").ShouldHaveSingleItem();

        check.Url.ShouldBe(new Uri("https://shop.example.com/healthz"));
        check.Service.ShouldBeNull();
        check.Statuses.ShouldBe([new StatusRange(200, 299)]);
        (check.Body, check.Pattern, check.CertificateDays).ShouldBe((null, null, null));
        check.Timeout.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void All_options_are_read()
    {
        var check = HealthCheckParser.Parse("""https://a.example/x?y=1 status=200,301-308 body="it is \"ok\"" body~=^v1[.]2 certificate-days=14 timeout=10s""").ShouldHaveSingleItem();

        check.Statuses.ShouldBe([new StatusRange(200, 200), new StatusRange(301, 308)]);
        check.Body.ShouldBe("it is \"ok\"");
        check.Pattern!.ToString().ShouldBe("^v1[.]2");
        check.CertificateDays.ShouldBe(14);
        check.Timeout.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("service://shop/web:http/healthz?full=1", "shop", "web:http", "/healthz?full=1")]
    [InlineData("service://shop/web:80", "shop", "web:80", "/")]
    [InlineData("service+https://shop/web:8443/", "shop", "https:web:8443", "/")]
    public void A_service_is_asked_through_the_API_server(string text, string ns, string proxyName, string path)
    {
        var check = HealthCheckParser.Parse(text).ShouldHaveSingleItem();

        check.Service!.Namespace.ShouldBe(ns);
        check.Service.ProxyName.ShouldBe(proxyName);
        check.Path.ShouldBe(path);
        check.Url.ShouldBeNull();
    }

    [Fact]
    public void Blank_lines_and_comments_do_not_count() =>
        HealthCheckParser.Parse("\n  # one\r\n\r\n  http://a.example/  \n#http://b.example\n").ShouldHaveSingleItem().Line.ShouldBe(4);

    [Fact]
    public void Nothing_is_no_check() => HealthCheckParser.Parse("").ShouldBeEmpty();

    [Theory]
    [InlineData("shop.example.com", "line 1: 'shop.example.com' is no address that starts with https://, http://, service:// or service+https://")]
    [InlineData("ftp://a.example", "line 1: 'ftp://a.example' is no address that starts with https://, http://, service:// or service+https://")]
    [InlineData("https://me:secret@a.example/x", "line 1: the address of a.example carries a user name or password, which would end up in logs")]
    [InlineData("service://web:80/healthz", "line 1: 'service://web:80/healthz' is not service://NAMESPACE/NAME:PORT/PATH; the port is a number or its name")]
    [InlineData("service://shop/../x:80/", "line 1: 'service://shop/../x:80/' is not service://NAMESPACE/NAME:PORT/PATH; the port is a number or its name")]
    [InlineData("http://a.example staus=200", "line 1: there is no option 'staus'; did you mean 'status'?")]
    [InlineData("http://a.example insecure", "line 1: there is no option 'insecure'; there are status, body, body~, certificate-days, timeout")]
    [InlineData("http://a.example status", "line 1: 'status' needs a value, as in status=200-204")]
    [InlineData("http://a.example status=", "line 1: 'status' needs a value, as in status=200-204")]
    [InlineData("http://a.example status=ok", "line 1: 'status=ok' is neither a code nor a range such as 200-204")]
    [InlineData("http://a.example status=299-200", "line 1: 'status=299-200' must lie between 100 and 599, the lower code first")]
    [InlineData("http://a.example status=200 status=201", "line 1: 'status' is given twice")]
    [InlineData("http://a.example body~=[", "line 1: 'body~' is no regular expression: Invalid pattern '[' at offset 1. Unterminated [] set")]
    [InlineData("http://a.example certificate-days=14", "line 1: 'certificate-days' works with https:// addresses only")]
    [InlineData("service+https://shop/web:1/ certificate-days=14", "line 1: 'certificate-days' works with https:// addresses only")]
    [InlineData("https://a.example certificate-days=0", "line 1: 'certificate-days=0' must be a number of days from 1 to 825")]
    [InlineData("https://a.example timeout=5m", "line 1: 'timeout=5m' must be a number of seconds from 1 to 60")]
    [InlineData("https://a.example body=\"ok", "line 1: a double quote is never closed")]
    [InlineData("x\nhttp://a.example\ny", "line 1: 'x' is no address that starts with https://, http://, service:// or service+https://; line 3: 'y' is no address that starts with https://, http://, service:// or service+https://")]
    public void What_cannot_be_used_is_told_with_its_line(string text, string detail)
    {
        var error = Should.Throw<ActionException>(() => HealthCheckParser.Parse(text));

        error.Title.ShouldBe("The health checks cannot be used");
        error.Detail.ShouldBe(detail);
        error.Hint.ShouldEndWith(".");
    }

    [Fact]
    public void A_secret_in_a_query_is_not_shown() =>
        HealthCheckParser.Parse("https://a.example/x?token=s3cret").ShouldHaveSingleItem().ToString().ShouldBe("https://a.example/x");

    [Fact]
    public void Too_many_checks_are_refused() =>
        Should.Throw<ActionException>(() => HealthCheckParser.Parse(string.Join('\n', Enumerable.Repeat("http://a.example", 51)))).Detail.ShouldBe("51 checks; at most 50 are allowed");

    [Fact]
    public void A_line_without_end_is_refused() =>
        Should.Throw<ActionException>(() => HealthCheckParser.Parse("http://a.example/" + new string('a', 5000))).Detail.ShouldBe("line 1: longer than 4096 characters");
}
