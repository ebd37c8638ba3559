using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>Says of each document of a file what it is: Kubernetes objects, or something that is passed over for a reason.</summary>
public static partial class ManifestClassifier
{
    private static readonly FrozenSet<string> ToolGroups = FrozenSet.Create(
        StringComparer.Ordinal,
        "kind.x-k8s.io", "kubeadm.k8s.io", "kubelet.config.k8s.io", "kubeproxy.config.k8s.io", "kubescheduler.config.k8s.io",
        "kubecontrollermanager.config.k8s.io", "apiserver.config.k8s.io", "audit.k8s.io", "client.authentication.k8s.io", "skaffold",
        "backstage.io", "k3d.io", "eksctl.io", "ctlptl.dev", "kuttl.dev", "chainsaw.kyverno.io", "cli.kyverno.io");

    /// <summary>Classifies the documents of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="chartDirectories">
    /// Directories that hold a <c>Chart.yaml</c>, relative to the workspace with forward slashes and without one at the end (the workspace is empty).
    /// </param>
    public static ManifestContents Classify(ManifestFile file, IReadOnlySet<string>? chartDirectories = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var chart = ChartRole(file.Path, chartDirectories);
        var documents = new ClassifiedDocument[file.Documents.Count];
        var problems = new List<YamlProblem>();
        for (var i = 0; i < documents.Length; i++)
        {
            documents[i] = Classify(file, file.Documents[i], chart, problems);
        }

        return new ManifestContents(
            file,
            documents,
            [.. documents.SelectMany(d => d.Resources)],
            Skipped(file, documents),
            problems);
    }

    /// <summary>The identity of an object, as far as it is given.</summary>
    public static ResourceReference ReferenceOf(YamlMapping body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return ReferenceOf(body, "", "");
    }

    private static ClassifiedDocument Classify(ManifestFile file, YamlDocument document, (string Reason, string Detail)? chart, List<YamlProblem> problems)
    {
        ClassifiedDocument Of(DocumentKind kind, string? reason, string detail, IReadOnlyList<KubernetesResource>? resources = null)
        {
            if (kind is DocumentKind.Broken or DocumentKind.Kubernetes or DocumentKind.Kustomization)
            {
                problems.AddRange(document.Problems);
            }

            return new ClassifiedDocument(document, kind, reason, detail, resources ?? []);
        }

        if (document.IsEmpty)
        {
            return Of(DocumentKind.Empty, null, "");
        }

        if (chart is { } role)
        {
            return Of(DocumentKind.HelmChart, role.Reason, role.Detail);
        }

        if (document.Root is not YamlMapping root)
        {
            if (document.Root is null)
            {
                return TemplateMarkers.FindStructural(file.Text.AsSpan(document.Span.StartOffset, document.Span.EndOffset - document.Span.StartOffset)) >= 0
                    ? Of(DocumentKind.Template, SkipReasons.Template, "a template that must be rendered first")
                    : Of(DocumentKind.Broken, null, "");
            }

            // A top-level sequence of objects is a mistake; any other sequence or scalar is somebody else's file.
            return document.Problems.Any(p => p.Rule == YamlRules.RootSequence.Id)
                ? Of(DocumentKind.Broken, null, "")
                : Of(DocumentKind.NotKubernetes, SkipReasons.NotKubernetes, document.Root is YamlSequence ? "a list, not an object" : "a single value, not an object");
        }

        if (IsKustomization(file.Path, root))
        {
            return Of(DocumentKind.Kustomization, SkipReasons.Kustomization, "");
        }

        var foreign = Foreign(root);
        if ((foreign is null || HasBraceKey(file, document)) && IsTemplate(file, document, root))
        {
            return Of(DocumentKind.Template, SkipReasons.Template, "a template that must be rendered first");
        }

        if (foreign is not null)
        {
            return Of(DocumentKind.NotKubernetes, foreign == "a Helm chart's description" ? SkipReasons.HelmChart : SkipReasons.NotKubernetes, foreign);
        }

        var resources = new List<KubernetesResource>();
        Expand(document, root, "", "", "", resources, problems);
        return resources.Count == 0
            ? Of(DocumentKind.Kubernetes, SkipReasons.EmptyList, "a List without items")
            : Of(DocumentKind.Kubernetes, null, "", resources);
    }

    private static List<SkippedItem> Skipped(ManifestFile file, ClassifiedDocument[] documents)
    {
        if (documents.All(d => d.Kind == DocumentKind.Empty))
        {
            return [new SkippedItem(new SourceLocation(file.Path), SkipReasons.Empty, "nothing but blank lines and comments")];
        }

        var skipped = new List<SkippedItem>();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            // Templates, charts and kustomizations are files, not documents: they are named once.
            if (document.SkipReason is { } reason
                && (document.Kind is not (DocumentKind.Template or DocumentKind.HelmChart or DocumentKind.Kustomization) || named.Add(reason)))
            {
                skipped.Add(new SkippedItem(
                    new SourceLocation(file.Path, document.Document.Root?.Region ?? document.Document.Span.Region), reason, document.Detail));
            }
        }

        return skipped;
    }

    private static (string Reason, string Detail)? ChartRole(string path, IReadOnlySet<string>? charts)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var directory = path.Length == name.Length ? "" : path[..^(name.Length + 1)];
        if (charts is null)
        {
            return null;
        }

        if (charts.Contains(directory))
        {
            if (name is "Chart.yaml" or "Chart.lock" or "requirements.yaml" or "requirements.lock")
            {
                return (SkipReasons.HelmChart, "the description of a Helm chart");
            }

            if (ValuesName().IsMatch(name))
            {
                return (SkipReasons.HelmValues, "values of a Helm chart");
            }
        }

        for (var at = path.Length; at > 0;)
        {
            at = path.LastIndexOf('/', at - 1);
            var parent = at < 0 ? "" : path[..at];
            if (charts.Contains(parent))
            {
                var inside = path.AsSpan(at + 1);
                return inside.StartsWith("templates/", StringComparison.Ordinal) ? (SkipReasons.HelmTemplate, "a template of a Helm chart")
                    : inside.StartsWith("ci/", StringComparison.Ordinal) && ValuesName().IsMatch(name) ? (SkipReasons.HelmValues, "values of a Helm chart")
                    : null;
            }
        }

        return null;
    }

    private static bool IsKustomization(string path, YamlMapping root)
    {
        var kind = Text(root["kind"]);
        var group = Text(root["apiVersion"]);
        return (kind is "Kustomization" or "Component" && group.StartsWith("kustomize.config.k8s.io/", StringComparison.Ordinal))
            || (path[(path.LastIndexOf('/') + 1)..] is "kustomization.yaml" or "kustomization.yml" or "Kustomization" && kind.Length == 0 && group.Length == 0);
    }

    /// <summary>What else a mapping is when it is no Kubernetes object, not even a broken one; null if it is one.</summary>
    private static string? Foreign(YamlMapping root)
    {
        var hasKind = root.TryGetValue("kind", out var kindNode);
        var hasVersion = root.TryGetValue("apiVersion", out var versionNode);
        var (kind, version) = (Text(kindNode), Text(versionNode));
        var hasShape = root["metadata"] is YamlMapping || root["spec"] is YamlMapping;
        if (hasKind && hasVersion)
        {
            var slash = version.IndexOf('/', StringComparison.Ordinal);
            return slash > 0 && ToolGroups.Contains(version[..slash]) ? $"configuration of a tool ({version}), not an object of a cluster"
                : kind == "Config" && version == "v1" && root["clusters"] is not null ? "a kubeconfig"
                : null;
        }

        if (hasVersion && !hasKind && !hasShape && Text(root["name"]).Length > 0 && Text(root["version"]).Length > 0)
        {
            return "a Helm chart's description";
        }

        if (hasShape && (hasKind || hasVersion || (root["metadata"] is YamlMapping && root["spec"] is YamlMapping)))
        {
            return null;
        }

        if (hasKind)
        {
            return kind.Length == 0 || KindName().IsMatch(kind) ? null : "no apiVersion, and its kind is none of Kubernetes";
        }

        if (hasVersion)
        {
            return VersionName().IsMatch(version) ? null : "no kind, and its apiVersion is none of Kubernetes";
        }

        return Guess(root);
    }

    private static string Guess(YamlMapping root) =>
        Has(root, "jobs") && (Has(root, "true") || Has(root, "on")) ? "looks like a GitHub workflow"
        : Has(root, "runs") && Has(root, "name") ? "looks like a GitHub action"
        : root["services"] is YamlMapping ? "looks like a Docker Compose file"
        : Has(root, "tasks") && Has(root, "version") ? "looks like a Taskfile"
        : Has(root, "site_name") ? "looks like an MkDocs configuration"
        : Has(root, "openapi") || Has(root, "swagger") ? "looks like an OpenAPI description"
        : Has(root, "sops") ? "encrypted by SOPS, but no Kubernetes object"
        : "has neither apiVersion nor kind";

    private static bool IsTemplate(ManifestFile file, YamlDocument document, YamlMapping root) =>
        HasBraceKey(file, document) || TemplateMarkers.FindIn(root) is not null;

    /// <summary>Unquoted <c>{{ x }}</c> is well-formed: a mapping whose key is a mapping.</summary>
    private static bool HasBraceKey(ManifestFile file, YamlDocument document) => document.Problems.Any(p =>
    {
        if (p.Rule != YamlRules.ComplexKey.Id)
        {
            return false;
        }

        var line = Line(file.Text.AsSpan(document.Span.StartOffset, document.Span.EndOffset - document.Span.StartOffset), p.Region.StartLine - document.Span.StartLine);
        var column = p.Region.StartColumn - 1;
        return column >= 1 && column < line.Length && line[column] == '{' && line[column - 1] == '{';
    });

    private static ReadOnlySpan<char> Line(ReadOnlySpan<char> text, int number)
    {
        for (; number > 0; number--)
        {
            var next = text.IndexOf('\n');
            if (next < 0)
            {
                return default;
            }

            text = text[(next + 1)..];
        }

        var end = text.IndexOf('\n');
        return end < 0 ? text : text[..end];
    }

    private static void Expand(
        YamlDocument document, YamlMapping body, string pointer, string version, string kind, List<KubernetesResource> resources, List<YamlProblem> problems)
    {
        var reference = ReferenceOf(body, version, kind);
        if (!reference.Kind.EndsWith("List", StringComparison.Ordinal) || body["items"] is not YamlSequence items)
        {
            resources.Add(new KubernetesResource(document, body, reference) { Pointer = pointer, IsEncrypted = IsEncrypted(body) });
            return;
        }

        // Items of a FooList may leave out what the list says; those of a plain List may not.
        var itemVersion = reference.Kind == "List" ? "" : reference.ApiVersion;
        var itemKind = reference.Kind == "List" ? "" : reference.Kind[..^4];
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is YamlMapping item)
            {
                Expand(document, item, $"{pointer}/items/{i}", itemVersion, itemKind, resources, problems);
            }
            else
            {
                problems.Add(new YamlProblem(
                    YamlRules.ListItem.Id, YamlRules.ListItem.Severity, items[i].Region,
                    $"item {i} of the {reference.Kind} is not an object", "Delete the item, or write an object with apiVersion, kind and metadata."));
            }
        }
    }

    private static ResourceReference ReferenceOf(YamlMapping body, string version, string kind)
    {
        var metadata = body["metadata"] as YamlMapping;
        var name = Text(metadata?["name"]);
        var prefix = Text(metadata?["generateName"]);
        var space = Text(metadata?["namespace"]);
        return new ResourceReference(
            body.TryGetValue("apiVersion", out var own) ? Text(own) : version,
            body.TryGetValue("kind", out var ownKind) ? Text(ownKind) : kind,
            space.Length == 0 ? null : space,
            name.Length > 0 ? name : prefix.Length > 0 ? prefix + "*" : null);
    }

    private static bool IsEncrypted(YamlMapping body) =>
        body["sops"] is YamlMapping sops && (Has(sops, "mac") || Has(sops, "lastmodified") || Has(sops, "version") || Has(sops, "encrypted_regex"));

    private static bool Has(YamlMapping mapping, string key) => mapping.TryGetValue(key, out _);

    private static string Text(YamlNode? node) => node is YamlScalar { Type: not YamlScalarType.Null } scalar ? scalar.Value : "";

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*$", RegexOptions.CultureInvariant)]
    private static partial Regex KindName();

    [GeneratedRegex(@"^(?:[a-z0-9.\-]+/)?v[0-9]+(?:(?:alpha|beta)[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex VersionName();

    [GeneratedRegex(@"^(?:.*[.\-_])?values(?:[.\-_].*)?\.ya?ml$", RegexOptions.CultureInvariant)]
    private static partial Regex ValuesName();
}
