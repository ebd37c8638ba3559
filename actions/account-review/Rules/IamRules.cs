using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>Who may do what: API keys, users, applications, policies.</summary>
internal static class IamRules
{
    /// <summary>Permission sets that give away the organisation.</summary>
    private static readonly string[] Sovereign = ["AllProductsFullAccess", "IAMManager", "OrganizationManager", "OrganizationOwner"];

    /// <summary>The kinds of each product that a permission set gives full access to.</summary>
    private static readonly Dictionary<string, CloudKind[]> Products = new(StringComparer.Ordinal)
    {
        ["InstancesFullAccess"] = [CloudKinds.Server, CloudKinds.Ip, CloudKinds.Volume, CloudKinds.Snapshot, CloudKinds.Image],
        ["BlockStorageFullAccess"] = [CloudKinds.BlockVolume, CloudKinds.BlockSnapshot],
        ["LoadBalancersFullAccess"] = [CloudKinds.LoadBalancer, CloudKinds.LoadBalancerIp],
        ["KubernetesFullAccess"] = [CloudKinds.Cluster],
        ["ContainerRegistryFullAccess"] = [CloudKinds.RegistryNamespace],
        ["PrivateNetworksFullAccess"] = [CloudKinds.PrivateNetwork],
        ["ObjectStorageFullAccess"] = [CloudKinds.Bucket],
    };

    /// <summary>What descriptions call programs that work by themselves.</summary>
    private static readonly HashSet<string> Programs = new(StringComparer.OrdinalIgnoreCase)
    {
        "ci", "cd", "pipeline", "pipelines", "github", "gitlab", "jenkins", "circleci", "actions", "runner", "terraform", "opentofu", "pulumi", "ansible", "renovate", "argocd", "flux", "deploy", "deployment",
        "bot", "robot", "automation", "cron", "cronjob", "backup", "monitoring", "prometheus", "velero",
    };

    /// <summary>What such programs call themselves; people work with the console and the CLI.</summary>
    private static readonly string[] Agents = ["terraform", "opentofu", "pulumi", "github-actions", "gitlab", "crossplane", "external-dns", "cert-manager", "packer", "ansible", "velero", "cloud-controller-manager"];

    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("iam-owner-key", ReviewArea.Security, ReviewSeverity.Critical,
            "No API key belongs to an owner of the organisation.",
            "A key of an owner may do everything, no policy can narrow it, and whoever finds it owns the account. The key names its user by `user_id`, which is the `id` of the user, not the `account_root_user_id` that the user also has: a check of the latter alone finds no such key.",
            "Make an application with the permissions that are needed, give it a key that expires, replace the owner's key by it, then delete that one by hand.",
            CloudKinds.ApiKey, OwnerKey)
        { Needs = [CloudKinds.User], Aliases = ["prowler:iam_api_keys_no_root_owned"] },

        new("iam-key-without-expiry", ReviewArea.Security, ReviewSeverity.High,
            "Every API key expires.",
            "A key that never expires works until somebody thinks of deleting it, however it got lost.",
            "Make a new key with an expiry, replace this one by it and delete this one; set a longest duration for the organisation.",
            CloudKinds.ApiKey, (key, _) => !key.Data.Has("expires_at") ? Verdict.Missing("when the key expires")
                : Verdict.PassIf(key.Data.Date("expires_at") is not null, "The key never expires.")),

        new("iam-key-too-old", ReviewArea.Security, ReviewSeverity.Medium,
            "No API key is older than `key-max-age`.",
            "The longer a key lives the more places it was copied to.",
            "Replace the key by a new one and delete this one.",
            CloudKinds.ApiKey, (key, context) => key.Data.Date("expires_at") is { } end && end <= context.Now ? Verdict.DoesNotApply
                : key.CreatedAt is not { } created ? Verdict.Missing("when the key was made")
                : Verdict.PassIf(context.Now - created <= context.Settings.KeyMaxAge, $"The key is {context.DaysSince(created)} days old.")),

        new("iam-key-expires-soon", ReviewArea.Security, ReviewSeverity.Medium,
            "No API key is about to expire.",
            "What uses the key stops working when it expires.",
            "Make a new key and replace this one by it before it expires.",
            CloudKinds.ApiKey, (key, context) => !key.Data.Has("expires_at") ? Verdict.Missing("when the key expires")
                : key.Data.Date("expires_at") is not { } end || end <= context.Now ? Verdict.DoesNotApply
                : Verdict.PassIf(end - context.Now > context.Settings.ExpiryNotice, $"The key expires in {(int)(end - context.Now).TotalDays} days.")),

        new("iam-expired-key", ReviewArea.CleanUp, ReviewSeverity.Low,
            "No expired API key is left.",
            "An expired key opens nothing. It only hides those that do.",
            "Delete the key.",
            CloudKinds.ApiKey, (key, context) => !key.Data.Has("expires_at") ? Verdict.Missing("when the key expires")
                : Verdict.PassIf(key.Data.Date("expires_at") is not { } end || end > context.Now, $"The key expired {context.DaysSince(key.Data.Date("expires_at") ?? context.Now)} days ago."))
        { CleansUp = true },

        new("iam-key-of-a-person", ReviewArea.Security, ReviewSeverity.Medium,
            "No program works with the API key of a person.",
            "What a pipeline may do should not change when somebody joins or leaves, and what it did should not look like what the person did. A key is taken for that of a program when the review itself runs with it, when its description says so, or when the audit trail has seen programs at work with the person's keys. The trail names people, not keys: the last of these is not certain.",
            "Give the program the key of an application.",
            CloudKinds.ApiKey, KeyOfPerson),

        new("iam-review-key-writes", ReviewArea.Security, ReviewSeverity.High,
            "The key that the review runs with may only read.",
            "A review that only reads cannot be misused to change anything. Deleting takes a key of its own, behind an environment that needs an approval.",
            "Give the application the permission sets that end in ReadOnly, and the review in `mode: apply` another key.",
            CloudKinds.ApiKey, ReviewKeyWrites)
        { Needs = [CloudKinds.Policy, CloudKinds.PolicyRule, CloudKinds.Group] },

        new("iam-user-without-mfa", ReviewArea.Security, ReviewSeverity.High,
            "Every user has a second factor.",
            "Without it a password that was guessed or fished is enough to enter the account.",
            "Ask the user to turn on multi-factor authentication; lock the user if that does not happen.",
            CloudKinds.User, (user, _) => user.Data.Flag("locked") == true ? Verdict.DoesNotApply
                : user.Data.Flag("mfa") is not { } mfa ? Verdict.Missing("whether the user has a second factor")
                : Verdict.PassIf(mfa, user.Data.Text("type") == "owner" ? "An owner of the organisation has no second factor." : "The user has no second factor.") with
                {
                    Severity = !mfa && user.Data.Text("type") == "owner" ? ReviewSeverity.Critical : null,
                })
        { Aliases = ["steampipe:scaleway_iam_user"] },

        new("iam-user-silent", ReviewArea.Security, ReviewSeverity.Medium,
            "Every user has logged in within `silent-after`.",
            "An account that nobody uses is one that nobody misses when it is taken over.",
            "Lock the user, and delete it when nobody complains.",
            CloudKinds.User, SilentUser),

        new("iam-application-sovereign", ReviewArea.Security, ReviewSeverity.High,
            "No application may do everything in the whole organisation.",
            "The key of such an application is as good as that of an owner.",
            "Narrow the policy to the projects and the products that the application works with.",
            CloudKinds.PolicyRule, SovereignRule)
        { Needs = [CloudKinds.Policy, CloudKinds.Group] },

        new("iam-application-everywhere", ReviewArea.Security, ReviewSeverity.Medium,
            "No application may change things in projects that it has nothing to do in.",
            "A permission that ends in FullAccess on all projects holds for those of tomorrow as well. Where only some projects have anything of the product, the others need not be open.",
            "Narrow the rule to the projects that have something of the product.",
            CloudKinds.PolicyRule, EverywhereRule)
        { Needs = [CloudKinds.Policy, CloudKinds.Group, CloudKinds.Project] },

        new("iam-policy-without-principal", ReviewArea.Security, ReviewSeverity.Low,
            "Every policy is attached to somebody.",
            "A policy without a principal does nothing today, and gives away whatever it says to whoever it is attached to by mistake.",
            "Delete the policy, or attach it.",
            CloudKinds.Policy, (policy, _) => policy.Data.Flag("no_principal") is not { } none ? Verdict.Missing("whether the policy has a principal")
                : Verdict.PassIf(!none, "The policy is attached to nobody.")),

        new("iam-empty-group", ReviewArea.Security, ReviewSeverity.Low,
            "Every group has a member.",
            "An empty group keeps its permissions, for whoever is put into it next.",
            "Delete the group, or put somebody into it.",
            CloudKinds.Group, (group, _) => group.Data.Flag("managed") == true ? Verdict.DoesNotApply
                : group.Data.Texts("user_ids") is not { } users || group.Data.Texts("application_ids") is not { } applications ? Verdict.Missing("who is in the group")
                : Verdict.PassIf(users.Count + applications.Count > 0, "Nobody is in the group.")),

        new("iam-unused-application", ReviewArea.Security, ReviewSeverity.Low,
            "Every application has a key or a policy.",
            "An application without either does nothing.",
            "Delete the application.",
            CloudKinds.Application, (application, context) => application.Data.Flag("managed") == true ? Verdict.DoesNotApply
                : application.Data.Whole("nb_api_keys") is not { } keys ? Verdict.Missing("how many keys the application has")
                : Verdict.PassIf(keys > 0 || PoliciesOf(application.Id, context).Any(), "The application has neither a key nor a policy."))
        { Needs = [CloudKinds.Policy, CloudKinds.Group] },

        new("iam-silent-principal", ReviewArea.Security, ReviewSeverity.Info,
            "Whoever has an API key has done something within `silent-after`.",
            "The audit trail names users and applications, not keys, and the API does not tell when a key was last used. Silence of the holder is the nearest thing to an unused key; another key of the same holder may hide it.",
            "Ask whether the key is still needed, and delete it if not.",
            CloudKinds.ApiKey, SilentPrincipal),
    ];

    private static Verdict? OwnerKey(CloudResource key, RuleContext context)
    {
        if (key.Data.Text("application_id") is { Length: > 0 })
        {
            return Verdict.Pass;
        }

        if (key.Data.Text("user_id") is not { Length: > 0 } user)
        {
            return Verdict.Missing("whose key it is");
        }

        if (context.OrganisationOwners.Contains(user))
        {
            return Verdict.Fail("The key belongs to an owner of the organisation.");
        }

        // A user that is not in the list may be anybody.
        return context.Inventory.Find(CloudKinds.User, "", user) is { } found && found.Data.Text("type") is not null
            ? Verdict.Pass
            : Verdict.Manual("The key belongs to a user that the list of users does not have.");
    }

    private static Verdict? SilentUser(CloudResource user, RuleContext context)
    {
        if (user.Data.Flag("locked") == true)
        {
            return Verdict.DoesNotApply;
        }

        if (!user.Data.Has("last_login_at"))
        {
            return Verdict.Missing("when the user last logged in");
        }

        if (user.Data.Date("last_login_at") is { } last)
        {
            return Verdict.PassIf(context.Now - last <= context.Settings.SilentAfter, $"The user last logged in {context.DaysSince(last)} days ago.");
        }

        return user.CreatedAt is not { } created
            ? Verdict.Missing("when the user was made")
            : Verdict.PassIf(context.Now - created <= context.Settings.UnusedAfter, "The user has never logged in.");
    }

    private static Verdict? SovereignRule(CloudResource rule, RuleContext context)
    {
        if (rule.Data.Texts("permission_set_names") is not { } sets)
        {
            return Verdict.Missing("what the rule permits");
        }

        var given = sets.Intersect(Sovereign, StringComparer.Ordinal).ToArray();
        if (given.Length == 0 || rule.Data.Text("organization_id") is not { Length: > 0 })
        {
            return Verdict.Pass;
        }

        if (context.Inventory.Find(CloudKinds.Policy, "", rule.ParentId) is not { } policy)
        {
            return Verdict.Manual("The policy of the rule is not in the list of policies.");
        }

        return ApplicationOf(policy, context) is { } application
            ? Verdict.Fail($"The policy {policy.Name} gives {string.Join(", ", given)} on the whole organisation to the application {application}.")
            : Verdict.Pass;
    }

    /// <summary>The name of an application that a policy is attached to, itself or by its group; null when none is.</summary>
    private static string? ApplicationOf(CloudResource policy, RuleContext context)
    {
        var application = policy.Data.Text("application_id") is { Length: > 0 } direct ? direct
            : policy.Data.Text("group_id") is { Length: > 0 } group && context.Inventory.Find(CloudKinds.Group, "", group)?.Data.Texts("application_ids") is [var member, ..] ? member
            : null;
        return application is null ? null : context.Inventory.Find(CloudKinds.Application, "", application)?.Name ?? application;
    }

    private static Verdict? EverywhereRule(CloudResource rule, RuleContext context)
    {
        if (rule.Data.Texts("permission_set_names") is not { } sets)
        {
            return Verdict.Missing("what the rule permits");
        }

        // Those that give away the organisation are another rule's.
        var full = sets.Where(s => s.EndsWith("FullAccess", StringComparison.Ordinal) && !Sovereign.Contains(s) && Products.ContainsKey(s)).ToArray();
        if (full.Length == 0 || rule.Data.Text("organization_id") is not { Length: > 0 })
        {
            return Verdict.Pass;
        }

        if (context.Inventory.Find(CloudKinds.Policy, "", rule.ParentId) is not { } policy)
        {
            return Verdict.Manual("The policy of the rule is not in the list of policies.");
        }

        if (ApplicationOf(policy, context) is not { } application)
        {
            return Verdict.Pass;
        }

        var kinds = full.SelectMany(s => Products[s]).Distinct().ToArray();
        if (context.Inventory.Gaps.FirstOrDefault(g => kinds.Contains(g.Kind)) is { } gap)
        {
            return Verdict.Manual($"The list of each {gap.Kind.Title} could not be read, so that it is not known which projects need {string.Join(", ", full)}: {gap.Reason}.");
        }

        var projects = context.Inventory.Of(CloudKinds.Project).Count;
        var used = kinds.SelectMany(context.Inventory.Of).Select(r => r.ProjectId).Where(p => p.Length > 0).Distinct(StringComparer.Ordinal).Count();
        return Verdict.PassIf(used >= projects, $"The policy {policy.Name} gives {string.Join(", ", full)} on all {projects} projects to the application {application}, and {(used == 0 ? "none has" : used == 1 ? "one has" : $"{used} have")} anything of it.");
    }

    private static Verdict? KeyOfPerson(CloudResource key, RuleContext context)
    {
        if (key.Data.Text("user_id") is not { Length: > 0 } user)
        {
            return key.Data.Text("application_id") is { Length: > 0 } ? Verdict.Pass : Verdict.Missing("whose key it is");
        }

        if (context.Inventory.AccessKey.Length > 0 && key.Id == context.Inventory.AccessKey)
        {
            return Verdict.Fail("The key of this very review belongs to a person.");
        }

        if (key.Data.Date("expires_at") is { } end && end <= context.Now)
        {
            return Verdict.DoesNotApply;
        }

        var words = (key.Data.Text("description") ?? "").Split([' ', '-', '_', '/', '.', ':', ',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        if (words.FirstOrDefault(w => Programs.Contains(w)) is { } word)
        {
            return Verdict.Fail($"The key belongs to a person, and its description says {word}.");
        }

        if (context.Inventory.ActivityOf(user) is not { } activity)
        {
            return Verdict.Manual("The key belongs to a person, and the audit trail does not tell which programs work with it.");
        }

        return activity.Programs.FirstOrDefault(p => Agents.Any(a => p.Contains(a, StringComparison.OrdinalIgnoreCase))) is { } program
            ? Verdict.Fail($"The key belongs to a person, with whose keys {program.Split(' ')[0]} has worked.") with { IsUncertain = true }
            : Verdict.Pass;
    }

    private static Verdict? ReviewKeyWrites(CloudResource key, RuleContext context)
    {
        if (context.Inventory.AccessKey.Length == 0 || key.Id != context.Inventory.AccessKey || key.Data.Text("application_id") is not { Length: > 0 } application)
        {
            return Verdict.DoesNotApply;
        }

        var sets = PoliciesOf(application, context)
            .SelectMany(p => context.Inventory.ChildrenOf(p, CloudKinds.PolicyRule))
            .Select(r => r.Data.Texts("permission_set_names"))
            .ToArray();
        if (sets.Any(s => s is null))
        {
            return Verdict.Missing("what the rules of the policies permit");
        }

        var writing = sets.SelectMany(s => s!).Where(s => !s.EndsWith("ReadOnly", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return Verdict.PassIf(writing.Length == 0, $"The key of this very review has more than reading permissions: {string.Join(", ", writing)}.");
    }

    private static Verdict? SilentPrincipal(CloudResource key, RuleContext context)
    {
        if (key.Data.Date("expires_at") is { } end && end <= context.Now)
        {
            return Verdict.DoesNotApply;
        }

        if ((key.Data.Text("user_id") ?? key.Data.Text("application_id")) is not { } principal || context.Inventory.ActivityOf(principal) is not { } activity)
        {
            return Verdict.Manual("The audit trail does not tell when the holder of the key last did something.");
        }

        return activity.LastSeen is not null
            ? Verdict.Pass
            : Verdict.Fail($"The audit trail has nothing of the holder of the key within {(int)context.Settings.SilentAfter.TotalDays} days.") with { IsUncertain = true };
    }

    private static IEnumerable<CloudResource> PoliciesOf(string application, RuleContext context)
    {
        var groups = context.Inventory.Of(CloudKinds.Group)
            .Where(g => g.Data.Texts("application_ids")?.Contains(application) == true)
            .Select(g => g.Id)
            .ToHashSet(StringComparer.Ordinal);
        return context.Inventory.Of(CloudKinds.Policy)
            .Where(p => p.Data.Text("application_id") == application || (p.Data.Text("group_id") is { } group && groups.Contains(group)));
    }
}
