using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Rules;
using Actions.AccountReview.Scaleway;
using Actions.AccountReview.Terraform;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Tests;

/// <summary>Builds inventories. Today is 2026-11-24, ten o'clock.</summary>
internal sealed class Facts
{
    public static readonly DateTimeOffset Today = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private readonly List<CloudResource> _resources = [];
    private readonly List<InventoryGap> _gaps = [];
    private readonly List<PrincipalActivity> _activities = [];
    private readonly Dictionary<string, decimal> _prices = [];
    private readonly List<StateBackend> _backends = [];
    private string _accessKey = "";
    private Dictionary<string, decimal>? _registries;

    public UsageIndex Usage { get; private set; } = new();

    public ReviewSettings Settings { get; private set; } = new();

    /// <summary>A thing of a kind; <c>'</c> stands for <c>"</c>, and <c>@-10</c> for a date ten days ago.</summary>
    public Facts With(CloudKind kind, string json, string locality = "fr-par-1", string parent = "")
    {
        var text = System.Text.RegularExpressions.Regex.Replace(json.Replace('\'', '"'), "@(-?[0-9.]+)", m => $"\"{Date(double.Parse(m.Groups[1].Value))}\"");
        var data = JsonDocument.Parse(text).RootElement.Clone();
        var id = kind.IdField.Length == 0 ? $"{_resources.Count}" : data.Text(kind.IdField) ?? $"{kind.Id}-{_resources.Count}";
        _resources.Add(new CloudResource(kind, id, kind.Scope == KindScope.Global ? "" : kind.Scope == KindScope.Region ? PriceBook.RegionOf(locality) : locality, data, parent));
        return this;
    }

    public Facts Without(CloudKind kind, string locality = "", string parent = "", ScalewayFault fault = ScalewayFault.Denied)
    {
        _gaps.Add(new InventoryGap(kind, locality, parent, fault, "insufficient permissions"));
        return this;
    }

    public Facts Seen(string principal, double? daysAgo, params string[] programs)
    {
        _activities.Add(new PrincipalActivity(principal, daysAgo is { } days ? Today.AddDays(-days) : null) { Programs = programs });
        return this;
    }

    public Facts Priced(string name, decimal price)
    {
        _prices[name] = price;
        return this;
    }

    public Facts ReadBy(string accessKey)
    {
        _accessKey = accessKey;
        return this;
    }

    public Facts Used(UsageIndex usage)
    {
        Usage = usage;
        return this;
    }

    public Facts Keeps(string bucket, bool isLocked)
    {
        _backends.Add(new StateBackend(bucket, isLocked, new SourceLocation("main.tf", new TextRegion(3, 1, 3, 20))));
        return this;
    }

    public Facts Had(string registry, decimal bytes)
    {
        _registries = new Dictionary<string, decimal> { [registry] = bytes };
        return this;
    }

    public Facts Set(Func<ReviewSettings, ReviewSettings> change)
    {
        Settings = change(Settings);
        return this;
    }

    public AccountInventory Inventory() => new("org", Today, _resources, _gaps, _activities, _accessKey, _prices);

    public RuleContext Context() => new(Inventory(), Settings, Usage) { Backends = _backends, EarlierRegistrySizes = _registries };

    public ReviewResult Review(AllowList? allowed = null) => ReviewEngine.Run(RuleCatalogue.All, Context(), allowed ?? AllowList.Empty);

    private static string Date(double days) => Today.AddDays(days).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
