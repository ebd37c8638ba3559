using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Schemas;

public class ApiLifecycleSpecs
{
    private static readonly SchemaPack Pack = EmbeddedSchemas.Kubernetes;

    [Theory]
    [InlineData("extensions/v1beta1", "Deployment", "1.16", "apps/v1")]
    [InlineData("extensions/v1beta1", "Ingress", "1.22", "networking.k8s.io/v1")]
    [InlineData("policy/v1beta1", "PodDisruptionBudget", "1.25", "policy/v1")]
    [InlineData("policy/v1beta1", "PodSecurityPolicy", "1.25", null)]
    [InlineData("autoscaling/v2beta2", "HorizontalPodAutoscaler", "1.26", "autoscaling/v2")]
    [InlineData("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", "1.32", "flowcontrol.apiserver.k8s.io/v1")]
    [InlineData("batch/v1beta1", "CronJobList", "1.25", "batch/v1")]
    [InlineData("v1", "Endpoints", null, "discovery.k8s.io/v1 EndpointSlice")]
    public void The_fate_of_an_api_is_known(string apiVersion, string kind, string? removedIn, string? replacement)
    {
        var found = ApiLifecycle.Find(apiVersion, kind)!;

        found.RemovedIn?.ToString().ShouldBe(removedIn);
        found.Replacement.ShouldBe(replacement);
    }

    [Theory]
    [InlineData("apps/v1", "Deployment")]
    [InlineData("v1", "Pod")]
    [InlineData("v1", "PodList")]
    [InlineData("policy/v1beta1", "Other")]
    [InlineData("policy/v1beta1", "List")]
    [InlineData("", "")]
    public void An_api_in_good_standing_is_not_in_the_table(string apiVersion, string kind) => ApiLifecycle.Find(apiVersion, kind).ShouldBeNull();

    [Theory]
    [InlineData("1.32", false, false)]
    [InlineData("1.33", true, false)]
    [InlineData("1.33.5", true, false)]
    public void Deprecated_is_not_removed(string version, bool deprecated, bool removed)
    {
        var endpoints = ApiLifecycle.Find("v1", "Endpoints")!;
        var at = KubernetesVersion.ParseList(version)[0];

        (endpoints.IsDeprecatedIn(at), endpoints.IsRemovedIn(at)).ShouldBe((deprecated, removed));
    }

    [Theory]
    [InlineData("1.31", true, false)]
    [InlineData("1.31.9", true, false)]
    [InlineData("1.32", false, true)]
    [InlineData("1.36", false, true)]
    public void Removed_is_no_longer_deprecated(string version, bool deprecated, bool removed)
    {
        var schema = ApiLifecycle.Find("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema")!;
        var at = KubernetesVersion.ParseList(version)[0];

        (schema.IsDeprecatedIn(at), schema.IsRemovedIn(at)).ShouldBe((deprecated, removed));
    }

    [Fact]
    public void The_table_is_well_formed()
    {
        ApiLifecycle.All.Count.ShouldBeGreaterThan(90);
        foreach (var row in ApiLifecycle.All)
        {
            (row.RemovedIn is null || row.RemovedIn >= row.DeprecatedIn).ShouldBeTrue(row.ToString());
            row.ReplacementApiVersion.ShouldNotBe(row.ApiVersion, row.ToString());
            row.ApiVersion.ShouldMatch("^([a-z0-9.]+/)?v[0-9]+((alpha|beta)[0-9]+)?$", row.ToString());
        }
    }

    [Fact]
    public void Every_kind_that_a_release_dropped_is_in_the_table()
    {
        foreach (var (apiVersion, kind, versions) in ServedKinds())
        {
            var last = versions[^1];
            if (last.SameRelease(KubernetesVersion.Latest))
            {
                continue;
            }

            var row = ApiLifecycle.Find(apiVersion, kind);
            row.ShouldNotBeNull($"{apiVersion} {kind} is gone after {last}");
            row.IsRemovedIn(last).ShouldBeFalse($"{row} but {last} serves it");
            row.IsRemovedIn(Next(last)).ShouldBeTrue($"{row} but {Next(last)} does not serve it");
        }
    }

    [Fact]
    public void No_release_serves_what_the_table_calls_removed()
    {
        foreach (var (apiVersion, kind, versions) in ServedKinds())
        {
            if (ApiLifecycle.Find(apiVersion, kind) is { } row)
            {
                versions.ShouldAllBe(v => !row.IsRemovedIn(v), row.ToString());
            }
        }
    }

    [Fact]
    public void Every_replacement_is_served_by_the_newest_release_or_is_itself_in_the_table()
    {
        var newest = EmbeddedSchemas.Release(KubernetesVersion.Latest).Index;
        foreach (var row in ApiLifecycle.All.Where(r => r.ReplacementApiVersion is not null))
        {
            (Pack.Find(newest, row.ReplacementApiVersion!, row.ReplacementKind!) ?? (object?)ApiLifecycle.Find(row.ReplacementApiVersion!, row.ReplacementKind!))
                .ShouldNotBeNull(row.ToString());
        }
    }

    [Fact]
    public void A_beta_beside_a_stable_version_of_long_standing_is_in_the_table()
    {
        // Kubernetes deprecates a beta at the latest three releases after its successor.
        foreach (var (apiVersion, kind, versions) in ServedKinds().Where(k => k.ApiVersion.Contains("beta", StringComparison.Ordinal)))
        {
            var group = apiVersion[..apiVersion.IndexOf('/')];
            var stable = ServedKinds().FirstOrDefault(k => k.ApiVersion == $"{group}/v1" && k.Kind == kind).Versions;
            if (stable is not null && versions[^1].Minor - stable[0].Minor >= 3)
            {
                ApiLifecycle.Find(apiVersion, kind).ShouldNotBeNull($"{apiVersion} {kind}");
            }
        }
    }

    private static KubernetesVersion Next(KubernetesVersion version) => KubernetesVersion.Known.First(v => v > version);

    private static IEnumerable<(string ApiVersion, string Kind, List<KubernetesVersion> Versions)> ServedKinds() =>
        from apiVersion in Pack.ApiVersions
        from kind in KubernetesVersion.Known.SelectMany(v => Pack.Kinds(EmbeddedSchemas.Release(v).Index, apiVersion)).Distinct()
        select (apiVersion, kind, KubernetesVersion.Known.Where(v => Pack.Find(EmbeddedSchemas.Release(v).Index, apiVersion, kind) is not null).ToList());
}
