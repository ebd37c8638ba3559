using System.Text.RegularExpressions;
using Actions.Shared.Findings;

namespace Actions.AccountReview.Terraform;

/// <summary>Where states are kept.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="IsLocked">Whether Terraform locks a state while it changes it (<c>use_lockfile</c>).</param>
/// <param name="Location">The line that names the bucket.</param>
internal sealed record StateBackend(string Bucket, bool IsLocked, SourceLocation Location);

/// <summary>Where the configuration of Terraform declares its resources, and where it keeps its states.</summary>
internal sealed partial class TerraformSources
{
    private readonly Dictionary<(string Type, string Name), SourceLocation?> _declarations = [];
    private readonly List<StateBackend> _backends = [];

    /// <summary>The backends on object storage, in the order in which they were read.</summary>
    public IReadOnlyList<StateBackend> Backends => _backends;

    /// <summary>Reads a file; comments and texts that only look like a declaration begin later in their line.</summary>
    /// <param name="path">Relative to the workspace.</param>
    /// <param name="text">What it holds.</param>
    public void Add(string path, string text)
    {
        var number = 0;
        // A file of settings for `init -backend-config` is the inside of a backend.
        var backend = path.EndsWith(".tfbackend", StringComparison.Ordinal) ? new Backend(IsFile: true) : null;
        foreach (var line in text.Split('\n'))
        {
            number++;
            backend ??= BackendStart().IsMatch(line) ? new Backend(IsFile: false) : null;
            if (backend is not null)
            {
                backend.Read(line, path, number);
                if (backend.HasEnded)
                {
                    Add(backend);
                    backend = null;
                }
            }

            if (Declaration().Match(line) is not { Success: true } match)
            {
                continue;
            }

            var key = (match.Groups["type"].Value, match.Groups["name"].Value);
            // The same name in two modules: which of them is meant is not known.
            _declarations[key] = _declarations.ContainsKey(key) ? null : new SourceLocation(path, new TextRegion(number, 1, number, match.Length + 1));
        }

        Add(backend);
    }

    private void Add(Backend? backend)
    {
        if (backend is { Bucket: { } bucket, Location: { } location })
        {
            _backends.Add(new StateBackend(bucket, backend.IsLocked, location));
        }
    }

    /// <summary>The line that declares it; null when it is not known.</summary>
    public SourceLocation? Find(ManagedResource resource) => _declarations.GetValueOrDefault((resource.Type, resource.Name));

    [GeneratedRegex("""^\s*resource\s+"(?<type>[A-Za-z0-9_-]+)"\s+"(?<name>[A-Za-z0-9_-]+)"\s*\{""")]
    private static partial Regex Declaration();

    [GeneratedRegex("""^\s*backend\s+"s3"\s*\{""")]
    private static partial Regex BackendStart();

    [GeneratedRegex(@"(?:^|[{;])\s*bucket\s*=\s*""(?<name>[a-z0-9][a-z0-9.-]+)""")]
    private static partial Regex BucketName();

    [GeneratedRegex("""(?:^|[{;])\s*use_lockfile\s*=\s*true\b""")]
    private static partial Regex Lockfile();

    /// <summary>A backend while it is read.</summary>
    private sealed record Backend(bool IsFile)
    {
        private int _depth;

        public string? Bucket { get; private set; }

        public bool IsLocked { get; private set; }

        public SourceLocation? Location { get; private set; }

        public bool HasEnded => !IsFile && _depth == 0;

        public void Read(string line, string path, int number)
        {
            var code = line.TrimStart() is ['#', ..] or ['/', '/', ..] ? "" : line;
            _depth += code.Count(c => c == '{') - code.Count(c => c == '}');
            IsLocked |= Lockfile().IsMatch(code);
            if (BucketName().Match(code) is { Success: true } match)
            {
                Bucket = match.Groups["name"].Value;
                Location = new SourceLocation(path, new TextRegion(number, 1, number, line.TrimEnd().Length + 1));
            }
        }
    }
}
