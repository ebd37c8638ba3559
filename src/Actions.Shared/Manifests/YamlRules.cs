using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>The rules about YAML itself, before anything is known of Kubernetes.</summary>
public static class YamlRules
{
    /// <summary>The text is not YAML or JSON.</summary>
    public static RuleDescriptor Syntax { get; } = new(
        "yaml-syntax",
        Severity.Error,
        "Every document must be well-formed YAML or JSON.",
        "kubectl stops at the first document that it cannot parse, so nothing of the file behind it is applied.",
        "Correct the text at the place that is named; most often it is indentation, a missing quote or a missing space after a colon.");

    /// <summary>A mapping has the same key twice.</summary>
    public static RuleDescriptor DuplicateKey { get; } = new(
        "yaml-duplicate-key",
        Severity.Error,
        "A mapping must not have the same key twice.",
        "kubectl silently keeps the last of two equal keys and drops the other, so part of what is written is never applied.",
        "Delete one of the two, or merge their contents.")
    {
        Aliases = ["kubeconform:strict", "yamllint:key-duplicates"],
    };

    /// <summary>A key that JSON cannot have.</summary>
    public static RuleDescriptor ComplexKey { get; } = new(
        "yaml-complex-key",
        Severity.Error,
        "A key must be text, a number or a boolean.",
        "Kubernetes turns YAML into JSON, whose keys are strings; a mapping, a sequence or a null as a key is refused. An unquoted {{ is read as such a key.",
        "Write the key as a quoted string.");

    /// <summary>A key that becomes another text.</summary>
    public static RuleDescriptor AmbiguousKey { get; } = new(
        "yaml-ambiguous-key",
        Severity.Warning,
        "A key must be read as the text that is written.",
        "Unquoted keys are typed like values: y, yes and on become the key true, 0x10 becomes 16, 1.50 becomes 1.5.",
        "Quote the key.");

    /// <summary>A value that is typed otherwise than it looks.</summary>
    public static RuleDescriptor AmbiguousScalar { get; } = new(
        "yaml-ambiguous-scalar",
        Severity.Warning,
        "A value that is meant as a string must be read as one.",
        "Kubernetes reads YAML 1.1: unquoted yes, no, on, off, y and n are booleans, 0777 is an octal number, 1e3 a float.",
        "Quote the value.");

    /// <summary>A value that does not fit its tag, or that JSON cannot say.</summary>
    public static RuleDescriptor Value { get; } = new(
        "yaml-value",
        Severity.Error,
        "A value must fit its tag and be something that JSON can say.",
        "Kubernetes turns YAML into JSON: .inf and .nan have no JSON form, and a tag such as !!int on text that is no number is refused.",
        "Write a finite number, correct the tag, or quote the value.");

    /// <summary>An alias without its anchor, or inside it.</summary>
    public static RuleDescriptor Alias { get; } = new(
        "yaml-alias",
        Severity.Error,
        "An alias must name an anchor that stands before it in the same document.",
        "Anchors hold for one document only, and a node cannot contain itself; kubectl refuses the document.",
        "Define the anchor above the alias, or write the value out.");

    /// <summary>A merge key whose value cannot be merged.</summary>
    public static RuleDescriptor Merge { get; } = new(
        "yaml-merge",
        Severity.Error,
        "A merge key (<<) must hold a mapping or a sequence of mappings.",
        "Nothing else can be merged, and kubectl refuses the document.",
        "Let the merge key name an anchor of a mapping.");

    /// <summary>A merge key behind keys that it would replace.</summary>
    public static RuleDescriptor MergeOrder { get; } = new(
        "yaml-merge-order",
        Severity.Warning,
        "A merge key (<<) must stand before the keys that override it.",
        "By the YAML definition a key that is written out wins over a merged one. kubectl lets a merge key that comes later win, kustomize does not.",
        "Make the merge key the first key of the mapping.");

    /// <summary>Something on or around a separator that kubectl refuses.</summary>
    public static RuleDescriptor Separator { get; } = new(
        "yaml-separator",
        Severity.Error,
        "A document separator must be --- alone on its line, or followed by a comment.",
        "kubectl splits files at lines that start with --- before it parses YAML: it refuses any other text on such a line, and YAML directives (%) too.",
        "Put --- on a line of its own and delete directives.");

    /// <summary>Text that kubectl never reads.</summary>
    public static RuleDescriptor DroppedText { get; } = new(
        "yaml-dropped-text",
        Severity.Error,
        "All text of a file must be read.",
        "kubectl reads one document between two --- lines and silently drops what follows the document end marker (...), so these objects are never applied.",
        "Separate the documents by a line with --- instead.");

    /// <summary>A list of objects at the top of a document.</summary>
    public static RuleDescriptor RootSequence { get; } = new(
        "yaml-root-sequence",
        Severity.Error,
        "A document must be one object, not a sequence of objects.",
        "kubectl refuses a document whose top level is a sequence (a JSON array).",
        "Write the objects as documents of their own, or as the items of an object of kind List with apiVersion v1.");

    /// <summary>An item of a List that is no object.</summary>
    public static RuleDescriptor ListItem { get; } = new(
        "list-item",
        Severity.Error,
        "Every item of a List must be an object.",
        "kubectl applies the items of a List one by one and refuses one that is no object, for example a null left by an empty dash.",
        "Delete the item, or write an object with apiVersion, kind and metadata.");

    /// <summary>All of them, in ordinal order of their ids.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } =
    [
        ListItem, Alias, AmbiguousKey, AmbiguousScalar, ComplexKey, DroppedText, DuplicateKey, Merge, MergeOrder, RootSequence, Separator, Syntax, Value,
    ];
}
