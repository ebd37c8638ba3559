using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Rules;

/// <summary>One object in front of the rules: what they may look at and where they report.</summary>
public sealed class ObjectInspection
{
    private readonly string _file;
    private readonly List<Finding> _findings;
    private readonly SourceMap? _map;
    private string? _group;
    private List<YamlNode?>? _subjects;
    private YamlNode? _addressed;
    private NodeAddress _address;
    private PodView? _pod;
    private bool _podKnown;

    /// <summary>Puts <paramref name="body"/> in front of the rules.</summary>
    /// <param name="file">File of the object, relative to the workspace.</param>
    /// <param name="body">The object.</param>
    /// <param name="reference">Its identity.</param>
    /// <param name="settings">How the rules are to be run.</param>
    /// <param name="findings">Receives what the rules report.</param>
    /// <param name="map">For a rendered object: leads from its places to the files of the workspace. Null for an object as it stands.</param>
    public ObjectInspection(string file, YamlMapping body, ResourceReference reference, RuleSettings settings, List<Finding> findings, SourceMap? map = null)
    {
        _file = file;
        _findings = findings;
        _map = map;
        Settings = settings;
        Body = body;
        Reference = reference;
    }

    /// <summary>The whole object.</summary>
    public YamlMapping Body { get; }

    /// <summary>The object's identity.</summary>
    public ResourceReference Reference { get; }

    /// <summary>How the rules are to be run.</summary>
    public RuleSettings Settings { get; }

    /// <summary>API group; empty for the core group.</summary>
    public string Group => _group ??= GroupOf(Reference.ApiVersion);

    /// <summary>Kind as written.</summary>
    public string Kind => Reference.Kind;

    /// <summary>The pod that this object is or makes; null when it makes none or its template is missing.</summary>
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

    /// <summary>The rule that is running; set by the engine.</summary>
    internal RuleDescriptor Rule { get; set; } = null!;

    /// <summary>The subject of each finding reported here, in order; null for the object as a whole.</summary>
    internal IReadOnlyList<YamlNode?> Subjects => _subjects ?? [];

    /// <summary>The values of a parameter of the running rule.</summary>
    public IReadOnlyList<string> Values(RuleParameter parameter) => Settings.Values(Rule.Id, parameter);

    /// <summary>The value of a parameter of the running rule that is one whole number.</summary>
    public long Integer(RuleParameter parameter) => Settings.Integer(Rule.Id, parameter);

    /// <summary>The single value of a parameter of the running rule.</summary>
    public string Text(RuleParameter parameter) => Settings.Text(Rule.Id, parameter);

    /// <summary>
    /// Reports <paramref name="node"/>, a value or a key of this object: the finding points at the scalar itself, or at the key of a block.
    /// A value that SOPS has encrypted is not reported: nothing is known of it.
    /// </summary>
    /// <param name="node">Where the problem is.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="hint">What to do; the rule's own fix unless given.</param>
    /// <param name="subject">What the finding is about where rules overlap (<see cref="ObjectRule.SubsumedBy"/>), for example the container; the object unless given.</param>
    public void Report(YamlNode node, string message, string? hint = null, YamlNode? subject = null)
    {
        if (node is YamlScalar { Value: var value } && SopsDocument.IsEncryptedValue(value))
        {
            return;
        }

        var address = AddressOf(node);
        Add(node is YamlScalar ? node.Region : address.Anchor, address.Pointer, message, hint, subject);
    }

    /// <summary>
    /// Reports that <paramref name="parent"/>, a node of this object, lacks the field at <paramref name="path"/>:
    /// the finding points at the key of the deepest mapping on the way that is there.
    /// </summary>
    /// <param name="parent">Where the path starts.</param>
    /// <param name="path">Keys separated by slashes, for example <c>securityContext/runAsNonRoot</c>.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="hint">What to do; the rule's own fix unless given.</param>
    /// <param name="subject">What the finding is about where rules overlap; the object unless given.</param>
    public void ReportMissing(YamlNode parent, string path, string message, string? hint = null, YamlNode? subject = null)
    {
        var address = AddressOf(parent);
        var anchor = address.Anchor;
        var deepest = parent;
        foreach (var step in path.AsSpan().Split('/'))
        {
            if (deepest is not YamlMapping mapping || !mapping.TryGetEntry(path[step], out var entry) || entry.Value is not YamlMapping)
            {
                break;
            }

            (deepest, anchor) = (entry.Value, entry.Key.Region);
        }

        Add(anchor, $"{address.Pointer}/{path}", message, hint, subject);
    }

    /// <summary>Reports a place that is known already.</summary>
    internal void ReportAt(TextRegion region, string field, string message, string? hint = null) => Add(region, field, message, hint, subject: null);

    /// <summary>The API group in an <c>apiVersion</c>; empty for the core group.</summary>
    internal static string GroupOf(string apiVersion)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : apiVersion[..slash];
    }

    /// <summary>One rule after the other reports the same container: it is looked for once.</summary>
    private NodeAddress AddressOf(YamlNode node)
    {
        if (!ReferenceEquals(node, _addressed))
        {
            (_addressed, _address) = (node, NodeAddress.Of(Body, node));
        }

        return _address;
    }

    private void Add(TextRegion region, string field, string message, string? hint, YamlNode? subject)
    {
        (_subjects ??= []).Add(subject);
        _findings.Add(new Finding
        {
            Rule = Rule.Id,
            Severity = Rule.Severity,
            Location = _map?.Locate(field, region) ?? new SourceLocation(_file, region),
            Message = message,
            Hint = hint ?? Rule.Fix,
            Resource = Reference,
            Field = field,
        });
    }
}
