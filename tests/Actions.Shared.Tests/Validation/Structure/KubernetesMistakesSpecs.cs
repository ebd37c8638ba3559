using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Tests.Validation.Structure;

public sealed class KubernetesMistakesSpecs
{
    private static readonly SchemaCatalog Catalog = new();

    public static TheoryData<string> Names => [.. KubernetesMistakes.All.Select(m => m.Name)];

    public static TheoryData<int> RightOnes => [.. Enumerable.Range(0, KubernetesMistakes.Right.Count)];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_mistake_gives_one_problem_at_its_place_in_every_version(string name)
    {
        var mistake = KubernetesMistakes.All.Single(m => m.Name == name);
        var (node, region) = Yaml.ParseMarked(mistake.Text);

        var problem = StructureValidator.Validate(node, Schemas(node)).ShouldHaveSingleItem();

        problem.Rule.Id.ShouldBe(mistake.Rule);
        problem.Message.ShouldContain(mistake.Message);
        problem.Region.ShouldBe(region);
        problem.KubernetesVersions.ShouldBeEmpty();
        if (mistake.Hint is not null)
        {
            problem.Hint.ShouldNotBeNull().ShouldContain(mistake.Hint);
        }
    }

    [Theory]
    [MemberData(nameof(RightOnes))]
    public void The_manifests_without_the_mistakes_are_right(int index)
    {
        var node = Yaml.Parse(KubernetesMistakes.Right[index]);
        StructureValidator.Validate(node, Schemas(node)).ShouldBeEmpty();
        ObjectIdentity.Check((YamlMapping)node).ShouldBeEmpty();
    }

    [Fact]
    public void Every_rule_id_is_in_the_catalogue_once_and_in_kebab_case()
    {
        StructureRules.All.Select(r => r.Id).ShouldBeUnique();
        StructureRules.All.Select(r => r.Id).ShouldBe(StructureRules.All.Select(r => r.Id).Order(StringComparer.Ordinal));
        StructureRules.All.ShouldAllBe(r => System.Text.RegularExpressions.Regex.IsMatch(r.Id, "^[a-z]+(-[a-z]+)+$"));
        KubernetesMistakes.All.Select(m => m.Name).ShouldBeUnique();
    }

    private static (string Version, Schema Schema)[] Schemas(YamlNode node) =>
        [.. KubernetesVersion.Known.Select(v => (v.ToString(), Catalog.Find(v, Text(node, "apiVersion"), Text(node, "kind")).Schema.ShouldNotBeNull()))];

    private static string Text(YamlNode node, string key) => ((YamlScalar)node.Find(key)!).Value;
}
