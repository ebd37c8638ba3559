namespace Actions.ValidateManifests;

/// <summary>How findings are written down.</summary>
internal enum ReportKind
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>As described by docs/reference/findings.schema.json.</summary>
    Json,

    /// <summary>SARIF 2.1.0.</summary>
    Sarif,

    /// <summary>JUnit XML.</summary>
    Junit,
}

/// <summary>A report to write, and where to.</summary>
/// <param name="Kind">How.</param>
/// <param name="File">The file, as given; null for the log.</param>
internal sealed record ReportFormat(ReportKind Kind, string? File)
{
    /// <summary>Reads <c>kind</c> or <c>kind=file</c>.</summary>
    /// <exception cref="FormatException">It is neither; the message says what to write.</exception>
    public static ReportFormat Parse(string text)
    {
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        return Enum.TryParse<ReportKind>(parts[0], ignoreCase: true, out var kind) && !parts[0].Any(char.IsAsciiDigit) && parts is [_] or [_, { Length: > 0 }]
            ? new ReportFormat(kind, parts.Length == 2 ? parts[1] : null)
            : throw new FormatException("Write text, json, sarif or junit, with a file as in sarif=manifests.sarif.");
    }
}
