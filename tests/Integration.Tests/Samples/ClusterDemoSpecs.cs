using System.Diagnostics;
using ClusterFixture;
using Integration.Tests.Harness;

namespace Integration.Tests.Samples;

/// <summary>What `make demo-cluster` shows is what happens.</summary>
public sealed class ClusterDemoSpecs(ControlPlane cluster)
{
    private const int Limit = 600_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task The_sample_application_is_deployed_breaks_and_goes_back()
    {
        await cluster.ConnectionAsync();
        using var demo = Process.Start(new ProcessStartInfo(Repository.Path("eng/demo-cluster.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["KUBECONFIG"] = cluster.KubeconfigPath },
        })!;
        var errors = demo.StandardError.ReadToEndAsync(Cancellation);
        var shown = await demo.StandardOutput.ReadToEndAsync(Cancellation);
        await demo.WaitForExitAsync(Cancellation);

        demo.ExitCode.ShouldBe(0, shown + await errors);
        var steps = shown.Split('\n').Where(l => l.StartsWith("storefront in demo ", StringComparison.Ordinal)).Select(l => l.Split(':')[0]);
        steps.ShouldBe(
        [
            "storefront in demo will change", "storefront in demo is deployed", "storefront in demo is as the manifests say", "storefront in demo is not as the manifests say",
            "storefront in demo was not deployed, nothing was changed.", "storefront in demo is deployed", "storefront in demo failed and was rolled back",
            "storefront in demo is deployed", "storefront in demo is deployed",
        ]);
    }
}
