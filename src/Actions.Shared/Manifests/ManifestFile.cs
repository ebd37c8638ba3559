using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>A file of YAML or JSON documents, read as kubectl reads it.</summary>
public sealed class ManifestFile
{
    internal ManifestFile(string path, string text, bool hasByteOrderMark, IReadOnlyList<YamlDocument> documents)
    {
        Path = path;
        Text = text;
        HasByteOrderMark = hasByteOrderMark;
        Documents = documents;
        Problems = documents.Any(d => d.Problems.Count > 0) ? [.. documents.SelectMany(d => d.Problems)] : [];
    }

    /// <summary>Path relative to the workspace, with forward slashes; <c>-</c> for standard input.</summary>
    public string Path { get; }

    /// <summary>The whole text, without a byte order mark. All offsets count into it.</summary>
    public string Text { get; }

    /// <summary>Whether the file starts with a UTF-8 byte order mark (three bytes before <see cref="Text"/>).</summary>
    public bool HasByteOrderMark { get; }

    /// <summary>The documents in the order of the file, empty ones included.</summary>
    public IReadOnlyList<YamlDocument> Documents { get; }

    /// <summary>The problems of all documents, in the order of the file.</summary>
    public IReadOnlyList<YamlProblem> Problems { get; }
}

/// <summary>One document of a file.</summary>
public sealed class YamlDocument
{
    internal YamlDocument(int index, YamlSpan span, YamlNode? root, bool isJson, IReadOnlyList<YamlProblem> problems)
    {
        Index = index;
        Span = span;
        Root = root;
        IsJson = isJson;
        Problems = problems;
    }

    /// <summary>Number of the document in its file, from 0.</summary>
    public int Index { get; }

    /// <summary>The text of the document: from behind its separator line to the next separator.</summary>
    public YamlSpan Span { get; }

    /// <summary>The content; null when the document is empty (or only comments) or could not be parsed.</summary>
    public YamlNode? Root { get; }

    /// <summary>Whether it was read as JSON.</summary>
    public bool IsJson { get; }

    /// <summary>What is wrong with it as YAML, in the order of the file.</summary>
    public IReadOnlyList<YamlProblem> Problems { get; }

    /// <summary>Whether it could not be parsed, so that <see cref="Root"/> is missing.</summary>
    public bool IsBroken => Root is null && Problems.Count > 0;

    /// <summary>Whether there is nothing in it but blank lines, comments or a null.</summary>
    public bool IsEmpty => Problems.Count == 0 && Root is null or YamlScalar { Type: YamlScalarType.Null };
}

/// <summary>Something wrong with a file as YAML, whatever its content means.</summary>
/// <param name="Rule">The rule, one of <see cref="YamlRules.All"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Region">Where in the file.</param>
/// <param name="Message">What is wrong, one sentence; may contain text of the file.</param>
/// <param name="Hint">What to do about it; null when the message says it all.</param>
public sealed record YamlProblem(string Rule, Severity Severity, TextRegion Region, string Message, string? Hint = null)
{
    /// <summary>The other place that it is about, for example the first of two equal keys; null if there is none.</summary>
    public TextRegion? Related { get; init; }

    /// <summary>The same as a finding in <paramref name="file"/>.</summary>
    public Finding ToFinding(string file, ResourceReference? resource = null) => new()
    {
        Rule = Rule,
        Severity = Severity,
        Location = new SourceLocation(file, Region),
        Message = Message,
        Hint = Hint,
        Resource = resource,
    };
}
