using System.Runtime.CompilerServices;
using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Structure;

/// <summary>Equality of values as Kubernetes sees them: by keys for items of a keyed list, else deep, whatever the spelling and the order of fields.</summary>
internal sealed class NodeEquality(IReadOnlyList<string>? keys) : IEqualityComparer<YamlNode>
{
    private const int DeepestHash = 4;

    /// <summary>Whether an item of a keyed list has any of the keys; without <paramref name="keys"/> every item counts.</summary>
    public static bool HasKey(YamlNode item, IReadOnlyList<string>? keys)
    {
        if (keys is null)
        {
            return true;
        }

        for (var i = 0; i < keys.Count; i++)
        {
            if (item is YamlMapping mapping && mapping.TryGetValue(keys[i], out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two items of a list are the same item.</summary>
    public static bool SameItem(YamlNode left, YamlNode right, IReadOnlyList<string>? keys)
    {
        if (keys is null)
        {
            return Same(left, right);
        }

        if (left is not YamlMapping leftItem || right is not YamlMapping rightItem)
        {
            return false;
        }

        var found = false;
        for (var i = 0; i < keys.Count; i++)
        {
            var hasLeft = leftItem.TryGetValue(keys[i], out var leftValue);
            var hasRight = rightItem.TryGetValue(keys[i], out var rightValue);
            found |= hasLeft || hasRight;
            if (hasLeft && hasRight ? !Same(leftValue!, rightValue!) : hasLeft != hasRight && !IsDefault(keys[i], leftValue ?? rightValue!))
            {
                return false;
            }
        }

        return found;
    }

    /// <inheritdoc />
    public bool Equals(YamlNode? x, YamlNode? y) => ReferenceEquals(x, y) || (x is not null && y is not null && SameItem(x, y, keys));

    /// <inheritdoc />
    public int GetHashCode(YamlNode obj)
    {
        if (keys is null || obj is not YamlMapping mapping)
        {
            return Hash(obj, 0);
        }

        var hash = 0;
        for (var i = 0; i < keys.Count; i++)
        {
            // A missing key may equal one that is written with its default.
            if (mapping.TryGetValue(keys[i], out var value) && !IsDefault(keys[i], value))
            {
                hash = HashCode.Combine(hash, i, Hash(value, 0));
            }
        }

        return hash;
    }

    // The one default among the keys of lists that Kubernetes knows: the protocol of ports.
    private static bool IsDefault(string key, YamlNode value) => key == "protocol" && value is YamlScalar { Value: "TCP" };

    private static bool Same(YamlNode left, YamlNode right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        switch (left, right)
        {
            case (YamlScalar a, YamlScalar b):
                return SameScalar(a, b);
            case (YamlSequence a, YamlSequence b):
                if (a.Count != b.Count || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
                {
                    return false;
                }

                for (var i = 0; i < a.Count; i++)
                {
                    if (!Same(a[i], b[i]))
                    {
                        return false;
                    }
                }

                return true;
            case (YamlMapping a, YamlMapping b):
                if (a.Count != b.Count || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
                {
                    return false;
                }

                for (var i = 0; i < a.Count; i++)
                {
                    if (!b.TryGetValue(a[i].Key.Value, out var other) || !Same(a[i].Value, other))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    private static bool SameScalar(YamlScalar left, YamlScalar right)
    {
        if (IsNumber(left) && IsNumber(right))
        {
            return string.Equals(left.Value, right.Value, StringComparison.Ordinal) || YamlNumbers.Canonical(left) == YamlNumbers.Canonical(right);
        }

        return left.Type == right.Type && left.Type switch
        {
            YamlScalarType.Null => true,
            YamlScalarType.Boolean => Words.ReadBoolean(left.Value) == Words.ReadBoolean(right.Value),
            _ => string.Equals(left.Value, right.Value, StringComparison.Ordinal),
        };
    }

    private static bool IsNumber(YamlScalar scalar) => scalar.Type is YamlScalarType.Integer or YamlScalarType.Float;

    private static int Hash(YamlNode node, int depth)
    {
        switch (node)
        {
            case YamlScalar scalar:
                return scalar.Type switch
                {
                    YamlScalarType.Null => 0,
                    YamlScalarType.Boolean => Words.ReadBoolean(scalar.Value) == "true" ? 1 : 2,
                    YamlScalarType.String => string.GetHashCode(scalar.Value, StringComparison.Ordinal),
                    _ => string.GetHashCode(YamlNumbers.Canonical(scalar), StringComparison.Ordinal),
                };
            case YamlSequence sequence when depth < DeepestHash:
                var ordered = sequence.Count;
                foreach (var item in sequence)
                {
                    ordered = HashCode.Combine(ordered, Hash(item, depth + 1));
                }

                return ordered;
            case YamlMapping mapping when depth < DeepestHash:
                var unordered = mapping.Count;
                foreach (var entry in mapping)
                {
                    unordered ^= HashCode.Combine(string.GetHashCode(entry.Key.Value, StringComparison.Ordinal), Hash(entry.Value, depth + 1));
                }

                return unordered;
            default:
                return 3;
        }
    }
}
