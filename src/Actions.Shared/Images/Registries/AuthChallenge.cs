using System.Text.RegularExpressions;

namespace Actions.Shared.Images.Registries;

/// <summary>What a registry asks for in <c>WWW-Authenticate</c>.</summary>
internal sealed partial record AuthChallenge(string Scheme, string? Realm, string? Service, string? Scope)
{
    /// <summary>The challenge that can be met: Bearer before Basic; null if there is none.</summary>
    public static AuthChallenge? Read(IEnumerable<string> headers)
    {
        var challenges = new List<AuthChallenge>();
        foreach (var header in headers.Where(h => h.Length <= MaxLength))
        {
            foreach (Match part in Part().Matches(header))
            {
                var name = part.Groups["name"].Value.ToLowerInvariant();
                var (quoted, bare) = (part.Groups["quoted"], part.Groups["bare"]);
                if (!quoted.Success && !bare.Success)
                {
                    challenges.Add(new AuthChallenge(name, null, null, null));
                }
                else if (challenges.Count > 0)
                {
                    challenges[^1] = challenges[^1].With(name, quoted.Success ? Escape().Replace(quoted.Value, "$1") : bare.Value);
                }
            }
        }

        return challenges.Find(c => c.Scheme == "bearer") ?? challenges.Find(c => c.Scheme == "basic");
    }

    private const int MaxLength = 8192;

    private AuthChallenge With(string name, string value) => name switch
    {
        "realm" => this with { Realm = value },
        "service" => this with { Service = value },
        "scope" => this with { Scope = value },
        _ => this,
    };

    /// <summary>A scheme, or a parameter of the scheme before it.</summary>
    [GeneratedRegex("""(?<name>[A-Za-z][A-Za-z0-9_-]*)(?:[ \t]*=[ \t]*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<bare>[^\s,"]+)))?""", RegexOptions.CultureInvariant)]
    private static partial Regex Part();

    [GeneratedRegex(@"\\(.)", RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
