using Actions.RenovateRun.Starting;

namespace Actions.RenovateRun.Tests;

public class HostRulesSpecs
{
    [Theory]
    [InlineData("{\"matchHost\":\"a\"}", "Write a JSON array of rules, [{\"matchHost\": …}], even for one.")]
    [InlineData("5", "Write a JSON array of rules, [{\"matchHost\": …}], even for one.")]
    [InlineData("", "It is no JSON: line 1 is wrong.")]
    [InlineData("[\n{\"matchHost\": canary}]", "It is no JSON: line 2 is wrong.")]
    [InlineData("[{\"token\":\"a\",\"token\":\"b\"}]", "It says a field twice.")]
    [InlineData("[5]", "Rule 1 is no JSON object.")]
    [InlineData("[{}, {\"matchhost\":\"a\"}]", "Rule 2 has an unknown field; did you mean matchHost.")]
    [InlineData("[{\"canary-canary\":\"a\"}]", "Rule 1 has an unknown field.")]
    [InlineData("[{\"token\":5}]", "Rule 1: token has the wrong type.")]
    [InlineData("[{\"abortOnError\":\"no\"}]", "Rule 1: abortOnError has the wrong type.")]
    [InlineData("[{\"headers\":{\"X-A\":5}}]", "Rule 1: headers has the wrong type.")]
    [InlineData("[{\"matchHost\":\"localhost:5000\",\"insecureRegistry\":true}]", "Rule 1: matchHost has a port, so Renovate takes it for an https address and insecureRegistry has no effect; leave the port out.")]
    public void What_Renovate_would_pass_over_is_refused_without_quoting_it(string text, string message) =>
        Should.Throw<FormatException>(() => HostRules.Parse(text)).Message.ShouldBe(message);

    [Fact]
    public void Every_secret_of_a_rule_is_known()
    {
        var rules = HostRules.Parse("""
            [ // comments and last commas are allowed
              {"matchHost": "a.example.com", "token": "one"},
              {"matchHost": "b.example.com", "username": "user", "password": "two", "headers": {"X-Key": "three"}, "httpsPrivateKey": "four"},
            ]
            """);

        rules.Secrets.ShouldBe(["one", "two", "three", "four"]);
    }

    [Theory]
    [InlineData("registry.acme.internal", """[{"hostType":"docker","matchHost":"registry.acme.internal","allowInternal":true}]""")]
    [InlineData("http://localhost:5000", """[{"hostType":"docker","matchHost":"localhost","allowInternal":true,"insecureRegistry":true}]""")]
    [InlineData("https://10.0.0.7", """[{"hostType":"docker","matchHost":"10.0.0.7","allowInternal":true}]""")]
    public void A_registry_in_the_own_network_gets_its_rule(string host, string json) => HostRules.Internal(host).ToJson().ShouldBe(json);

    [Theory]
    [InlineData("https://user:secret@host")]
    [InlineData("host/path")]
    [InlineData("ftp://host")]
    [InlineData("a b")]
    public void What_is_no_host_is_refused(string text) => Should.Throw<FormatException>(() => HostRules.Internal(text));

    [Fact]
    public void Rules_of_the_caller_come_last_so_that_they_win()
    {
        var rules = HostRules.Internal("a.internal").Then(HostRules.Parse("""[{"matchHost":"a.internal","token":"x"}]"""));

        rules.ToJson().ShouldBe("""[{"hostType":"docker","matchHost":"a.internal","allowInternal":true},{"matchHost":"a.internal","token":"x"}]""");
    }
}
