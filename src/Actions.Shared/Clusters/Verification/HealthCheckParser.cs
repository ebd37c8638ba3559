using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Clusters.Objects;
using Actions.Shared.Text;

namespace Actions.Shared.Clusters.Verification;

/// <summary>
/// Reads the lines of the input <c>verify</c>: an address, then options. <c>https://shop.example.com/healthz status=200-204 body="ok"</c>,
/// <c>service://shop/web:http/healthz</c> (asked through the API server; <c>service+https</c> if the Service speaks HTTPS). Options: <c>status</c> (codes and
/// ranges with commas), <c>body</c> (contained), <c>body~</c> (regular expression), <c>certificate-days</c>, <c>timeout</c> of one try in seconds. Values with blanks
/// stand in double quotes, where <c>\"</c> is a quote and <c>\\</c> a backslash; blank lines and lines that start with <c>#</c> do not count.
/// </summary>
public static partial class HealthCheckParser
{
    private const int MostChecks = 50;
    private const int LongestLine = 4096;
    private const int LongestTimeout = 60;

    private static readonly string[] Options = ["status", "body", "body~", "certificate-days", "timeout"];

    /// <summary>Reads all lines.</summary>
    /// <exception cref="ActionException">Some cannot be used; one exception tells all of them.</exception>
    public static IReadOnlyList<HealthCheck> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var checks = new List<HealthCheck>();
        var problems = new List<string>();
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.Length > LongestLine)
            {
                problems.Add($"line {number}: longer than {LongestLine} characters");
            }
            else if (ParseLine(number, line, out var check, out var problem))
            {
                checks.Add(check);
            }
            else
            {
                problems.Add($"line {number}: {problem}");
            }
        }

        if (checks.Count > MostChecks)
        {
            problems.Add($"{checks.Count} checks; at most {MostChecks} are allowed");
        }

        return problems.Count == 0 ? checks : throw new ActionException(
            "The health checks cannot be used",
            string.Join("; ", problems),
            "Write one check in each line, such as 'https://shop.example.com/healthz status=200 body=\"ok\"' or 'service://shop/web:http/healthz'.");
    }

    private static bool ParseLine(int number, string line, [NotNullWhen(true)] out HealthCheck? check, out string problem)
    {
        check = null;
        if (!Split(line, out var words, out problem) || !ParseAddress(number, words[0], out var parsed, out problem))
        {
            return false;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words.Skip(1))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
            if (Array.IndexOf(Options, name) < 0)
            {
                var near = Suggestions.Closest(name, Options);
                problem = $"there is no option '{Quoted.Line(name, 60)}'{(near is null ? $"; there are {string.Join(", ", Options)}" : $"; did you mean '{near}'?")}";
                return false;
            }

            if (equals < 0 || value.Length == 0)
            {
                problem = $"'{name}' needs a value, as in {Example(name)}";
                return false;
            }

            if (!seen.Add(name))
            {
                problem = $"'{name}' is given twice";
                return false;
            }

            if (!ParseOption(parsed, name, value, out parsed, out problem))
            {
                return false;
            }
        }

        check = parsed;
        return true;
    }

    private static bool ParseOption(HealthCheck check, string name, string value, out HealthCheck result, out string problem)
    {
        (result, problem) = (check, "");
        switch (name)
        {
            case "status":
                var ranges = new List<StatusRange>();
                foreach (var part in value.Split(','))
                {
                    if (StatusPattern().Match(part) is not { Success: true } match)
                    {
                        problem = $"'status={Quoted.Line(value, 60)}' is neither a code nor a range such as 200-204";
                        return false;
                    }

                    var first = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                    var last = match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : first;
                    if (first < 100 || last > 599 || last < first)
                    {
                        problem = $"'status={Quoted.Line(value, 60)}' must lie between 100 and 599, the lower code first";
                        return false;
                    }

                    ranges.Add(new(first, last));
                }

                result = check with { Statuses = ranges };
                return true;
            case "body":
                result = check with { Body = value };
                return true;
            case "body~":
                try
                {
                    result = check with { Pattern = new Regex(value, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) };
                    return true;
                }
                catch (ArgumentException e)
                {
                    problem = $"'body~' is no regular expression: {Quoted.Line(e.Message, 200)}";
                    return false;
                }

            case "certificate-days":
                if (check.Url?.Scheme != Uri.UriSchemeHttps)
                {
                    problem = "'certificate-days' works with https:// addresses only";
                    return false;
                }

                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days is < 1 or > 825)
                {
                    problem = $"'certificate-days={Quoted.Line(value, 60)}' must be a number of days from 1 to 825";
                    return false;
                }

                result = check with { CertificateDays = days };
                return true;
            default:
                var seconds = value.EndsWith('s') ? value[..^1] : value;
                if (!int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > LongestTimeout)
                {
                    problem = $"'timeout={Quoted.Line(value, 60)}' must be a number of seconds from 1 to {LongestTimeout}";
                    return false;
                }

                result = check with { Timeout = TimeSpan.FromSeconds(count) };
                return true;
        }
    }

    private static bool ParseAddress(int number, string text, [NotNullWhen(true)] out HealthCheck? check, out string problem)
    {
        (check, problem) = (null, "");
        var shown = Quoted.Line(text.Split('?', '#')[0], 200);
        if (text.StartsWith("service://", StringComparison.Ordinal) || text.StartsWith("service+https://", StringComparison.Ordinal))
        {
            if (ServicePattern().Match(text) is not { Success: true } match)
            {
                problem = $"'{shown}' is not service://NAMESPACE/NAME:PORT/PATH; the port is a number or its name";
                return false;
            }

            check = new HealthCheck
            {
                Line = number,
                Address = shown,
                Service = new(match.Groups["namespace"].Value, match.Groups["name"].Value, match.Groups["port"].Value, match.Groups["tls"].Success),
                Path = match.Groups["path"].Value is { Length: > 0 } path ? path : "/",
            };
            return true;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.Host.Length == 0)
        {
            problem = $"'{shown}' is no address that starts with https://, http://, service:// or service+https://";
            return false;
        }

        if (url.UserInfo.Length > 0)
        {
            problem = $"the address of {Quoted.Line(url.Host, 200)} carries a user name or password, which would end up in logs";
            return false;
        }

        check = new HealthCheck { Line = number, Address = shown, Url = url };
        return true;
    }

    private static bool Split(string line, out List<string> words, out string problem)
    {
        words = [];
        problem = "";
        var word = new StringBuilder();
        var (isQuoted, hasWord) = (false, false);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (isQuoted && c == '\\' && i + 1 < line.Length && line[i + 1] is '"' or '\\')
            {
                word.Append(line[++i]);
            }
            else if (c == '"')
            {
                (isQuoted, hasWord) = (!isQuoted, true);
            }
            else if (!isQuoted && char.IsWhiteSpace(c))
            {
                if (hasWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    hasWord = false;
                }
            }
            else
            {
                word.Append(c);
                hasWord = true;
            }
        }

        if (isQuoted)
        {
            problem = "a double quote is never closed";
            return false;
        }

        if (hasWord)
        {
            words.Add(word.ToString());
        }

        return true;
    }

    private static string Example(string name) => name switch
    {
        "status" => "status=200-204",
        "body" => "body=\"ok\"",
        "body~" => "body~=\"^v1[.]2\"",
        "certificate-days" => "certificate-days=14",
        _ => "timeout=10s",
    };

    [GeneratedRegex(@"^\s*(\d{3})(?:-(\d{3}))?\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex StatusPattern();

    [GeneratedRegex(@"^service(?<tls>\+https)?://(?<namespace>[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)/(?<name>[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?):(?<port>[0-9]{1,5}|[a-z0-9](?:[-a-z0-9]{0,13}[a-z0-9])?)(?<path>/\S*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ServicePattern();
}
