using Actions.Shared.Manifests;
using Actions.Shared.Validation.Schemas;

namespace Actions.Shared.Validation.Structure;

internal sealed partial class SchemaWalk
{
    // Up to this many items are compared pair by pair; longer lists go through a hash table.
    private const int PairwiseLimit = 16;

    private void CheckList(YamlSequence sequence, Schema schema)
    {
        if (schema.MinItems is { } least && sequence.Count < least && !Fail())
        {
            Add(StructureRules.Range, _path.Region(), $"{_path.Name()} needs at least {Count(least, "item")}, but has {sequence.Count}");
        }

        if (schema.MaxItems is { } most && sequence.Count > most && !Fail())
        {
            Add(StructureRules.Range, _path.Region(), $"{_path.Name()} takes at most {Count(most, "item")}, but has {sequence.Count}");
        }

        if (sequence.Count < 2)
        {
            return;
        }

        if (schema.ListType == SchemaListType.Map && schema.ListMapKeys.Count > 0)
        {
            CheckDuplicates(sequence, schema.ListMapKeys);
        }
        else if (schema.ListType == SchemaListType.Set || schema.UniqueItems)
        {
            CheckDuplicates(sequence, null);
        }
    }

    private void CheckDuplicates(YamlSequence sequence, IReadOnlyList<string>? keys)
    {
        if (sequence.Count <= PairwiseLimit)
        {
            for (var i = 1; i < sequence.Count && !Stopped; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (NodeEquality.SameItem(sequence[i], sequence[j], keys))
                    {
                        ReportDuplicate(sequence, i, j, keys);
                        break;
                    }
                }
            }

            return;
        }

        var first = new Dictionary<YamlNode, int>(sequence.Count, new NodeEquality(keys));
        for (var i = 0; i < sequence.Count && !Stopped; i++)
        {
            if (NodeEquality.HasKey(sequence[i], keys) && !first.TryAdd(sequence[i], i))
            {
                ReportDuplicate(sequence, i, first[sequence[i]], keys);
            }
        }
    }

    private void ReportDuplicate(YamlSequence sequence, int index, int earlier, IReadOnlyList<string>? keys)
    {
        if (Fail())
        {
            return;
        }

        var (item, line) = (sequence[index], sequence[earlier].Span.StartLine);
        var list = _path.Name();
        _path.Push(item, Schema.Anything, null, index);
        if (keys is null)
        {
            var what = item is YamlScalar scalar ? Words.Quote(scalar.Value) : $"item {index}";
            Add(_path[_path.Count - 2].Schema.ListType == SchemaListType.Set ? StructureRules.ListSetDuplicate : StructureRules.Range, _path.Region(), $"{what} is in {list} twice, first on line {line}", "Remove one of them.");
        }
        else
        {
            var mapping = (YamlMapping)item;
            var written = keys.Where(k => mapping.TryGetValue(k, out _)).ToArray();
            var key = string.Join(", ", written.Select(k => $"{k}: {mapping[k]}"));
            mapping.TryGetEntry(written[0], out var entry);
            Add(StructureRules.ListMapDuplicate, entry.Value is YamlScalar ? entry.Value.Region : entry.Key.Region, $"{list} has two items with {Words.Quote(key)}, the first on line {line}", $"Items are told apart by {Words.Join(keys, "and")}: change or remove one of them.");
        }

        _path.Pop();
    }
}
