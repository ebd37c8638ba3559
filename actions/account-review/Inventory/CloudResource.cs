using System.Text.Json;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Inventory;

/// <summary>One thing in the account, as the API gave it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id; for an API key the access key.</param>
/// <param name="Locality">Zone or region; empty for what is global.</param>
/// <param name="Data">What the API says of it.</param>
/// <param name="ParentId">The id of what it was listed for; empty for none.</param>
internal sealed record CloudResource(CloudKind Kind, string Id, string Locality, JsonElement Data, string ParentId = "")
{
    /// <summary>What people call it; the id when it has no name.</summary>
    public string Name => First("name", "email", "address", "ip_address", "description", "product_name") ?? Id;

    /// <summary>Its project; empty when it has none.</summary>
    public string ProjectId => Data.Text("project_id") ?? Data.Text("project") ?? Data.Text("default_project_id") ?? "";

    public IReadOnlyList<string> Tags => Data.Texts("tags") ?? [];

    /// <summary>When it was made; null for kinds that do not tell.</summary>
    public DateTimeOffset? CreatedAt => Data.Date("created_at") ?? Data.Date("creation_date");

    /// <summary>When it last changed; null for kinds that do not tell.</summary>
    public DateTimeOffset? ChangedAt => Data.Date("updated_at") ?? Data.Date("modification_date");

    /// <summary>The value of a tag <c>name=value</c>, also <c>name:value</c>; null without.</summary>
    public string? Tag(string name)
    {
        foreach (var tag in Tags)
        {
            if (tag.Length > name.Length && tag[name.Length] is '=' or ':' && tag.StartsWith(name, StringComparison.Ordinal))
            {
                return tag[(name.Length + 1)..];
            }
        }

        return null;
    }

    /// <summary>How Terraform and the report name it: <c>fr-par-1/id</c>, or the id.</summary>
    public string Address => Locality.Length == 0 ? Id : $"{Locality}/{Id}";

    /// <summary>What stays the same for as long as it exists.</summary>
    public string Key => $"{Kind.Id}/{Address}";

    /// <summary>The same resource, whatever the API says of it now.</summary>
    public bool Equals(CloudResource? other) =>
        other is not null && Kind.Equals(other.Kind) && Id == other.Id && Locality == other.Locality && ParentId == other.ParentId;

    public override int GetHashCode() => HashCode.Combine(Kind, Id, Locality, ParentId);

    private string? First(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            if (Data.Text(field) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }
}
