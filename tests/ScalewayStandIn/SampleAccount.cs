using System.Text.Json.Nodes;

namespace ScalewayStandIn;

/// <summary>An account with something of everything: for the demo, and for tests of whole reviews.</summary>
public static class SampleAccount
{
    private static readonly string Shop = StandInAccount.Id("project shop");
    private static readonly string Lab = StandInAccount.Id("project lab");
    private static readonly string Boss = StandInAccount.Id("user boss");
    private static readonly string Dev = StandInAccount.Id("user dev");
    private static readonly string Ci = StandInAccount.Id("application ci");
    private static readonly string Reviewer = StandInAccount.Id("application reviewer");

    public static StandInAccount Create()
    {
        var account = new StandInAccount();
        People(account);
        Machines(account);
        Networks(account);
        Clusters(account);
        Registry(account);
        Buckets(account);
        Money(account);
        return account;
    }

    private static string At(double daysAgo) => StandInAccount.At(daysAgo);

    private static string Id(string text) => StandInAccount.Id(text);

    private static void People(StandInAccount account)
    {
        const string Iam = "/iam/v1alpha1";
        const string Org = StandInAccount.Organisation;
        account.Singles[$"{Iam}/organizations/{Org}"] = Json($$"""{"id":"{{Org}}","name":"Example shop","login_password_enabled":true,"login_magic_code_enabled":true,"login_oauth2_enabled":false,"login_saml_enabled":true}""");
        account.Singles[$"{Iam}/organizations/{Org}/security-settings"] = Json("""{"enforce_password_renewal":false,"grace_period_duration":"1209600s","login_attempts_before_locked":10,"max_login_session_duration":"86400s","max_api_key_expiration_duration":"0s"}""");
        User(account, Boss, "boss@shop.example", "owner", mfa: true, 2);
        User(account, Dev, "dev@shop.example", "member", mfa: false, 3);
        User(account, Id("user gone"), "gone@shop.example", "member", mfa: true, 200);
        Application(account, Ci, "ci", 1);
        Application(account, Reviewer, "account-review", 1);
        Application(account, Id("application forgotten"), "forgotten", 0);
        Key(account, "SCWB0SSB0SSB0SSB0SS1", "user_id", Boss, 400, null);
        Key(account, "SCWC1C1C1C1C1C1C1C11", "application_id", Ci, 100, -10);
        Key(account, "SCWREV1EWREV1EWREV11", "application_id", Reviewer, 10, -80);
        Key(account, "SCW0LD0LD0LD0LD0LD01", "application_id", Ci, 300, 100);
        Policy(account, "everything", "application_id", Ci, """["AllProductsFullAccess"]""", isOrganisation: true);
        Policy(account, "review", "application_id", Reviewer, """["IAMReadOnly","BillingReadOnly","AllProductsReadOnly"]""", isOrganisation: true);
        Policy(account, "left over", "", "", """["InstancesReadOnly"]""", isOrganisation: false);
        account.Add($"{Iam}/groups", $$"""{"id":"{{Id("group empty")}}","name":"contractors","organization_id":"{{Org}}","user_ids":[],"application_ids":[],"managed":false,"tags":[],"created_at":"{{At(300)}}","updated_at":"{{At(300)}}"}""");
        account.Add("/account/v3/projects", $$"""{"id":"{{Shop}}","name":"shop","organization_id":"{{Org}}","description":"owner=shop-team","created_at":"{{At(700)}}","updated_at":"{{At(700)}}"}""");
        account.Add("/account/v3/projects", $$"""{"id":"{{Lab}}","name":"lab","organization_id":"{{Org}}","description":"","created_at":"{{At(500)}}","updated_at":"{{At(500)}}"}""");
        account.Add("/audit-trail/v1alpha1/regions/fr-par/events", $$"""{"id":"{{Id("event")}}","recorded_at":"{{At(1)}}","principal":{"id":"{{Ci}}"},"product_name":"instance","method_name":"ListServers","status_code":200}""");
        account.Add("/audit-trail/v1alpha1/regions/fr-par/events", $$"""{"id":"{{Id("event 2")}}","recorded_at":"{{At(5)}}","principal":{"id":"{{Reviewer}}"},"product_name":"iam","method_name":"ListUsers","status_code":200}""");
    }

    private static void User(StandInAccount account, string id, string mail, string type, bool mfa, double seen) => account.Add("/iam/v1alpha1/users",
        $$"""{"id":"{{id}}","email":"{{mail}}","username":"{{mail}}","organization_id":"{{StandInAccount.Organisation}}","type":"{{type}}","status":"activated","mfa":{{(mfa ? "true" : "false")}},"two_factor_enabled":{{(mfa ? "true" : "false")}},"locked":false,"deletable":true,"account_root_user_id":"{{Id("root " + id)}}","last_login_at":"{{At(seen)}}","created_at":"{{At(800)}}","updated_at":"{{At(8)}}","tags":[]}""");

    private static void Application(StandInAccount account, string id, string name, int keys) => account.Add("/iam/v1alpha1/applications",
        $$"""{"id":"{{id}}","name":"{{name}}","description":"","organization_id":"{{StandInAccount.Organisation}}","editable":true,"deletable":true,"managed":false,"nb_api_keys":{{keys}},"tags":[],"created_at":"{{At(500)}}","updated_at":"{{At(500)}}"}""");

    private static void Key(StandInAccount account, string key, string bearer, string id, double made, double? expiredAgo) => account.Add("/iam/v1alpha1/api-keys",
        $$"""{"access_key":"{{key}}","secret_key":null,"{{bearer}}":"{{id}}","description":"key of {{key[3..7]}}","created_at":"{{At(made)}}","updated_at":"{{At(made)}}","expires_at":{{(expiredAgo is { } ago ? $"\"{At(ago)}\"" : "null")}},"default_project_id":"{{Shop}}","editable":true,"deletable":true,"managed":false,"creation_ip":"51.15.20.30"}""");

    private static void Policy(StandInAccount account, string name, string bearer, string id, string sets, bool isOrganisation)
    {
        var policy = Id("policy " + name);
        account.Add("/iam/v1alpha1/policies",
            $$"""{"id":"{{policy}}","name":"{{name}}","description":"","organization_id":"{{StandInAccount.Organisation}}","editable":true,"deletable":true,"managed":false,"nb_rules":1,"nb_scopes":1,"nb_permission_sets":1,"tags":[],"created_at":"{{At(400)}}","updated_at":"{{At(400)}}",{{(bearer.Length > 0 ? $"\"{bearer}\":\"{id}\"" : "\"no_principal\":true")}}{{(bearer.Length > 0 ? ",\"no_principal\":false" : "")}}}""");
        account.Add("/iam/v1alpha1/rules",
            $$"""{"id":"{{Id("rule " + name)}}","policy_id":"{{policy}}","permission_set_names":{{sets}},"permission_sets_scope_type":"{{(isOrganisation ? "organization" : "projects")}}",{{(isOrganisation ? $"\"organization_id\":\"{StandInAccount.Organisation}\"" : $"\"project_ids\":[\"{Shop}\"]")}},"condition":""}""");
    }

    private static void Machines(StandInAccount account)
    {
        const string Zone = "/instance/v1/zones/fr-par-1";
        Server(account, "web", "running", "PRO2-S", 1, "web", tags: """["owner=shop-team"]""", ips: 1);
        Server(account, "build", "stopped in place", "DEV1-L", 40, "open", tags: "[]", ips: 0);
        Server(account, "old-test", "stopped", "START1-S", 60, "open", tags: "[]", ips: 1, isRetired: true);
        foreach (var (name, tags) in new[] { ("51.15.1.1", "[]"), ("51.15.1.2", """["keep=reserved for the move"]"""), ("51.15.1.3", "[]") })
        {
            account.Add($"{Zone}/ips", $$"""{"id":"{{Id("ip " + name)}}","address":"{{name}}","prefix":null,"reverse":null,"server":null,"organization":"{{StandInAccount.Organisation}}","project":"{{Lab}}","type":"routed_ipv4","state":"detached","tags":{{tags}},"zone":"fr-par-1"}""");
        }

        account.Add($"{Zone}/volumes", $$"""{"id":"{{Id("volume lost")}}","name":"lost-data","size":50000000000,"volume_type":"l_ssd","state":"available","server":null,"organization":"{{StandInAccount.Organisation}}","project":"{{Lab}}","creation_date":"{{At(300)}}","modification_date":"{{At(120)}}","tags":[],"zone":"fr-par-1"}""");
        account.Add($"{Zone}/snapshots", $$"""{"id":"{{Id("snapshot old")}}","name":"before-upgrade","size":20000000000,"volume_type":"l_ssd","state":"available","base_volume":null,"organization":"{{StandInAccount.Organisation}}","project":"{{Lab}}","creation_date":"{{At(250)}}","modification_date":"{{At(250)}}","tags":[],"zone":"fr-par-1"}""");
        account.Add("/block/v1/zones/fr-par-1/volumes", $$"""{"id":"{{Id("pvc")}}","name":"pvc-4be1d0a0-1111-4a2b-8c3d-000000000001","type":"sbs","size":100000000000,"project_id":"{{Shop}}","status":"available","references":[],"parent_snapshot_id":null,"last_detached_at":"{{At(70)}}","created_at":"{{At(200)}}","updated_at":"{{At(70)}}","tags":[],"zone":"fr-par-1","specs":{"perf_iops":5000,"class":"sbs"} }""");
        account.Add("/block/v1/zones/fr-par-1/volumes", $$"""{"id":"{{Id("scratch")}}","name":"scratch","type":"sbs","size":200000000000,"project_id":"{{Lab}}","status":"available","references":[],"parent_snapshot_id":null,"last_detached_at":"{{At(90)}}","created_at":"{{At(200)}}","updated_at":"{{At(90)}}","tags":["owner=lab-team"],"zone":"fr-par-1","specs":{"perf_iops":15000,"class":"sbs"} }""");
        foreach (var (type, hourly) in new[] { ("PRO2-S", "0.1095"), ("DEV1-L", "0.0495"), ("START1-S", "0.0099") })
        {
            account.Add($"{Zone}/products/servers", $$"""{"name":"{{type}}","arch":"x86_64","ncpus":2,"ram":8589934592,"hourly_price":{{hourly}},"monthly_price":0,"end_of_service":{{(type == "START1-S" ? "true" : "false")}}}""");
        }
    }

    private static void Server(StandInAccount account, string name, string state, string type, double changed, string group, string tags, int ips, bool isRetired = false)
    {
        var addresses = new JsonArray();
        for (var i = 0; i < ips; i++)
        {
            addresses.Add(Json($$"""{"id":"{{Id($"ip of {name}")}}","address":"51.15.2.{{name.Length}}","dynamic":false,"family":"inet","state":"attached","tags":[]}"""));
            account.Add("/instance/v1/zones/fr-par-1/ips", $$"""{"id":"{{Id($"ip of {name}")}}","address":"51.15.2.{{name.Length}}","server":{"id":"{{Id("server " + name)}}","name":"{{name}}"},"organization":"{{StandInAccount.Organisation}}","project":"{{Shop}}","type":"routed_ipv4","state":"attached","tags":[],"zone":"fr-par-1"}""");
        }

        var server = Json($$"""{"id":"{{Id("server " + name)}}","name":"{{name}}","organization":"{{StandInAccount.Organisation}}","project":"{{Shop}}","commercial_type":"{{type}}","state":"{{state}}","arch":"x86_64","protected":false,"end_of_service":{{(isRetired ? "true" : "false")}},"creation_date":"{{At(300)}}","modification_date":"{{At(changed)}}","image":null,"volumes":{"0":{"id":"{{Id("root of " + name)}}","size":20000000000,"volume_type":"l_ssd","boot":false} },"security_group":{"id":"{{Id("group " + group)}}","name":"{{group}}" },"tags":{{tags}},"zone":"fr-par-1"}""");
        server["public_ips"] = addresses;
        account.Add("/instance/v1/zones/fr-par-1/servers", server);
    }

    private static void Networks(StandInAccount account)
    {
        Group(account, "web", "drop", isStateful: true, isDefault: false, ["web"], [("443", "null", "0.0.0.0/0"), ("22", "null", "203.0.113.0/24")]);
        Group(account, "open", "accept", isStateful: true, isDefault: true, ["build", "old-test"], [("22", "null", "0.0.0.0/0")]);
        Group(account, "nobody", "drop", isStateful: true, isDefault: false, [], []);
        var front = Id("lb front");
        Balancer(account, front, "front", "LB-S", "[]");
        account.Add($"/lb/v1/zones/fr-par-1/lbs/{front}/backends", $$"""{"id":"{{Id("backend")}}","name":"web","forward_protocol":"http","forward_port":8080,"pool":["10.0.0.2"],"created_at":"{{At(200)}}","updated_at":"{{At(200)}}"}""");
        account.Add($"/lb/v1/zones/fr-par-1/lbs/{front}/frontends", $$"""{"id":"{{Id("frontend")}}","name":"https","inbound_port":443,"certificate_ids":["{{Id("certificate")}}"],"backend":{"id":"{{Id("backend")}}","forward_protocol":"http"},"created_at":"{{At(200)}}","updated_at":"{{At(200)}}"}""");
        account.Add($"/lb/v1/zones/fr-par-1/lbs/{front}/certificates", $$"""{"id":"{{Id("certificate")}}","name":"shop","common_name":"shop.example","type":"letsencryt","status":"ready","not_valid_before":"{{At(80)}}","not_valid_after":"{{At(-10)}}","created_at":"{{At(80)}}","updated_at":"{{At(80)}}"}""");
        account.Add($"/lb/v1/zones/fr-par-1/lbs/{front}/backend-stats", $$"""{"instance_id":"{{Id("instance")}}","backend_id":"{{Id("backend")}}","ip":"10.0.0.2","server_state":"running","last_health_check_status":"failed"}""");
        Balancer(account, Id("lb empty"), "forgotten", "LB-S", "[]");
        account.Add("/lb/v1/zones/fr-par-1/ips", $$"""{"id":"{{Id("lb ip")}}","ip_address":"51.15.3.1","lb_id":null,"reverse":"","organization_id":"{{StandInAccount.Organisation}}","project_id":"{{Lab}}","tags":[],"zone":"fr-par-1","region":"fr-par"}""");
        account.Add("/vpc/v2/regions/fr-par/private-networks", $$"""{"id":"{{Id("pn")}}","name":"shop","organization_id":"{{StandInAccount.Organisation}}","project_id":"{{Shop}}","region":"fr-par","tags":[],"created_at":"{{At(300)}}","updated_at":"{{At(300)}}","subnets":[],"vpc_id":"{{Id("vpc")}}","dhcp_enabled":true}""");
    }

    private static void Balancer(StandInAccount account, string id, string name, string type, string tags) => account.Add("/lb/v1/zones/fr-par-1/lbs",
        $$"""{"id":"{{id}}","name":"{{name}}","description":"","status":"ready","instances":[],"organization_id":"{{StandInAccount.Organisation}}","project_id":"{{Shop}}","ip":[],"tags":{{tags}},"frontend_count":1,"backend_count":1,"type":"{{type}}","ssl_compatibility_level":"ssl_compatibility_level_intermediate","created_at":"{{At(200)}}","updated_at":"{{At(200)}}","private_network_count":1,"route_count":0,"region":"fr-par","zone":"fr-par-1"}""");

    private static void Group(StandInAccount account, string name, string policy, bool isStateful, bool isDefault, string[] servers, (string From, string To, string Range)[] rules)
    {
        var id = Id("group " + name);
        var members = string.Join(',', servers.Select(s => $$"""{"id":"{{Id("server " + s)}}","name":"{{s}}"}"""));
        account.Add("/instance/v1/zones/fr-par-1/security_groups", $$"""{"id":"{{id}}","name":"{{name}}","description":"","enable_default_security":true,"inbound_default_policy":"{{policy}}","outbound_default_policy":"accept","organization":"{{StandInAccount.Organisation}}","project":"{{Shop}}","project_default":{{(isDefault ? "true" : "false")}},"organization_default":false,"stateful":{{(isStateful ? "true" : "false")}},"servers":[{{members}}],"state":"available","tags":[],"creation_date":"{{At(300)}}","modification_date":"{{At(300)}}","zone":"fr-par-1"}""");
        foreach (var (index, (from, to, range)) in rules.Index())
        {
            account.Add($"/instance/v1/zones/fr-par-1/security_groups/{id}/rules", $$"""{"id":"{{Id($"{name} {index}")}}","protocol":"TCP","direction":"inbound","action":"accept","ip_range":"{{range}}","dest_port_from":{{from}},"dest_port_to":{{to}},"position":{{index + 1}},"editable":true,"zone":"fr-par-1"}""");
        }
    }

    private static void Clusters(StandInAccount account)
    {
        var id = Id("cluster shop");
        account.Add("/k8s/v1/regions/fr-par/clusters", $$"""{"id":"{{id}}","name":"shop-prod","type":"kapsule","status":"ready","version":"1.34.2","organization_id":"{{StandInAccount.Organisation}}","project_id":"{{Shop}}","region":"fr-par","tags":["env=production"],"cni":"cilium","description":"","cluster_url":"https://{{id}}.api.k8s.fr-par.scw.cloud:6443","dns_wildcard":"","upgrade_available":true,"auto_upgrade":{"enabled":false,"maintenance_window":{"start_hour":2,"day":"any"} },"admission_plugins":[],"feature_gates":[],"open_id_connect_config":{"issuer_url":"","client_id":"","username_claim":"","username_prefix":"","groups_claim":[],"groups_prefix":"","required_claim":[]},"private_network_id":"{{Id("pn")}}","commitment_ends_at":null,"acl_available":true,"created_at":"{{At(400)}}","updated_at":"{{At(30)}}"}""");
        account.Add($"/k8s/v1/regions/fr-par/clusters/{id}/pools", $$"""{"id":"{{Id("pool")}}","cluster_id":"{{id}}","name":"main","status":"ready","version":"1.33.4","node_type":"pro2_s","autoscaling":false,"autohealing":true,"size":3,"min_size":1,"max_size":3,"container_runtime":"containerd","tags":[],"upgrade_policy":{"max_unavailable":1,"max_surge":1},"zone":"fr-par-1","root_volume_type":"l_ssd","root_volume_size":20000000000,"public_ip_disabled":false,"region":"fr-par","created_at":"{{At(400)}}","updated_at":"{{At(30)}}"}""");
        account.Add($"/k8s/v1/regions/fr-par/clusters/{id}/acls", $$"""{"id":"{{Id("acl")}}","ip":"0.0.0.0/0","description":"everybody"}""");
        foreach (var node in new[] { "a1", "b2", "c3" })
        {
            account.Add($"/k8s/v1/regions/fr-par/clusters/{id}/nodes", $$"""{"id":"{{Id("node " + node)}}","cluster_id":"{{id}}","pool_id":"{{Id("pool")}}","name":"scw-shop-prod-main-{{node}}","status":"ready","region":"fr-par","created_at":"{{At(30)}}","updated_at":"{{At(1)}}"}""");
        }

        foreach (var (name, deprecated, end) in new[] { ("1.34.2", 56.0, -5.0), ("1.35.3", -56.0, -115.0), ("1.36.1", -180.0, -240.0) })
        {
            account.Add("/k8s/v1/regions/fr-par/versions", $$"""{"name":"{{name}}","label":"Kubernetes {{name}}","region":"fr-par","available_cnis":["cilium","calico","kilo"],"available_container_runtimes":["containerd"],"available_feature_gates":[],"available_admission_plugins":[],"available_kubelet_args":{},"deprecated_at":"{{At(deprecated)}}","end_of_life_at":"{{At(end)}}","released_at":"{{At(300)}}"}""");
        }
    }

    private static void Buckets(StandInAccount account)
    {
        const string Everybody = "http://acs.amazonaws.com/groups/global/AllUsers";
        account.Add($"/s3/fr-par/{Shop}", $$"""{"name":"shop-terraform-state","grants":[{"to":"{{StandInAccount.Organisation}}:{{StandInAccount.Organisation}}","permission":"FULL_CONTROL"}]}""");
        account.Add($"/s3/fr-par/{Shop}", $$"""{"name":"shop-images","grants":[{"to":"{{Everybody}}","permission":"READ"}],"versioning":"Enabled"}""");
        account.Add($"/s3/fr-par/{Lab}", $$"""{"name":"lab-exchange","grants":[],"policy":{"Version":"2023-04-17","Statement":[{"Sid":"all","Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":["lab-exchange/*"]}]},"versioning":"Enabled","lifecycle":["NoncurrentVersionExpiration","AbortIncompleteMultipartUpload"]}""");
    }

    private static void Registry(StandInAccount account)
    {
        const string Region = "/registry/v1/regions/fr-par";
        Namespace(account, "shop", isPublic: false, images: 1, 2);
        Namespace(account, "demo", isPublic: true, images: 0, 300);
        var image = Id("image web");
        account.Add($"{Region}/images", $$"""{"id":"{{image}}","name":"web","namespace_id":"{{Id("namespace shop")}}","status":"ready","visibility":"public","size":900000000,"tags":["1.4.0","pr-17"],"created_at":"{{At(300)}}","updated_at":"{{At(2)}}"}""");
        foreach (var (name, age) in new[] { ("1.4.0", 2.0), ("1.3.0", 40.0), ("pr-17", 120.0) })
        {
            account.Add($"{Region}/images/{image}/tags", $$"""{"id":"{{Id("tag " + name)}}","name":"{{name}}","image_id":"{{image}}","status":"ready","digest":"sha256:{{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))}}","created_at":"{{At(age)}}","updated_at":"{{At(age)}}"}""");
        }
    }

    private static void Namespace(StandInAccount account, string name, bool isPublic, int images, double changed) => account.Add("/registry/v1/regions/fr-par/namespaces",
        $$"""{"id":"{{Id("namespace " + name)}}","name":"{{name}}","description":"","organization_id":"{{StandInAccount.Organisation}}","project_id":"{{Shop}}","status":"ready","status_message":"","endpoint":"rg.fr-par.scw.cloud/{{name}}","is_public":{{(isPublic ? "true" : "false")}},"size":900000000,"image_count":{{images}},"created_at":"{{At(400)}}","updated_at":"{{At(changed)}}","region":"fr-par"}""");

    private static void Money(StandInAccount account)
    {
        void Line(string period, string category, string product, string sku, string project, int units, int nanos) => account.Add("/billing/v2beta1/consumptions",
            $$"""{"period":"{{period}}","value":{"currency_code":"EUR","units":{{units}},"nanos":{{nanos}}},"product_name":"{{product}}","resource_name":"{{product}}","sku":"{{sku}}","project_id":"{{project}}","category_name":"{{category}}","unit":"hour","billed_quantity":"560","consumer_id":""}""");
        Line("2026-11", "Compute", "PRO2-S", "/compute/pro2_s/run_fr-par-1", Shop, 245, 280_000_000);
        Line("2026-11", "Compute", "DEV1-L", "/compute/dev1_l/run_fr-par-1", Shop, 27, 720_000_000);
        Line("2026-11", "Compute", "GP1-XS", "/compute/gp1_xs/run_nl-ams-1", Lab, 51, 500_000_000);
        Line("2026-11", "Network", "Load Balancer S", "/network/lb_s/run_fr-par-1", Shop, 15, 120_000_000);
        Line("2026-10", "Compute", "PRO2-S", "/compute/pro2_s/run_fr-par-1", Shop, 240, 0);
        Line("2026-10", "Network", "Load Balancer S", "/network/lb_s/run_fr-par-1", Shop, 20, 0);
        account.Add("/billing/v2beta1/discounts", $$"""{"id":"{{Id("discount")}}","organization_id":"{{StandInAccount.Organisation}}","description":"startup programme","value":1000,"value_used":250,"value_remaining":750,"mode":"discount_mode_value","creation_date":"{{At(300)}}","start_date":"{{At(300)}}","stop_date":"{{At(-20)}}","coupon":null,"filters":[]}""");
        Product(account, "/compute/pro2_s/run_fr-par-1", "instance", "PRO2-S", "hour", 0, 109_500_000, "general_availability");
        Product(account, "/compute/dev1_l/run_fr-par-1", "instance", "DEV1-L", "hour", 0, 49_500_000, "general_availability");
        Product(account, "/compute/start1_s/run_fr-par-1", "instance", "START1-S", "hour", 0, 9_900_000, "end_of_support");
        Product(account, "/network/lb_s/run_fr-par-1", "load_balancer", "LB-S", "hour", 0, 27_000_000, "general_availability");
        Product(account, "/network/flexible_ip/run_fr-par-1", "", "", "hour", 0, 4_000_000, "general_availability");
    }

    private static void Product(StandInAccount account, string sku, string kind, string offer, string unit, long units, long nanos, string status)
    {
        var properties = kind switch
        {
            "instance" => $$"""{"instance":{"offer_id":"{{offer}}","range":"","recommended_replacement_offer_ids":[]} }""",
            "load_balancer" => $$"""{"load_balancer":{"node":{"offer_id":"{{offer}}" } } }""",
            _ => "{}",
        };
        account.Add("/product-catalog/v2alpha1/public-catalog/products",
            $$"""{"sku":"{{sku}}","service_category":"Compute","product_category":"{{kind}}","product":"{{(offer.Length == 0 ? "Flexible IP" : offer)}}","variant":"{{offer}}","description":"","locality":{"zone":"fr-par-1"},"price":{"retail_price":{"currency_code":"EUR","units":{{units}},"nanos":{{nanos}} } },"properties":{{properties}},"status":"{{status}}","unit_of_measure":{"unit":"{{unit}}","size":1} }""");
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
