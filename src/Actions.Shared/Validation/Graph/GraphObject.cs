using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Graph;

/// <summary>What the rules across objects keep of one object: its identity and the fields that refer to others or are referred to.</summary>
public sealed class GraphObject
{
    private PodView? _pod;
    private bool _podKnown;

    private GraphObject(string unit, string file, ResourceReference reference, string group, YamlMapping body, SourceMap? map)
    {
        Unit = unit;
        File = file;
        Map = map;
        Reference = reference;
        Group = group;
        Body = body;
    }

    /// <summary>The deploy unit: the kustomize root, or the chart and values, that it was rendered from; empty for plain files.</summary>
    public string Unit { get; }

    /// <summary>File of the object, relative to the workspace; empty for a rendered object, whose places <see cref="Map"/> gives.</summary>
    public string File { get; }

    /// <summary>For a rendered object: leads from its places to the files of the workspace. Null for an object as it stands.</summary>
    public SourceMap? Map { get; }

    /// <summary>The object's identity.</summary>
    public ResourceReference Reference { get; }

    /// <summary>API group; empty for the core group.</summary>
    public string Group { get; }

    /// <summary>Kind as written.</summary>
    public string Kind => Reference.Kind;

    /// <summary>Name; empty when it is generated or missing.</summary>
    public string Name => Reference.Name is { } name && !name.EndsWith('*') ? name : "";

    /// <summary>Namespace; null when the manifest leaves it to the deployment.</summary>
    public string? Namespace => Reference.Namespace;

    /// <summary>The kept part of the object, with its original places. Values of ConfigMaps and Secrets are not kept, only their keys.</summary>
    public YamlMapping Body { get; }

    /// <summary><c>spec</c>; null when missing.</summary>
    public YamlMapping? Spec => Body.Mapping("spec");

    /// <summary>The pod that the object is or makes; null when it makes none.</summary>
    public PodView? Pod
    {
        get
        {
            if (!_podKnown)
            {
                _pod = PodView.Of(Group, Kind, Body);
                _podKnown = true;
            }

            return _pod;
        }
    }

    /// <summary>Where the object starts, in the workspace's own files.</summary>
    public SourceLocation Location => Map?.Locate("", NodeAddress.FirstKey(Body)) ?? new SourceLocation(File, NodeAddress.FirstKey(Body));

    /// <summary>Folder of a plain file, with a slash at its end; empty for the workspace itself and for rendered objects.</summary>
    internal string Folder => File[..(File.LastIndexOf('/') + 1)];

    /// <summary>The units that are variants of each other have the same family; set by the graph.</summary>
    internal string Family { get; set; } = "";

    /// <summary>Whether it is a Service of Kubernetes itself.</summary>
    internal bool IsService => Group.Length == 0 && Kind == "Service";

    /// <summary>The labels by which a Service finds its pods; null when it does not look for any.</summary>
    internal YamlMapping? ServiceSelector => Spec.Text("type") == "ExternalName" ? null : Spec.Mapping("selector") is { Count: > 0 } selector ? selector : null;

    /// <summary>Keeps what is needed of <paramref name="body"/>; null when no rule across objects can be about it.</summary>
    /// <param name="unit">The deploy unit: a name for the rendering that made the object, empty for an object of a plain file.</param>
    /// <param name="file">File of the object, relative to the workspace; empty for a rendered object.</param>
    /// <param name="body">The object.</param>
    /// <param name="reference">Its identity.</param>
    /// <param name="map">For a rendered object: leads from its places to the files of the workspace. Null for an object as it stands.</param>
    public static GraphObject? From(string unit, string file, YamlMapping body, ResourceReference reference, SourceMap? map = null)
    {
        var slash = reference.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : reference.ApiVersion[..slash];
        return reference.Kind.Length == 0 ? null : new GraphObject(unit, file, reference, group, GraphPruning.Prune(group, reference.Kind, body), map);
    }

    /// <summary>Whether the other object can count for this one: it is in the same unit, in plain files, or in a unit that is no variant of this one's.</summary>
    internal bool Sees(GraphObject other) => Unit == other.Unit || Unit.Length == 0 || other.Unit.Length == 0 || Family != other.Family;

    /// <inheritdoc />
    public override string ToString() => Reference.ToString();
}
