using System.Text;
using System.Text.Json.Nodes;
using Actions.Shared;
using Actions.Shared.Clusters.Api;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Images.Registries;

namespace Actions.DeployK8s;

/// <summary>Gathers the credentials for registries. Each is masked before it is used.</summary>
internal sealed class RegistryLogins(ActionContext context)
{
    private const int MaxBytes = 1024 * 1024;
    private static readonly ApiResource ServiceAccounts = new("", "v1", "ServiceAccount", "serviceaccounts", true, ["get"]);

    /// <summary>Those that were given: by the input, else by DOCKER_AUTH_CONFIG, else by docker's own file.</summary>
    /// <param name="input">The content of a <c>config.json</c>, as it is or in base64; null if none is given.</param>
    /// <exception cref="ActionException">What was given is no such file.</exception>
    public RegistryCredentials Given(string? input)
    {
        if ((input ?? Variable("DOCKER_AUTH_CONFIG")) is { } content)
        {
            return Masked(Plain(content));
        }

        var folder = Variable("DOCKER_CONFIG") ?? (Variable("HOME") is { } home ? Path.Combine(home, ".docker") : null);
        var file = folder is null ? null : Path.Combine(folder, "config.json");
        try
        {
            return file is not null && new FileInfo(file) is { Exists: true, Length: < MaxBytes } ? Masked(File.ReadAllText(file)) : RegistryCredentials.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Log.Warning($"Registries are asked without credentials: docker's config.json cannot be read ({e.Message}).");
            return RegistryCredentials.None;
        }
    }

    /// <summary>Those with which the pods pull: of the pull secrets that they or their accounts name, in the cluster or among what is deployed.</summary>
    /// <param name="places">The images.</param>
    /// <param name="desired">What is deployed.</param>
    /// <param name="client">The cluster; null without one.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<RegistryCredentials> OfPodsAsync(
        IEnumerable<(string Namespace, PlacedImage Image)> places, IReadOnlyList<DesiredObject> desired, ClusterClient? client, CancellationToken cancellation)
    {
        var credentials = RegistryCredentials.None;
        var accounts = new Dictionary<(string, string), IReadOnlyList<string>>();
        var seen = new HashSet<(string, string)>();
        foreach (var (ns, image) in places)
        {
            var account = (ns, Text(image.Pod["serviceAccountName"]) ?? "default");
            if (!accounts.TryGetValue(account, out var inherited))
            {
                inherited = accounts[account] = Names(await ReadAsync(desired, client, ServiceAccounts.Object(ns, account.Item2), cancellation));
            }

            foreach (var name in Names(image.Pod).Concat(inherited).Where(n => seen.Add((ns, n))))
            {
                if (Content(await ReadAsync(desired, client, KnownResources.Secrets.Object(ns, name), cancellation)) is not { } content)
                {
                    continue;
                }

                try
                {
                    credentials = credentials.Or(Masked(content));
                }
                catch (ActionException)
                {
                    context.Log.Warning($"The pull secret {ns}/{name} cannot be read as credentials of registries.");
                }
            }
        }

        return credentials;
    }

    private RegistryCredentials Masked(string content)
    {
        var credentials = RegistryCredentials.Parse(content);
        foreach (var secret in credentials.Secrets)
        {
            context.Secrets.Mask(secret);
        }

        return credentials;
    }

    private static string Plain(string content)
    {
        var text = content.Trim();
        var buffer = new byte[text.Length];
        return !text.StartsWith('{') && Convert.TryFromBase64String(text, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : text;
    }

    /// <summary>What is deployed goes before what is there. What we may not read is passed over: it may not be needed.</summary>
    private static async Task<JsonObject?> ReadAsync(IReadOnlyList<DesiredObject> desired, ClusterClient? client, ObjectAddress address, CancellationToken cancellation)
    {
        if (desired.FirstOrDefault(d => d.Key is { Group: "" } key && key.Kind == address.Resource.Kind && key.Namespace == address.Namespace && key.Name == address.Name) is { } own)
        {
            return own.Object.Body;
        }

        try
        {
            return client is null ? null : (await client.GetAsync(address, cancellation))?.Body;
        }
        catch (ClusterException e) when (e.Failure == ClusterFailure.Forbidden)
        {
            return null;
        }
    }

    private static string? Content(JsonObject? secret)
    {
        if (Text(secret?["stringData"]?[".dockerconfigjson"]) is { } plain)
        {
            return plain;
        }

        var text = Text(secret?["data"]?[".dockerconfigjson"]) ?? "";
        var buffer = new byte[text.Length];
        return text.Length > 0 && Convert.TryFromBase64String(text, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length) : null;
    }

    private static IReadOnlyList<string> Names(JsonObject? owner) => [.. (owner?["imagePullSecrets"] as JsonArray ?? []).Select(s => Text(s?["name"])).OfType<string>().Where(n => n.Length > 0)];

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private string? Variable(string name) => context.Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
