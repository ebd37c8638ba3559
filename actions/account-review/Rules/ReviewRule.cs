using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;
using Actions.AccountReview.Terraform;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Rules;

/// <summary>How much a finding matters, least first.</summary>
internal enum ReviewSeverity
{
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// <summary>What a rule is about.</summary>
internal enum ReviewArea
{
    Security,
    Cost,
    CleanUp,
}

/// <summary>What a rule says of a resource.</summary>
internal enum ReviewStatus
{
    /// <summary>It was looked at and is as it should be.</summary>
    Pass,

    /// <summary>It is not.</summary>
    Fail,

    /// <summary>What is needed to tell could not be read: somebody has to look.</summary>
    Manual,

    /// <summary>It is not as it should be, and the allow-list says that this is known.</summary>
    Muted,
}

/// <summary>What a check says of one resource.</summary>
internal sealed record Verdict
{
    private static readonly Verdict Passed = new() { Status = ReviewStatus.Pass };

    public required ReviewStatus Status { get; init; }

    /// <summary>What was found, one sentence; may hold names from the account. Empty for a pass.</summary>
    public string Message { get; init; } = "";

    /// <summary>EUR a month that would be saved, list price; null when it is not known or there is nothing to save.</summary>
    public decimal? Saving { get; init; }

    /// <summary>The severity, where it is not the rule's.</summary>
    public ReviewSeverity? Severity { get; init; }

    /// <summary>What was found as little sure; the default is false.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>The line that it comes from; null when it is not known.</summary>
    public SourceLocation? Location { get; init; }

    public static Verdict Pass => Passed;

    /// <summary>The rule does not speak of this resource.</summary>
    public static Verdict? DoesNotApply => null;

    public static Verdict Fail(string message) => new() { Status = ReviewStatus.Fail, Message = message };

    public static Verdict Manual(string message) => new() { Status = ReviewStatus.Manual, Message = message };

    /// <summary>The answer of the API lacks a field that the rule is about.</summary>
    public static Verdict Missing(string field) => Manual($"The API does not tell {field}.");

    /// <summary>A pass or a failure.</summary>
    public static Verdict PassIf(bool isFine, string otherwise) => isFine ? Passed : Fail(otherwise);
}

/// <summary>A rule: what it says of itself, and a pure check of one resource.</summary>
/// <param name="Id">Stable name in kebab case.</param>
/// <param name="Area">What it is about.</param>
/// <param name="Severity">How much its findings matter, unless the verdict says otherwise.</param>
/// <param name="Title">What it demands, one sentence.</param>
/// <param name="Explanation">Why, for somebody who has never heard of it.</param>
/// <param name="Fix">What to do, one sentence.</param>
/// <param name="Target">What it looks at.</param>
/// <param name="Check">Says what it finds; null when the rule does not speak of the resource.</param>
internal sealed record ReviewRule(
    string Id,
    ReviewArea Area,
    ReviewSeverity Severity,
    string Title,
    string Explanation,
    string Fix,
    CloudKind Target,
    Func<CloudResource, RuleContext, Verdict?> Check)
{
    /// <summary>Other kinds that it must know; where one of them could not be read, its verdict is MANUAL.</summary>
    public IReadOnlyList<CloudKind> Needs { get; init; } = [];

    /// <summary>Whether what it finds may be deleted by an approved plan.</summary>
    public bool CleansUp { get; init; }

    /// <summary>What other tools call it, such as <c>prowler:iam_api_keys_no_root_owned</c>.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The rule as SARIF and the annotations of a run know it.</summary>
    public RuleDescriptor Descriptor => new(Id, ToShared(Severity), Title, Explanation, Fix) { Aliases = Aliases, Tags = ["scaleway", AreaName(Area)] };

    public static Severity ToShared(ReviewSeverity severity) => severity switch
    {
        ReviewSeverity.Critical or ReviewSeverity.High => Shared.Findings.Severity.Error,
        ReviewSeverity.Medium or ReviewSeverity.Low => Shared.Findings.Severity.Warning,
        _ => Shared.Findings.Severity.Info,
    };

    public static string AreaName(ReviewArea area) => area switch
    {
        ReviewArea.CleanUp => "clean-up",
        ReviewArea.Cost => "cost",
        _ => "security",
    };
}

/// <summary>What a check may know besides the resource.</summary>
/// <param name="Inventory">The account.</param>
/// <param name="Settings">The thresholds.</param>
/// <param name="Usage">What clusters and manifests use.</param>
internal sealed record RuleContext(AccountInventory Inventory, ReviewSettings Settings, UsageIndex Usage)
{
    /// <summary>Where the configuration of Terraform keeps its states.</summary>
    public IReadOnlyList<StateBackend> Backends { get; init; } = [];

    /// <summary>Bytes of each registry namespace at the time of the report before, by its key; null when there is no such report.</summary>
    public IReadOnlyDictionary<string, decimal>? EarlierRegistrySizes { get; init; }

    private ILookup<string, CloudResource>? _ipamByNetwork;
    private IReadOnlySet<string>? _usedSnapshots;
    private IReadOnlySet<string>? _organisationOwners;
    private IReadOnlySet<(string Project, string Type, string Zone)>? _billedSkus;

    public DateTimeOffset Now => Inventory.At;

    public PriceBook Prices => Inventory.Prices;

    /// <summary>How old something is, in whole days.</summary>
    public int DaysSince(DateTimeOffset then) => (int)(Now - then).TotalDays;

    /// <summary>The ids of the organisation's owners, and those of their accounts.</summary>
    public IReadOnlySet<string> OrganisationOwners => _organisationOwners ??= Inventory.Of(CloudKinds.User)
        .Where(u => u.Data.Text("type") == "owner")
        .SelectMany(u => new[] { u.Id, u.Data.Text("account_root_user_id") })
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Who answers for a resource: its owner tag, else the owner given for its project by id or name, else <c>owner=name</c> in the project's description.
    /// Empty when nobody does.
    /// </summary>
    public string Owner(CloudResource resource)
    {
        if (resource.Tag(Settings.OwnerTag) is { Length: > 0 } tagged)
        {
            return tagged;
        }

        var project = resource.Kind == CloudKinds.Project ? resource : Inventory.Find(CloudKinds.Project, "", resource.ProjectId);
        if (project is null)
        {
            return Settings.Owners.GetValueOrDefault(resource.ProjectId) ?? Settings.Owners.GetValueOrDefault("*") ?? "";
        }

        var described = (project.Data.Text("description") ?? "")
            .Split([' ', ',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(w => w.StartsWith(Settings.OwnerTag + "=", StringComparison.Ordinal) || w.StartsWith(Settings.OwnerTag + ":", StringComparison.Ordinal));
        return Settings.Owners.GetValueOrDefault(project.Id) ?? Settings.Owners.GetValueOrDefault(project.Name) ?? described?[(Settings.OwnerTag.Length + 1)..] ?? Settings.Owners.GetValueOrDefault("*") ?? "";
    }

    /// <summary>Project, type and zone of everything that is billed by the time this month.</summary>
    public IReadOnlySet<(string Project, string Type, string Zone)> BilledSkus => _billedSkus ??= CostRules.Billed(Inventory);

    /// <summary>The attached addresses of each private network.</summary>
    public ILookup<string, CloudResource> AttachedAddresses => _ipamByNetwork ??= Inventory.Of(CloudKinds.IpamIp)
        .Where(i => i.Data.Find("resource").ValueKind == JsonValueKind.Object)
        .ToLookup(i => i.Data.Text("source", "private_network_id") ?? "");

    /// <summary>Snapshots and volumes that images are made of.</summary>
    public IReadOnlySet<string> UsedSnapshots => _usedSnapshots ??= Inventory.Of(CloudKinds.Image)
        .SelectMany(ImageParts)
        .ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> ImageParts(CloudResource image)
    {
        if (image.Data.Text("root_volume", "id") is { } root)
        {
            yield return root;
        }

        if (image.Data.Find("extra_volumes") is { ValueKind: JsonValueKind.Object } extra)
        {
            foreach (var volume in extra.EnumerateObject())
            {
                if (volume.Value.Text("id") is { } id)
                {
                    yield return id;
                }
            }
        }
    }
}

/// <summary>The thresholds of the rules.</summary>
internal sealed record ReviewSettings
{
    /// <summary>How old an API key may get.</summary>
    public TimeSpan KeyMaxAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long before its end a key or a commitment is reported.</summary>
    public TimeSpan ExpiryNotice { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How long before its end a certificate is reported.</summary>
    public TimeSpan CertificateNotice { get; init; } = TimeSpan.FromDays(21);

    /// <summary>After how long without a sign of life somebody is reported.</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>After how long something unused may be cleaned up.</summary>
    public TimeSpan UnusedAfter { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How old a snapshot may get.</summary>
    public TimeSpan SnapshotMaxAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>After how long a stopped server is reported.</summary>
    public TimeSpan StoppedAfter { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How much more may be spent than the month before, in percent.</summary>
    public int IncreasePercent { get; init; } = 20;

    /// <summary>How much of what its nodes offer the pods of a pool must ask for, in percent, in two weeks on average.</summary>
    public int LeastPoolUse { get; init; } = 40;

    /// <summary>Buckets that hold states of Terraform, besides those that a backend names.</summary>
    public IReadOnlySet<string> StateBuckets { get; init; } = new HashSet<string>();

    /// <summary>Tags of an image that are always kept, the newest ones.</summary>
    public int KeepTags { get; init; } = 10;

    /// <summary>The tag that names who answers for a resource.</summary>
    public string OwnerTag { get; init; } = "owner";

    /// <summary>The tag that keeps a resource from being deleted.</summary>
    public string KeepTag { get; init; } = "keep";

    /// <summary>Who answers for a project, by its id or name; <c>*</c> for every other.</summary>
    public IReadOnlyDictionary<string, string> Owners { get; init; } = new Dictionary<string, string>();

    /// <summary>Rules that are off.</summary>
    public IReadOnlySet<string> Disabled { get; init; } = new HashSet<string>();
}
