using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Inventory;

/// <summary>Over what a list goes.</summary>
internal enum KindScope
{
    /// <summary>The organisation.</summary>
    Global,

    /// <summary>A region, such as <c>fr-par</c>.</summary>
    Region,

    /// <summary>A zone, such as <c>fr-par-1</c>.</summary>
    Zone,
}

/// <summary>What a kind is there for.</summary>
internal enum KindRole
{
    /// <summary>Something that is paid for, or that uses what is.</summary>
    Resource,

    /// <summary>Who may do what.</summary>
    Access,

    /// <summary>Something to know about the others: prices, bills, versions. A gap here stops no deletion.</summary>
    Reference,
}

/// <summary>A kind of thing in an account: where it is listed, how, and how it is deleted. New kinds are data.</summary>
/// <param name="Id">Stable name in kebab case, for reports, plans and allow-lists.</param>
/// <param name="Title">What people call one.</param>
/// <param name="Scope">Over what a list goes.</param>
/// <param name="Path">
/// Path and query of the list, with <c>{locality}</c>, <c>{organization}</c>, <c>{parent}</c>, <c>{grandparent}</c> and <c>{period}</c>; empty for what
/// the API does not list.
/// </param>
/// <param name="Key">The field of the answer that holds the items; empty when the answer is the one item.</param>
internal sealed record CloudKind(string Id, string Title, KindScope Scope, string Path, string Key)
{
    public Paging Paging { get; init; } = Paging.Page;

    /// <summary>The field that tells items apart; empty when there is none.</summary>
    public string IdField { get; init; } = "id";

    /// <summary>The kind that it is listed for, one by one; null when it is listed for the organisation.</summary>
    public CloudKind? Parent { get; init; }

    /// <summary>Which parents are asked; all unless told. Those left out are known to have none.</summary>
    public Func<CloudResource, bool> HasChildren { get; init; } = static _ => true;

    public KindRole Role { get; init; } = KindRole.Resource;

    /// <summary>Path of one item, with <c>{locality}</c> and <c>{id}</c>; empty when it is never deleted.</summary>
    public string ItemPath { get; init; } = "";

    /// <summary>The field of an item's answer that holds the item; empty when the answer is the item.</summary>
    public string ItemKey { get; init; } = "";

    /// <summary>Query that a deletion needs.</summary>
    public string DeleteQuery { get; init; } = "";

    /// <summary>The type of the Terraform provider; empty when there is none.</summary>
    public string TerraformType { get; init; } = "";

    /// <summary>Whether items have tags.</summary>
    public bool HasTags { get; init; }

    /// <summary>Places that have no such product: there is nothing there, and nothing is asked.</summary>
    public IReadOnlyList<string> NotOfferedIn { get; init; } = [];

    /// <summary>Whether it is asked of object storage, which takes another kind of key.</summary>
    public bool IsOfObjectStorage => ObjectStorage.IsPath(Path);

    public bool IsDeletable => ItemPath.Length > 0;

    public override string ToString() => Id;

    /// <summary>There is one of each.</summary>
    public bool Equals(CloudKind? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Every kind that is read. Paths, fields and paging are those of the vendor's SDKs (npm <c>@scaleway/sdk-*</c>).</summary>
internal static class CloudKinds
{
    private const string Iam = "/iam/v1alpha1";
    private const string Instance = "/instance/v1/zones/{locality}";
    private const string Block = "/block/v1/zones/{locality}";
    private const string Lb = "/lb/v1/zones/{locality}";
    private const string K8s = "/k8s/v1/regions/{locality}";
    private const string Registry = "/registry/v1/regions/{locality}";
    private const string OfOrganisation = "?organization_id={organization}";
    private const string OfInstances = "?organization={organization}";

    /// <summary>The zones of the vendor's SDK for load balancers are those of the other products but this one.</summary>
    private static readonly string[] WithoutLoadBalancers = ["fr-par-3"];

    public static CloudKind Organisation { get; } = Single("organization", "organisation", $"{Iam}/organizations/{{organization}}");

    public static CloudKind SecuritySettings { get; } = Single("security-settings", "security settings", $"{Iam}/organizations/{{organization}}/security-settings") with { IdField = "" };

    public static CloudKind User { get; } = Access("iam-user", "user", "users");

    public static CloudKind Application { get; } = Access("iam-application", "application", "applications") with { TerraformType = "scaleway_iam_application", HasTags = true };

    public static CloudKind Group { get; } = Access("iam-group", "group", "groups") with { TerraformType = "scaleway_iam_group", HasTags = true };

    public static CloudKind Policy { get; } = Access("iam-policy", "policy", "policies") with { TerraformType = "scaleway_iam_policy", HasTags = true };

    /// <summary>Not under the policy's own path, which answers 404.</summary>
    public static CloudKind PolicyRule { get; } = new("iam-rule", "policy rule", KindScope.Global, $"{Iam}/rules?policy_id={{parent}}", "rules") { Role = KindRole.Access, Parent = Policy };

    public static CloudKind ApiKey { get; } = Access("iam-api-key", "API key", "api-keys") with
    {
        Key = "api_keys",
        IdField = "access_key",
        ItemPath = $"{Iam}/api-keys/{{id}}",
        TerraformType = "scaleway_iam_api_key",
    };

    public static CloudKind Project { get; } = new("project", "project", KindScope.Global, $"/account/v3/projects{OfOrganisation}", "projects") { TerraformType = "scaleway_account_project" };

    public static CloudKind Consumption { get; } = new("consumption", "consumption", KindScope.Global, $"/billing/v2beta1/consumptions{OfOrganisation}&billing_period={{period}}", "consumptions")
    {
        Role = KindRole.Reference,
        IdField = "",
    };

    public static CloudKind PreviousConsumption { get; } = Consumption with
    {
        Id = "previous-consumption",
        Title = "consumption of the month before",
        Path = $"/billing/v2beta1/consumptions{OfOrganisation}&billing_period={{previous}}",
    };

    public static CloudKind Discount { get; } = new("discount", "discount", KindScope.Global, $"/billing/v2beta1/discounts{OfOrganisation}", "discounts") { Role = KindRole.Reference };

    public static CloudKind Budget { get; } = new("budget", "budget", KindScope.Global, $"/billing/v2/budgets{OfOrganisation}", "budgets") { Role = KindRole.Reference };

    public static CloudKind Product { get; } = new("product", "product of the catalogue", KindScope.Global, "/product-catalog/v2alpha1/public-catalog/products", "products")
    {
        Role = KindRole.Reference,
        IdField = "sku",
    };

    public static CloudKind ServerType { get; } = new("server-type", "type of server", KindScope.Zone, $"{Instance}/products/servers", "servers") { Role = KindRole.Reference, Paging = Paging.PerPage };

    public static CloudKind Server { get; } = OfInstance("instance-server", "server", "servers", "servers") with { TerraformType = "scaleway_instance_server" };

    public static CloudKind Ip { get; } = OfInstance("instance-ip", "flexible IP", "ips", "ips") with { ItemPath = $"{Instance}/ips/{{id}}", ItemKey = "ip", TerraformType = "scaleway_instance_ip" };

    public static CloudKind Volume { get; } = OfInstance("instance-volume", "volume", "volumes", "volumes") with
    {
        ItemPath = $"{Instance}/volumes/{{id}}",
        ItemKey = "volume",
        TerraformType = "scaleway_instance_volume",
    };

    public static CloudKind Snapshot { get; } = OfInstance("instance-snapshot", "snapshot", "snapshots", "snapshots") with
    {
        ItemPath = $"{Instance}/snapshots/{{id}}",
        ItemKey = "snapshot",
        TerraformType = "scaleway_instance_snapshot",
    };

    public static CloudKind Image { get; } = OfInstance("instance-image", "image", "images", "images") with
    {
        Path = $"{Instance}/images{OfInstances}&public=false",
        ItemPath = $"{Instance}/images/{{id}}",
        ItemKey = "image",
        TerraformType = "scaleway_instance_image",
    };

    public static CloudKind SecurityGroup { get; } = OfInstance("security-group", "security group", "security_groups", "security_groups") with
    {
        ItemPath = $"{Instance}/security_groups/{{id}}",
        ItemKey = "security_group",
        TerraformType = "scaleway_instance_security_group",
    };

    public static CloudKind SecurityGroupRule { get; } = new("security-group-rule", "rule of a security group", KindScope.Zone, $"{Instance}/security_groups/{{parent}}/rules", "rules")
    {
        Paging = Paging.PerPage,
        Parent = SecurityGroup,
    };

    public static CloudKind BlockVolume { get; } = new("block-volume", "block volume", KindScope.Zone, $"{Block}/volumes{OfOrganisation}", "volumes")
    {
        ItemPath = $"{Block}/volumes/{{id}}",
        TerraformType = "scaleway_block_volume",
        HasTags = true,
    };

    public static CloudKind BlockSnapshot { get; } = new("block-snapshot", "block snapshot", KindScope.Zone, $"{Block}/snapshots{OfOrganisation}", "snapshots")
    {
        ItemPath = $"{Block}/snapshots/{{id}}",
        TerraformType = "scaleway_block_snapshot",
        HasTags = true,
    };

    public static CloudKind LoadBalancer { get; } = new("load-balancer", "load balancer", KindScope.Zone, $"{Lb}/lbs{OfOrganisation}", "lbs")
    {
        ItemPath = $"{Lb}/lbs/{{id}}",
        DeleteQuery = "?release_ip=false",
        TerraformType = "scaleway_lb",
        HasTags = true,
        NotOfferedIn = WithoutLoadBalancers,
    };

    public static CloudKind LoadBalancerIp { get; } = new("load-balancer-ip", "IP of a load balancer", KindScope.Zone, $"{Lb}/ips{OfOrganisation}", "ips")
    {
        ItemPath = $"{Lb}/ips/{{id}}",
        TerraformType = "scaleway_lb_ip",
        HasTags = true,
        NotOfferedIn = WithoutLoadBalancers,
    };

    public static CloudKind Backend { get; } = OfLoadBalancer("backend", "backend", "backends", "scaleway_lb_backend");

    public static CloudKind Frontend { get; } = OfLoadBalancer("frontend", "frontend", "frontends", "scaleway_lb_frontend");

    public static CloudKind Certificate { get; } = OfLoadBalancer("certificate", "certificate", "certificates", "scaleway_lb_certificate");

    public static CloudKind Cluster { get; } = new("kapsule-cluster", "cluster", KindScope.Region, $"{K8s}/clusters{OfOrganisation}", "clusters") { TerraformType = "scaleway_k8s_cluster", HasTags = true };

    public static CloudKind Pool { get; } = new("kapsule-pool", "node pool", KindScope.Region, $"{K8s}/clusters/{{parent}}/pools", "pools") { Parent = Cluster, TerraformType = "scaleway_k8s_pool", HasTags = true };

    public static CloudKind ClusterAcl { get; } = new("kapsule-acl", "allowed address", KindScope.Region, $"{K8s}/clusters/{{parent}}/acls", "rules")
    {
        Parent = Cluster,
        HasChildren = c => c.Data.Flag("acl_available") != false,
    };

    public static CloudKind ClusterVersion { get; } = new("kapsule-version", "Kubernetes version", KindScope.Region, $"{K8s}/versions", "versions")
    {
        Role = KindRole.Reference,
        Paging = Paging.None,
        IdField = "name",
    };

    public static CloudKind RegistryNamespace { get; } = new("registry-namespace", "registry namespace", KindScope.Region, $"{Registry}/namespaces{OfOrganisation}", "namespaces")
    {
        ItemPath = $"{Registry}/namespaces/{{id}}",
        TerraformType = "scaleway_registry_namespace",
    };

    public static CloudKind RegistryImage { get; } = new("registry-image", "image of a registry", KindScope.Region, $"{Registry}/images{OfOrganisation}", "images");

    public static CloudKind RegistryTag { get; } = new("registry-tag", "tag of an image", KindScope.Region, $"{Registry}/images/{{parent}}/tags", "tags")
    {
        Parent = RegistryImage,
        ItemPath = $"{Registry}/tags/{{id}}",
    };

    public static CloudKind PrivateNetwork { get; } = new("private-network", "private network", KindScope.Region, $"/vpc/v2/regions/{{locality}}/private-networks{OfOrganisation}", "private_networks")
    {
        ItemPath = "/vpc/v2/regions/{locality}/private-networks/{id}",
        TerraformType = "scaleway_vpc_private_network",
        HasTags = true,
    };

    public static CloudKind IpamIp { get; } = new("ipam-ip", "address of a private network", KindScope.Region, $"/ipam/v1/regions/{{locality}}/ips{OfOrganisation}", "ips");

    public static CloudKind Node { get; } = new("kapsule-node", "node", KindScope.Region, $"{K8s}/clusters/{{parent}}/nodes", "nodes") { Parent = Cluster, Role = KindRole.Reference };

    /// <summary>How the servers behind a load balancer do.</summary>
    public static CloudKind BackendServer { get; } = new("load-balancer-server", "server behind a load balancer", KindScope.Zone, $"{Lb}/lbs/{{parent}}/backend-stats", "backend_servers_stats")
    {
        Parent = LoadBalancer,
        Role = KindRole.Reference,
        IdField = "",
    };

    public static CloudKind Bucket { get; } = new("bucket", "bucket", KindScope.Region, "/object-storage/regions/{locality}/projects/{parent}/buckets", "buckets")
    {
        Parent = Project,
        Paging = Paging.None,
        IdField = "name",
        TerraformType = "scaleway_object_bucket",
    };

    public static CloudKind BucketAcl { get; } = OfBucket("acl", "access list");

    public static CloudKind BucketPolicy { get; } = OfBucket("policy", "policy");

    public static CloudKind BucketVersioning { get; } = OfBucket("versioning", "versioning");

    public static CloudKind BucketLifecycle { get; } = OfBucket("lifecycle", "lifecycle");

    /// <summary>A namespace of a cluster that was asked; the API does not list it.</summary>
    public static CloudKind ClusterNamespace { get; } = new("cluster-namespace", "namespace of a cluster", KindScope.Region, "", "namespaces") { Role = KindRole.Reference };

    /// <summary>A state of Terraform that was given; the API does not list it.</summary>
    public static CloudKind State { get; } = new("terraform-state", "state of Terraform", KindScope.Global, "", "states") { Role = KindRole.Reference };

    /// <summary>In the order in which a report lists them.</summary>
    public static IReadOnlyList<CloudKind> All { get; } =
    [
        Organisation, SecuritySettings, User, Application, Group, Policy, PolicyRule, ApiKey, Project,
        Server, Ip, Volume, Snapshot, Image, SecurityGroup, SecurityGroupRule, BlockVolume, BlockSnapshot,
        LoadBalancer, LoadBalancerIp, Backend, BackendServer, Frontend, Certificate,
        Cluster, Pool, Node, ClusterAcl, RegistryNamespace, RegistryImage, RegistryTag, PrivateNetwork, IpamIp,
        Bucket, BucketAcl, BucketPolicy, BucketVersioning, BucketLifecycle, ClusterNamespace, State,
        Consumption, PreviousConsumption, Discount, Budget, Product, ServerType, ClusterVersion,
    ];

    /// <summary>The kind of that name; null when there is none.</summary>
    public static CloudKind? Find(string id) => All.FirstOrDefault(k => k.Id == id);

    private static CloudKind Single(string id, string title, string path) => new(id, title, KindScope.Global, path, "") { Role = KindRole.Access };

    private static CloudKind Access(string id, string title, string path) =>
        new(id, title, KindScope.Global, $"{Iam}/{path}{OfOrganisation}", path) { Role = KindRole.Access };

    private static CloudKind OfInstance(string id, string title, string path, string key) =>
        new(id, title, KindScope.Zone, $"{Instance}/{path}{OfInstances}", key) { Paging = Paging.PerPage, HasTags = true };

    private static CloudKind OfBucket(string id, string title) =>
        new($"bucket-{id}", $"{title} of a bucket", KindScope.Region, $"/object-storage/regions/{{locality}}/projects/{{grandparent}}/buckets/{{parent}}?{id}", "") { Role = KindRole.Reference, Parent = Bucket, IdField = "" };

    private static CloudKind OfLoadBalancer(string id, string title, string path, string terraform) =>
        new($"load-balancer-{id}", $"{title} of a load balancer", KindScope.Zone, $"{Lb}/lbs/{{parent}}/{path}", path) { Parent = LoadBalancer, TerraformType = terraform };
}
