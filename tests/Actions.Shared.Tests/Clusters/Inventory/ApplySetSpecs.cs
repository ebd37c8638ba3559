using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Inventory;

public class ApplySetSpecs
{
    [Fact]
    public void The_id_is_the_one_that_kubectl_computes() =>
        ApplySet.IdOf(new ObjectKey("", "Secret", "storefront", "deploy-k8s-shop")).ShouldBe("applyset-MKS09wyczPg9LEgAtttWDcyG3QX0_0K1TQsio10DkzQ-v1");

    [Fact]
    public void Kinds_and_namespaces_are_listed_once_and_in_order()
    {
        ObjectKey[] members = [new("apps", "Deployment", "b", "x"), new("", "Service", "a", "x"), new("", "ConfigMap", "c", "x"), new("", "ConfigMap", "b", "y"), new("", "Namespace", null, "a")];

        ApplySet.Kinds(members).ShouldBe("ConfigMap,Deployment.apps,Namespace,Service");
        ApplySet.Namespaces(members, "a").ShouldBe("b,c");
    }
}
