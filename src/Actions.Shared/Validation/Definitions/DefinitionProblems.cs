using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Definitions;

/// <summary>A mapping of a definition, and what to underline when it lacks something.</summary>
/// <param name="Node">The mapping.</param>
/// <param name="Owner">Its key, or its first key for an item of a list.</param>
/// <param name="Pointer">JSON pointer from the definition.</param>
internal sealed record DefinitionPart(YamlMapping Node, TextRegion Owner, string Pointer)
{
    /// <summary>The mapping under <paramref name="key"/>; null when there is none.</summary>
    public DefinitionPart? Child(string key) =>
        Node.TryGetEntry(key, out var entry) && entry.Value is YamlMapping mapping ? new DefinitionPart(mapping, entry.Key.Region, PointerTo(key)) : null;

    /// <summary>The mappings among the items of the list under <paramref name="key"/>.</summary>
    public IEnumerable<DefinitionPart> Items(string key)
    {
        if (Node[key] is not YamlSequence list)
        {
            yield break;
        }

        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is YamlMapping item)
            {
                yield return new DefinitionPart(item, item.Count > 0 ? item[0].Key.Region : item.Region, $"{PointerTo(key)}/{i}");
            }
        }
    }

    /// <summary>The mappings under the keys of the mapping under <paramref name="key"/>, with those keys.</summary>
    public IEnumerable<(YamlScalar Name, DefinitionPart Part)> Entries(string key)
    {
        if (Child(key) is not { } parent)
        {
            yield break;
        }

        foreach (var entry in parent.Node)
        {
            if (entry.Value is YamlMapping mapping)
            {
                yield return (entry.Key, new DefinitionPart(mapping, entry.Key.Region, parent.PointerTo(entry.Key.Value)));
            }
        }
    }

    public string PointerTo(string key) => $"{Pointer}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The text under <paramref name="key"/>; null when there is none.</summary>
    public string? Text(string key) => Node[key] is YamlScalar { Type: YamlScalarType.String } scalar ? scalar.Value : null;

    public bool Has(string key) => Node[key] is { } value and not YamlScalar { Type: YamlScalarType.Null };

    public bool IsTrue(string key) => Node[key] is YamlScalar { Type: YamlScalarType.Boolean } scalar && Words.ReadBoolean(scalar.Value) == "true";
}

/// <summary>Collects what is wrong with a definition.</summary>
internal sealed class DefinitionProblems
{
    private readonly List<StructureProblem> _problems = [];

    public IReadOnlyList<StructureProblem> All => _problems;

    /// <summary>A mapping lacks something.</summary>
    public void AddMissing(DefinitionPart part, string message, string? hint = null) => Add(part.Owner, part.Pointer, message, hint);

    /// <summary>A value is wrong: underlines it if it fits one line, else its key.</summary>
    public void AddValue(DefinitionPart part, string key, string message, string? hint = null)
    {
        part.Node.TryGetEntry(key, out var entry);
        var region = entry.Value.Span.StartLine == entry.Value.Span.EndLine ? entry.Value.Region : entry.Key.Region;
        Add(region, part.PointerTo(key), message, hint);
    }

    /// <summary>A key must not be there.</summary>
    public void AddKey(DefinitionPart part, string key, string message, string? hint = null)
    {
        part.Node.TryGetEntry(key, out var entry);
        Add(entry.Key.Region, part.PointerTo(key), message, hint);
    }

    public void Add(TextRegion region, string pointer, string message, string? hint = null) => Add(ValidationRules.CrdDefinition, region, pointer, message, hint);

    public void Add(RuleDescriptor rule, TextRegion region, string pointer, string message, string? hint = null) =>
        _problems.Add(new StructureProblem(rule, region, pointer, message + ".", hint));
}
