using System.Text.Json;
using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Text;

namespace Actions.AccountReview.Terraform;

/// <summary>A resource that a state holds.</summary>
/// <param name="Address">As Terraform writes it: <c>module.web.scaleway_lb.main[0]</c>.</param>
/// <param name="Type">Such as <c>scaleway_lb</c>.</param>
/// <param name="Name">The name in the configuration.</param>
/// <param name="Id">The id without the place that the provider puts before it.</param>
/// <param name="State">The state, for messages.</param>
internal sealed record ManagedResource(string Address, string Type, string Name, string Id, string State);

/// <summary>An output of a state, without its value.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSensitive">Whether the configuration marks it as sensitive.</param>
/// <param name="LooksLike">What kind of secret the value looks like, in a few words; empty for none.</param>
internal sealed record StateOutput(string Name, bool IsSensitive, string LooksLike);

/// <summary>A state that was read.</summary>
/// <param name="Name">How messages call it.</param>
/// <param name="Resources">What it holds.</param>
/// <param name="Outputs">What it gives to others.</param>
internal sealed record StateFile(string Name, IReadOnlyList<ManagedResource> Resources, IReadOnlyList<StateOutput> Outputs);

/// <summary>
/// What Terraform manages: states as they are stored (version 4), or as <c>terraform show -json</c> prints them. Ids of the provider are
/// <c>place/id</c>, those of the API just the id. No other attribute is kept: states hold secrets.
/// </summary>
internal sealed class TerraformState(IReadOnlyList<StateFile> files)
{
    private readonly ILookup<string, ManagedResource> _byId = files.SelectMany(f => f.Resources).ToLookup(r => r.Id, StringComparer.OrdinalIgnoreCase);

    public static TerraformState Empty { get; } = new([]);

    public int Count => _byId.Count;

    /// <summary>The states as things to review: names of outputs, never their values.</summary>
    public IEnumerable<CloudResource> Files => files.Select(f =>
    {
        using var outputs = JsonDocument.Parse(JsonText.Render(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", f.Name);
            json.WriteStartArray("outputs");
            foreach (var output in f.Outputs)
            {
                json.WriteStartObject();
                json.WriteString("name", output.Name);
                json.WriteBoolean("sensitive", output.IsSensitive);
                json.WriteString("looks_like", output.LooksLike);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));
        return new CloudResource(CloudKinds.State, f.Name, "", outputs.RootElement.Clone());
    });

    /// <summary>The resource of Terraform that a resource of the account is; null when none is.</summary>
    public ManagedResource? Find(CloudResource resource) => Find(resource.Kind, resource.Id);

    /// <summary>The resource of Terraform of that kind and id; null when there is none.</summary>
    public ManagedResource? Find(CloudKind kind, string id) =>
        _byId[id].FirstOrDefault(r => r.Type == kind.TerraformType) ?? _byId[id].FirstOrDefault();

    /// <summary>Reads a state.</summary>
    /// <exception cref="ActionException">It is no state.</exception>
    public static StateFile Read(string name, byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 128 });
            var root = document.RootElement;
            if (root.Find("values") is { ValueKind: JsonValueKind.Object } values)
            {
                return new StateFile(name, [.. OfModule(name, values.Find("root_module"))], StateSecrets.Outputs(values.Find("outputs")));
            }

            if (root.Whole("version") == 4 && root.Items("resources") is { } stored)
            {
                return new StateFile(name, [.. stored.SelectMany(r => OfStored(name, r))], StateSecrets.Outputs(root.Find("outputs")));
            }

            // A state without anything in it, as `show -json` prints it.
            if (root.Has("format_version") && !root.Has("resource_changes"))
            {
                return new StateFile(name, [], []);
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

    /// <summary>The id of the API: without the place before it, and without the project that the provider writes after the name of a bucket.</summary>
    private static string WithoutPlace(string id) => id[(id.LastIndexOf('/') + 1)..].Split('@')[0];
}
