using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>Buckets, and the states of Terraform that lie in them.</summary>
internal static class StorageRules
{
    /// <summary>Groups of S3 that are everybody, or everybody with any account anywhere.</summary>
    private static readonly string[] Everybody = ["http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"];

    private static readonly string[] StateWords = ["tfstate", "terraform-state", "terraform_state", "tf-state"];

    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("storage-public-bucket", ReviewArea.Security, ReviewSeverity.High,
            "No bucket is open to everybody by its access list.",
            "The access list of a public bucket lets anybody on the internet list what is in it, and with `WRITE` put things there that you pay for and answer for.",
            "Set the access list to private, unless the bucket is a website: then put it on the allow-list.",
            CloudKinds.Bucket, PublicAcl)
        { Needs = [CloudKinds.BucketAcl], Aliases = ["prowler:s3_bucket_public_access"] },

        new("storage-public-policy", ReviewArea.Security, ReviewSeverity.High,
            "No policy of a bucket lets everybody in.",
            "A policy with the principal `*` counts beside the access list: a bucket that looks private may be open by it.",
            "Name the applications and users that need the bucket as `SCW` principals, unless the bucket is a website: then put it on the allow-list.",
            CloudKinds.Bucket, PublicPolicy)
        { Needs = [CloudKinds.BucketPolicy], Aliases = ["prowler:s3_bucket_policy_public_write_access"] },

        new("storage-state-unversioned", ReviewArea.Security, ReviewSeverity.Medium,
            "A bucket with states of Terraform keeps old versions.",
            "A state that is overwritten by a broken one, or deleted, is gone, and with it what Terraform knows of the infrastructure. Such a bucket is known by `state-buckets`, by a backend in the configuration, or by its name.",
            "Turn on versioning of the bucket.",
            CloudKinds.Bucket, (bucket, context) => !IsForStates(bucket, context) ? Verdict.DoesNotApply
                : Part(bucket, CloudKinds.BucketVersioning, context).Text("status") is not { } status ? Verdict.Missing("whether the bucket keeps old versions")
                : Verdict.PassIf(status == "Enabled", $"The bucket holds states of Terraform and keeps no old versions ({status.ToLowerInvariant()})."))
        { Needs = [CloudKinds.BucketVersioning] },

        new("storage-state-unlocked", ReviewArea.Security, ReviewSeverity.Medium,
            "States of Terraform are locked while they change.",
            "Two runs at once write over each other's state. Object storage has taken conditional writes since May 2026, so that Terraform's own lock (`use_lockfile`) works.",
            "Set `use_lockfile = true` in the backend.",
            CloudKinds.Bucket, Unlocked),

        new("state-secret-output", ReviewArea.Security, ReviewSeverity.High,
            "No state of Terraform gives a secret away as an output.",
            "Outputs lie in the state in the clear, marked as sensitive or not, and whoever may read the state may read them: other stacks, pipelines, people. Only the names of the outputs are looked at and kept, and what their values look like.",
            "Put the secret into a secret manager and output its name, or use an ephemeral resource; then replace the secret.",
            CloudKinds.State, SecretOutput),

        new("cost-bucket-without-lifecycle", ReviewArea.Cost, ReviewSeverity.Low,
            "A bucket that keeps old versions lets them go some day.",
            "Every old version of an object is paid for like the newest, for ever, unless a rule of the lifecycle ends it. So are uploads in parts that were never finished, which no list of objects shows.",
            "Add a lifecycle rule with an end for noncurrent versions and for incomplete uploads.",
            CloudKinds.Bucket, WithoutLifecycle)
        { Needs = [CloudKinds.BucketVersioning, CloudKinds.BucketLifecycle] },
    ];

    private static JsonElement Part(CloudResource bucket, CloudKind kind, RuleContext context) => context.Inventory.ChildrenOf(bucket, kind).FirstOrDefault()?.Data ?? default;

    private static Verdict? PublicAcl(CloudResource bucket, RuleContext context)
    {
        if (Part(bucket, CloudKinds.BucketAcl, context).Items("grants") is not { } grants)
        {
            return Verdict.Missing("who may use the bucket");
        }

        var open = grants.Where(g => Everybody.Contains(g.Text("to"))).Select(g => g.Text("permission") ?? "?").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return Verdict.PassIf(open.Length == 0, $"The access list gives everybody {string.Join(", ", open)}.") with
        {
            Severity = open.Any(p => p is "WRITE" or "WRITE_ACP" or "FULL_CONTROL") ? ReviewSeverity.Critical : null,
        };
    }

    private static Verdict? PublicPolicy(CloudResource bucket, RuleContext context)
    {
        var part = Part(bucket, CloudKinds.BucketPolicy, context);
        if (!part.Has("policy"))
        {
            return Verdict.Missing("the policy of the bucket");
        }

        if (part.Find("policy").ValueKind == JsonValueKind.Null)
        {
            return Verdict.Pass;
        }

        if (Several(part.Find("policy", "Statement")) is not { } statements)
        {
            return Verdict.Manual("The policy of the bucket has no statements that could be read.");
        }

        var open = statements.Where(s => s.Text("Effect") == "Allow" && IsEverybody(s.Find("Principal"))).ToArray();
        if (open.Length == 0)
        {
            return Verdict.Pass;
        }

        var actions = string.Join(", ", open.SelectMany(s => Several(s.Find("Action")) ?? []).Where(a => a.ValueKind == JsonValueKind.String).Select(a => a.GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(5));
        return open.All(s => s.Find("Condition").ValueKind == JsonValueKind.Object)
            ? Verdict.Manual($"The policy lets everybody in who meets its conditions ({actions}): look whether they are narrow enough.")
            : Verdict.Fail($"The policy allows everybody {actions}.") with
            {
                Severity = actions.Contains('*', StringComparison.Ordinal) || actions.Contains("Put", StringComparison.Ordinal) || actions.Contains("Delete", StringComparison.Ordinal) ? ReviewSeverity.Critical : null,
            };
    }

    private static bool IsEverybody(JsonElement principal) => principal.ValueKind switch
    {
        JsonValueKind.String => principal.GetString() == "*",
        JsonValueKind.Array => principal.EnumerateArray().Any(IsEverybody),
        JsonValueKind.Object => principal.EnumerateObject().Any(p => IsEverybody(p.Value)),
        _ => false,
    };

    /// <summary>One, or several; null when there is neither.</summary>
    private static IReadOnlyList<JsonElement>? Several(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray()],
        JsonValueKind.Object or JsonValueKind.String => [value],
        _ => null,
    };

    private static bool IsForStates(CloudResource bucket, RuleContext context) =>
        context.Settings.StateBuckets.Contains(bucket.Id)
        || context.Backends.Any(b => b.Bucket == bucket.Id)
        || StateWords.Any(w => bucket.Id.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static Verdict? Unlocked(CloudResource bucket, RuleContext context)
    {
        if (!IsForStates(bucket, context))
        {
            return Verdict.DoesNotApply;
        }

        var backends = context.Backends.Where(b => b.Bucket == bucket.Id).ToArray();
        return backends.Length == 0
            ? Verdict.Manual("No configuration below `terraform-sources` has a backend in this bucket, so that it is not known whether states are locked.")
            : backends.FirstOrDefault(b => !b.IsLocked) is { } open
                ? Verdict.Fail($"The backend in {open.Location} does not lock its states.") with { Location = open.Location }
                : Verdict.Pass;
    }

    private static Verdict? SecretOutput(CloudResource state, RuleContext context)
    {
        if (state.Data.Items("outputs") is not { } outputs)
        {
            return Verdict.Missing("the outputs of the state");
        }

        string Names(bool isSensitive) => string.Join(", ", outputs
            .Where(o => o.Text("looks_like") is { Length: > 0 } && o.Flag("sensitive") == isSensitive)
            .Select(o => $"{o.Text("name")} ({o.Text("looks_like")})")
            .Take(10));
        var (open, marked) = (Names(isSensitive: false), Names(isSensitive: true));
        return open.Length > 0 ? Verdict.Fail($"Outputs look like secrets, and are not even marked as sensitive: {open}.")
            : marked.Length > 0 ? Verdict.Fail($"Outputs look like secrets; they are marked as sensitive, and in the state in the clear: {marked}.") with { Severity = ReviewSeverity.Medium }
            : Verdict.Pass;
    }

    private static Verdict? WithoutLifecycle(CloudResource bucket, RuleContext context)
    {
        if (Part(bucket, CloudKinds.BucketVersioning, context).Text("status") is not { } status || Part(bucket, CloudKinds.BucketLifecycle, context).Items("rules") is not { } rules)
        {
            return Verdict.Missing("whether the bucket keeps old versions, or for how long");
        }

        return status == "Disabled"
            ? Verdict.DoesNotApply
            : Verdict.PassIf(rules.Any(r => r.Flag("enabled") == true && r.Flag("expires_old_versions") == true), $"The bucket keeps old versions for ever{(rules.Any(r => r.Flag("ends_uploads") == true) ? "" : ", and uploads that were never finished")}.");
    }
}
