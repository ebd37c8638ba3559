using System.Text;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Terraform;

/// <summary>A resource of the account that Terraform does not know.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Label">The name that the import block gives it, unique among those of its type.</param>
internal sealed record ShadowResource(CloudResource Resource, string Label)
{
    /// <summary>The block that takes it under Terraform's control.</summary>
    public string ImportBlock => $"import {{\n  to = {Resource.Kind.TerraformType}.{Label}\n  id = \"{ImportId}\"\n}}\n";

    /// <summary>The provider takes the name of a bucket with its project, for the same name tells nothing of it.</summary>
    private string ImportId => Resource.Kind == CloudKinds.Bucket ? $"{Resource.Address}@{Resource.ProjectId}" : Resource.Address;
}

/// <summary>The account minus Terraform's states.</summary>
internal static class ShadowResources
{
    /// <summary>What Terraform could manage and does not, in the order of the inventory; none when there is no state at all to compare with.</summary>
    public static IReadOnlyList<ShadowResource> Find(AccountInventory inventory, TerraformState state)
    {
        if (state.Count == 0)
        {
            return [];
        }

        var labels = new HashSet<(string Type, string Label)>();
        var shadows = new List<ShadowResource>();
        foreach (var resource in inventory.Resources.Where(r => r.Kind.TerraformType.Length > 0 && !IsManagedElsewhere(r) && state.Find(r) is null))
        {
            var stem = LabelOf(resource.Name);
            var label = stem;
            for (var i = 2; !labels.Add((resource.Kind.TerraformType, label)); i++)
            {
                label = $"{stem}_{i}";
            }

            shadows.Add(new ShadowResource(resource, label));
        }

        return shadows;
    }

    /// <summary>What Scaleway or a cluster makes and keeps itself must not be imported.</summary>
    private static bool IsManagedElsewhere(CloudResource resource) =>
        resource.Data.Flag("managed") == true
        || resource.Data.Flag("project_default") == true
        || resource.Tags.Any(t => t is "managed-by-scaleway-cloud-controller-manager" || t.StartsWith("kapsule", StringComparison.Ordinal))
        || resource.Name.StartsWith("pvc-", StringComparison.Ordinal)
        || (resource.Kind.Parent == CloudKinds.LoadBalancer && resource.Name.StartsWith("k8s", StringComparison.Ordinal))
        || (resource.Kind == CloudKinds.ApiKey && resource.Data.Text("user_id") is not null)
        || (resource.Kind == CloudKinds.Project && resource.Id == resource.Data.Text("organization_id"));

    /// <summary>A name that Terraform takes: letters, digits, underscores, beginning with a letter.</summary>
    private static string LabelOf(string name)
    {
        var label = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                label.Append(c);
            }
            else if (label.Length > 0 && label[^1] != '_')
            {
                label.Append('_');
            }
        }

        var text = label.ToString().Trim('_');
        text = text.Length > 50 ? text[..50] : text;
        return text.Length == 0 ? "imported" : char.IsAsciiDigit(text[0]) ? $"r_{text}" : text;
    }
}
