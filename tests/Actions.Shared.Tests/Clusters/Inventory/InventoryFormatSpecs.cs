using System.Text.Json.Nodes;
using Actions.Shared.Clusters;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Tests.Clusters.Planning;

namespace Actions.Shared.Tests.Clusters.Inventory;

public class InventoryFormatSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly DeploymentTrace Trace = new() { Run = "https://github.com/o/r/actions/runs/7", Repository = "o/r", Commit = "abc", Ref = "main", Actor = "me", RunId = 7 };

    private static readonly ApplicationState State = new()
    {
        Objects = [new(new ObjectKey("", "Namespace", null, "n"), "v1", "u0"), new(new ObjectKey("apps", "Deployment", "n", "web"), "v1", null) { Fingerprint = "abc" }],
        Release = 3,
        State = DeploymentState.RolledBack,
        Trace = Trace,
    };

    [Fact]
    public void What_is_written_is_read_again()
    {
        var read = InventoryFormat.Read(InventoryFormat.Write("shop", "n", State, Now));

        read.Objects.ShouldBe(State.Objects);
        (read.Release, read.State, read.Trace).ShouldBe((3, DeploymentState.RolledBack, Trace));
    }

    [Fact]
    public void The_state_is_the_parent_of_an_apply_set()
    {
        var metadata = InventoryFormat.Write("shop", "n", State, Now).Metadata!;

        metadata["labels"]!["applyset.kubernetes.io/id"]!.GetValue<string>().ShouldBe(ApplySet.IdOf(new ObjectKey("", "Secret", "n", "deploy-k8s-shop")));
        metadata["annotations"]!["applyset.kubernetes.io/tooling"]!.GetValue<string>().ShouldBe("deploy-k8s/v1");
        metadata["annotations"]!["applyset.kubernetes.io/contains-group-kinds"]!.GetValue<string>().ShouldBe("Deployment.apps,Namespace");
        metadata["annotations"]!["deploy-k8s/commit"]!.GetValue<string>().ShouldBe("abc");
        metadata["annotations"]!["deploy-k8s/updated"]!.GetValue<string>().ShouldBe("2026-01-02T03:04:05Z");
    }

    [Fact]
    public void A_release_is_read_again_with_everything_it_held()
    {
        var release = new Release(12, Trace, Now, [Objects.Read("{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: n}, data: {k: djE=}}")]);

        var secret = InventoryFormat.Write("shop", "n", release)!;
        var read = InventoryFormat.ReadRelease(secret);

        secret.Name.ShouldBe("deploy-k8s-shop.v12");
        (read.Number, read.Trace, read.At).ShouldBe((12, Trace, Now));
        read.Objects.ShouldHaveSingleItem().Body.ToJsonString().ShouldBe(release.Objects[0].Body.ToJsonString());
    }

    [Fact]
    public void A_release_that_does_not_fit_is_not_written()
    {
        var noise = new byte[InventoryFormat.MaxCompressed];
        new Random(1).NextBytes(noise);
        var item = new ClusterObject(new JsonObject { ["data"] = Convert.ToBase64String(noise) + Convert.ToBase64String(noise) });

        InventoryFormat.Write("shop", "n", new Release(1, Trace, Now, [item])).ShouldBeNull();
    }

    [Theory]
    [InlineData("Opaque", "deploy-k8s/v1", "is not an inventory")]
    [InlineData("deploy-k8s/state", "kubectl/v1.36", "is not an inventory")]
    public void A_secret_of_somebody_else_is_left_alone(string type, string tooling, string title)
    {
        var secret = InventoryFormat.Write("shop", "n", State, Now);
        secret.Body["type"] = type;
        secret.Metadata!["annotations"]!["applyset.kubernetes.io/tooling"] = tooling;

        Should.Throw<ActionException>(() => InventoryFormat.Read(secret)).Title.ShouldContain(title);
    }

    [Theory]
    [InlineData("not base64")]
    [InlineData("AAAA")]
    public void A_damaged_state_says_what_to_do(string content)
    {
        var secret = InventoryFormat.Write("shop", "n", State, Now);
        secret.Body["data"]!["objects.json.gz"] = content;

        Should.Throw<ActionException>(() => InventoryFormat.Read(secret)).Title.ShouldBe("Secret n/deploy-k8s-shop cannot be read");
    }

    [Theory]
    [InlineData("o/r", 6, "older", true)]
    [InlineData("o/r", 8, "newer", false)]
    [InlineData("o/r", 7, "abc", false)]
    [InlineData("o/r", 6, "abc", false)]
    [InlineData("o/other", 6, "older", false)]
    [InlineData("", 0, "", false)]
    public void An_earlier_run_for_another_commit_is_older(string repository, long run, string commit, bool expected) =>
        State.IsNewerThan(new DeploymentTrace { Run = "x", Repository = repository, RunId = run, Commit = commit }).ShouldBe(expected);

    [Fact]
    public void A_state_is_widened_without_forgetting_what_it_knows()
    {
        var added = new InventoryEntry(new ObjectKey("", "ConfigMap", "n", "new"), "v1", null);

        var wide = State.Widened([added, new(new ObjectKey("", "Namespace", null, "n"), "v1", null)]);

        wide.Objects.Select(o => $"{o.Key} {o.Uid}").ShouldBe(["Namespace n u0", "ConfigMap n/new ", "Deployment n/web "]);
    }
}
