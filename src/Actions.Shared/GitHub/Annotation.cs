using System.Globalization;
using Actions.Shared.Findings;

namespace Actions.Shared.GitHub;

/// <summary>A message that GitHub shows on the run's page and, with a location, at a line of a file.</summary>
/// <param name="Severity">Error, warning, or notice for <see cref="Severity.Info"/>.</param>
/// <param name="Message">What is wrong; may hold line breaks and untrusted text. GitHub cuts it at 4,096 UTF-16 units.</param>
public sealed record Annotation(Severity Severity, string Message)
{
    /// <summary>GitHub's limit of a message, in UTF-16 units.</summary>
    public const int MessageLimit = 4096;

    /// <summary>A few words above the message; empty for none. The default is empty.</summary>
    public string Title { get; init; } = "";

    /// <summary>Where; null for the run as a whole. The default is null.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>
    /// The workflow command, one line without its end. It holds only what the runner keeps: columns only when the stretch is on one line,
    /// and never without a line.
    /// </summary>
    internal string ToCommand()
    {
        var properties = string.Join(',', Properties().Select(p => $"{p.Name}={CommandText.Property(PlainText.Clean(p.Value))}"));
        var message = PlainText.Shorten(PlainText.Clean(Message.Length == 0 ? Title : Message), MessageLimit);
        return $"::{Command}{(properties.Length == 0 ? "" : " ")}{properties}::{CommandText.Data(message)}";
    }

    private string Command => Severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "notice",
    };

    private IEnumerable<(string Name, string Value)> Properties()
    {
        // There is no file for what came from standard input.
        if (Location is { File: not "-" and not "" } location)
        {
            yield return ("file", location.File);
            foreach (var property in location.Region is { StartLine: > 0 } region ? RegionProperties(region) : [])
                yield return property;
        }

        if (Title.Length > 0)
            yield return ("title", Title);
    }

    private static IEnumerable<(string Name, string Value)> RegionProperties(TextRegion region)
    {
        // The end is exclusive: one that is the start of a line belongs to the line before.
        var endsBefore = region.EndLine > region.StartLine && region.EndColumn <= 1;
        var endLine = Math.Max(region.StartLine, endsBefore ? region.EndLine - 1 : region.EndLine);
        yield return ("line", Text(region.StartLine));
        yield return ("endLine", Text(endLine));
        if (endLine != region.StartLine || region.StartColumn <= 0)
            yield break;

        yield return ("col", Text(region.StartColumn));
        if (region.EndLine == region.StartLine && region.EndColumn >= region.StartColumn)
            yield return ("endColumn", Text(region.EndColumn));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
