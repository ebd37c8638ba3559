using System.Diagnostics;
using Actions.Shared.Images;
using Actions.Shared.Tests.Manifests.Rendering;
using static Actions.Shared.Tests.Images.Bump;

namespace Actions.Shared.Tests.Images;

/// <summary>What the real kustomize makes of a bumped entry is the image that was wanted.</summary>
public sealed class KustomizeAgreementSpecs
{
    [Theory]
    [InlineData("newTag: v1", "app:1.10", "app:1.10")]
    [InlineData("newTag: 1.9", "app:0755", "app:0755")]
    [InlineData("newTag: v1", "app:v2@" + Other, "app:v2@" + Other)]
    [InlineData("newTag: v1", "app@" + Other, "app@" + Other)]
    [InlineData("newTag: v1, digest: " + Digest, "app:v2", "app:v2")]
    [InlineData("newTag: v1, digest: " + Digest, "app:v2@" + Other, "app:v2@" + Other)]
    [InlineData("newTag: v1, digest: " + Digest, "app@" + Other, "app@" + Other)]
    [InlineData("digest: " + Digest, "app:v2", "app:v2")]
    [InlineData("newName: ghcr.io/team/app", "app:v2", "ghcr.io/team/app:v2")]
    [InlineData("newName: ghcr.io/team/app", "app=quay.io/t/app:v2@" + Other, "quay.io/t/app:v2@" + Other)]
    public async Task Kustomize_makes_the_wanted_image_of_a_bumped_entry(string fields, string change, string expected)
    {
        using var workspace = new RenderingWorkspace();
        workspace["pod.yaml"] = $"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: 'app:0@{Digest}'}}]}}\n";
        workspace["kustomization.yaml"] = $"resources: [pod.yaml]\nimages:\n- {{name: app, {fields}}}\n";

        BumpPlan.Make(workspace.Root, ["kustomization.yaml"], [ImageChange.Parse(change)], cancellation: TestContext.Current.CancellationToken).Apply().ShouldBe(1);

        using var kustomize = Process.Start(new ProcessStartInfo(workspace.Tools.Kubectl!, ["kustomize", workspace.Root]) { RedirectStandardOutput = true })!;
        var output = await kustomize.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        output.ShouldContain($"- image: {expected}\n");
    }
}
