using System.Text;
using System.Text.Json;

namespace Actions.Shared.Images.Registries;

/// <summary>Names and passwords for registries, out of a <c>config.json</c> of docker or a pull secret of Kubernetes.</summary>
public sealed class RegistryCredentials
{
    private const int MaxLength = 1024 * 1024;

    private readonly Dictionary<string, RegistryLogin> _logins;

    private RegistryCredentials(Dictionary<string, RegistryLogin> logins) => _logins = logins;

    /// <summary>None: every registry is asked without a name.</summary>
    public static RegistryCredentials None { get; } = new([]);

    /// <summary>Everything that must be masked before anything is printed.</summary>
    public IEnumerable<string> Secrets => _logins.Values
        .SelectMany(l => new[] { l.Password, l.IdentityToken, l.RegistryToken, l.Basic })
        .OfType<string>()
        .Distinct();

    /// <summary>
    /// Reads <c>{"auths":{"registry":{"auth":"base64 of name:password"}}}</c>; <c>username</c> and <c>password</c>, <c>identitytoken</c> and
    /// <c>registrytoken</c> are understood too. Credential helpers are not run.
    /// </summary>
    /// <param name="json">The content of the file.</param>
    /// <exception cref="ActionException">It is not such a file. The message never holds its content.</exception>
    public static RegistryCredentials Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > MaxLength)
        {
            throw Unusable($"it has more than {MaxLength:N0} characters");
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 16 });
            var logins = new Dictionary<string, RegistryLogin>(StringComparer.Ordinal);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw Unusable("it is not a JSON object");
            }

            if (document.RootElement.TryGetProperty("auths", out var entries) && entries.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in entries.EnumerateObject().Where(e => e.Value.ValueKind == JsonValueKind.Object))
                {
                    var login = Login(entry.Value);
                    if (login is not null)
                    {
                        logins[Host(entry.Name)] = login;
                    }
                }
            }

            return new RegistryCredentials(logins);
        }
        catch (JsonException)
        {
            throw Unusable("it is not JSON");
        }
    }

    /// <summary>These, and those of <paramref name="others"/> for registries that these do not know.</summary>
    public RegistryCredentials Or(RegistryCredentials others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var logins = new Dictionary<string, RegistryLogin>(others._logins, StringComparer.Ordinal);
        foreach (var (registry, login) in _logins)
        {
            logins[registry] = login;
        }

        return new RegistryCredentials(logins);
    }

    /// <summary>The login for a registry, by <see cref="ImageReference.NormalizedRegistry"/>; null if there is none.</summary>
    internal RegistryLogin? For(string registry) => _logins.GetValueOrDefault(registry);

    private static RegistryLogin? Login(JsonElement entry)
    {
        var (user, password) = (Text(entry, "username"), Text(entry, "password"));
        if (Text(entry, "auth") is { Length: > 0 } auth)
        {
            var buffer = new byte[auth.Length];
            if (!Convert.TryFromBase64String(auth, buffer, out var length))
            {
                throw Unusable("an \"auth\" is not base64");
            }

            var pair = Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\0');
            var colon = pair.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw Unusable("an \"auth\" is not base64 of name:password");
            }

            (user, password) = (pair[..colon], pair[(colon + 1)..]);
        }

        var (identity, registry) = (Text(entry, "identitytoken"), Text(entry, "registrytoken"));
        return user is null && identity is null && registry is null ? null : new RegistryLogin(user ?? "", NullIfEmpty(password), NullIfEmpty(identity), NullIfEmpty(registry));
    }

    /// <summary>Docker writes hosts, or addresses with a scheme and a path.</summary>
    private static string Host(string key)
    {
        var scheme = key.IndexOf("://", StringComparison.Ordinal);
        var host = scheme < 0 ? key : key[(scheme + 3)..];
        var slash = host.IndexOf('/', StringComparison.Ordinal);
        host = (slash < 0 ? host : host[..slash]).ToLowerInvariant();
        return host is "index.docker.io" or "registry-1.docker.io" or "registry.hub.docker.com" ? "docker.io" : host;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? NullIfEmpty(value.GetString()) : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static ActionException Unusable(string detail) => new(
        "Registry credentials cannot be read", detail, "Give the content of a docker config.json: {\"auths\":{\"registry.example.com\":{\"auth\":\"…\"}}}.");
}

/// <summary>How one registry is logged in to.</summary>
internal sealed record RegistryLogin(string User, string? Password, string? IdentityToken, string? RegistryToken)
{
    /// <summary>Name and password as basic authentication writes them; null without a password.</summary>
    public string? Basic => Password is null ? null : Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));

    public override string ToString() => $"login of {User}";
}
