using Actions.Shared.Clusters.Connection;

namespace Actions.Shared.Tests.Clusters.Connection;

public sealed class EnvironmentProxySpecs
{
    [Theory]
    [InlineData("", "api.example.com", false)]
    [InlineData("*", "api.example.com", true)]
    [InlineData("example.com", "api.example.com", true)]
    [InlineData("example.com", "example.com", true)]
    [InlineData("ample.com", "api.example.com", false)]
    [InlineData(".example.com", "api.example.com", true)]
    [InlineData(".example.com", "example.com", false)]
    [InlineData("*.example.com", "api.EXAMPLE.com", true)]
    [InlineData("other, api.example.com:6443", "api.example.com", true)]
    [InlineData("api.example.com:443", "api.example.com", false)]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.1.2.3", false)]
    [InlineData("10.0.0.0/8", "api.example.com", false)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3:6443", "10.1.2.3", true)]
    [InlineData("1.2.3", "10.1.2.3", false)]
    [InlineData("fd00::/8", "fd00::1", true)]
    [InlineData("[fd00::1]:6443", "fd00::1", true)]
    public void Exceptions_are_those_of_kubectl(string list, string host, bool isExcepted) =>
        EnvironmentProxy.IsExcepted(list, host, 6443).ShouldBe(isExcepted);

    [Theory]
    [InlineData("HTTPS_PROXY", "http://proxy:3128", "https://api.example.com:6443", "http://proxy:3128")]
    [InlineData("https_proxy", "proxy:3128", "https://api.example.com:6443", "http://proxy:3128")]
    [InlineData("HTTP_PROXY", "http://proxy:3128", "https://api.example.com:6443", null)]
    [InlineData("HTTPS_PROXY", "", "https://api.example.com:6443", null)]
    [InlineData("HTTPS_PROXY", "http://proxy:3128", "https://127.0.0.1:6443", null)]
    [InlineData("HTTPS_PROXY", "http://proxy:3128", "https://localhost", null)]
    public void The_environment_names_it(string variable, string value, string server, string? expected) =>
        EnvironmentProxy.For(new Dictionary<string, string> { [variable] = value }, new Uri(server)).ShouldBe(expected);

    [Fact]
    public async Task It_is_used_unless_the_kubeconfig_names_another()
    {
        using var test = new Connecting();
        test.Variables["HTTPS_PROXY"] = "http://user:canary-proxy@usual:3128";

        (await test.ConnectAsync(new ConnectionOptions { Kubeconfig = KubeconfigSpecs.One("{token: abcd}") })).Proxy!.Host.ShouldBe("usual");
        (await test.ConnectAsync(new ConnectionOptions { Kubeconfig = KubeconfigSpecs.One("{token: abcd}", "proxy-url: \"http://own:3128\"") })).Proxy!.Host.ShouldBe("own");
        test.Hides("canary-proxy").ShouldBeTrue();
    }
}
