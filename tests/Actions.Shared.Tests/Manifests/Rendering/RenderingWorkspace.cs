using System.Collections;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Processes;

namespace Actions.Shared.Tests.Manifests.Rendering;

/// <summary>A workspace of its own on disk, and the real programs to render it.</summary>
internal sealed class RenderingWorkspace : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("rendering-specs-");

    public RenderingWorkspace()
    {
        Root = Directory.CreateDirectory(Path.Combine(_directory.FullName, "workspace")).FullName;
        Temporary = Directory.CreateDirectory(Path.Combine(_directory.FullName, "temp")).FullName;
        Processes = new ProcessRunner(Environment, Root, TimeProvider.System);
        Tools = RenderingTools.Find(Processes);
        Tools = Tools with { Helm = Environment.GetValueOrDefault("HELM_BIN") ?? Tools.Helm ?? CachedHelm() };
        Tools.Kubectl.ShouldNotBeNull("kubectl must be on PATH: make tools installs it");
        Tools.Helm.ShouldNotBeNull("helm must be on PATH, or HELM_BIN name it: make tools installs it");
    }

    /// <summary>Where <c>make tools</c> puts it.</summary>
    private static string? CachedHelm()
    {
        var cache = Environment.GetValueOrDefault("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetValueOrDefault("HOME") ?? "/", ".cache");
        var helm = Path.Combine(cache, "platform-actions", "bin", "helm");
        return File.Exists(helm) ? helm : null;
    }

    public static IReadOnlyDictionary<string, string> Environment { get; } = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "");

    public string Root { get; }

    public string Temporary { get; }

    public ProcessRunner Processes { get; }

    public RenderingTools Tools { get; init; }

    public RenderingOptions Options { get; init; } = new();

    public IReadOnlyList<string> Files =>
        [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal)];

    public RenderingPlan Plan => ManifestRendering.Plan(Root, Files, Options);

    public ManifestRenderer Renderer => new(Processes, Tools, Options, Root, Temporary);

    public string this[string file]
    {
        get => File.ReadAllText(Path.Combine(Root, file));
        set
        {
            var full = Path.Combine(Root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, value);
        }
    }

    /// <summary>Renders the one root that there is.</summary>
    public Task<RenderingResult> RenderAsync() => Renderer.RenderAsync(Plan.Roots.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

    public Task<RenderingResult> RenderChartAsync() => Renderer.RenderAsync(Plan.Charts.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);

    /// <summary>Where the first <paramref name="text"/> stands in a file: <c>file:line:column</c>.</summary>
    public string At(string file, string text)
    {
        var content = this[file];
        var offset = content.IndexOf(text, StringComparison.Ordinal);
        offset.ShouldBeGreaterThanOrEqualTo(0, $"{text} is in {file}");
        var before = content[..offset];
        return $"{file}:{before.Count(c => c == '\n') + 1}:{offset - before.LastIndexOf('\n')}";
    }

    /// <summary>Writes a program outside the workspace.</summary>
    public string Program(string name, string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory.FullName, "bin")).FullName, name);
        File.WriteAllText(path, script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}

internal static class RenderedResources
{
    public static RenderedResource Object(this RenderingResult result, string kind, string? name = null)
    {
        result.Findings.ShouldBeEmpty();
        result.Skipped.ShouldBeEmpty();
        return result.Resources
            .Where(r => Text(r.Resource.Body["kind"]) == kind && (name is null || Text(r.Resource.Body.Find("metadata", "name")) == name))
            .ShouldHaveSingleItem();
    }

    /// <summary>Where the value of a field comes from.</summary>
    public static string Source(this RenderedResource resource, string pointer) => resource.Map.Locate(pointer, Node(resource, pointer).Region).ToString();

    /// <summary>Where the key of a field comes from.</summary>
    public static string KeySource(this RenderedResource resource, string pointer)
    {
        var slash = pointer.LastIndexOf('/');
        var parent = (YamlMapping)Node(resource, pointer[..slash]);
        parent.TryGetEntry(pointer[(slash + 1)..].Replace("~1", "/"), out var entry).ShouldBeTrue();
        return resource.Map.Locate(pointer, entry.Key.Region).ToString();
    }

    public static YamlNode Node(this RenderedResource resource, string pointer)
    {
        YamlNode node = resource.Resource.Body;
        foreach (var step in pointer.Split('/').Skip(1).Select(s => s.Replace("~1", "/")))
            node = (node is YamlSequence list ? list[int.Parse(step)] : node.Find(step)).ShouldNotBeNull($"{pointer} is in the rendered object");
        return node;
    }

    public static string? Text(YamlNode? node) => (node as YamlScalar)?.Value;
}
