using System.Text.RegularExpressions;

namespace Actions.Shared.Plans;

/// <summary>
/// Recognises secrets that nobody has marked as such: by the name of the attribute, and by what the text looks like. It would rather hide a harmless value
/// than show a secret, but leaves alone what reviewers need: ids, ARNs, digests, names and versions.
/// </summary>
internal static partial class SecretHeuristics
{
    private const int ShortestRandom = 24;
    private const int LongestRandom = 256;
    private const int AwsSecretKey = 40;

    /// <summary>Whether what stands under <paramref name="name"/> is secret by its name, for example <c>db_password</c> or <c>apiToken</c>.</summary>
    public static bool IsSecretName(string name)
    {
        var words = CamelCase().Replace(name, "_").ToLowerInvariant().Replace('-', '_').Replace('.', '_').Replace('/', '_');
        return SecretNames().IsMatch(words) && !HarmlessNames().IsMatch(words);
    }

    /// <summary>Whether a text under a secret name may be shown all the same: it is empty, a number, a switch, or refers to a secret instead of holding it.</summary>
    public static bool IsReference(string text) =>
        text.Length == 0 || bool.TryParse(text, out _) || text is "null" or "none" or "-" || text.StartsWith("arn:", StringComparison.Ordinal)
        || References().IsMatch(text);

    /// <summary>Where in <paramref name="text"/> secrets stand, in order and without overlaps.</summary>
    public static IEnumerable<(int Start, int Length)> Find(string text)
    {
        if (text.Length < 8)
            yield break;
        var end = 0;
        foreach (Match match in Known().Matches(text))
        {
            var secret = match.Groups["s"] is { Success: true } part ? part : (Capture)match;
            if (secret.Index < end)
                continue;
            yield return (secret.Index, secret.Length);
            end = secret.Index + secret.Length;
        }
    }

    /// <summary>Whether a part of the text looks as if a random generator had made it: upper and lower case letters and digits, in no order.</summary>
    public static bool IsRandom(string text) =>
        text.Length is >= ShortestRandom and <= LongestRandom && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '_' or '=' or '-' or '.' or '~')
        && (text.Split('-', '_', '.', '/', '=', '~').Any(IsRandomPart)
            || text.Length == AwsSecretKey && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/') && IsRandomPart(text.Replace("/", "", StringComparison.Ordinal).Replace("+", "", StringComparison.Ordinal)));

    private static bool IsRandomPart(string part)
    {
        if (part.Length < ShortestRandom || part.Count(char.IsAsciiLetterUpper) < 3 || part.Count(char.IsAsciiLetterLower) < 3 || part.Count(char.IsAsciiDigit) < 2)
            return false;

        // Names are made of words of four or five letters; random text falls into words of two.
        return (double)part.Length / Words().Count(part) < 3 && Entropy(part) >= 3.6;
    }

    private static double Entropy(string text) =>
        -text.GroupBy(c => c).Select(g => (double)g.Count() / text.Length).Sum(p => p * Math.Log2(p));

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex CamelCase();

    [GeneratedRegex(
        "(^|_)(password|passwd|pwd|pass|passphrase|secret|secrets|token|api_?key|apikey|access_?key|secret_?key|private_?key|privatekey|client_?secret|credential|credentials|"
        + "connection_?string|conn_?str|signing_?key|encryption_?key|shared_?key|account_?key|master_?key|auth_?key|sas_?url|bearer|authorization|pin_?code|recovery_?codes?|user_?pass|"
        + "psk|pre_?shared_?key|webhook_?url|license_?key)(_|$)|password|passphrase", RegexOptions.CultureInvariant)]
    private static partial Regex SecretNames();

    [GeneratedRegex(
        "(_|^)(id|ids|arn|arns|name|names|path|version|versions|versioning|ttl|type|types|length|enabled|count|policy|lifetime|expiration|expires|expiry|rotation|days|hours|minutes|seconds|age|min|max|size|"
        + "ref|reference|key_vault|usage|mode|algorithm|format|url_prefix|prefix|suffix|audience|issuer|endpoint|required|optional|region|regions|created|updated|at|status|validity|bits|spec|"
        + "wo_version|header_name|field|publishing|provider|providers|manager|store)$", RegexOptions.CultureInvariant)]
    private static partial Regex HarmlessNames();

    // ${ssm:…}, vault:path, {{resolve:…}}, op://…, resource:… : the way to a secret, not the secret.
    [GeneratedRegex(@"^(\$\{[^}]*\}|\{\{resolve:[^}]*\}\}|vault:\S+|op://\S+|ssm:/\S+|secretsmanager:\S+|projects/[^/\s]+/secrets/\S+|https://[^/@\s]+\.vault\.azure\.net/\S+|@Microsoft\.KeyVault\(.*\)|-?\d{1,4})$")]
    private static partial Regex References();

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+|[0-9]+")]
    private static partial Regex Words();

    // Private keys in PEM; tokens by the prefixes that their makers have given them so that they are found; JSON web tokens; passwords in URLs; keys in
    // connection strings and headers; a value that is assigned to a secret name, as in "password=…" of scripts.
    [GeneratedRegex(
        @"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----[\s\S]*?(-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|$)"
        + @"|\b(gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_\-]{16,}|(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}|xox[abeoprs]-[A-Za-z0-9\-]{10,}|xapp-[A-Za-z0-9\-]{10,}"
        + @"|[sr]k_(live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}|sk-[A-Za-z0-9_\-]{20,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_\-]{30,}|dckr_pat_[A-Za-z0-9_\-]{20,}|AIza[A-Za-z0-9_\-]{30,}"
        + @"|ya29\.[A-Za-z0-9_\-.]{20,}|GOCSPX-[A-Za-z0-9_\-]{20,}|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}|hv[sbr]\.[A-Za-z0-9_\-]{20,}|atlasv1\.[A-Za-z0-9_\-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-=]{40,}"
        + @"|shp(at|ca|pa|ss)_[A-Fa-f0-9]{20,}|dop_v1_[a-f0-9]{40,}|dapi[a-f0-9]{32}|NRAK-[A-Z0-9]{20,}|lin_api_[A-Za-z0-9]{20,}|dp\.pt\.[A-Za-z0-9]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{40,}|age-secret-key-1[a-z0-9]{40,}"
        + @"|eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*)"
        + @"|\b[A-Za-z][A-Za-z0-9+.\-]{1,20}://[^\s/:@""']*:(?<s>[^\s/@""']+)@"
        + @"|https://hooks\.slack\.com/(?<s>(services|workflows|triggers)/[A-Za-z0-9/_\-]+)|https://discord(app)?\.com/api/webhooks/(?<s>[0-9]+/[A-Za-z0-9_\-]+)"
        + @"|(?i:\b(AccountKey|SharedAccessKey|sig|Password|Pwd)=)(?<s>[^;&\s""']{4,})|(?i:\b(bearer|basic)\s+)(?<s>(?=[A-Za-z]*[0-9])[A-Za-z0-9+/_\-.=~]{12,})"
        + @"|(?i:(?<![:\w/\-])\w*(passwo?r?d|secret|token|api_?key|access_?key|private_?key)""?\s*[=:]\s*)(?<s>""[^""\n]{4,}""|'[^'\n]{4,}'|(?!\$|null\b|true\b|false\b|arn:)[^\s""'<>{}\[\],;$\\]{6,})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Known();
}
