using Microsoft.Extensions.FileSystemGlobbing;

namespace Actions.Shared.Validation.Configuration;

/// <summary>
/// Glob patterns of files, read as <c>ignore-paths</c> reads them: <c>*</c> and <c>**</c>, relative to the workspace; one without a slash applies at
/// every depth, one of a directory to all that is in it.
/// </summary>
internal sealed class PathPatterns
{
    private readonly Matcher _matcher = new(StringComparison.Ordinal);

    public PathPatterns(IEnumerable<string> patterns)
    {
        foreach (var pattern in patterns)
        {
            var normalized = pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern;
            normalized = normalized.TrimEnd('/');
            var anywhere = normalized.Contains('/', StringComparison.Ordinal) ? normalized : "**/" + normalized;
            _matcher.AddInclude(anywhere);
            _matcher.AddInclude(anywhere + "/**");
        }
    }

    /// <summary>Whether <paramref name="path"/>, relative to the workspace and with forward slashes, is meant.</summary>
    public bool Matches(string path) => _matcher.Match(path).HasMatches;
}
