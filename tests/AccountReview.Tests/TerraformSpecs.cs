using System.Text;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Terraform;
using Actions.Shared;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Tests;

public class TerraformSpecs
{
    private const string Stored = """
        {"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"x","outputs":{},"resources":[
          {"mode":"managed","type":"scaleway_lb_ip","name":"main","provider":"p","instances":[{"attributes":{"id":"fr-par-1/aaaa"}}]},
          {"module":"module.web","mode":"managed","type":"scaleway_instance_ip","name":"each","instances":[{"index_key":"a","attributes":{"id":"fr-par-1/bbbb"}},{"index_key":1,"attributes":{"id":"fr-par-1/cccc"}}]},
          {"mode":"data","type":"scaleway_lb_ip","name":"other","instances":[{"attributes":{"id":"fr-par-1/dddd"}}]}]}
        """;

    private const string Shown = """
        {"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[{"address":"scaleway_lb_ip.main","mode":"managed","type":"scaleway_lb_ip","name":"main","values":{"id":"fr-par-1/aaaa"}}],
          "child_modules":[{"address":"module.web","resources":[{"address":"module.web.scaleway_instance_ip.each[\"a\"]","mode":"managed","type":"scaleway_instance_ip","name":"each","values":{"id":"fr-par-1/bbbb"}}]}]}}}
        """;

    [Fact]
    public void A_state_is_read_as_it_is_stored_and_as_it_is_shown()
    {
        Read(Stored).Select(r => (r.Address, r.Id)).ShouldBe(
            [("scaleway_lb_ip.main", "aaaa"), ("module.web.scaleway_instance_ip.each[\"a\"]", "bbbb"), ("module.web.scaleway_instance_ip.each[1]", "cccc")]);
        Read(Shown).Select(r => (r.Address, r.Id)).ShouldBe([("scaleway_lb_ip.main", "aaaa"), ("module.web.scaleway_instance_ip.each[\"a\"]", "bbbb")]);
        Read("""{"format_version":"1.0","terraform_version":"1.11.4"}""").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "neither a state")]
    [InlineData("""{"version":3}""", "neither a state")]
    [InlineData("""{"format_version":"1.2","resource_changes":[]}""", "neither a state")]
    public void A_file_that_is_no_state_is_refused(string text, string said) => Should.Throw<ActionException>(() => Read(text)).Detail.ShouldContain(said);

    [Fact]
    public void A_finding_leads_to_the_line_that_declares_the_resource()
    {
        var sources = new TerraformSources();
        sources.Add("infra/main.tf", "# resource \"scaleway_lb_ip\" \"no\" {\n\nresource \"scaleway_lb_ip\" \"main\" {\n}\n");
        sources.Add("infra/a.tf", "resource \"scaleway_instance_ip\" \"each\" {}\n");
        sources.Add("infra/b.tf", "resource \"scaleway_instance_ip\" \"each\" {}\n");
        var resources = Read(Stored);

        sources.Find(resources[0]).ShouldBe(new SourceLocation("infra/main.tf", new TextRegion(3, 1, 3, 35)));
        sources.Find(resources[1]).ShouldBeNull("two modules declare it");
    }

    [Fact]
    public void What_no_state_holds_gets_an_import_block()
    {
        var inventory = new Facts()
            .With(CloudKinds.LoadBalancerIp, "{'id':'aaaa'}")
            .With(CloudKinds.LoadBalancerIp, "{'id':'eeee','name':'Web IP (1)'}")
            .With(CloudKinds.LoadBalancerIp, "{'id':'ffff','name':'web-ip 1'}")
            .With(CloudKinds.SecurityGroup, "{'id':'gggg','name':'default','project_default':true}")
            .With(CloudKinds.LoadBalancer, "{'id':'hhhh','name':'k','tags':['managed-by-scaleway-cloud-controller-manager']}")
            .With(CloudKinds.BlockVolume, "{'id':'iiii','name':'pvc-1'}")
            .Inventory();

        var shadows = ShadowResources.Find(inventory, new TerraformState([State(Stored)]));

        shadows.Select(s => s.ImportBlock).ShouldBe(
        [
            "import {\n  to = scaleway_lb_ip.web_ip_1\n  id = \"fr-par-1/eeee\"\n}\n",
            "import {\n  to = scaleway_lb_ip.web_ip_1_2\n  id = \"fr-par-1/ffff\"\n}\n",
        ]);
        ShadowResources.Find(inventory, TerraformState.Empty).ShouldBeEmpty();
    }

    [Fact]
    public void A_bucket_is_known_with_and_without_its_project_and_imported_with_it()
    {
        var inventory = new Facts().With(CloudKinds.Bucket, "{'name':'shop','project_id':'p'}", parent: "p").With(CloudKinds.Bucket, "{'name':'lost','project_id':'p'}", parent: "p").Inventory();
        var state = new TerraformState([State("""{"version":4,"resources":[{"mode":"managed","type":"scaleway_object_bucket","name":"shop","instances":[{"attributes":{"id":"fr-par/shop@p"}}]}]}""")]);

        ShadowResources.Find(inventory, state).ShouldHaveSingleItem().ImportBlock.ShouldBe("import {\n  to = scaleway_object_bucket.lost\n  id = \"fr-par/lost@p\"\n}\n");
    }

    [Theory]
    [InlineData("db", "\"postgres://admin:hunter2@db.example:5432/shop\"", "an address with a password")]
    [InlineData("db", "\"postgres://db.example:5432/shop\"", "")]
    [InlineData("root_password", "\"correct-horse\"", "named password")]
    [InlineData("root_password", "\"short\"", "")]
    [InlineData("api_token_id", "\"11111111-1111-4111-8111-111111111111\"", "")]
    [InlineData("cert", "\"-----BEGIN RSA PRIVATE KEY-----\\nMII\"", "a private key")]
    [InlineData("kube", "\"apiVersion: v1\\nkind: Config\\nusers:\\n- user:\\n    token: x\"", "a kubeconfig")]
    [InlineData("ci", "[{\"login\":\"a\",\"key\":\"ghp_abcdefghijklmnopqrstuvwxyz0123456789\"}]", "a token")]
    [InlineData("settings", "{\"secret_key\":\"aaaaaaaa-0000-4000-8000-000000000001\"}", "named secret")]
    [InlineData("count", "3", "")]
    [InlineData("nothing", "null", "")]
    public void An_output_that_looks_like_a_secret_is_told_by_its_name(string name, string value, string looksLike)
    {
        var stored = State($$"""{"version":4,"resources":[],"outputs":{"{{name}}":{"value":{{value}},"type":"string","sensitive":true} } }""");
        var shown = State($$"""{"format_version":"1.0","values":{"root_module":{},"outputs":{"{{name}}":{"value":{{value}},"sensitive":false} } } }""");

        stored.Outputs.ShouldBe([new StateOutput(name, true, looksLike)]);
        shown.Outputs.ShouldBe([new StateOutput(name, false, looksLike)]);
    }

    [Fact]
    public void Values_of_outputs_are_not_kept()
    {
        var state = new TerraformState([State("""{"version":4,"resources":[],"outputs":{"token":{"value":"CANARY-of-an-output","sensitive":true}}}""")]);

        state.Files.Single().Data.GetRawText().ShouldNotContain("CANARY");
    }

    [Fact]
    public void Backends_are_found_in_configuration_and_in_files_of_settings()
    {
        var sources = new TerraformSources();
        sources.Add("main.tf", "terraform {\n  backend \"s3\" {\n    # bucket = \"old\"\n    bucket = \"shop-state\"\n    endpoints = {\n      s3 = \"https://s3.fr-par.scw.cloud\"\n    }\n  }\n}\nresource \"x\" \"y\" {\n  bucket = \"no-backend\"\n  use_lockfile = true\n}\n");
        sources.Add("empty.tf", "terraform {\n  backend \"s3\" {}\n}\nlocals { bucket = \"no-backend\" }\n");
        sources.Add("one.tf", "terraform {\n  backend \"s3\" { bucket = \"one-line\"\n use_lockfile = true }\n}\n");
        sources.Add("staging.tfbackend", "bucket       = \"staging-state\"\nuse_lockfile = true\n");

        sources.Backends.Select(b => (b.Bucket, b.IsLocked, b.Location.ToString())).ShouldBe(
            [("shop-state", false, "main.tf:4:1"), ("one-line", true, "one.tf:2:1"), ("staging-state", true, "staging.tfbackend:1:1")]);
    }

    private static IReadOnlyList<ManagedResource> Read(string text) => State(text).Resources;

    private static StateFile State(string text) => TerraformState.Read("terraform.tfstate", Encoding.UTF8.GetBytes(text));
}
