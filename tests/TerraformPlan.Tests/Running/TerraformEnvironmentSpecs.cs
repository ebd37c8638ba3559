using System.Text.Json;
using Actions.Shared.Processes;
using Actions.TerraformPlanning.Running;

namespace Actions.TerraformPlanning.Tests.Running;

public sealed class TerraformEnvironmentSpecs
{
    [Theory]
    [InlineData("TF_VAR_region", true)]
    [InlineData("TF_TOKEN_app_terraform_io", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", true)]
    [InlineData("SCW_SECRET_KEY", true)]
    [InlineData("GOOGLE_CREDENTIALS", true)]
    [InlineData("ARM_CLIENT_SECRET", true)]
    [InlineData("PGPASSWORD", true)]
    [InlineData("TF_CLI_ARGS_plan", false)]
    [InlineData("TF_LOG", false)]
    [InlineData("TF_WORKSPACE", false)]
    [InlineData("TF_DATA_DIR", false)]
    [InlineData("TF_REATTACH_PROVIDERS", false)]
    [InlineData("GITHUB_TOKEN", false)]
    [InlineData("ACTIONS_ID_TOKEN_REQUEST_TOKEN", false)]
    [InlineData("INPUT_PLAN-SECRET", false)]
    [InlineData("NPM_TOKEN", false)]
    public void Providers_get_their_credentials_and_nothing_of_the_runner(string name, bool isPassed) =>
        ChildEnvironment.Build(new Dictionary<string, string> { [name] = "x" }, TerraformEnvironment.Inherited, new Dictionary<string, string>()).ContainsKey(name).ShouldBe(isPassed);

    [Theory]
    [InlineData("TF_VAR_db_password", "hunter22", true)]
    [InlineData("AWS_SECRET_ACCESS_KEY", "wJalr", true)]
    [InlineData("GOOGLE_APPLICATION_CREDENTIALS", "/github/runner_temp/key.json", false)]
    [InlineData("TF_VAR_use_private_subnets", "true", false)]
    [InlineData("AWS_REGION", "eu-west-1", false)]
    public void A_value_is_masked_when_its_name_says_so_and_it_is_not_an_everyday_word(string name, string value, bool isSecret) =>
        TerraformEnvironment.IsSecret(name, value).ShouldBe(isSecret);

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("${var.x} %{if} $x 5%", "\"$${var.x} %%{if} $x 5%\"")]
    [InlineData("a\nb\t\u0007", "\"a\\nb\\t\\u0007\"")]
    public void A_string_of_hcl_says_what_it_was_given(string text, string literal) => HclText.Quote(text).ShouldBe(literal);

    [Theory]
    [InlineData("main.tf", ".", "main.tf:3:2")]
    [InlineData("main.tf", "infra/prod", "infra/prod/main.tf:3:2")]
    [InlineData("../modules/x/main.tf", "infra/prod", "infra/modules/x/main.tf:3:2")]
    [InlineData("../../../etc/passwd", "infra/prod", null)]
    [InlineData("/tmp/data/modules/x.tf", "infra/prod", null)]
    public void A_remark_is_placed_in_the_workspace_or_nowhere(string file, string root, string? location)
    {
        var text = """{"severity":"error","summary":" S ","detail":"D","range":{"filename":"FILE","start":{"line":3,"column":2,"byte":9},"end":{"line":3,"column":5,"byte":12}}}"""
            .Replace("FILE", file);
        using var json = JsonDocument.Parse(text);

        var diagnostic = Diagnostic.Read(json.RootElement, root);

        (diagnostic.Summary, diagnostic.Location?.ToString()).ShouldBe(("S", location));
    }
}
