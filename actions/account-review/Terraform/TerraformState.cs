using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;
using Actions.Shared;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Terraform;

/// <summary>A resource that a state holds.</summary>
/// <param name="Address">As Terraform writes it: <c>module.web.scaleway_lb.main[0]</c>.</param>
/// <param name="Type">Such as <c>scaleway_lb</c>.</param>
/// <param name="Name">The name in the configuration.</param>
/// <param name="Id">The id without the place that the provider puts before it.</param>
/// <param name="State">The state, for messages.</param>
internal sealed record ManagedResource(string Address, string Type, string Name, string Id, string State);

/// <summary>
/// What Terraform manages: states as they are stored (version 4), or as <c>terraform show -json</c> prints them. Ids of the provider are
/// <c>place/id</c>, those of the API just the id. No other attribute is kept: states hold secrets.
/// </summary>
internal sealed class TerraformState(IEnumerable<ManagedResource> resources)
{
    private readonly ILookup<string, ManagedResource> _byId = resources.ToLookup(r => r.Id, StringComparer.OrdinalIgnoreCase);

    public static TerraformState Empty { get; } = new([]);

    public int Count => _byId.Count;

    /// <summary>The resource of Terraform that a resource of the account is; null when none is.</summary>
    public ManagedResource? Find(CloudResource resource) => Find(resource.Kind, resource.Id);

    /// <summary>The resource of Terraform of that kind and id; null when there is none.</summary>
    public ManagedResource? Find(CloudKind kind, string id) =>
        _byId[id].FirstOrDefault(r => r.Type == kind.TerraformType) ?? _byId[id].FirstOrDefault();

    /// <summary>Reads a state.</summary>
    /// <exception cref="ActionException">It is no state.</exception>
    public static IReadOnlyList<ManagedResource> Read(string name, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 128 });
            var root = document.RootElement;
            if (root.Find("values") is { ValueKind: JsonValueKind.Object } values)
            {
                return [.. OfModule(name, values.Find("root_module"))];
            }

            if (root.Whole("version") == 4 && root.Items("resources") is { } stored)
            {
                return [.. stored.SelectMany(r => OfStored(name, r))];
            }

            // A state without anything in it, as `show -json` prints it.
            if (root.Has("format_version") && !root.Has("resource_changes"))
            {
                return [];
            }
        }
        catch (JsonException e)
        {
            throw new ActionException("A Terraform state cannot be read", $"{name} is not JSON: {e.Message}", Hint, new SourceLocation(name), inner: e);
        }

        throw new ActionException("A Terraform state cannot be read", $"{name} is JSON, but neither a state of version 4 nor what `terraform show -json` prints", Hint, new SourceLocation(name));
    }

    private const string Hint = "Give the state as it is stored, or the output of `terraform show -json`.";

    private static IEnumerable<ManagedResource> OfModule(string name, JsonElement module)
    {
        foreach (var resource in module.Items("resources") ?? [])
        {
            if (resource.Text("mode") == "managed" && resource.Text("values", "id") is { } id)
            {
                yield return new ManagedResource(resource.Text("address") ?? "", resource.Text("type") ?? "", resource.Text("name") ?? "", WithoutPlace(id), name);
            }
        }

        foreach (var child in module.Items("child_modules") ?? [])
        {
            foreach (var resource in OfModule(name, child))
            {
                yield return resource;
            }
        }
    }

    private static IEnumerable<ManagedResource> OfStored(string name, JsonElement resource)
    {
        if (resource.Text("mode") != "managed" || resource.Text("type") is not { } type || resource.Text("name") is not { } local)
        {
            yield break;
        }

        var module = resource.Text("module") is { Length: > 0 } path ? path + "." : "";
        foreach (var instance in resource.Items("instances") ?? [])
        {
            if (instance.Text("attributes", "id") is not { } id)
            {
                continue;
            }

            var index = instance.Find("index_key") switch
            {
                { ValueKind: JsonValueKind.Number } number => $"[{number.GetRawText()}]",
                { ValueKind: JsonValueKind.String } key => $"[\"{key.GetString()}\"]",
                _ => "",
            };
            yield return new ManagedResource($"{module}{type}.{local}{index}", type, local, WithoutPlace(id), name);
        }
    }

    private static string WithoutPlace(string id) => id[(id.LastIndexOf('/') + 1)..];
}
