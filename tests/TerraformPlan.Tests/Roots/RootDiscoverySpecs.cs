using Actions.Shared;
using Actions.TerraformPlanning.Roots;

namespace Actions.TerraformPlanning.Tests.Roots;

public sealed class RootDiscoverySpecs : IDisposable
{
    private readonly TemporaryDirectory _outer = new();
    private readonly string _workspace;

    public RootDiscoverySpecs()
    {
        foreach (var root in new[] { ".", "infra/prod", "infra/test", "infra/modules/network", "infra/prod/.terraform/modules/x", "node_modules/x" })
        {
            _outer.Write($"work/{root}/main.tf", "");
        }

        _outer.Write("work/docs/readme.md", "");
        _outer.Write("outside/main.tf", "");
        _workspace = Path.Combine(_outer.Path, "work");
    }

    public void Dispose() => _outer.Dispose();

    [Fact]
    public void Directories_are_taken_once_in_order_however_they_are_written() =>
        Discover("infra/test/", "./infra/prod", "infra/prod", ".", "infra/modules/../test").ShouldBe([".", "infra/prod", "infra/test"]);

    [Fact]
    public void Globs_stand_for_directories_with_configuration_and_caches_are_not_searched()
    {
        Discover("infra/*").ShouldBe(["infra/prod", "infra/test"]);
        Discover("**").ShouldBe([".", "infra/modules/network", "infra/prod", "infra/test"]);
        Discover("infra/**", "!infra/modules/**").ShouldBe(["infra/prod", "infra/test"]);
    }

    [Fact]
    public void A_name_that_is_almost_right_gets_the_right_one() => Refused("infra/prd").Hint.ShouldBe("Did you mean infra/prod?");

    [Theory]
    [InlineData("../outside", "Root ../outside is outside the workspace")]
    [InlineData("docs", "Root docs has no configuration")]
    [InlineData("nowhere/*", "No root matches nowhere/*")]
    [InlineData("infra/prod\0", "A root is not a path")]
    public void What_is_no_root_of_the_workspace_is_refused(string root, string title) => Refused(root).Title.ShouldBe(title);

    [Fact]
    public void A_link_out_of_the_workspace_is_refused_and_one_inside_leads_to_its_own_place()
    {
        Directory.CreateSymbolicLink(Path.Combine(_workspace, "infra/out"), Path.Combine(_outer.Path, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(_workspace, "infra/in"), "prod");
        Directory.CreateSymbolicLink(Path.Combine(_workspace, "infra/loop"), "loop");

        Refused("infra/out").Title.ShouldBe("Root infra/out is outside the workspace");
        Discover("infra/in", "infra/prod").ShouldBe(["infra/prod"]);
        Discover("infra/*").ShouldBe(["infra/prod", "infra/test"]);
        Should.Throw<ActionException>(() => Discover("infra/loop"));
    }

    [Fact]
    public void Leaving_everything_out_is_refused() => Should.Throw<ActionException>(() => Discover("infra/*", "!infra/**")).Title.ShouldBe("There is no root to plan");

    private ActionException Refused(string root) => Should.Throw<ActionException>(() => Discover(root));

    private IEnumerable<string> Discover(params string[] patterns) => RootDiscovery.Discover(_workspace, patterns).Select(r => r.Path);
}
