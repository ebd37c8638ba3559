using System.Text;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;
using Actions.TerraformPlanning.Roots;

namespace Actions.TerraformPlanning.Places;

/// <summary>
/// Tells where the configuration of a root declares what a plan names, in the root itself or in a module that lies in the workspace. Files are read when they
/// are first needed. Safe for one thread.
/// </summary>
/// <param name="workspace">Full path of the workspace.</param>
/// <param name="root">Full path of the root.</param>
/// <param name="modules">Directories of modules by address, relative to the root (<see cref="Shared.Plans.Plan.ModuleDirectories"/>).</param>
internal sealed partial class ResourcePlaces(string workspace, string root, IReadOnlyDictionary<string, string> modules)
{
    private const int LargestFile = 4 << 20;
    private const int MostFiles = 1_000;

    private readonly string _workspace = RootDiscovery.Real(workspace);
    private readonly Dictionary<string, IReadOnlyDictionary<string, SourceLocation>> _byDirectory = new(StringComparer.Ordinal);

    /// <summary>The block that declares an object, a check, an output or a variable, or else the one that takes it out of the state; null when none is known.</summary>
    /// <param name="address">As plans have it, for example <c>module.a["x"].aws_instance.web[0]</c> or <c>check.health</c>.</param>
    public SourceLocation? Find(string address)
    {
        var plain = WithoutIndexes(address);
        var parts = plain.Split('.');
        var depth = 0;
        while (depth + 2 < parts.Length && parts[depth] == "module")
        {
            depth += 2;
        }

        var key = parts[depth..] switch
        {
            ["check" or "output", var name] => $"{parts[depth]} {name}",
            ["var", var name] => $"variable {name}",
            var resource => string.Join('.', resource),
        };
        var directory = depth == 0 ? root : modules.TryGetValue(string.Join('.', parts[..depth]), out var relative) ? Path.GetFullPath(relative, root) : null;
        return (directory is null ? null : Declarations(directory).GetValueOrDefault(key)) ?? Declarations(root).GetValueOrDefault("removed " + plain);
    }

    /// <summary>An address as the configuration has it: <c>module.a["x"].b_c.d[0]</c> is <c>module.a.b_c.d</c>.</summary>
    internal static string WithoutIndexes(string address)
    {
        if (!address.Contains('[', StringComparison.Ordinal))
        {
            return address;
        }

        var text = new StringBuilder();
        var (isIndex, isQuoted) = (false, false);
        for (var i = 0; i < address.Length; i++)
        {
            var c = address[i];
            if (isQuoted && c == '\\')
            {
                i++;
            }
            else if (isIndex && c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && c is '[' or ']')
            {
                isIndex = c == '[';
            }
            else if (!isIndex)
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    private IReadOnlyDictionary<string, SourceLocation> Declarations(string directory)
    {
        if (!_byDirectory.TryGetValue(directory, out var found))
        {
            _byDirectory[directory] = found = Read(directory);
        }

        return found;
    }

    private Dictionary<string, SourceLocation> Read(string directory)
    {
        var found = new Dictionary<string, SourceLocation>(StringComparer.Ordinal);
        var real = RootDiscovery.Real(directory);
        if (!Directory.Exists(real) || (real != _workspace && !real.StartsWith(_workspace + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            return found;
        }

        foreach (var file in Directory.EnumerateFiles(real).Where(f => f.EndsWith(".tf", StringComparison.Ordinal) || f.EndsWith(".tofu", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(MostFiles))
        {
            var info = new FileInfo(file);
            if (info.LinkTarget is not null || info.Length > LargestFile)
            {
                continue;
            }

            string text;
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Where it stands is only told where that can be known.
                continue;
            }

            var path = Path.GetRelativePath(_workspace, file).Replace('\\', '/');
            foreach (var block in HclBlocks.Scan(text))
            {
                if (KeyOf(block) is { } key)
                {
                    found.TryAdd(key, new SourceLocation(path, block.Header));
                }
            }
        }

        return found;
    }

    private static string? KeyOf(HclBlock block) => (block.Type, block.Labels) switch
    {
        ("resource", [var type, var name]) => $"{type}.{name}",
        ("data", [var type, var name]) => $"data.{type}.{name}",
        ("check" or "output" or "variable", [var name]) => $"{block.Type} {name}",
        ("removed", []) when From().Match(block.Body) is { Success: true } from => "removed " + WithoutIndexes(from.Groups["address"].Value),
        _ => null,
    };

    [GeneratedRegex("""^[ \t]*from[ \t]*=[ \t]*(?<address>[^\s#/]+)""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex From();
}
