using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Tests.Validation.Schemas;

public class CustomResourcePackSpecs
{
    private readonly SchemaCatalog _catalog = new();

    public static TheoryData<string> Packs => ["cert-manager", "flux", "argo-cd", "gateway-api", "prometheus-operator"];

    [Theory]
    [InlineData("cert-manager.io/v1", "Certificate", "cert-manager", "issuerRef,secretName")]
    [InlineData("cert-manager.io/v1", "ClusterIssuer", "cert-manager", "")]
    [InlineData("acme.cert-manager.io/v1", "Order", "cert-manager", "issuerRef,request")]
    [InlineData("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "flux", "interval,prune,sourceRef")]
    [InlineData("helm.toolkit.fluxcd.io/v2", "HelmRelease", "flux", "interval")]
    [InlineData("source.toolkit.fluxcd.io/v1", "GitRepository", "flux", "interval,url")]
    [InlineData("source.toolkit.fluxcd.io/v1", "OCIRepository", "flux", "interval,url")]
    [InlineData("argoproj.io/v1alpha1", "Application", "argo-cd", "destination,project")]
    [InlineData("argoproj.io/v1alpha1", "ApplicationSet", "argo-cd", "generators,template")]
    [InlineData("argoproj.io/v1alpha1", "AppProject", "argo-cd", "")]
    [InlineData("gateway.networking.k8s.io/v1", "Gateway", "gateway-api", "gatewayClassName,listeners")]
    [InlineData("gateway.networking.k8s.io/v1", "HTTPRoute", "gateway-api", "")]
    [InlineData("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "gateway-api", "from,to")]
    [InlineData("monitoring.coreos.com/v1", "ServiceMonitor", "prometheus-operator", "endpoints,selector")]
    [InlineData("monitoring.coreos.com/v1", "PrometheusRule", "prometheus-operator", "")]
    [InlineData("monitoring.coreos.com/v1", "Prometheus", "prometheus-operator", "")]
    public void Well_known_custom_resources_are_part_of_the_program(string apiVersion, string kind, string source, string required)
    {
        var lookup = _catalog.Find(KubernetesVersion.Latest, apiVersion, kind);

        (lookup.Source!.Kind, lookup.Source.Name).ShouldBe((SchemaSourceKind.CustomResourcePack, source));
        lookup.Schema!.Field("metadata").Properties.Keys.ShouldContain("labels");
        string.Join(',', lookup.Schema!.Field("spec").Required.Order()).ShouldBe(required);
        _catalog.Find(KubernetesVersion.Known[0], apiVersion, kind).Schema.ShouldBeSameAs(lookup.Schema);
        _catalog.Find(KubernetesVersion.Latest, apiVersion, kind + "List").Schema!.Field("items").Items!.Resolve().ShouldBeSameAs(lookup.Schema!.Resolve());
    }

    [Fact]
    public void Facts_deep_inside_are_kept()
    {
        var certificate = Spec("cert-manager.io/v1", "Certificate");
        certificate.Field("usages").Items!.Enum!.ShouldContain("digital signature");
        certificate.Field("privateKey").Field("algorithm").Enum.ShouldBe(["RSA", "ECDSA", "Ed25519"]);
        Spec("cert-manager.io/v1", "ClusterIssuer").Field("acme").Field("solvers").Items!.Resolve().Field("dns01").Field("webhook").Field("config")
            .ShouldBeSameAs(Schema.Anything);

        var listeners = Spec("gateway.networking.k8s.io/v1", "Gateway").Field("listeners");
        (listeners.MinItems, listeners.MaxItems).ShouldBe((1, 64));
        (listeners.Items!.Field("port").Minimum, listeners.Items!.Field("port").Maximum).ShouldBe((1, 65535));
        Spec("gateway.networking.k8s.io/v1", "HTTPRoute").Field("hostnames").Items!.Pattern!.ShouldStartWith("^(\\*\\.)?[a-z0-9]");

        Spec("helm.toolkit.fluxcd.io/v2", "HelmRelease").Field("values").ShouldBeSameAs(Schema.Anything);
        Spec("monitoring.coreos.com/v1", "Prometheus").Field("resources").Field("limits").AdditionalProperties!.Type.ShouldBe(SchemaType.Quantity);
        Spec("monitoring.coreos.com/v1", "ServiceMonitor").Field("endpoints").Items!.Resolve().Field("targetPort").Type.ShouldBe(SchemaType.IntOrString);
        Spec("argoproj.io/v1alpha1", "Application").Field("source").Field("helm").Field("valuesObject").ShouldBeSameAs(Schema.Anything);
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void Every_type_of_a_pack_can_be_read_and_every_pattern_compiles(string name)
    {
        var pack = SchemaPack.Open($"schemas/{name}");
        var seen = new HashSet<Schema>(ReferenceEqualityComparer.Instance);
        foreach (var apiVersion in pack.ApiVersions)
        {
            EmbeddedSchemas.CustomResourceGroups.ShouldContain(apiVersion[..apiVersion.IndexOf('/')]);
            foreach (var kind in pack.Kinds(0, apiVersion))
            {
                SchemaPrinter.Visit(pack.Find(0, apiVersion, kind)!, seen);
            }
        }

        seen.Count.ShouldBeGreaterThan(50);
        seen.Where(s => s.Pattern is not null).ShouldAllBe(s => new Regex(s.Pattern!) != null);
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_tells_what_it_was_made_from_and_is_as_it_was_made(string name)
    {
        using var stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream($"schemas/{name}")!;
        var text = new StreamReader(stream).ReadToEnd();
        var body = text[(text.IndexOf('\n', text.IndexOf("#sha256 ", StringComparison.Ordinal)) + 1)..];
        var pack = SchemaPack.Parse(text);

        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))).ShouldBe(pack.Checksum);
        pack.Releases.ShouldHaveSingleItem().Origin.ShouldMatch("^@kubernetes-models/[a-z-]+@[0-9.]+ sha512-");
    }

    [Fact]
    public void A_kind_near_one_of_a_pack_is_told()
    {
        _catalog.Find(KubernetesVersion.Latest, "cert-manager.io/v1", "Certifcate").Hint.ShouldBe("Did you mean Certificate?");
        _catalog.Find(KubernetesVersion.Latest, "cert-manager.io/v1alpha2", "Certificate").Problem.ShouldBe("no schema for Certificate in cert-manager.io/v1alpha2 is known");
        _catalog.Find(KubernetesVersion.Latest, "cert-manager.io/v1alpha2", "Certificate").Hint.ShouldBe("Certificate is in cert-manager.io/v1, not cert-manager.io/v1alpha2.");
    }

    private Schema Spec(string apiVersion, string kind) => _catalog.Find(KubernetesVersion.Latest, apiVersion, kind).Schema!.Field("spec");
}
