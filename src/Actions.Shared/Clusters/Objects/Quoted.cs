using System.Text.RegularExpressions;
using Actions.Shared.GitHub;

namespace Actions.Shared.Clusters.Objects;

/// <summary>Text of the cluster inside of our sentences: one line, bounded, without control characters and without its full stop.</summary>
internal static partial class Quoted
{
    private const int Limit = 400;

    public static string Line(string text, int limit = Limit)
    {
        // What is far beyond the limit is not looked at: an event is at most 1 KiB, a termination message 4 KiB.
        var start = PlainText.Clean(text.Length > 16 * limit ? text[..(16 * limit)] : text);
        var line = string.Join(' ', start.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ' ');
        return PlainText.Shorten(line, limit);
    }

    /// <summary>The same without what container runtimes and gRPC put in front of what happened.</summary>
    public static string Essence(string text, int limit = Limit)
    {
        var rest = Line(text, 4096);
        while (Wrapping().Match(rest) is { Success: true } wrapping && wrapping.Length < rest.Length)
        {
            rest = rest[wrapping.Length..];
        }

        return Line(rest, limit);
    }

    [GeneratedRegex("^(?:rpc error: code = \\w+ desc = |failed to do request: (?:(?:Get|Head) \"[^\"]*\": )?|failed to create (?:containerd|shim) task: |OCI runtime create failed: |runc create failed: |unable to start container process: |error during container init: )", RegexOptions.CultureInvariant)]
    private static partial Regex Wrapping();
}
