using System.Collections.Concurrent;
using System.Text;

namespace Actions.Shared.Validation.Schemas;

/// <summary>
/// The schemas of one embedded resource, for one release or several. Opening one scans its lines; a type is parsed when it is first looked
/// into. A type whose content, and that of all it refers to, is the same in several releases is one <see cref="Schema"/> for all of them.
/// </summary>
internal sealed class SchemaPack
{
    private readonly string _text;
    private readonly List<PackRelease> _releases = [];
    private readonly Dictionary<string, List<Line>> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, List<KindLine>>> _kinds = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Type, char Class), Schema> _schemas = new();

    private SchemaPack(string text)
    {
        _text = text;
        Scan();
    }

    /// <summary>The releases that it holds, in the order of the data (oldest first).</summary>
    public IReadOnlyList<PackRelease> Releases => _releases;

    /// <summary>SHA-256 of everything after the line that tells it, in hexadecimal digits.</summary>
    public string Checksum { get; private set; } = "";

    /// <summary>Every <c>apiVersion</c> with at least one kind in some release.</summary>
    public IEnumerable<string> ApiVersions => _kinds.Keys;

    /// <summary>Opens the resource <paramref name="name"/> of this assembly.</summary>
    public static SchemaPack Open(string name)
    {
        using var stream = typeof(SchemaPack).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource '{name}'.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new SchemaPack(reader.ReadToEnd());
    }

    /// <summary>Reads a pack from its text, as <see cref="Open"/> does.</summary>
    public static SchemaPack Parse(string text) => new(text);

    /// <summary>The schema of a kind in a release by its index in <see cref="Releases"/>; null when it is not served there.</summary>
    public Schema? Find(int release, string apiVersion, string kind)
    {
        if (!_kinds.TryGetValue(apiVersion, out var kinds) || !kinds.TryGetValue(kind, out var lines))
        {
            return null;
        }

        foreach (var line in lines)
        {
            if (line.Marks[release] == '+')
            {
                return Named(line.Type, release);
            }
        }

        return null;
    }

    /// <summary>The kinds that <paramref name="apiVersion"/> serves in a release.</summary>
    public IEnumerable<string> Kinds(int release, string apiVersion) =>
        _kinds.TryGetValue(apiVersion, out var kinds)
            ? kinds.Where(k => k.Value.Any(line => line.Marks[release] == '+')).Select(k => k.Key)
            : [];

    /// <summary>The schema of a named type in a release.</summary>
    public Schema Named(string type, int release)
    {
        foreach (var line in _types[type])
        {
            var mark = line.Marks[release];
            if (mark != '-')
            {
                return _schemas.TryGetValue((type, mark), out var known)
                    ? known
                    : _schemas.GetOrAdd((type, mark), Defer(line, release));
            }
        }

        throw new InvalidOperationException($"The data has no type '{type}' in {_releases[release].Name}.");
    }

    private Schema Defer(Line line, int release)
    {
        // Lazy, so that all threads see one instance.
        var content = new Lazy<Schema>(() => new SchemaText(_text.AsSpan(line.Content), name => Refer(name, release)).ReadObject());
        return Schema.Deferred(() => content.Value);
    }

    // A custom resource names types of the newest Kubernetes release with an @.
    private Schema Refer(string name, int release) => name[0] == '@' ? EmbeddedSchemas.CoreType(name[1..]) : Named(name, release);

    private void Scan()
    {
        var position = 0;
        while (position < _text.Length)
        {
            var length = _text.AsSpan(position).IndexOf('\n');
            var line = _text.AsSpan(position, length < 0 ? _text.Length - position : length);
            if (line.StartsWith("type ", StringComparison.Ordinal))
            {
                ScanType(line, position);
            }
            else if (line.StartsWith("kind ", StringComparison.Ordinal))
            {
                ScanKind(line.ToString());
            }
            else if (line.StartsWith("#release ", StringComparison.Ordinal))
            {
                var words = line.ToString().Split(' ', 3);
                _releases.Add(new PackRelease(words[1], words[2]));
            }
            else if (line.StartsWith("#sha256 ", StringComparison.Ordinal))
            {
                Checksum = line["#sha256 ".Length..].ToString();
            }

            position += line.Length + 1;
        }
    }

    private void ScanType(ReadOnlySpan<char> line, int position)
    {
        const int Start = 5;
        var nameEnd = Start + line[Start..].IndexOf(' ');
        var marksEnd = nameEnd + 1 + _releases.Count;
        var contentStart = Math.Min(marksEnd + 1, line.Length);
        var name = line[Start..nameEnd].ToString();
        if (!_types.TryGetValue(name, out var lines))
        {
            _types.Add(name, lines = new List<Line>(1));
        }

        lines.Add(new Line(line[(nameEnd + 1)..marksEnd].ToString(), (position + contentStart)..(position + line.Length)));
    }

    private void ScanKind(string line)
    {
        var words = line.Split(' ');
        if (!_kinds.TryGetValue(words[1], out var kinds))
        {
            _kinds.Add(words[1], kinds = new Dictionary<string, List<KindLine>>(StringComparer.Ordinal));
        }

        if (!kinds.TryGetValue(words[2], out var lines))
        {
            kinds.Add(words[2], lines = new List<KindLine>(1));
        }

        lines.Add(new KindLine(words[3], words[4]));
    }

    private readonly record struct Line(string Marks, Range Content);

    private readonly record struct KindLine(string Type, string Marks);
}

/// <summary>A release or project version that a <see cref="SchemaPack"/> has schemas of.</summary>
/// <param name="Name">For example <c>1.36</c> or <c>cert-manager v1.19</c>.</param>
/// <param name="Origin">The package that it was made from and its integrity hash, or the releases that it lies between.</param>
internal sealed record PackRelease(string Name, string Origin);
