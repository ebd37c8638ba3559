using Actions.Shared.Images.Policies;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning.Tests.Tools;

public sealed class VersionConstraintSpecs
{
    [Theory]
    [InlineData("1.11.4", "1.11.4", true)]
    [InlineData("= 1.11.4", "1.11.4", true)]
    [InlineData("v1.11.4", "1.11.4", true)]
    [InlineData("1.11.4", "1.11.5", false)]
    [InlineData("1.11", "1.11.0", true)]
    [InlineData("1.11", "1.11.4", false)]
    [InlineData("!= 1.11.4", "1.11.4", false)]
    [InlineData(">= 1.5", "1.5.0", true)]
    [InlineData("> 1.5", "1.5.0", false)]
    [InlineData("<1.6", "1.5.9", true)]
    [InlineData("<= 1.5.9", "1.6.0", false)]
    [InlineData("~> 1", "1.99.0", true)]
    [InlineData("~> 1", "2.0.0", false)]
    [InlineData("~> 1.5", "1.11.4", true)]
    [InlineData("~> 1.5", "2.0.0", false)]
    [InlineData("~> 1.5", "1.4.9", false)]
    [InlineData("~> 1.5.2", "1.5.9", true)]
    [InlineData("~> 1.5.2", "1.6.0", false)]
    [InlineData(">= 1.5, < 2.0, != 1.9.0", "1.9.0", false)]
    [InlineData(">= 1.5, < 2.0, != 1.9.0", "1.9.1", true)]
    [InlineData(">= 1.5", "1.12.0-rc1", false)]
    [InlineData("1.12.0-rc1", "1.12.0-rc1", true)]
    public void It_allows_what_terraform_allows(string constraint, string version, bool isAllowed)
    {
        SemanticVersion.TryParse(version, out var parsed).ShouldBeTrue();

        VersionConstraint.Parse(constraint).Allows(parsed).ShouldBe(isAllowed);
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("")]
    [InlineData("1.x")]
    [InlineData(">= 1.5,")]
    [InlineData("=> 1.5")]
    public void What_is_no_constraint_is_refused_with_an_example(string text) =>
        Should.Throw<FormatException>(() => VersionConstraint.Parse(text)).Message.ShouldContain("such as");

    [Theory]
    [InlineData("1.11.4", "1.11.4")]
    [InlineData("= 1.11", "1.11.0")]
    [InlineData(">= 1.5, 1.11.4", "1.11.4")]
    [InlineData("~> 1.11.4", null)]
    public void Only_a_named_version_is_exact(string constraint, string? exact) => VersionConstraint.Parse(constraint).Exact.ShouldBe(exact);
}
