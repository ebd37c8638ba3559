using Actions.AccountReview.Rules;
using static Actions.AccountReview.Inventory.CloudKinds;

namespace Actions.AccountReview.Tests.Rules;

/// <summary>What each rule says of which account.</summary>
internal sealed record RuleCase(string Rule, ReviewStatus? Expected, string Title, Func<Facts, Facts> Arrange)
{
    /// <summary>Words that the message must have.</summary>
    public string Says { get; init; } = "";

    public ReviewSeverity? Severity { get; init; }

    public decimal? Saving { get; init; }

    public override string ToString() => $"{Rule}: {Title}";
}

internal static class RuleCases
{
    private const ReviewStatus Pass = ReviewStatus.Pass;
    private const ReviewStatus Fail = ReviewStatus.Fail;
    private const ReviewStatus Manual = ReviewStatus.Manual;

    private static readonly UsageIndex AskedAll = new() { AskedClusters = new HashSet<string> { "c" } };

    public static IReadOnlyList<RuleCase> All { get; } =
    [
        new("iam-owner-key", Fail, "user_id is the id of an owner", f => Owner(f).With(ApiKey, "{'access_key':'k','user_id':'boss'}")),
        new("iam-owner-key", Fail, "user_id is the account root id of an owner", f => Owner(f).With(ApiKey, "{'access_key':'k','user_id':'root'}")),
        new("iam-owner-key", Pass, "the key of a member", f => Owner(f).With(User, "{'id':'dev','type':'member'}").With(ApiKey, "{'access_key':'k','user_id':'dev'}")),
        new("iam-owner-key", Pass, "the key of an application", f => Owner(f).With(ApiKey, "{'access_key':'k','application_id':'ci'}")),
        new("iam-owner-key", Manual, "a user that is not in the list", f => Owner(f).With(ApiKey, "{'access_key':'k','user_id':'somebody'}")),
        new("iam-owner-key", Manual, "the users could not be read", f => f.Without(User).With(ApiKey, "{'access_key':'k','user_id':'boss'}")),
        new("iam-key-without-expiry", Fail, "expires_at is null", f => f.With(ApiKey, "{'access_key':'k','expires_at':null}")),
        new("iam-key-without-expiry", Pass, "it has a date", f => f.With(ApiKey, "{'access_key':'k','expires_at':@10}")),
        new("iam-key-without-expiry", Manual, "the field is missing", f => f.With(ApiKey, "{'access_key':'k'}")),
        new("iam-key-too-old", Fail, "91 days", f => f.With(ApiKey, "{'access_key':'k','created_at':@-91}")) { Says = "91 days" },
        new("iam-key-too-old", Pass, "90 days", f => f.With(ApiKey, "{'access_key':'k','created_at':@-90}")),
        new("iam-key-too-old", Manual, "no date", f => f.With(ApiKey, "{'access_key':'k','created_at':'yesterday'}")),
        new("iam-key-expires-soon", Fail, "in 13 days", f => f.With(ApiKey, "{'access_key':'k','expires_at':@13.5}")) { Says = "in 13 days" },
        new("iam-key-expires-soon", Pass, "in 15 days", f => f.With(ApiKey, "{'access_key':'k','expires_at':@15}")),
        new("iam-key-expires-soon", null, "it never expires", f => f.With(ApiKey, "{'access_key':'k','expires_at':null}")),
        new("iam-key-expires-soon", null, "it has expired", f => f.With(ApiKey, "{'access_key':'k','expires_at':@-1}")),
        new("iam-key-expires-soon", Manual, "the field is missing", f => f.With(ApiKey, "{'access_key':'k'}")),
        new("iam-expired-key", Fail, "since two days", f => f.With(ApiKey, "{'access_key':'k','expires_at':@-2}")) { Says = "2 days ago" },
        new("iam-expired-key", Pass, "tomorrow", f => f.With(ApiKey, "{'access_key':'k','expires_at':@1}")),
        new("iam-expired-key", Pass, "never", f => f.With(ApiKey, "{'access_key':'k','expires_at':null}")),
        new("iam-expired-key", Manual, "the field is missing", f => f.With(ApiKey, "{'access_key':'k'}")),
        new("iam-key-of-a-person", Fail, "the review runs with it", f => f.ReadBy("k").With(ApiKey, "{'access_key':'k','user_id':'dev'}")),
        new("iam-key-of-a-person", Pass, "the review runs with one of an application", f => f.ReadBy("k").With(ApiKey, "{'access_key':'k','application_id':'ci'}")),
        new("iam-key-of-a-person", Fail, "its description is that of a pipeline", f => f.With(ApiKey, "{'access_key':'k','user_id':'dev','description':'terraform-prod'}")) { Says = "terraform" },
        new("iam-key-of-a-person", Fail, "Terraform has worked with the keys of the person", f => f.Seen("dev", 2, "Mozilla/5.0", "terraform-provider/2.81.0 (linux)").With(ApiKey, "{'access_key':'k','user_id':'dev','description':'laptop'}")) { Says = "terraform-provider/2.81.0 has" },
        new("iam-key-of-a-person", Pass, "the person has worked with the CLI", f => f.Seen("dev", 2, "scaleway-cli/2.40").With(ApiKey, "{'access_key':'k','user_id':'dev','description':'laptop'}")),
        new("iam-key-of-a-person", Pass, "a word in another word", f => f.Seen("dev", 2).With(ApiKey, "{'access_key':'k','user_id':'dev','description':'specific decision'}")),
        new("iam-key-of-a-person", null, "it has expired", f => f.With(ApiKey, "{'access_key':'k','user_id':'dev','description':'ci','expires_at':@-1}")),
        new("iam-key-of-a-person", Manual, "the audit trail gave no answer", f => f.ReadBy("other").With(ApiKey, "{'access_key':'k','user_id':'dev'}")),
        new("iam-key-of-a-person", Manual, "the keys could not be read", f => f.ReadBy("k").Without(ApiKey)),
        new("iam-review-key-writes", Fail, "through a group", f => f.ReadBy("k").With(ApiKey, "{'access_key':'k','application_id':'ci'}")
            .With(Group, "{'id':'g','application_ids':['ci']}").With(Policy, "{'id':'p','group_id':'g'}").With(PolicyRule, "{'id':'r','permission_set_names':['IAMReadOnly','InstancesFullAccess']}", parent: "p")) { Says = "InstancesFullAccess" },
        new("iam-review-key-writes", Pass, "reading only", f => f.ReadBy("k").With(ApiKey, "{'access_key':'k','application_id':'ci'}")
            .With(Policy, "{'id':'p','application_id':'ci'}").With(PolicyRule, "{'id':'r','permission_set_names':['IAMReadOnly']}", parent: "p")),
        new("iam-review-key-writes", Manual, "the rules could not be read", f => f.ReadBy("k").Without(PolicyRule).With(ApiKey, "{'access_key':'k','application_id':'ci'}").With(Policy, "{'id':'p','application_id':'ci'}")),
        new("iam-user-without-mfa", Fail, "a member", f => f.With(User, "{'id':'u','type':'member','mfa':false,'locked':false}")) { Severity = ReviewSeverity.High },
        new("iam-user-without-mfa", Fail, "an owner", f => f.With(User, "{'id':'u','type':'owner','mfa':false}")) { Severity = ReviewSeverity.Critical },
        new("iam-user-without-mfa", Pass, "with a second factor", f => f.With(User, "{'id':'u','mfa':true}")),
        new("iam-user-without-mfa", null, "locked", f => f.With(User, "{'id':'u','mfa':false,'locked':true}")),
        new("iam-user-without-mfa", Manual, "mfa is null", f => f.With(User, "{'id':'u','mfa':null}")),
        new("iam-user-silent", Fail, "last login 91 days ago", f => f.With(User, "{'id':'u','last_login_at':@-91}")) { Says = "91 days" },
        new("iam-user-silent", Fail, "never logged in, made 31 days ago", f => f.With(User, "{'id':'u','last_login_at':null,'created_at':@-31}")),
        new("iam-user-silent", Pass, "last login yesterday", f => f.With(User, "{'id':'u','last_login_at':@-1}")),
        new("iam-user-silent", Pass, "never logged in, made yesterday", f => f.With(User, "{'id':'u','last_login_at':null,'created_at':@-1}")),
        new("iam-user-silent", Manual, "the field is missing", f => f.With(User, "{'id':'u','created_at':@-100}")),
        new("iam-application-sovereign", Fail, "everything on the organisation", f => f.With(Policy, "{'id':'p','name':'all','application_id':'ci'}").With(PolicyRule, "{'id':'r','organization_id':'org','permission_set_names':['AllProductsFullAccess']}", parent: "p")) { Says = "AllProductsFullAccess" },
        new("iam-application-sovereign", Fail, "through a group", f => f.With(Group, "{'id':'g','application_ids':['ci']}").With(Policy, "{'id':'p','name':'all','group_id':'g'}").With(PolicyRule, "{'id':'r','organization_id':'org','permission_set_names':['IAMManager']}", parent: "p")),
        new("iam-application-sovereign", Pass, "on some projects", f => f.With(Policy, "{'id':'p','application_id':'ci'}").With(PolicyRule, "{'id':'r','project_ids':['x'],'permission_set_names':['AllProductsFullAccess']}", parent: "p")),
        new("iam-application-sovereign", Pass, "a person", f => f.With(Policy, "{'id':'p','user_id':'boss'}").With(PolicyRule, "{'id':'r','organization_id':'org','permission_set_names':['IAMManager']}", parent: "p")),
        new("iam-application-sovereign", Manual, "the policies could not be read", f => f.Without(Policy).With(PolicyRule, "{'id':'r','organization_id':'org','permission_set_names':['IAMManager']}", parent: "p")),
        new("iam-application-everywhere", Fail, "one of two projects has servers", f => Everywhere(f, "InstancesFullAccess").With(Server, "{'id':'s','project':'x'}")) { Says = "all 2 projects" },
        new("iam-application-everywhere", Fail, "no project has any", f => Everywhere(f, "KubernetesFullAccess")) { Says = "none has" },
        new("iam-application-everywhere", Pass, "every project has servers", f => Everywhere(f, "InstancesFullAccess").With(Server, "{'id':'s','project':'x'}").With(Ip, "{'id':'i','project':'y'}")),
        new("iam-application-everywhere", Pass, "it only reads", f => Everywhere(f, "InstancesReadOnly")),
        new("iam-application-everywhere", Manual, "a zone could not be read", f => Everywhere(f, "InstancesFullAccess").Without(Server, "fr-par-2")),
        new("iam-policy-without-principal", Fail, "nobody", f => f.With(Policy, "{'id':'p','no_principal':true}")),
        new("iam-policy-without-principal", Pass, "somebody", f => f.With(Policy, "{'id':'p','no_principal':false,'user_id':'u'}")),
        new("iam-policy-without-principal", Manual, "the field is missing", f => f.With(Policy, "{'id':'p'}")),
        new("iam-empty-group", Fail, "nobody is in it", f => f.With(Group, "{'id':'g','user_ids':[],'application_ids':[]}")),
        new("iam-empty-group", Pass, "an application is in it", f => f.With(Group, "{'id':'g','user_ids':[],'application_ids':['ci']}")),
        new("iam-empty-group", Manual, "the members are missing", f => f.With(Group, "{'id':'g','user_ids':[]}")),
        new("iam-unused-application", Fail, "neither key nor policy", f => f.With(Application, "{'id':'a','nb_api_keys':0}")),
        new("iam-unused-application", Pass, "a key", f => f.With(Application, "{'id':'a','nb_api_keys':1}")),
        new("iam-unused-application", Pass, "a policy through a group", f => f.With(Application, "{'id':'a','nb_api_keys':0}").With(Group, "{'id':'g','application_ids':['a']}").With(Policy, "{'id':'p','group_id':'g'}")),
        new("iam-unused-application", Manual, "the policies could not be read", f => f.Without(Policy).With(Application, "{'id':'a','nb_api_keys':0}")),
        new("iam-silent-principal", Fail, "no event within 90 days", f => f.Seen("ci", null).With(ApiKey, "{'access_key':'k','application_id':'ci','expires_at':null}")),
        new("iam-silent-principal", Pass, "an event", f => f.Seen("ci", 3).With(ApiKey, "{'access_key':'k','application_id':'ci','expires_at':null}")),
        new("iam-silent-principal", Manual, "the audit trail gave no answer", f => f.With(ApiKey, "{'access_key':'k','application_id':'ci','expires_at':null}")),

        new("organization-key-duration", Fail, "zero", f => f.With(SecuritySettings, "{'max_api_key_expiration_duration':'0s'}")),
        new("organization-key-duration", Fail, "null", f => f.With(SecuritySettings, "{'max_api_key_expiration_duration':null}")),
        new("organization-key-duration", Pass, "90 days", f => f.With(SecuritySettings, "{'max_api_key_expiration_duration':'7776000s'}")),
        new("organization-key-duration", Manual, "the field is missing", f => f.With(SecuritySettings, "{}")),
        new("organization-login-attempts", Fail, "no limit", f => f.With(SecuritySettings, "{'login_attempts_before_locked':0}")),
        new("organization-login-attempts", Pass, "ten", f => f.With(SecuritySettings, "{'login_attempts_before_locked':10}")),
        new("organization-login-attempts", Manual, "the field is missing", f => f.With(SecuritySettings, "{}")),
        new("organization-long-session", Fail, "a week", f => f.With(SecuritySettings, "{'max_login_session_duration':'604800s'}")) { Says = "168 hours" },
        new("organization-long-session", Pass, "a day", f => f.With(SecuritySettings, "{'max_login_session_duration':'86400s'}")),
        new("organization-long-session", Manual, "the field is missing", f => f.With(SecuritySettings, "{}")),
        new("organization-password-beside-saml", Fail, "both are on", f => f.With(Organisation, "{'id':'org','login_saml_enabled':true,'login_password_enabled':true}")),
        new("organization-password-beside-saml", Pass, "no single sign-on", f => f.With(Organisation, "{'id':'org','login_saml_enabled':false,'login_password_enabled':true}")),
        new("organization-password-beside-saml", Manual, "a field is missing", f => f.With(Organisation, "{'id':'org','login_saml_enabled':true}")),

        new("registry-public-namespace", Fail, "public", f => f.With(RegistryNamespace, "{'id':'n','is_public':true}")),
        new("registry-public-namespace", Pass, "private", f => f.With(RegistryNamespace, "{'id':'n','is_public':false}")),
        new("registry-public-namespace", Manual, "the field is missing", f => f.With(RegistryNamespace, "{'id':'n'}")),
        new("registry-public-image", Fail, "public in a private namespace", f => f.With(RegistryNamespace, "{'id':'n','name':'shop','is_public':false}").With(RegistryImage, "{'id':'i','namespace_id':'n','visibility':'public'}")),
        new("registry-public-image", Pass, "inherit", f => f.With(RegistryNamespace, "{'id':'n','is_public':false}").With(RegistryImage, "{'id':'i','namespace_id':'n','visibility':'inherit'}")),
        new("registry-public-image", null, "public in a public namespace", f => f.With(RegistryNamespace, "{'id':'n','is_public':true}").With(RegistryImage, "{'id':'i','namespace_id':'n','visibility':'public'}")),
        new("registry-public-image", Manual, "the namespaces could not be read", f => f.Without(RegistryNamespace).With(RegistryImage, "{'id':'i','namespace_id':'n','visibility':'public'}")),
        new("registry-empty-namespace", Fail, "empty for a month", f => f.With(RegistryNamespace, "{'id':'n','image_count':0,'updated_at':@-31}")),
        new("registry-empty-namespace", Pass, "empty since yesterday", f => f.With(RegistryNamespace, "{'id':'n','image_count':0,'updated_at':@-1}")),
        new("registry-empty-namespace", Pass, "one image", f => f.With(RegistryNamespace, "{'id':'n','image_count':1,'updated_at':@-310}")),
        new("registry-empty-namespace", Manual, "the number is missing", f => f.With(RegistryNamespace, "{'id':'n','updated_at':@-31}")),
        new("registry-unused-tag", Fail, "old and named by nobody", f => Tagged(f, 11).Used(AskedAll).With(RegistryTag, "{'id':'t','name':'pr-1','digest':'sha256:old','created_at':@-99}", parent: "i")) { Says = "rg.fr-par.scw.cloud/shop/web:pr-1" },
        new("registry-unused-tag", Pass, "one of the newest", f => Tagged(f, 1).With(RegistryTag, "{'id':'t','name':'pr-1','digest':'sha256:old','created_at':@-99}", parent: "i")),
        new("registry-unused-tag", Pass, "a version", f => Tagged(f, 11).With(RegistryTag, "{'id':'t','name':'v1.2.3','digest':'sha256:old','created_at':@-99}", parent: "i")),
        new("registry-unused-tag", Pass, "a pod runs it", f => Tagged(f, 11).Used(new UsageIndex { Images = new HashSet<string> { "rg.fr-par.scw.cloud/shop/web:pr-1" } }).With(RegistryTag, "{'id':'t','name':'pr-1','digest':'sha256:old','created_at':@-99}", parent: "i")),
        new("registry-unused-tag", Pass, "a pod runs its digest", f => Tagged(f, 11).Used(new UsageIndex { Images = new HashSet<string> { "rg.fr-par.scw.cloud/shop/web@sha256:old" } }).With(RegistryTag, "{'id':'t','name':'pr-1','digest':'sha256:old','created_at':@-99}", parent: "i")),
        new("registry-unused-tag", Pass, "it shares its digest with a version", f => Tagged(f, 11).With(RegistryTag, "{'id':'t','name':'pr-1','digest':'sha256:old','created_at':@-99}", parent: "i").With(RegistryTag, "{'id':'z','name':'1.0.0','digest':'sha256:old','created_at':@-99}", parent: "i")),
        new("registry-unused-tag", Manual, "a cluster was not asked", f => Tagged(f, 11).With(Cluster, "{'id':'c','name':'prod'}").With(RegistryTag, "{'id':'t','name':'pr-1','digest':'sha256:old','created_at':@-99}", parent: "i")) { Says = "prod" },

        new("network-open-port", Fail, "SSH to everybody", f => Protects(f, "s").With(SecurityGroupRule, "{'id':'r','direction':'inbound','action':'accept','protocol':'TCP','ip_range':'0.0.0.0/0','dest_port_from':22,'dest_port_to':null,'editable':true}", parent: "g")) { Says = "port 22 (SSH)", Severity = ReviewSeverity.Critical },
        new("network-open-port", Fail, "a range with PostgreSQL in it, by IPv6", f => Protects(f, "s").With(SecurityGroupRule, "{'id':'r','direction':'inbound','action':'accept','protocol':'TCP','ip_range':'::/0','dest_port_from':5000,'dest_port_to':6000}", parent: "g")) { Says = "5432 (PostgreSQL)" },
        new("network-open-port", Fail, "every port", f => Protects(f, "s").With(SecurityGroupRule, "{'id':'r','direction':'inbound','action':'accept','protocol':'ANY','ip_range':'0.0.0.0/0','dest_port_from':null}", parent: "g")) { Says = "every port" },
        new("network-open-port", Fail, "no server yet", f => Protects(f).With(SecurityGroupRule, "{'id':'r','direction':'inbound','action':'accept','protocol':'TCP','ip_range':'0.0.0.0/0','dest_port_from':22}", parent: "g")) { Severity = ReviewSeverity.Low },
        new("network-open-port", Pass, "HTTPS to everybody", f => Protects(f, "s").With(SecurityGroupRule, "{'id':'r','direction':'inbound','action':'accept','protocol':'TCP','ip_range':'0.0.0.0/0','dest_port_from':443}", parent: "g")),
        new("network-open-port", Pass, "SSH to the office", f => Protects(f, "s").With(SecurityGroupRule, "{'id':'r','direction':'inbound','action':'accept','protocol':'TCP','ip_range':'203.0.113.0/24','dest_port_from':22}", parent: "g")),
        new("network-open-port", null, "outbound", f => Protects(f, "s").With(SecurityGroupRule, "{'id':'r','direction':'outbound','action':'accept','protocol':'TCP','ip_range':'0.0.0.0/0','dest_port_from':22}", parent: "g")),
        new("network-open-port", Manual, "the groups could not be read", f => f.Without(SecurityGroup, "fr-par-1").With(SecurityGroupRule, "{'id':'r','direction':'inbound','action':'accept','protocol':'TCP','ip_range':'0.0.0.0/0','dest_port_from':22}", parent: "g")),
        new("network-open-by-default", Fail, "accept", f => f.With(SecurityGroup, "{'id':'g','inbound_default_policy':'accept','servers':[{'id':'s'}]}")),
        new("network-open-by-default", Pass, "drop", f => f.With(SecurityGroup, "{'id':'g','inbound_default_policy':'drop','servers':[{'id':'s'}]}")),
        new("network-open-by-default", null, "it protects nobody", f => f.With(SecurityGroup, "{'id':'g','inbound_default_policy':'accept','servers':[]}")),
        new("network-open-by-default", Manual, "an unknown policy", f => f.With(SecurityGroup, "{'id':'g','inbound_default_policy':'unknown_policy','servers':[{'id':'s'}]}")),
        new("network-stateless-group", Fail, "stateless", f => f.With(SecurityGroup, "{'id':'g','stateful':false,'servers':[{'id':'s'}]}")),
        new("network-stateless-group", Pass, "stateful", f => f.With(SecurityGroup, "{'id':'g','stateful':true,'servers':[{'id':'s'}]}")),
        new("network-stateless-group", Manual, "the field is missing", f => f.With(SecurityGroup, "{'id':'g','servers':[{'id':'s'}]}")),
        new("network-public-server-in-default-group", Fail, "in the default group", f => f.With(SecurityGroup, "{'id':'g','project_default':true}").With(Server, "{'id':'s','public_ips':[{'id':'i'}],'security_group':{'id':'g'}}")),
        new("network-public-server-in-default-group", Pass, "in its own group", f => f.With(SecurityGroup, "{'id':'g','project_default':false}").With(Server, "{'id':'s','public_ips':[{'id':'i'}],'security_group':{'id':'g'}}")),
        new("network-public-server-in-default-group", null, "no public address", f => f.With(SecurityGroup, "{'id':'g','project_default':true}").With(Server, "{'id':'s','public_ips':[],'security_group':{'id':'g'}}")),
        new("network-public-server-in-default-group", Manual, "a group that is not in the list", f => f.With(Server, "{'id':'s','public_ips':[{'id':'i'}],'security_group':{'id':'g'}}")),
        new("load-balancer-old-tls", Fail, "old", f => f.With(LoadBalancer, "{'id':'l','ssl_compatibility_level':'ssl_compatibility_level_old'}")),
        new("load-balancer-old-tls", Pass, "intermediate", f => f.With(LoadBalancer, "{'id':'l','ssl_compatibility_level':'ssl_compatibility_level_intermediate'}")),
        new("load-balancer-old-tls", Manual, "the field is missing", f => f.With(LoadBalancer, "{'id':'l'}")),
        new("load-balancer-certificate", Fail, "it expires in 20 days", f => f.With(Certificate, "{'id':'c','status':'ready','common_name':'shop','not_valid_after':@20.5}", parent: "l")) { Says = "in 20 days", Severity = ReviewSeverity.High },
        new("load-balancer-certificate", Fail, "it has expired", f => f.With(Certificate, "{'id':'c','status':'ready','common_name':'shop','not_valid_after':@-1}", parent: "l")) { Severity = ReviewSeverity.Critical },
        new("load-balancer-certificate", Fail, "it could not be made", f => f.With(Certificate, "{'id':'c','status':'error','common_name':'shop','status_details':'no DNS record'}", parent: "l")) { Says = "no DNS record" },
        new("load-balancer-certificate", Pass, "it expires in 22 days", f => f.With(Certificate, "{'id':'c','status':'ready','not_valid_after':@22}", parent: "l")),
        new("load-balancer-certificate", Manual, "no date", f => f.With(Certificate, "{'id':'c','status':'ready','not_valid_after':null}", parent: "l")),
        new("load-balancer-plain-http", Fail, "port 80 alone", f => f.With(Frontend, "{'id':'f','inbound_port':80,'backend':{'forward_protocol':'http'},'certificate_ids':[]}", parent: "l")),
        new("load-balancer-plain-http", Pass, "beside one with a certificate", f => f.With(Frontend, "{'id':'f','inbound_port':80,'backend':{'forward_protocol':'http'}}", parent: "l").With(Frontend, "{'id':'z','inbound_port':443,'certificate_ids':['c']}", parent: "l")),
        new("load-balancer-plain-http", null, "passed on as it is", f => f.With(Frontend, "{'id':'f','inbound_port':80,'backend':{'forward_protocol':'tcp'}}", parent: "l")),
        new("load-balancer-plain-http", Manual, "no port", f => f.With(Frontend, "{'id':'f','backend':{'forward_protocol':'http'}}", parent: "l")),

        new("kapsule-open-api", Fail, "no list", f => f.With(Cluster, "{'id':'c','acl_available':true}")),
        new("kapsule-open-api", Fail, "everybody is on it", f => f.With(Cluster, "{'id':'c'}").With(ClusterAcl, "{'id':'a','ip':'0.0.0.0/0'}", parent: "c")),
        new("kapsule-open-api", Pass, "the office", f => f.With(Cluster, "{'id':'c'}").With(ClusterAcl, "{'id':'a','ip':'203.0.113.0/24'}", parent: "c")),
        new("kapsule-open-api", Manual, "the list could not be read", f => f.Without(ClusterAcl, "fr-par", "c").With(Cluster, "{'id':'c'}")),
        new("kapsule-version-ends", Fail, "deprecated", f => f.With(ClusterVersion, "{'name':'1.34.2','deprecated_at':@-10,'end_of_life_at':@60}").With(Cluster, "{'id':'c','version':'1.34.2'}")) { Severity = ReviewSeverity.High },
        new("kapsule-version-ends", Fail, "its life ends within 30 days", f => f.With(ClusterVersion, "{'name':'1.34.2','deprecated_at':@-56,'end_of_life_at':@5}").With(Cluster, "{'id':'c','version':'1.34.2'}")) { Severity = ReviewSeverity.Critical, Says = "2026-11-29" },
        new("kapsule-version-ends", Fail, "no longer offered", f => f.With(ClusterVersion, "{'name':'1.36.0','deprecated_at':@100}").With(Cluster, "{'id':'c','version':'1.30.2'}")) { Severity = ReviewSeverity.Critical },
        new("kapsule-version-ends", Fail, "another patch of a deprecated release", f => f.With(ClusterVersion, "{'name':'1.34.6','deprecated_at':@-10}").With(Cluster, "{'id':'c','version':'1.34.2'}")),
        new("kapsule-version-ends", Pass, "supported", f => f.With(ClusterVersion, "{'name':'1.35.3','deprecated_at':@56,'end_of_life_at':@115}").With(Cluster, "{'id':'c','version':'1.35.3'}")),
        new("kapsule-version-ends", Manual, "the versions could not be read", f => f.Without(ClusterVersion, "fr-par").With(Cluster, "{'id':'c','version':'1.35.3'}")),
        new("kapsule-no-auto-upgrade", Fail, "off", f => f.With(Cluster, "{'id':'c','auto_upgrade':{'enabled':false}}")),
        new("kapsule-no-auto-upgrade", Pass, "on", f => f.With(Cluster, "{'id':'c','auto_upgrade':{'enabled':true}}")),
        new("kapsule-no-auto-upgrade", Manual, "the field is missing", f => f.With(Cluster, "{'id':'c'}")),
        new("kapsule-pool-behind", Fail, "a minor release behind", f => f.With(Cluster, "{'id':'c','version':'1.35.3'}").With(Pool, "{'id':'p','version':'1.34.2'}", parent: "c")) { Says = "1.34.2" },
        new("kapsule-pool-behind", Pass, "the same", f => f.With(Cluster, "{'id':'c','version':'1.35.3'}").With(Pool, "{'id':'p','version':'1.35.3'}", parent: "c")),
        new("kapsule-pool-behind", Manual, "no version", f => f.With(Cluster, "{'id':'c','version':'1.35.3'}").With(Pool, "{'id':'p'}", parent: "c")),
        new("kapsule-public-nodes", Fail, "public", f => f.With(Pool, "{'id':'p','public_ip_disabled':false}", parent: "c")),
        new("kapsule-public-nodes", Pass, "private", f => f.With(Pool, "{'id':'p','public_ip_disabled':true}", parent: "c")),
        new("kapsule-public-nodes", Manual, "the field is missing", f => f.With(Pool, "{'id':'p'}", parent: "c")),
        new("kapsule-no-single-sign-on", Pass, "OpenID Connect", f => f.With(Cluster, "{'id':'c','open_id_connect_config':{'issuer_url':'https://id.example'}}")),
        new("kapsule-no-single-sign-on", Manual, "none, so the roles have to be looked at", f => f.With(Cluster, "{'id':'c','open_id_connect_config':{'issuer_url':''}}")),
        new("kapsule-no-healing", Fail, "off", f => f.With(Pool, "{'id':'p','autohealing':false}", parent: "c")),
        new("kapsule-no-healing", Pass, "on", f => f.With(Pool, "{'id':'p','autohealing':true}", parent: "c")),
        new("kapsule-no-healing", Manual, "the field is missing", f => f.With(Pool, "{'id':'p'}", parent: "c")),
        new("kapsule-single-zone", Fail, "two pools in one zone", f => f.With(Cluster, "{'id':'c'}").With(Pool, "{'id':'p','zone':'fr-par-1'}", parent: "c").With(Pool, "{'id':'q','zone':'fr-par-1'}", parent: "c")) { Says = "All 2 pools are in fr-par-1" },
        new("kapsule-single-zone", Pass, "two zones", f => f.With(Cluster, "{'id':'c'}").With(Pool, "{'id':'p','zone':'fr-par-1'}", parent: "c").With(Pool, "{'id':'q','zone':'fr-par-2'}", parent: "c")),
        new("kapsule-single-zone", null, "no pool yet", f => f.With(Cluster, "{'id':'c'}")),
        new("kapsule-single-zone", Manual, "the pools could not be read", f => f.Without(Pool, "fr-par").With(Cluster, "{'id':'c'}").With(Pool, "{'id':'p','zone':'fr-par-1'}", parent: "c")),
        new("kapsule-retired-ingress", Fail, "a pod runs it", f => f.Used(Runs("registry.k8s.io/ingress-nginx/controller")).With(Cluster, "{'id':'c'}")),
        new("kapsule-retired-ingress", Pass, "another one", f => f.Used(Runs("docker.io/library/traefik")).With(Cluster, "{'id':'c'}")),
        new("kapsule-retired-ingress", Manual, "it was not asked", f => f.With(Cluster, "{'id':'c'}")),
        new("kapsule-no-network-policy", Fail, "flannel", f => f.With(Cluster, "{'id':'c','cni':'flannel'}")),
        new("kapsule-no-network-policy", Pass, "cilium", f => f.With(Cluster, "{'id':'c','cni':'cilium'}")),
        new("kapsule-no-network-policy", Manual, "unknown", f => f.With(Cluster, "{'id':'c','cni':'unknown_cni'}")),

        new("storage-public-bucket", Fail, "everybody may list it", f => Stored(f).With(BucketAcl, $"{{'grants':[{{'to':'owner','permission':'FULL_CONTROL'}},{{'to':'{Everybody}','permission':'READ'}}]}}", parent: "b")) { Says = "READ", Severity = ReviewSeverity.High },
        new("storage-public-bucket", Fail, "everybody may write", f => Stored(f).With(BucketAcl, $"{{'grants':[{{'to':'{Everybody}','permission':'WRITE'}}]}}", parent: "b")) { Severity = ReviewSeverity.Critical },
        new("storage-public-bucket", Pass, "only its owner", f => Stored(f).With(BucketAcl, "{'grants':[{'to':'owner','permission':'FULL_CONTROL'}]}", parent: "b")),
        new("storage-public-bucket", Manual, "the list could not be read", f => Stored(f).Without(BucketAcl, "fr-par", "b")),
        new("storage-public-policy", Fail, "everybody may read", f => Stored(f).With(BucketPolicy, "{'policy':{'Statement':[{'Effect':'Allow','Principal':'*','Action':['s3:GetObject']}]}}", parent: "b")) { Says = "s3:GetObject", Severity = ReviewSeverity.High },
        new("storage-public-policy", Fail, "everybody in a list, one statement, every action", f => Stored(f).With(BucketPolicy, "{'policy':{'Statement':{'Effect':'Allow','Principal':{'SCW':['user_id:a','*']},'Action':'s3:*'}}}", parent: "b")) { Says = "s3:*", Severity = ReviewSeverity.Critical },
        new("storage-public-policy", Pass, "an application", f => Stored(f).With(BucketPolicy, "{'policy':{'Statement':[{'Effect':'Allow','Principal':{'SCW':'application_id:a'},'Action':'*'}]}}", parent: "b")),
        new("storage-public-policy", Pass, "everybody is denied", f => Stored(f).With(BucketPolicy, "{'policy':{'Statement':[{'Effect':'Deny','Principal':'*','Action':'*'}]}}", parent: "b")),
        new("storage-public-policy", Pass, "none", f => Stored(f).With(BucketPolicy, "{'policy':null}", parent: "b")),
        new("storage-public-policy", Manual, "everybody from some addresses", f => Stored(f).With(BucketPolicy, "{'policy':{'Statement':[{'Effect':'Allow','Principal':'*','Action':'s3:GetObject','Condition':{'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}}}]}}", parent: "b")) { Says = "conditions" },
        new("storage-state-unversioned", Fail, "named by a backend", f => Stored(f).Keeps("b", isLocked: true).With(BucketVersioning, "{'status':'Disabled'}", parent: "b")),
        new("storage-state-unversioned", Fail, "named by the option, suspended", f => Stored(f).Set(s => s with { StateBuckets = new HashSet<string> { "b" } }).With(BucketVersioning, "{'status':'Suspended'}", parent: "b")) { Says = "suspended" },
        new("storage-state-unversioned", Pass, "known by its name", f => f.With(Bucket, "{'name':'shop-tfstate'}", parent: "x").With(BucketVersioning, "{'status':'Enabled'}", parent: "shop-tfstate")),
        new("storage-state-unversioned", null, "a bucket of something else", f => Stored(f).With(BucketVersioning, "{'status':'Disabled'}", parent: "b")),
        new("storage-state-unversioned", Manual, "the versioning could not be read", f => Stored(f).Keeps("b", isLocked: true).Without(BucketVersioning, "fr-par", "b")),
        new("storage-state-unlocked", Fail, "a backend without a lock", f => Stored(f).Keeps("b", isLocked: true).Keeps("b", isLocked: false)) { Says = "main.tf:3:1" },
        new("storage-state-unlocked", Pass, "every backend locks", f => Stored(f).Keeps("b", isLocked: true)),
        new("storage-state-unlocked", null, "a bucket of something else", f => Stored(f)),
        new("storage-state-unlocked", Manual, "no backend names it", f => Stored(f).Set(s => s with { StateBuckets = new HashSet<string> { "b" } })),
        new("state-secret-output", Fail, "not marked as sensitive", f => f.With(State, "{'id':'a.tfstate','outputs':[{'name':'kube','sensitive':false,'looks_like':'a kubeconfig'}]}")) { Says = "kube (a kubeconfig)", Severity = ReviewSeverity.High },
        new("state-secret-output", Fail, "marked as sensitive", f => f.With(State, "{'id':'a.tfstate','outputs':[{'name':'kube','sensitive':true,'looks_like':'a kubeconfig'}]}")) { Severity = ReviewSeverity.Medium },
        new("state-secret-output", Pass, "an address", f => f.With(State, "{'id':'a.tfstate','outputs':[{'name':'ip','sensitive':false,'looks_like':''}]}")),
        new("state-secret-output", Manual, "no state was given", f => f.Without(State, fault: Actions.AccountReview.Scaleway.ScalewayFault.NotAsked)),
        new("cost-bucket-without-lifecycle", Fail, "old versions stay for ever", f => Stored(f).With(BucketVersioning, "{'status':'Enabled'}", parent: "b").With(BucketLifecycle, "{'rules':[]}", parent: "b")) { Says = "uploads that were never finished" },
        new("cost-bucket-without-lifecycle", Fail, "the rule is off", f => Stored(f).With(BucketVersioning, "{'status':'Suspended'}", parent: "b").With(BucketLifecycle, "{'rules':[{'enabled':false,'expires_old_versions':true}]}", parent: "b")),
        new("cost-bucket-without-lifecycle", Pass, "old versions end", f => Stored(f).With(BucketVersioning, "{'status':'Enabled'}", parent: "b").With(BucketLifecycle, "{'rules':[{'enabled':true,'expires_old_versions':true}]}", parent: "b")),
        new("cost-bucket-without-lifecycle", null, "no old versions", f => Stored(f).With(BucketVersioning, "{'status':'Disabled'}", parent: "b").With(BucketLifecycle, "{'rules':[]}", parent: "b")),
        new("cost-bucket-without-lifecycle", Manual, "the lifecycle could not be read", f => Stored(f).With(BucketVersioning, "{'status':'Enabled'}", parent: "b").Without(BucketLifecycle, "fr-par", "b")),

        new("cost-standby-server", Fail, "for two days", f => f.Priced("DEV1-L", 36.5m).With(Server, "{'id':'s','state':'stopped in place','commercial_type':'DEV1-L','modification_date':@-2}")) { Saving = 36.5m },
        new("cost-standby-server", Pass, "it runs", f => f.With(Server, "{'id':'s','state':'running','modification_date':@-200}")),
        new("cost-standby-server", Pass, "for an hour", f => f.With(Server, "{'id':'s','state':'stopped in place','modification_date':@-0.04}")),
        new("cost-standby-server", Manual, "no state", f => f.With(Server, "{'id':'s','modification_date':@-2}")),
        new("cost-stopped-server", Fail, "for 15 days, with a volume and an address", f => f.Priced("flexible-ip", 2.92m).Priced("volume-gigabyte", 0.1m)
            .With(Server, "{'id':'s','state':'stopped','modification_date':@-15,'public_ips':[{'dynamic':false}],'volumes':{'0':{'id':'v','size':10000000000}}}")) { Saving = 3.92m, Says = "1 volume and 1 flexible IP" },
        new("cost-stopped-server", Fail, "the price of volumes is not known", f => f.With(Server, "{'id':'s','state':'stopped','modification_date':@-15,'public_ips':[],'volumes':{'0':{'id':'v','size':10000000000}}}")),
        new("cost-stopped-server", Pass, "for 13 days", f => f.With(Server, "{'id':'s','state':'stopped','modification_date':@-13}")),
        new("cost-stopped-server", Manual, "the volumes could not be read", f => f.Without(BlockVolume, "fr-par-1").With(Server, "{'id':'s','state':'stopped','modification_date':@-15}")),
        new("cost-retired-server-type", Fail, "end of service", f => f.With(Server, "{'id':'s','commercial_type':'START1-S','end_of_service':true}")) { Says = "START1-S" },
        new("cost-retired-server-type", Fail, "by the catalogue, with another that is cheaper", f => Sold(f, "OLD", "0", "100000000", "end_of_sale", "NEW").With(Product, Offer("NEW", "0", "60000000", "general_availability", ""))
            .With(Server, "{'id':'s','commercial_type':'OLD','end_of_service':false}")) { Saving = 29.2m, Says = "NEW" },
        new("cost-retired-server-type", Pass, "still sold", f => f.With(Server, "{'id':'s','commercial_type':'PRO2-S','end_of_service':false}")),
        new("cost-retired-server-type", Manual, "the field is missing", f => f.With(Server, "{'id':'s','commercial_type':'PRO2-S'}")),
        new("cost-fixed-pool", Fail, "three nodes at all times", f => f.With(Pool, "{'id':'p','autoscaling':false,'size':3}", parent: "c")) { Says = "3 nodes" },
        new("cost-fixed-pool", Pass, "it scales", f => f.With(Pool, "{'id':'p','autoscaling':true,'size':3}", parent: "c")),
        new("cost-fixed-pool", Pass, "one node", f => f.With(Pool, "{'id':'p','autoscaling':false,'size':1}", parent: "c")),
        new("cost-fixed-pool", Manual, "no size", f => f.With(Pool, "{'id':'p','autoscaling':false}", parent: "c")),
        new("cost-oversized-pool", Fail, "a quarter of the nodes would do", f => Nodes(f, 4, 0.15, 0.1, 14).Priced("PRO2-S", 80m)) { Says = "15 percent of the processors and 10 percent of the memory of the 4 nodes; 1 would do", Saving = 240m },
        new("cost-oversized-pool", Fail, "the only node", f => Nodes(f, 1, 0.15, 0.1, 14)) { Says = "of the 1 node." },
        new("cost-oversized-pool", Pass, "processors are free, memory is not", f => Nodes(f, 4, 0.1, 0.5, 14)),
        new("cost-oversized-pool", null, "a new pool", f => f.With(Cluster, "{'id':'c','name':'prod'}").With(Pool, "{'id':'p','size':3,'created_at':@-3}", parent: "c")),
        new("cost-oversized-pool", Manual, "nobody was asked", f => f.With(Cluster, "{'id':'c','name':'prod'}").With(Pool, "{'id':'p','size':3,'created_at':@-30}", parent: "c")) { Says = "No Prometheus" },
        new("cost-oversized-pool", Manual, "known for some days only", f => Nodes(f, 4, 0.1, 0.1, 5)) { Says = "5 days only" },
        new("cost-oversized-pool", Manual, "other nodes", f => f.With(Cluster, "{'id':'c','name':'prod'}").Used(new UsageIndex { NodeUse = new Dictionary<string, IReadOnlyDictionary<string, NodeUse>> { ["c"] = new Dictionary<string, NodeUse>() } }).With(Pool, "{'id':'p','size':3,'created_at':@-30}", parent: "c")) { Says = "none of the nodes" },
        new("cost-load-balancer-down", Fail, "every server fails", f => f.Priced("LB-S", 19.71m).With(LoadBalancer, "{'id':'l','type':'lb_s'}").With(BackendServer, "{'last_health_check_status':'failed'}", parent: "l").With(BackendServer, "{'last_health_check_status':'failed'}", parent: "l")) { Saving = 19.71m, Says = "All 2 servers" },
        new("cost-load-balancer-down", Pass, "one server passes", f => f.With(LoadBalancer, "{'id':'l'}").With(BackendServer, "{'last_health_check_status':'failed'}", parent: "l").With(BackendServer, "{'last_health_check_status':'passed'}", parent: "l")),
        new("cost-load-balancer-down", null, "no server", f => f.With(LoadBalancer, "{'id':'l'}")),
        new("cost-load-balancer-down", Manual, "not known yet", f => f.With(LoadBalancer, "{'id':'l'}").With(BackendServer, "{'last_health_check_status':'unknown'}", parent: "l")),
        new("cost-registry-growth", Fail, "twice as large", f => Sized(f, 40).Had("registry-namespace/fr-par/n", 20_000_000_000m)) { Says = "from 20 to 40 GB; its largest images are web 30 GB" },
        new("cost-registry-growth", Pass, "as large as before", f => Sized(f, 21).Had("registry-namespace/fr-par/n", 20_000_000_000m)),
        new("cost-registry-growth", Pass, "small", f => Sized(f, 1)),
        new("cost-registry-growth", Manual, "nobody knows what it was", f => Sized(f, 40)) { Says = "40 GB" },
        new("cost-dedicated-control-plane", Fail, "for tests", f => f.With(Cluster, "{'id':'c','name':'staging','type':'kapsule-dedicated-4'}")),
        new("cost-dedicated-control-plane", Pass, "for production", f => f.With(Cluster, "{'id':'c','name':'shop','tags':['env=production'],'type':'kapsule-dedicated-4'}")),
        new("cost-dedicated-control-plane", Pass, "shared", f => f.With(Cluster, "{'id':'c','name':'staging','type':'kapsule'}")),
        new("cost-dedicated-control-plane", null, "committed", f => f.With(Cluster, "{'id':'c','name':'staging','type':'kapsule-dedicated-4','commitment_ends_at':@20}")),
        new("cost-dedicated-control-plane", Manual, "no type", f => f.With(Cluster, "{'id':'c','name':'staging'}")),
        new("cost-month-on-month", Fail, "twice as much", f => Spent(f, 200, 100)) { Says = "Compute" },
        new("cost-month-on-month", Pass, "as much as before", f => Spent(f, 75, 100)),
        new("cost-month-on-month", Pass, "much more of very little", f => Spent(f, 5, 1)),
        new("cost-month-on-month", Manual, "the month before could not be read", f => f.Without(PreviousConsumption).With(Organisation, "{'id':'org'}")),
        new("cost-month-on-month", Fail, "a part rises by what another saves", f => Spent(f, 75, 100)
            .With(Project, "{'id':'x','name':'lab'}").With(Consumption, Line("x", "Storage", 60)).With(PreviousConsumption, Line("y", "Storage", 60))) { Says = "Storage of lab", Severity = ReviewSeverity.Low },
        new("cost-no-budget", Fail, "none", f => f.With(Organisation, "{'id':'org'}")),
        new("cost-no-budget", Pass, "one", f => f.With(Organisation, "{'id':'org'}").With(Budget, "{'id':'b'}")),
        new("cost-no-budget", Manual, "the budgets could not be read", f => f.Without(Budget).With(Organisation, "{'id':'org'}")),
        new("cost-discount-ends", Fail, "in 29 days, unused", f => f.With(Discount, "{'id':'d','value':100,'value_remaining':40,'stop_date':@29}")) { Says = "40" },
        new("cost-discount-ends", Pass, "used up", f => f.With(Discount, "{'id':'d','value':100,'value_remaining':0,'stop_date':@29}")),
        new("cost-discount-ends", null, "it has ended", f => f.With(Discount, "{'id':'d','value':100,'value_remaining':40,'stop_date':@-1}")),
        new("cost-discount-ends", Manual, "no rest", f => f.With(Discount, "{'id':'d','stop_date':@29}")),
        new("cost-project-without-owner", Fail, "it costs something", f => Bill(f, "x", 5).With(Project, "{'id':'x','name':'lab','description':''}")) { Says = "5.00 EUR" },
        new("cost-project-without-owner", Pass, "owner in the description", f => Bill(f, "x", 5).With(Project, "{'id':'x','name':'lab','description':'for tests, owner=lab-team'}")),
        new("cost-project-without-owner", Pass, "owner by option", f => Bill(f, "x", 5).Set(s => s with { Owners = new Dictionary<string, string> { ["lab"] = "lab-team" } }).With(Project, "{'id':'x','name':'lab'}")),
        new("cost-project-without-owner", null, "it costs nothing", f => f.With(Project, "{'id':'x','name':'lab'}")),
        new("cost-project-without-owner", Manual, "the bill could not be read", f => f.Without(Consumption).Set(s => s).With(Project, "{'id':'x','name':'lab'}")),
        new("cost-billed-without-resource", Fail, "no such server in the zone", f => f.With(Consumption, "{'sku':'/compute/gp1_xs/run_nl-ams-1','project_id':'x','value':{'currency_code':'EUR','units':51,'nanos':0}}")) { Says = "nl-ams-1" },
        new("cost-billed-without-resource", Pass, "a server", f => f.With(Server, "{'id':'s','project':'x','commercial_type':'GP1-XS'}", "nl-ams-1").With(Consumption, "{'sku':'/compute/gp1_xs/run_nl-ams-1','project_id':'x','value':{'units':51}}")),
        new("cost-billed-without-resource", Pass, "a pool", f => f.With(Cluster, "{'id':'c','project_id':'x'}", "nl-ams").With(Pool, "{'id':'p','zone':'nl-ams-1','node_type':'gp1_xs'}", "nl-ams", parent: "c").With(Consumption, "{'sku':'/compute/gp1_xs/run_nl-ams-1','project_id':'x','value':{'units':51}}")),
        new("cost-billed-without-resource", Fail, "a load balancer that is not there", f => f.With(Consumption, "{'sku':'/network/lb_s/run_fr-par-1','project_id':'x','value':{'units':15}}")) { Says = "LB-S" },
        new("cost-billed-without-resource", Pass, "a load balancer", f => f.With(LoadBalancer, "{'id':'l','project_id':'x','type':'LB-S'}").With(Consumption, "{'sku':'/network/lb_s/run_fr-par-1','project_id':'x','value':{'units':15}}")),
        new("cost-billed-without-resource", Pass, "a flexible IP", f => f.With(Ip, "{'id':'i','project':'x'}").With(Consumption, "{'sku':'/network/flexible_ip/run_fr-par-1','project_id':'x','value':{'units':3}}")),
        new("cost-billed-without-resource", null, "another product", f => f.With(Consumption, "{'sku':'/storage/s3/x','project_id':'x','value':{'units':51}}")),
        new("cost-billed-without-resource", Manual, "the pools could not be read", f => f.Without(Pool).With(Consumption, "{'sku':'/compute/gp1_xs/run_nl-ams-1','project_id':'x','value':{'units':51}}")),

        new("cost-server-without-bill", Fail, "no line of its type", f => f.With(Consumption, Sold("/compute/dev1_l/run_fr-par-1")).With(Server, "{'id':'s','project':'x','state':'running','commercial_type':'PRO2-S','creation_date':@-9}")) { Says = "no PRO2-S" },
        new("cost-server-without-bill", Fail, "a line of another zone", f => f.With(Consumption, Sold("/compute/pro2_s/run_nl-ams-1")).With(Server, "{'id':'s','project':'x','state':'running','commercial_type':'PRO2-S','creation_date':@-9}")),
        new("cost-server-without-bill", Pass, "a line", f => f.With(Consumption, Sold("/compute/pro2_s/run_fr-par-1")).With(Server, "{'id':'s','project':'x','state':'running','commercial_type':'PRO2-S','creation_date':@-9}")),
        new("cost-server-without-bill", null, "made yesterday", f => f.With(Server, "{'id':'s','project':'x','state':'running','commercial_type':'PRO2-S','creation_date':@-1}")),
        new("cost-server-without-bill", null, "stopped", f => f.With(Server, "{'id':'s','project':'x','state':'stopped','commercial_type':'PRO2-S','creation_date':@-9}")),
        new("cost-server-without-bill", Manual, "the bill could not be read", f => f.Without(Consumption).With(Server, "{'id':'s','project':'x','state':'running','commercial_type':'PRO2-S','creation_date':@-9}")),
        new("cost-pool-without-bill", Fail, "no line of its type", f => f.With(Cluster, "{'id':'c','project_id':'x'}").With(Pool, "{'id':'p','size':2,'node_type':'pro2_s','zone':'fr-par-1','created_at':@-9}", parent: "c")) { Says = "no PRO2-S" },
        new("cost-pool-without-bill", Pass, "a line", f => f.With(Cluster, "{'id':'c','project_id':'x'}").With(Consumption, Sold("/compute/pro2_s/run_fr-par-1")).With(Pool, "{'id':'p','size':2,'node_type':'pro2_s','zone':'fr-par-1','created_at':@-9}", parent: "c")),
        new("cost-pool-without-bill", null, "no node", f => f.With(Cluster, "{'id':'c','project_id':'x'}").With(Pool, "{'id':'p','size':0,'node_type':'pro2_s','zone':'fr-par-1','created_at':@-9}", parent: "c")),
        new("cost-pool-without-bill", Manual, "its cluster is not known", f => f.With(Pool, "{'id':'p','size':2,'node_type':'pro2_s','zone':'fr-par-1','created_at':@-9}", parent: "c")),
        new("cost-load-balancer-without-bill", Fail, "no line of its type", f => f.With(LoadBalancer, "{'id':'l','project_id':'x','type':'lb_s','created_at':@-9}")) { Says = "no LB-S" },
        new("cost-load-balancer-without-bill", Pass, "a line", f => f.With(Consumption, Sold("/network/lb_s/run_fr-par-1")).With(LoadBalancer, "{'id':'l','project_id':'x','type':'lb_s','created_at':@-9}")),
        new("cost-load-balancer-without-bill", Manual, "no type", f => f.With(LoadBalancer, "{'id':'l','project_id':'x','created_at':@-9}")),

        new("unused-flexible-ip", Fail, "detached", f => f.Priced("flexible-ip", 2.92m).With(Ip, "{'id':'i','address':'51.15.1.1','server':null,'state':'detached'}")) { Saving = 2.92m, Says = "51.15.1.1" },
        new("unused-flexible-ip", Pass, "attached", f => f.With(Ip, "{'id':'i','server':{'id':'s'},'state':'attached'}")),
        new("unused-flexible-ip", null, "on its way", f => f.With(Ip, "{'id':'i','server':null,'state':'pending'}")),
        new("unused-flexible-ip", Manual, "the field is missing", f => f.With(Ip, "{'id':'i','state':'detached'}")),
        new("unused-volume", Fail, "unchanged for 31 days", f => f.With(Volume, "{'id':'v','server':null,'size':50000000000,'modification_date':@-31}")) { Says = "50 GB" },
        new("unused-volume", Pass, "attached", f => f.With(Volume, "{'id':'v','server':{'id':'s'},'modification_date':@-300}")),
        new("unused-volume", Pass, "detached yesterday", f => f.With(Volume, "{'id':'v','server':null,'modification_date':@-1}")),
        new("unused-volume", Manual, "no date", f => f.With(Volume, "{'id':'v','server':null}")),
        new("unused-block-volume", Fail, "detached for 31 days", f => f.Priced("volume-gigabyte", 0.1m).With(BlockVolume, "{'id':'v','name':'data','status':'available','references':[],'last_detached_at':@-31,'size':10000000000}")) { Saving = 1m },
        new("unused-block-volume", Fail, "of Kubernetes, and every cluster was asked", f => f.With(Cluster, "{'id':'c','name':'prod'}").Used(AskedAll).With(BlockVolume, "{'id':'v','name':'pvc-1','status':'available','references':[],'last_detached_at':@-31}")),
        new("unused-block-volume", Pass, "in use", f => f.With(BlockVolume, "{'id':'v','status':'in_use','references':[{'id':'r'}]}")),
        new("unused-block-volume", Pass, "a cluster knows it", f => f.Used(new UsageIndex { NamedByClusters = new Dictionary<string, string> { ["v"] = "PersistentVolume data" } }).With(BlockVolume, "{'id':'v','name':'pvc-1','status':'available','references':[],'last_detached_at':@-31}")),
        new("unused-block-volume", Manual, "of Kubernetes, and a cluster was not asked", f => f.With(Cluster, "{'id':'c','name':'prod'}").With(BlockVolume, "{'id':'v','name':'pvc-1','status':'available','references':[],'last_detached_at':@-31}")) { Says = "prod" },
        new("old-snapshot", Fail, "91 days, its volume is gone", f => f.With(Snapshot, "{'id':'s','creation_date':@-91,'base_volume':null}")) { Says = "its volume is gone" },
        new("old-snapshot", Pass, "89 days", f => f.With(Snapshot, "{'id':'s','creation_date':@-89,'base_volume':null}")),
        new("old-snapshot", null, "an image is made of it", f => f.With(Image, "{'id':'i','root_volume':{'id':'s'}}").With(Snapshot, "{'id':'s','creation_date':@-91}")),
        new("old-snapshot", Manual, "the images could not be read", f => f.Without(Image, "fr-par-1").With(Snapshot, "{'id':'s','creation_date':@-91}")),
        new("old-block-snapshot", Fail, "91 days", f => f.With(BlockSnapshot, "{'id':'s','created_at':@-91,'references':[],'parent_volume':{'id':'v'}}")),
        new("old-block-snapshot", Pass, "89 days", f => f.With(BlockSnapshot, "{'id':'s','created_at':@-89,'references':[]}")),
        new("old-block-snapshot", null, "something refers to it", f => f.With(BlockSnapshot, "{'id':'s','created_at':@-91,'references':[{'id':'r'}]}")),
        new("old-block-snapshot", Manual, "the references are missing", f => f.With(BlockSnapshot, "{'id':'s','created_at':@-91}")),
        new("unused-load-balancer", Fail, "no backend", f => f.Priced("LB-S", 19.71m).With(LoadBalancer, "{'id':'l','type':'lb_s','created_at':@-40}")) { Saving = 19.71m },
        new("unused-load-balancer", Fail, "backends without servers", f => f.With(LoadBalancer, "{'id':'l','created_at':@-40}").With(Backend, "{'id':'b','pool':[]}", parent: "l")),
        new("unused-load-balancer", Pass, "a server", f => f.With(LoadBalancer, "{'id':'l','created_at':@-40}").With(Backend, "{'id':'b','pool':['10.0.0.1']}", parent: "l")),
        new("unused-load-balancer", Pass, "made yesterday", f => f.With(LoadBalancer, "{'id':'l','created_at':@-1}")),
        new("unused-load-balancer", Manual, "the backends could not be read", f => f.Without(Backend, "fr-par-1", "l").With(LoadBalancer, "{'id':'l','created_at':@-40}")),
        new("unused-load-balancer", Manual, "of a cluster that was not asked", f => f.With(Cluster, "{'id':'c','name':'prod'}").With(LoadBalancer, "{'id':'l','created_at':@-40,'tags':['managed-by-scaleway-cloud-controller-manager']}")) { Says = "prod" },
        new("unused-load-balancer-ip", Fail, "of none", f => f.With(LoadBalancerIp, "{'id':'i','ip_address':'51.15.3.1','lb_id':null}")),
        new("unused-load-balancer-ip", Pass, "of one", f => f.With(LoadBalancerIp, "{'id':'i','lb_id':'l'}")),
        new("unused-load-balancer-ip", Manual, "the field is missing", f => f.With(LoadBalancerIp, "{'id':'i'}")),
        new("unused-security-group", Fail, "no server", f => f.With(SecurityGroup, "{'id':'g','servers':[],'project_default':false,'modification_date':@-40}")),
        new("unused-security-group", Pass, "a server", f => f.With(SecurityGroup, "{'id':'g','servers':[{'id':'s'}],'project_default':false,'modification_date':@-40}")),
        new("unused-security-group", null, "the default of a project", f => f.With(SecurityGroup, "{'id':'g','servers':[],'project_default':true,'modification_date':@-40}")),
        new("unused-security-group", null, "a pool uses it", f => f.With(Pool, "{'id':'p','security_group_id':'g'}", parent: "c").With(SecurityGroup, "{'id':'g','servers':[],'project_default':false,'modification_date':@-40}")),
        new("unused-security-group", Manual, "the pools could not be read", f => f.Without(Pool, "fr-par").With(SecurityGroup, "{'id':'g','servers':[],'project_default':false,'modification_date':@-40}")),
        new("unused-image", Fail, "no server is made of it", f => f.With(Image, "{'id':'i','creation_date':@-91}")),
        new("unused-image", Pass, "a server is", f => f.With(Image, "{'id':'i','creation_date':@-91}").With(Server, "{'id':'s','image':{'id':'i'}}")),
        new("unused-image", Pass, "89 days", f => f.With(Image, "{'id':'i','creation_date':@-89}")),
        new("unused-image", Manual, "the servers could not be read", f => f.Without(Server, "fr-par-1").With(Image, "{'id':'i','creation_date':@-91}")),
        new("unused-private-network", Fail, "nobody is in it", f => f.With(PrivateNetwork, "{'id':'n','updated_at':@-40}")),
        new("unused-private-network", Pass, "an address is attached", f => f.With(PrivateNetwork, "{'id':'n','updated_at':@-40}").With(IpamIp, "{'id':'i','resource':{'id':'s'},'source':{'private_network_id':'n'}}")),
        new("unused-private-network", Pass, "a cluster is in it", f => f.With(PrivateNetwork, "{'id':'n','updated_at':@-40}").With(Cluster, "{'id':'c','private_network_id':'n'}")),
        new("unused-private-network", Manual, "the addresses could not be read", f => f.Without(IpamIp, "fr-par").With(PrivateNetwork, "{'id':'n','updated_at':@-40}")),
        new("expired-namespace", Fail, "since yesterday", f => f.With(ClusterNamespace, "{'id':'c/pr-17','name':'pr-17 of prod','expires_at':'2026-11-23'}")) { Says = "2026-11-23" },
        new("expired-namespace", Fail, "since an hour", f => f.With(ClusterNamespace, "{'id':'c/pr-17','name':'pr-17 of prod','expires_at':'2026-11-24T09:00:00Z'}")),
        new("expired-namespace", Pass, "until tonight", f => f.With(ClusterNamespace, "{'id':'c/pr-17','name':'pr-17 of prod','expires_at':'2026-11-24'}")),
        new("expired-namespace", Manual, "no date", f => f.With(ClusterNamespace, "{'id':'c/pr-17','name':'pr-17 of prod','expires_at':'soon'}")),
        new("expired-namespace", Manual, "a cluster was not asked", f => f.Without(ClusterNamespace, "fr-par", "c", Actions.AccountReview.Scaleway.ScalewayFault.NotAsked)),
    ];

    private const string Everybody = "http://acs.amazonaws.com/groups/global/AllUsers";

    private static UsageIndex Runs(string image) => AskedAll with { ImagesOfClusters = new Dictionary<string, IReadOnlySet<string>> { ["c"] = new HashSet<string> { image } } };

    private static Facts Stored(Facts f) => f.With(Bucket, "{'name':'b','project_id':'x'}", parent: "x");

    private static string Sold(string sku) => $"{{'sku':'{sku}','project_id':'x','value':{{'units':51}}}}";

    private static string Line(string project, string category, int units) => $"{{'project_id':'{project}','category_name':'{category}','value':{{'currency_code':'EUR','units':{units},'nanos':0}}}}";

    /// <summary>An application that has a permission on both projects.</summary>
    private static Facts Everywhere(Facts f, string set) => f.With(Project, "{'id':'x','name':'shop'}").With(Project, "{'id':'y','name':'lab'}").With(Policy, "{'id':'p','name':'all','application_id':'ci'}")
        .With(PolicyRule, $"{{'id':'r','organization_id':'org','permission_set_names':['{set}']}}", parent: "p");

    /// <summary>A namespace of so many gigabytes, three quarters of them in one image.</summary>
    private static Facts Sized(Facts f, int gigabytes) => f.With(RegistryNamespace, $"{{'id':'n','name':'shop','size':{gigabytes * 1_000_000_000L}}}")
        .With(RegistryImage, $"{{'id':'i','name':'web','namespace_id':'n','size':{gigabytes * 750_000_000L}}}");

    /// <summary>A pool of nodes that are all used alike.</summary>
    private static Facts Nodes(Facts f, int count, double processors, double memory, double days)
    {
        f.With(Cluster, "{'id':'c','name':'prod'}").With(Pool, $"{{'id':'p','size':{count},'node_type':'pro2_s','zone':'fr-par-1','created_at':@-30}}", parent: "c");
        for (var i = 0; i < count; i++)
        {
            f.With(Node, $"{{'id':'n{i}','name':'node-{i}','pool_id':'p'}}", parent: "c");
        }

        return f.Used(new UsageIndex
        {
            NodeUse = new Dictionary<string, IReadOnlyDictionary<string, NodeUse>> { ["prod"] = Enumerable.Range(0, count).ToDictionary(i => $"node-{i}", _ => new NodeUse(processors, memory, days)) },
        });
    }

    private static Facts Owner(Facts f) => f.With(User, "{'id':'boss','type':'owner','account_root_user_id':'root'}");

    private static Facts Protects(Facts f, params string[] servers) => f.With(SecurityGroup, $"{{'id':'g','name':'web','servers':[{string.Join(',', servers.Select(s => $"{{'id':'{s}'}}"))}]}}");

    /// <summary>An image with so many new tags that an old one is none of the newest.</summary>
    private static Facts Tagged(Facts f, int tags)
    {
        f.With(RegistryNamespace, "{'id':'n','name':'shop','endpoint':'rg.fr-par.scw.cloud/shop'}").With(RegistryImage, "{'id':'i','name':'web','namespace_id':'n'}");
        for (var i = 0; i < tags; i++)
        {
            f.With(RegistryTag, $"{{'id':'u{i}','name':'main-{i}','digest':'sha256:{i}','created_at':@-{i}}}", parent: "i");
        }

        return f;
    }

    private static Facts Sold(Facts f, string offer, string units, string nanos, string status, string instead) => f.With(Product, Offer(offer, units, nanos, status, instead));

    private static string Offer(string offer, string units, string nanos, string status, string instead) =>
        $"{{'sku':'/compute/{offer}','status':'{status}','locality':{{'zone':'fr-par-1'}},'price':{{'retail_price':{{'currency_code':'EUR','units':{units},'nanos':{nanos}}}}},'unit_of_measure':{{'unit':'hour','size':1}},"
        + $"'properties':{{'instance':{{'offer_id':'{offer}','recommended_replacement_offer_ids':[{(instead.Length == 0 ? "" : $"'{instead}'")}]}}}}}}";

    private static Facts Spent(Facts f, int now, int before) => f.With(Organisation, "{'id':'org'}")
        .With(Consumption, $"{{'category_name':'Compute','value':{{'currency_code':'EUR','units':{now},'nanos':0}}}}")
        .With(PreviousConsumption, $"{{'category_name':'Compute','value':{{'currency_code':'EUR','units':{before},'nanos':0}}}}");

    private static Facts Bill(Facts f, string project, int units) => f.With(Consumption, $"{{'project_id':'{project}','value':{{'currency_code':'EUR','units':{units},'nanos':0}}}}");
}
