using Actions.Shared.Findings;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Configuration;

/// <summary>Finds and reads the configuration of a repository.</summary>
public static class ConfigurationFile
{
    private static readonly ManifestLimits Limits = new() { MaxFileBytes = 1024 * 1024, MaxDepth = 64, MaxAliasNodes = 100_000, MaxDocuments = 16 };

    /// <summary>Where the configuration is looked for in the workspace unless told; there may be one of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [".validate-manifests.yaml", ".validate-manifests.yml"];

    /// <summary>Reads the configuration of a workspace, and <c>.kube-linter.yaml</c> beneath it; what is not there is left out.</summary>
    /// <param name="workspace">Full path of the workspace.</param>
    /// <param name="path">The configuration to read, relative to the workspace; empty or null for one of <see cref="Names"/>, if there is one.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="ActionException">The configuration is not there, cannot be read, or has one mistake.</exception>
    /// <exception cref="AggregateException">It has several mistakes: one <see cref="ActionException"/> each, in the order of the file.</exception>
    public static ValidationConfiguration Load(string workspace, string? path = null, CancellationToken cancellation = default)
    {
        if (string.IsNullOrEmpty(path))
        {
            var found = Names.Where(n => File.Exists(Path.Combine(workspace, n))).ToArray();
            if (found.Length > 1)
            {
                throw new ActionException("There are two configurations", string.Join(" and ", found), "Keep one of them, or name one with the input config.");
            }

            path = found.FirstOrDefault();
        }
        else if (!File.Exists(Path.Combine(workspace, path)))
        {
            throw new ActionException("The configuration does not exist", path, "The input config takes a file, relative to the workspace.");
        }

        var configuration = path is null
            ? ValidationConfiguration.Empty
            : Parse(LoadFile(workspace, path, cancellation), RuleIndex.BuiltIn);
        var kubeLinter = KubeLinterFile.Names.FirstOrDefault(n => File.Exists(Path.Combine(workspace, n)));
        return kubeLinter is null
            ? configuration
            : KubeLinterFile.Read(() => LoadFile(workspace, kubeLinter, cancellation), kubeLinter, configuration);
    }

    /// <summary>
    /// A file outside the workspace is read when it is named, but not when a link leads there: what a message quotes of it may be no business of the repository.
    /// </summary>
    private static ManifestFile LoadFile(string workspace, string path, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path, workspace);
        return IsUnder(full, Path.GetFullPath(workspace)) && !IsUnder(RealPath.Of(full), RealPath.Of(workspace))
            ? throw new ActionException("Link leaves the workspace", $"{path} leads to {RealPath.Of(full)}", "Copy the file into the workspace.", new SourceLocation(path))
            : YamlLoader.LoadFile(full, path.Replace('\\', '/'), Limits, cancellation);
    }

    private static bool IsUnder(string path, string folder) => path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>Reads a configuration.</summary>
    /// <param name="file">Its name in messages.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="ActionException">It has one mistake.</exception>
    /// <exception cref="AggregateException">It has several mistakes: one <see cref="ActionException"/> each, in the order of the file.</exception>
    public static ValidationConfiguration Parse(string file, string text) => Parse(YamlLoader.Load(file, text, Limits), RuleIndex.BuiltIn);

    private static ValidationConfiguration Parse(ManifestFile file, RuleIndex rules)
    {
        var problems = file.Problems
            .Where(p => p.Severity == Severity.Error)
            .Select(p => new ActionException("The configuration is not valid YAML", p.Message, p.Hint ?? "", new SourceLocation(file.Path, p.Region)))
            .ToList();
        var documents = file.Documents.Where(d => !d.IsEmpty).ToArray();
        if (problems.Count == 0 && documents.Length > 1)
        {
            problems.Add(new ActionException(
                "The configuration has several documents",
                "it must be one", "Merge them.", new SourceLocation(file.Path, documents[1].Span.Region)));
        }

        if (problems.Count > 0 || documents.Length == 0)
        {
            return ConfigurationProblems.ThrowIfAny(problems, ValidationConfiguration.Empty with { Files = [file.Path], Rules = rules });
        }

        var reader = new ConfigurationReader(file.Path, rules);
        var configuration = reader.Read(documents[0].Root!);
        return ConfigurationProblems.ThrowIfAny([.. reader.Problems.OrderBy(p => p.Location?.Region ?? default)], configuration);
    }
}
