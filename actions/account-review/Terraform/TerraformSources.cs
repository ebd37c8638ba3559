using System.Text.RegularExpressions;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Terraform;

/// <summary>Where the configuration of Terraform declares its resources.</summary>
internal sealed partial class TerraformSources
{
    private readonly Dictionary<(string Type, string Name), SourceLocation?> _declarations = [];

    /// <summary>Reads a file; comments and texts that only look like a declaration begin later in their line.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="text">What it holds.</param>
    public void Add(string path, string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (Declaration().Match(line) is not { Success: true } match)
            {
                continue;
            }

            var key = (match.Groups["type"].Value, match.Groups["name"].Value);
            // The same name in two modules: which of them is meant is not known.
            _declarations[key] = _declarations.ContainsKey(key) ? null : new SourceLocation(path, new TextRegion(number, 1, number, match.Length + 1));
        }
    }

    /// <summary>The line that declares it; null when it is not known.</summary>
    public SourceLocation? Find(ManagedResource resource) => _declarations.GetValueOrDefault((resource.Type, resource.Name));

    [GeneratedRegex("""^\s*resource\s+"(?<type>[A-Za-z0-9_-]+)"\s+"(?<name>[A-Za-z0-9_-]+)"\s*\{""")]
    private static partial Regex Declaration();
}
