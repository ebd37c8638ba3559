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

        var shadows = ShadowResources.Find(inventory, new TerraformState(Read(Stored)));

        shadows.Select(s => s.ImportBlock).ShouldBe(
        [
            "import {\n  to = scaleway_lb_ip.web_ip_1\n  id = \"fr-par-1/eeee\"\n}\n",
            "import {\n  to = scaleway_lb_ip.web_ip_1_2\n  id = \"fr-par-1/ffff\"\n}\n",
        ]);
        ShadowResources.Find(inventory, TerraformState.Empty).ShouldBeEmpty();
    }

    private static IReadOnlyList<ManagedResource> Read(string text) => TerraformState.Read("terraform.tfstate", Encoding.UTF8.GetBytes(text));
}
