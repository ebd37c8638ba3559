using System.Security.Cryptography;
using System.Text;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Schemas;

public class EmbeddedSchemaSpecs
{
    private readonly SchemaCatalog _catalog = new();

    public static TheoryData<string> Versions => [.. KubernetesVersion.Known.Select(v => v.ToString())];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Well_known_facts_hold_in_every_release(string version)
    {
        var pod = At(version, "v1", "Pod");
        var spec = pod.Field("spec");
        var container = spec.Field("containers").Items!.Resolve();
        spec.Required.ShouldContain("containers");
        container.Required.ShouldBe(["name"]);
        spec.Field("containers").ListType.ShouldBe(SchemaListType.Map);
        spec.Field("containers").ListMapKeys.ShouldBe(["name"]);
        container.Field("ports").ListMapKeys.ShouldBe(["containerPort", "protocol"]);
        spec.Field("restartPolicy").Enum.ShouldBe(["Always", "Never", "OnFailure"]);
        container.Field("resources").Field("limits").AdditionalProperties!.Resolve().Type.ShouldBe(SchemaType.Quantity);
        container.Field("livenessProbe").Field("httpGet").Field("port").Type.ShouldBe(SchemaType.IntOrString);
        spec.Field("volumes").Items!.Resolve().Field("emptyDir").Field("sizeLimit").Type.ShouldBe(SchemaType.Quantity);
        (spec.Field("terminationGracePeriodSeconds").Type, spec.Field("terminationGracePeriodSeconds").Format).ShouldBe((SchemaType.Integer, "int64"));
        pod.Field("metadata").Field("creationTimestamp").Format.ShouldBe("date-time");
        pod.Field("metadata").Field("labels").AdditionalProperties!.Resolve().Type.ShouldBe(SchemaType.String);

        var deployment = At(version, "apps/v1", "Deployment").Field("spec");
        deployment.Required.ShouldBe(["selector", "template"]);
        (deployment.Field("replicas").Type, deployment.Field("replicas").Format).ShouldBe((SchemaType.Integer, "int32"));
        deployment.Field("strategy").Field("type").Enum.ShouldBe(["Recreate", "RollingUpdate"]);
        deployment.Field("strategy").Field("rollingUpdate").Field("maxSurge").Type.ShouldBe(SchemaType.IntOrString);

        var port = At(version, "v1", "Service").Field("spec").Field("ports").Items!.Resolve();
        port.Field("targetPort").Type.ShouldBe(SchemaType.IntOrString);
        port.Required.ShouldBe(["port"]);

        At(version, "v1", "Secret").Field("data").AdditionalProperties!.Resolve().Format.ShouldBe("byte");
        At(version, "v1", "ConfigMap").Field("binaryData").AdditionalProperties!.Resolve().Format.ShouldBe("byte");
        At(version, "v1", "ResourceQuota").Field("spec").Field("hard").AdditionalProperties!.Resolve().Type.ShouldBe(SchemaType.Quantity);
        At(version, "v1", "PersistentVolume").Field("spec").Field("capacity").AdditionalProperties!.Resolve().Type.ShouldBe(SchemaType.Quantity);
        At(version, "v1", "PersistentVolumeClaim").Field("spec").Field("resources").Field("requests").AdditionalProperties!.Resolve().Type.ShouldBe(SchemaType.Quantity);
        At(version, "v1", "LimitRange").Field("spec").Field("limits").Items!.Resolve().Field("max").AdditionalProperties!.Resolve().Type.ShouldBe(SchemaType.Quantity);
        At(version, "storage.k8s.io/v1", "CSIStorageCapacity").Field("capacity").Type.ShouldBe(SchemaType.Quantity);
        At(version, "coordination.k8s.io/v1", "Lease").Field("spec").Field("acquireTime").Format.ShouldBe("date-time");
        At(version, "apps/v1", "ControllerRevision").Field("data").PreservesUnknownFields.ShouldBeTrue();

        var metrics = At(version, "autoscaling/v2", "HorizontalPodAutoscaler").Field("spec").Field("metrics").Items!.Resolve();
        metrics.Field("resource").Field("target").Field("averageValue").Type.ShouldBe(SchemaType.Quantity);
        At(version, "networking.k8s.io/v1", "Ingress").Field("spec").Field("rules").Items!.Resolve().Field("http").Field("paths")
            .Items!.Resolve().Field("pathType").Enum.ShouldBe(["Exact", "ImplementationSpecific", "Prefix"]);

        foreach (var (apiVersion, kind) in new[]
        {
            ("batch/v1", "CronJob"), ("policy/v1", "PodDisruptionBudget"), ("policy/v1", "Eviction"), ("autoscaling/v1", "Scale"),
            ("authentication.k8s.io/v1", "TokenReview"), ("authentication.k8s.io/v1", "TokenRequest"), ("v1", "Binding"),
            ("v1", "PodList"), ("apps/v1", "DeploymentList"), ("v1", "Event"), ("events.k8s.io/v1", "Event"),
            ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"), ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
        })
        {
            At(version, apiVersion, kind).Properties.Keys.ShouldContain("kind", $"{apiVersion} {kind}");
        }

        foreach (var (apiVersion, kind) in new[]
        {
            ("policy/v1beta1", "PodDisruptionBudget"), ("policy/v1beta1", "PodSecurityPolicy"), ("extensions/v1beta1", "Ingress"),
            ("batch/v1beta1", "CronJob"), ("autoscaling/v2beta2", "HorizontalPodAutoscaler"), ("v1", "Status"), ("v1", "DeleteOptions"),
            ("v1", "APIResourceList"),
        })
        {
            Find(version, apiVersion, kind).Schema.ShouldBeNull($"{apiVersion} {kind}");
        }
    }

    [Theory]
    [InlineData("v1beta3", "1.30", "1.31", "flowcontrol.apiserver.k8s.io", "FlowSchema")]
    [InlineData("v1", "1.34", "1.36", "resource.k8s.io", "ResourceClaim")]
    [InlineData("v1", "1.36", "1.36", "admissionregistration.k8s.io", "MutatingAdmissionPolicy")]
    [InlineData("v1", "1.33", "1.36", "networking.k8s.io", "ServiceCIDR")]
    [InlineData("v1alpha2", "1.30", "1.30", "resource.k8s.io", "ResourceClass")]
    [InlineData("v1beta1", "1.31", "1.36", "networking.k8s.io", "IPAddress")]
    [InlineData("v1alpha1", "1.35", "1.35", "scheduling.k8s.io", "Workload")]
    [InlineData("v1alpha1", "1.30", "1.34", "storage.k8s.io", "VolumeAttributesClass")]
    public void A_kind_is_there_from_its_first_to_its_last_release(string apiVersion, string first, string last, string group, string kind)
    {
        var served = KubernetesVersion.Known
            .Where(v => _catalog.Find(v, $"{group}/{apiVersion}", kind).Schema is not null)
            .ToList();

        served.ShouldBe(KubernetesVersion.Known.Where(v => v >= Version(first) && v <= Version(last)));
    }

    [Theory]
    [InlineData("supplementalGroupsPolicy", "1.31", "1.36")]
    [InlineData("seLinuxChangePolicy", "1.32", "1.36")]
    [InlineData("appArmorProfile", "1.30", "1.36")]
    public void A_field_is_there_from_its_first_to_its_last_release(string field, string first, string last) =>
        KubernetesVersion.Known.Where(v => At(v.ToString(), "v1", "Pod").Field("spec").Field("securityContext").Properties.ContainsKey(field))
            .ShouldBe(KubernetesVersion.Known.Where(v => v >= Version(first) && v <= Version(last)));

    [Fact]
    public void A_release_without_a_source_of_its_own_says_so()
    {
        Find("1.36", "v1", "Pod").Source!.Name.ShouldBe("Kubernetes 1.36");
        Find("1.31", "v1", "Pod").Source!.Name.ShouldBe("Kubernetes 1.31 (made from 1.30 and 1.32)");
        Find("1.35", "v1", "Pod").Source!.Name.ShouldBe("Kubernetes 1.35 (made from 1.34 and 1.36)");
        At("1.35", "v1", "Pod").Field("spec").Properties.Keys.ShouldContain("workloadRef");
    }

    [Fact]
    public void A_kind_that_did_not_change_is_one_schema_for_all_releases()
    {
        foreach (var (apiVersion, kind) in new[] { ("v1", "ConfigMap"), ("v1", "Secret"), ("rbac.authorization.k8s.io/v1", "Role") })
        {
            KubernetesVersion.Known.Select(v => _catalog.Find(v, apiVersion, kind).Schema).Distinct(ReferenceEqualityComparer.Instance)
                .ShouldHaveSingleItem();
        }
    }

    [Fact]
    public void A_kind_that_changed_deep_inside_is_another_schema()
    {
        var older = Find("1.34", "apps/v1", "Deployment").Schema!;
        var newer = Find("1.36", "apps/v1", "Deployment").Schema!;

        newer.ShouldNotBeSameAs(older);
        newer.Resolve().Properties["metadata"].ShouldBeSameAs(older.Resolve().Properties["metadata"]);
    }

    [Fact]
    public void Same_instance_means_same_content_all_the_way_down()
    {
        foreach (var apiVersion in EmbeddedSchemas.Kubernetes.ApiVersions)
        {
            foreach (var kind in EmbeddedSchemas.Kubernetes.Kinds(EmbeddedSchemas.Kubernetes.Releases.Count - 1, apiVersion))
            {
                var texts = Enumerable.Range(0, EmbeddedSchemas.Kubernetes.Releases.Count)
                    .Select(i => EmbeddedSchemas.Kubernetes.Find(i, apiVersion, kind))
                    .OfType<Schema>()
                    .GroupBy(s => s, (s, same) => SchemaPrinter.Print(s), ReferenceEqualityComparer.Instance as IEqualityComparer<Schema>)
                    .ToList();
                texts.Distinct().Count().ShouldBe(texts.Count, $"{apiVersion} {kind}");
            }
        }
    }

    [Fact]
    public void Every_type_of_every_release_can_be_read()
    {
        var pack = EmbeddedSchemas.Kubernetes;
        var seen = new HashSet<Schema>(ReferenceEqualityComparer.Instance);
        for (var release = 0; release < pack.Releases.Count; release++)
        {
            foreach (var apiVersion in pack.ApiVersions)
            {
                foreach (var kind in pack.Kinds(release, apiVersion))
                {
                    SchemaPrinter.Visit(pack.Find(release, apiVersion, kind)!, seen);
                }
            }
        }

        seen.Count.ShouldBeGreaterThan(1000);
        seen.ShouldAllBe(s => s.Type != SchemaType.Object || s.Properties.Count > 0 || s.AdditionalProperties != null || s.PreservesUnknownFields || s.Required.Count == 0);
    }

    [Fact]
    public void Recursive_types_end_in_themselves()
    {
        var root = At("1.36", "apiextensions.k8s.io/v1", "CustomResourceDefinition").Field("spec").Field("versions").Items!.Resolve()
            .Field("schema").Field("openAPIV3Schema");

        root.Field("properties").AdditionalProperties!.Resolve().ShouldBeSameAs(root);
        root.Properties.Keys.ShouldContain("x-kubernetes-preserve-unknown-fields");
        root.Properties.Keys.ShouldContain("$ref");
    }

    [Fact(Timeout = 30_000)]
    public async Task Threads_that_ask_at_once_get_one_instance()
    {
        var pack = SchemaPack.Open(EmbeddedSchemas.KubernetesResource);
        using var start = new ManualResetEventSlim();
        var tasks = Enumerable.Range(0, 16).Select(_ => Task.Run(() =>
        {
            start.Wait(TestContext.Current.CancellationToken);
            var schema = pack.Find(4, "apps/v1", "Deployment")!;
            var seen = new HashSet<Schema>(ReferenceEqualityComparer.Instance);
            SchemaPrinter.Visit(schema, seen);
            return seen;
        })).ToList();
        start.Set();
        var results = await Task.WhenAll(tasks);

        results.ShouldAllBe(seen => seen.SetEquals(results[0]));
    }

    [Fact]
    public void The_data_tells_what_it_was_made_from_and_is_as_it_was_made()
    {
        using var stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(EmbeddedSchemas.KubernetesResource)!;
        var text = new StreamReader(stream).ReadToEnd();
        var body = text[(text.IndexOf('\n', text.IndexOf("#sha256 ", StringComparison.Ordinal)) + 1)..];

        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))).ShouldBe(EmbeddedSchemas.Kubernetes.Checksum);
        EmbeddedSchemas.Kubernetes.Releases.Where(r => r.Name is not ("1.31" or "1.35"))
            .ShouldAllBe(r => r.Origin.StartsWith("@kubernetes/client-node@") && r.Origin.Contains(" sha512-"));
        EmbeddedSchemas.Kubernetes.Releases.Where(r => r.Name is "1.31" or "1.35").ShouldAllBe(r => r.Origin.StartsWith("between "));
    }

    private static KubernetesVersion Version(string text) => KubernetesVersion.ParseList(text)[0];

    private SchemaLookup Find(string version, string apiVersion, string kind) => _catalog.Find(Version(version), apiVersion, kind);

    private Schema At(string version, string apiVersion, string kind)
    {
        var lookup = Find(version, apiVersion, kind);
        lookup.Problem.ShouldBe("");
        lookup.Source!.Name.ShouldStartWith("Kubernetes 1.");
        return lookup.Schema!.Resolve();
    }
}
