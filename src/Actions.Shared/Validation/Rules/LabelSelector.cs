using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Rules;

/// <summary>Label selectors (metav1.LabelSelector): which labels they accept.</summary>
internal static class LabelSelector
{
    /// <summary>
    /// Whether <paramref name="selector"/> accepts <paramref name="labels"/>. A selector that is null accepts nothing, an empty one everything,
    /// and an operator that does not exist nothing.
    /// </summary>
    public static bool Matches(YamlMapping? selector, YamlMapping? labels)
    {
        if (selector is null)
        {
            return false;
        }

        foreach (var wanted in selector.Mapping("matchLabels") ?? Enumerable.Empty<YamlEntry>())
        {
            if (wanted.Value is not YamlScalar value || labels.Text(wanted.Key.Value) != value.Value)
            {
                return false;
            }
        }

        return selector.Mappings("matchExpressions").All(e => e.Text("key") is { } key && MatchesExpression(e, labels.Text(key)));
    }

    /// <summary>Whether one of the selector's expressions accepts a label's value; null when there is no such label.</summary>
    public static bool MatchesExpression(YamlMapping expression, string? value)
    {
        var values = expression.Sequence("values")?.OfType<YamlScalar>().Select(v => v.Value) ?? [];
        return expression.Text("operator") switch
        {
            "In" => value is not null && values.Contains(value, StringComparer.Ordinal),
            "NotIn" => value is null || !values.Contains(value, StringComparer.Ordinal),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
