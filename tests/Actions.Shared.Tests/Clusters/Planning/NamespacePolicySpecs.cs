using Actions.Shared.Clusters.Planning;
using Actions.Shared.Findings;

namespace Actions.Shared.Tests.Clusters.Planning;

public class NamespacePolicySpecs
{
    private static readonly SourceLocation Here = new("web.yaml", new TextRegion(3, 1, 3, 1));

    [Fact]
    public void An_object_without_a_namespace_gets_the_default()
    {
        var placed = new NamespacePolicy("shop", []).Place(Objects.Read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"), isNamespaced: true, Here);

        placed.Namespace.ShouldBe("shop");
    }

    [Fact]
    public void An_object_outside_of_namespaces_loses_one_that_it_names()
    {
        var placed = new NamespacePolicy("shop", []).Place(Objects.Read("{apiVersion: v1, kind: Namespace, metadata: {name: a, namespace: b}}"), isNamespaced: false, Here);

        placed.Namespace.ShouldBeNull();
    }

    [Theory]
    [InlineData("shop", "", "shop", true)]
    [InlineData("shop", "", "other", false)]
    [InlineData("shop", "other", "other", true)]
    [InlineData("shop", "shop-*", "shop-monitoring", true)]
    [InlineData("shop", "shop-*", "workshop-a", false)]
    [InlineData(null, "", "anything", true)]
    [InlineData(null, "shop", "other", false)]
    public void Only_allowed_namespaces_are_touched(string? own, string allowed, string name, bool expected) =>
        new NamespacePolicy(own, allowed.Split(',', StringSplitOptions.RemoveEmptyEntries)).Allows(name).ShouldBe(expected);

    [Fact]
    public void A_namespace_that_is_not_allowed_is_refused_at_its_manifest()
    {
        var error = Should.Throw<ActionException>(() => new NamespacePolicy("shop", ["jobs"]).Place(
            Objects.Read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: kube-system}}"), isNamespaced: true, Here));

        error.Title.ShouldBe("ConfigMap kube-system/a is outside of the namespaces of this deployment");
        error.Detail.ShouldBe("Allowed: shop, jobs.");
        error.Location.ShouldBe(Here);
    }

    [Fact]
    public void No_namespace_and_no_default_is_an_error() =>
        Should.Throw<ActionException>(() => new NamespacePolicy(null, []).Place(
            Objects.Read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"), isNamespaced: true, Here)).Title.ShouldBe("ConfigMap a has no namespace");
}
