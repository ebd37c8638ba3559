using System.Globalization;
using Actions.AccountReview.CleanUp;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.Shared.Hosting;
using Actions.Shared.Text;
using Actions.Shared.Validation.Schemas;

namespace Actions.AccountReview;

/// <summary>What is to be done.</summary>
internal enum ReviewMode
{
    /// <summary>Look, and write a plan of what could be deleted.</summary>
    Review,

    /// <summary>Delete what an approved plan says.</summary>
    Apply,

    /// <summary>Find the way of Kapsule clusters to the newest version.</summary>
    UpgradePlan,
}

/// <summary>From which severity on a finding fails the run.</summary>
internal enum FailOn
{
    /// <summary>None does.</summary>
    None,
    Critical,
    High,
    Medium,
    Low,
}

/// <summary>What the action is asked to do.</summary>
internal sealed record AccountReviewOptions
{
    public required ReviewMode Mode { get; init; }

    public required string Organisation { get; init; }

    public required string? SecretKey { get; init; }

    public required string AccessKey { get; init; }

    public required string ApiUrl { get; init; }

    public required string ObjectStorageUrl { get; init; }

    public required IReadOnlyList<string> Zones { get; init; }

    public required IReadOnlyList<string> Regions { get; init; }

    public required int Parallelism { get; init; }

    public required ReviewSettings Settings { get; init; }

    public required string AllowList { get; init; }

    public required IReadOnlyDictionary<string, decimal> Prices { get; init; }

    public required IReadOnlyList<string> TerraformStates { get; init; }

    public required IReadOnlyList<string> TerraformSources { get; init; }

    public required IReadOnlyList<string> Manifests { get; init; }

    public required KubernetesVersion? TargetVersion { get; init; }

    public required string? Kubeconfig { get; init; }

    public required IReadOnlyList<ClusterToAsk> Clusters { get; init; }

    public required IReadOnlyList<PrometheusToAsk> Prometheus { get; init; }

    public required string? PrometheusToken { get; init; }

    public required string Ledger { get; init; }

    public required CleanUpSettings CleanUp { get; init; }

    public required string PlanFile { get; init; }

    public required string ApprovedDigest { get; init; }

    public required string JournalFile { get; init; }

    public required bool Issues { get; init; }

    public required string? GitHubToken { get; init; }

    public required string Record { get; init; }

    public required string Replay { get; init; }

    public required string PreviousReport { get; init; }

    public required string ReportFile { get; init; }

    public required string MarkdownFile { get; init; }

    public required string MetricsFile { get; init; }

    public required string SarifFile { get; init; }

    public required string ImportFile { get; init; }

    public required FailOn FailOn { get; init; }

    public required bool Summary { get; init; }

    public static AccountReviewOptions Read(OptionReader read)
    {
        var options = new AccountReviewOptions
        {
            Mode = read.Choice("mode", "What is done: `review` (look, change nothing, and plan what could be deleted), `apply` (delete what an approved plan says) or `upgrade-plan` (find the way of Kapsule clusters to the newest version).", ReviewMode.Review),
            Organisation = read.Text("organization", "Id of the organisation. The variable SCW_DEFAULT_ORGANIZATION_ID when empty."),
            SecretKey = read.Secret("secret-key", "Secret of the API key to read with. The variable SCW_SECRET_KEY when empty."),
            AccessKey = read.Text("access-key", "Access key of the same API key, so that the review can judge it as well, and ask object storage. The variable SCW_ACCESS_KEY when empty."),
            ApiUrl = read.Text("api-url", "Address of the API.", "https://api.scaleway.com"),
            ObjectStorageUrl = read.Text("object-storage-url", "Address of object storage, with `{region}`. It is asked only when the access key is known.", "https://s3.{region}.scw.cloud"),
            Zones = read.Lines("zones", "Zones to look at, separated by commas or lines.", InventoryScope.DefaultZones, takesCommas: true),
            Regions = read.Lines("regions", "Regions to look at, separated by commas or lines.", InventoryScope.DefaultRegions, takesCommas: true),
            Parallelism = read.Integer("parallelism", "Most requests at a time. The limit of the API is not published; when it is met, requests wait and are sent again.", 8, 1, 32),
            Settings = ReadSettings(read),
            AllowList = read.Text("allow-list", "A YAML file of findings that are accepted, each with `rule`, `resource`, `owner`, `reason` and `expires`. None when empty."),
            Prices = read.ParsedLines(
                "prices",
                "Prices in EUR a month that go before those of the public catalogue, one `name=amount` per line: a commercial type such as `LB-S`, `flexible-ip`, `volume-gigabyte` or `snapshot-gigabyte`. Without the last two, no saving is told for volumes and snapshots.",
                [], "name=amount, as in volume-gigabyte=0.09", Price).GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal),
            TerraformStates = read.Lines("terraform-states", "Files with Terraform's states, as they are stored or as `terraform show -json` prints them, one per line. What they hold is not deleted; what they do not hold is reported, and so are secrets among their outputs."),
            TerraformSources = read.Lines("terraform-sources", "Directories with Terraform's configuration, in which findings are shown at the line of the resource, and which tell the buckets of its states, one per line.", ["."]),
            Manifests = read.Lines("manifests", "Files and directories with manifests of Kubernetes, one per line; kustomizations and charts among them are rendered. What they name by id, address or image is not deleted, and an upgrade plan tells which of them use APIs that a version does not serve."),
            TargetVersion = ReadVersion(
                read, "target-version", "For `mode: upgrade-plan`, the version of Kubernetes to go to, as in 1.36; the newest when empty. With it the run fails when something is in the way, unless `fail-on` is `none`. Without an API key only the manifests are checked against it."),
            Kubeconfig = read.Secret("kubeconfig", "The content of a kubeconfig, as it is or in base64, with the contexts of `clusters`."),
            Clusters = read.ParsedLines(
                "clusters", "Clusters to ask which volumes, load balancers and images they use, one context of the kubeconfig per line, or `context=id` with the id of the Kapsule cluster. What a cluster might use that was not asked is not deleted.",
                [], "a context, or context=id", ClusterToAsk.Parse),
            Prometheus = read.ParsedLines(
                "prometheus", "Where Prometheus tells how much of a Kapsule cluster's nodes pods have asked for, one `cluster=address` per line, with the id or the name of the cluster. It needs kube-state-metrics.",
                [], "cluster=address, as in shop=https://prometheus.example", PrometheusToAsk.Parse),
            PrometheusToken = read.Secret("prometheus-token", "Token for `prometheus`; for Scaleway's Cockpit one that may query metrics."),
            Ledger = read.Text("ledger", "A JSON file that remembers from one review to the next what was left over and since when; keep it with the repository. Without it nothing is ever due to be deleted."),
            CleanUp = ReadCleanUp(read),
            PlanFile = read.Text("plan-file", "The plan of what is deleted: a review writes it, `mode: apply` reads it. None when empty."),
            ApprovedDigest = read.Text("approved-digest", "For `mode: apply`, the digest of the plan that was approved."),
            JournalFile = read.Text("journal-file", "For `mode: apply`, a file to which every step is added, with all that is needed to make a deleted resource again.", "account-review-journal.jsonl"),
            Issues = read.Boolean("issues", "Whether one issue for each owner is kept up to date with the findings, and closed when there are none.", false),
            GitHubToken = read.Secret("github-token", "Token for `issues`, with `issues: write`."),
            Record = read.Text("record", "A file to record the answers of the API to, without secrets and with other ids. None when empty."),
            Replay = read.Text("replay", "A file of recorded answers to review instead of the account. None when empty."),
            PreviousReport = read.Text("previous-report", "The JSON report of the month before, to tell what is new, fixed or back again. None when empty, or when there is no such file."),
            ReportFile = read.Text("report-file", "A JSON file to write the report to. None when empty."),
            MarkdownFile = read.Text("markdown-file", "A Markdown file to write the report to. None when empty."),
            MetricsFile = read.Text("metrics-file", "A file to write metrics of a review to, in Prometheus' text format. None when empty."),
            SarifFile = read.Text("sarif-file", "A SARIF file to write the findings to, for code scanning. None when empty."),
            ImportFile = read.Text("import-file", "A Terraform file to write `import` blocks to, for what no state holds. None when empty."),
            FailOn = read.Choice("fail-on", "From which severity on a finding fails the run: `none`, `critical`, `high`, `medium` or `low`.", FailOn.Critical),
            Summary = read.Boolean("summary", "Whether a summary is written to the page of the run.", true),
        };

        if (options.Record.Length > 0 && options.Replay.Length > 0)
        {
            read.Reject("record and replay do not go together", "a recording cannot be recorded", "Leave one of them out.");
        }

        if (options.Mode == ReviewMode.Apply && (options.PlanFile.Length == 0 || options.ApprovedDigest.Length == 0))
        {
            read.Reject("mode: apply needs what was approved", "`plan-file` or `approved-digest` is empty", "Give the plan that the review wrote, and the digest that somebody approved.");
        }

        if (options.Mode == ReviewMode.Apply && options.Replay.Length > 0)
        {
            read.Reject("mode: apply does not go with replay", "a recording cannot be changed", "Leave `replay` out.");
        }

        if (options.Issues && options.GitHubToken is null)
        {
            read.Reject("issues needs a token", "`github-token` is empty", "Give `github-token` the token of the job, with `issues: write`.");
        }

        return options;
    }

    private static KubernetesVersion? ReadVersion(OptionReader read, string name, string description)
    {
        var text = read.Text(name, description);
        if (text.Length == 0)
        {
            return null;
        }

        if (KubernetesVersion.TryParse(text, out var version))
        {
            return version;
        }

        read.Reject($"{name} is no version", $"got {text}, expected a version of Kubernetes, as in 1.36", "Write the major and the minor version.");
        return null;
    }

    private static ReviewSettings ReadSettings(OptionReader read)
    {
        var day = TimeSpan.FromDays(1);
        var defaults = new ReviewSettings();
        return new ReviewSettings
        {
            Disabled = read.ParsedLines("disabled-rules", "Rules that are off, separated by commas or lines.", [], "the name of a rule", Rule, takesCommas: true).ToHashSet(StringComparer.Ordinal),
            Owners = read.ParsedLines(
                "owners", "Who answers for a project, one `project=owner` per line, with the id or the name of the project, or `*` for every other.",
                [], "project=owner", Pair).GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Last().Value, StringComparer.Ordinal),
            OwnerTag = read.Text("owner-tag", "The tag `name=value` that tells who answers for a resource.", defaults.OwnerTag),
            KeepTag = read.Text("keep-tag", "The tag that keeps a resource from being deleted, alone or as `name=value`.", defaults.KeepTag),
            KeyMaxAge = read.Duration("key-max-age", "How old an API key may get.", defaults.KeyMaxAge, min: day),
            ExpiryNotice = read.Duration("expiry-notice", "How long before it expires an API key is reported.", defaults.ExpiryNotice),
            CertificateNotice = read.Duration("certificate-notice", "How long before it expires a certificate is reported.", defaults.CertificateNotice),
            SilentAfter = read.Duration("silent-after", "After how long without a login, or an event in the audit trail, somebody is reported.", defaults.SilentAfter, min: day, max: TimeSpan.FromDays(365)),
            UnusedAfter = read.Duration("unused-after", "After how long something that nothing uses is reported.", defaults.UnusedAfter, min: day),
            SnapshotMaxAge = read.Duration("snapshot-max-age", "How old a snapshot, or an image that no server is made of, may get.", defaults.SnapshotMaxAge, min: day),
            StoppedAfter = read.Duration("stopped-after", "After how long a server that is stopped is reported.", defaults.StoppedAfter, min: day),
            IncreasePercent = read.Integer("cost-increase-percent", "How much more than the month before may be spent, in percent.", defaults.IncreasePercent, 0, 10_000),
            LeastPoolUse = read.Integer("least-pool-use", "How much of what its nodes offer the pods of a pool must ask for, in percent, in two weeks on average.", defaults.LeastPoolUse, 0, 100),
            StateBuckets = read.Lines("state-buckets", "Buckets that hold states of Terraform, besides those that a backend below `terraform-sources` names, one per line.").ToHashSet(StringComparer.Ordinal),
            KeepTags = read.Integer("keep-tags", "How many of the newest tags of an image are always kept.", defaults.KeepTags, 1, 10_000),
        };
    }

    private static CleanUpSettings ReadCleanUp(OptionReader read)
    {
        var defaults = new CleanUpSettings();
        return new CleanUpSettings
        {
            Grace = read.Duration("grace", "From the review that first finds a leftover to the day from which on it may be deleted.", defaults.Grace, max: TimeSpan.FromDays(365)),
            MaxDeletions = read.Integer("max-deletions", "The most that one plan may delete; with more, nothing of it is done.", defaults.MaxDeletions, 0, 1_000),
            MaxPercent = read.Integer("max-percent", "The most of a kind, if there are ten or more, that one plan may delete, in percent; with more, nothing of it is done.", defaults.MaxPercent, 0, 100),
            SnapshotFirst = read.Boolean("snapshot-first", "Whether a snapshot of a volume is taken before it is deleted.", defaults.SnapshotFirst),
        };
    }

    private static string Rule(string text) => RuleCatalogue.Find(text) is not null
        ? text
        : throw new FormatException(Suggestions.Closest(text, RuleCatalogue.All.Select(r => r.Id)) is { } near ? $"Did you mean {near}?" : "The rules are listed in docs/reference/account-review-rules.md.");

    private static KeyValuePair<string, string> Pair(string text) =>
        text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && at < text.Length - 1
            ? new(text[..at].Trim(), text[(at + 1)..].Trim())
            : throw new FormatException("Write a name, an equals sign and a value.");

    private static KeyValuePair<string, decimal> Price(string text)
    {
        var (name, value) = Pair(text);
        return decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? new(name, amount) : throw new FormatException("Write the amount as in 2.92.");
    }
}
