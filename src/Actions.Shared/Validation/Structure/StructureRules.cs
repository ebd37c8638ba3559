using Actions.Shared.Findings;

namespace Actions.Shared.Validation.Structure;

/// <summary>The rules that <see cref="StructureValidator"/> and <see cref="ObjectIdentity"/> check.</summary>
public static class StructureRules
{
    /// <summary>A value of the wrong type, null where Kubernetes wants a value included.</summary>
    public static RuleDescriptor Type { get; } = new(
        "schema-type",
        Severity.Error,
        "Every field holds a value of the type that Kubernetes expects.",
        "The API server decodes each field into a fixed type and refuses the whole object when one value does not fit. YAML decides the type from "
        + "the spelling: yes and on are booleans, 8080 and 1e3 are numbers, and only quotes make them text.",
        "Write the value in the expected type: quote text that looks like a number or a boolean, and leave numbers and booleans unquoted.")
    {
        Aliases = ["kubeconform:type", "kubeval:invalid_type", "kube-linter:schema-validation"],
    };

    /// <summary>A field that must be there is not.</summary>
    public static RuleDescriptor Required { get; } = new(
        "schema-required",
        Severity.Error,
        "Required fields are present and not empty.",
        "Some fields have no default: without them the API server refuses the object. A field that is written without a value counts as missing.",
        "Add the field, or give it a value.")
    {
        Aliases = ["kubeconform:required", "kubeval:required"],
    };

    /// <summary>A field that the type does not have; checked in strict mode only.</summary>
    public static RuleDescriptor UnknownField { get; } = new(
        "schema-unknown-field",
        Severity.Error,
        "Only fields that the type has are used.",
        "Kubernetes drops fields that it does not know, or refuses them when field validation is strict. Either way the setting has no effect, and "
        + "the usual reasons are a typing error, a wrong indentation or a field of another API version.",
        "Correct the name, move the field to where it belongs, or remove it.")
    {
        Aliases = ["kubeconform:additionalProperties", "kubeconform:strict", "kubeval:additional_property_not_allowed"],
    };

    /// <summary>A value that is not one of the accepted ones.</summary>
    public static RuleDescriptor Enum { get; } = new(
        "schema-enum",
        Severity.Error,
        "Fields with a fixed set of values hold one of them.",
        "Some fields accept only certain words, spelled exactly so, case included. The API server refuses everything else.",
        "Use one of the accepted values.")
    {
        Aliases = ["kubeconform:enum", "kubeval:enum"],
    };

    /// <summary>Text that is not in the field's format: quantity, duration, date-time, base64, address and the like.</summary>
    public static RuleDescriptor Format { get; } = new(
        "schema-format",
        Severity.Error,
        "Text with a format follows it.",
        "Quantities, durations, timestamps, addresses and base64 data are text with a grammar. Kubernetes parses them and refuses what does not parse, "
        + "such as the quantities 1gb and 100 Mi.",
        "Write the value in the format that the message names.")
    {
        Aliases = ["kubeconform:format"],
    };

    /// <summary>A number, text, list or object outside the bounds of its field.</summary>
    public static RuleDescriptor Range { get; } = new(
        "schema-range",
        Severity.Error,
        "Values stay within the bounds of their field.",
        "Bounds are the least and greatest number, the length of text, the pattern that text must match, the number of items or fields, "
        + "and what fits a 32-bit or 64-bit integer. The API server refuses values outside them.",
        "Use a value within the bounds that the message names.")
    {
        Aliases =
        [
            "kubeconform:minimum", "kubeconform:maximum", "kubeconform:minLength", "kubeconform:maxLength", "kubeconform:pattern",
            "kubeconform:minItems", "kubeconform:maxItems", "kubeconform:uniqueItems", "kubeconform:multipleOf",
            "kubeconform:minProperties", "kubeconform:maxProperties",
        ],
    };

    /// <summary>A value that fits none or too many of the alternatives of a schema, or one that is ruled out.</summary>
    public static RuleDescriptor Combination { get; } = new(
        "schema-combination",
        Severity.Error,
        "Alternatives are chosen as the schema allows.",
        "Some objects take exactly one of several fields, at least one of them, or exclude certain combinations. The API server refuses other mixtures.",
        "Set the fields that one alternative asks for and leave out those that exclude each other.")
    {
        Aliases = ["kubeconform:oneOf", "kubeconform:anyOf", "kubeconform:not"],
    };

    /// <summary>Two items of a list with the same identifying fields.</summary>
    public static RuleDescriptor ListMapDuplicate { get; } = new(
        "list-map-duplicate",
        Severity.Error,
        "Items of a keyed list have different keys.",
        "Kubernetes merges such lists item by item, by the fields that identify an item. Two items with the same key cannot be told apart, and the object is refused.",
        "Remove one of the items, or give it another key.")
    {
        Aliases = ["flux-schema:list-map-keys"],
    };

    /// <summary>A value that a set lists twice.</summary>
    public static RuleDescriptor ListSetDuplicate { get; } = new(
        "list-set-duplicate",
        Severity.Error,
        "Lists that are sets name each value once.",
        "A list that is declared a set refuses a value that is already in it.",
        "Remove the repeated value.")
    {
        Aliases = ["flux-schema:list-set"],
    };

    /// <summary>A rule of a CustomResourceDefinition that the value breaks.</summary>
    public static RuleDescriptor CelRule { get; } = new(
        "cel-rule",
        Severity.Error,
        "Custom resources keep the rules of their definition.",
        "A CustomResourceDefinition may hold rules over the values of an object, written as expressions. The API server evaluates them, with defaults filled in, "
        + "and refuses the object when one of them is not true.",
        "Change the values so that the rule holds.")
    {
        Aliases = ["flux-schema:cel"],
    };

    /// <summary>A rule of a CustomResourceDefinition that was not evaluated.</summary>
    public static RuleDescriptor CelRuleSkipped { get; } = new(
        "cel-rule-skipped",
        Severity.Info,
        "Rules of definitions should be ones that can be evaluated here.",
        "The rule uses a function that is not known here, takes very long, or depends on an encrypted value. Whether the API server accepts the object is not known.",
        "Nothing needs to change: check such an object with a dry run against a cluster.");

    /// <summary>An object inside another that is not a complete Kubernetes object.</summary>
    public static RuleDescriptor EmbeddedResource { get; } = new(
        "embedded-resource",
        Severity.Error,
        "Embedded Kubernetes objects have an apiVersion and a kind.",
        "The field holds a whole Kubernetes object, which the API server checks for apiVersion, kind and metadata before anything else.",
        "Write the complete object, with apiVersion and kind.")
    {
        Aliases = ["flux-schema:embedded-resource"],
    };

    /// <summary>A scalar that other readers of YAML take for something else, or that is probably not what was meant.</summary>
    public static RuleDescriptor AmbiguousScalar { get; } = new(
        "yaml-ambiguous-scalar",
        Severity.Warning,
        "Values mean the same to every reader of YAML.",
        "YAML 1.1 and YAML 1.2 disagree about unquoted values such as 22:22, 2001-01-01 or 010, so Kubernetes and other tools may read different values "
        + "from the same file. File modes are another trap: 644 is a decimal number, 0644 is the mode.",
        "Quote text, and write file modes with a leading zero.")
    {
        Aliases = ["yamllint:truthy", "yamllint:octal-values"],
    };

    /// <summary>No <c>kind</c>.</summary>
    public static RuleDescriptor MissingKind { get; } = new(
        "missing-kind",
        Severity.Error,
        "Every object says its kind.",
        "Without kind the API server does not know what the object is.",
        "Add kind, for example kind: Deployment.")
    {
        Aliases = ["kubeconform:missing-kind"],
    };

    /// <summary>No <c>apiVersion</c>.</summary>
    public static RuleDescriptor MissingApiVersion { get; } = new(
        "missing-api-version",
        Severity.Error,
        "Every object says its apiVersion.",
        "The same kind exists in several API groups and versions; without apiVersion the API server does not know which is meant.",
        "Add apiVersion, for example apiVersion: apps/v1.")
    {
        Aliases = ["kubeconform:missing-apiversion"],
    };

    /// <summary>Neither <c>metadata.name</c> nor <c>metadata.generateName</c>.</summary>
    public static RuleDescriptor MissingName { get; } = new(
        "missing-name",
        Severity.Error,
        "Every object has a name.",
        "Objects are stored under their name: the API server refuses one that has neither metadata.name nor metadata.generateName.",
        "Add metadata.name.")
    {
        Aliases = ["flux-schema:metadata-name"],
    };

    /// <summary>All of them, in ordinal order of the id.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } =
    [
        CelRule, CelRuleSkipped, EmbeddedResource, ListMapDuplicate, ListSetDuplicate, MissingApiVersion, MissingKind, MissingName, Combination, Enum, Format, Range,
        Required, Type, UnknownField, AmbiguousScalar,
    ];
}
