using Actions.TerraformPlanning.Places;

namespace Actions.TerraformPlanning.Tests.Places;

public sealed class ResourcePlacesSpecs : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ResourcePlaces _places;

    public ResourcePlacesSpecs()
    {
        Write("infra/main.tf", "resource \"t\" \"a\" {\n}\ndata \"t\" \"a\" {\n}\ncheck \"health\" {\n}\noutput \"o\" {\n}\nvariable \"v\" {\n}\nremoved {\n  from = module.gone.t.x[\"a.b\"] # text\n}\n");
        Write("infra/more.tofu", "resource \"t\" \"b\" {}\n");
        Write("modules/net/net.tf", "\nresource \"t\" \"a\" {}\n");
        Write("../outside/main.tf", "resource \"t\" \"a\" {}\n");
        _places = new ResourcePlaces(Workspace, Path.Combine(Workspace, "infra"), new Dictionary<string, string>
        {
            ["module.net"] = "../modules/net",
            ["module.net.module.deep"] = "../modules/net/../net",
            ["module.out"] = "../../outside",
            ["module.none"] = "./none",
        });
    }

    private string Workspace => Path.Combine(_directory.Path, "work");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("t.a", "infra/main.tf:1:1")]
    [InlineData("t.a[0]", "infra/main.tf:1:1")]
    [InlineData("t.b[\"x.y[\\\"0\\\"]\"]", "infra/more.tofu:1:1")]
    [InlineData("data.t.a", "infra/main.tf:3:1")]
    [InlineData("check.health", "infra/main.tf:5:1")]
    [InlineData("output.o", "infra/main.tf:7:1")]
    [InlineData("var.v", "infra/main.tf:9:1")]
    [InlineData("module.net.t.a", "modules/net/net.tf:2:1")]
    [InlineData("module.net[\"eu\"].module.deep[1].t.a[\"k\"]", "modules/net/net.tf:2:1")]
    [InlineData("module.gone.t.x[\"a.b\"]", "infra/main.tf:11:1")]
    [InlineData("t.c", null)]
    [InlineData("module.net.t.b", null)]
    [InlineData("module.out.t.a", null)]
    [InlineData("module.none.t.a", null)]
    [InlineData("module.unknown.t.a", null)]
    [InlineData("", null)]
    public void An_address_leads_to_its_block(string address, string? place) => _places.Find(address)?.ToString().ShouldBe(place);

    private void Write(string path, string text) => _directory.Write(Path.Combine("work", path), text);
}
