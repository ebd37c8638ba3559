using System.Text.Json;

namespace Actions.Shared.Plans;

/// <summary>What a plan marks as secret, for masking in logs.</summary>
public static class SensitiveValues
{
    private const int MostValues = 500;

    /// <summary>The texts of sensitive variables, at most 500 of them, in ordinal order.</summary>
    /// <param name="plan">The plan.</param>
    public static IReadOnlyList<string> Of(Plan plan)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in plan.Variables.Where(v => v.IsSensitive))
        {
            Collect(variable.Value.Value, found);
        }

        return [.. found.Order(StringComparer.Ordinal).Take(MostValues)];
    }

    private static void Collect(JsonElement? value, HashSet<string> found)
    {
        switch (value?.ValueKind)
        {
            case JsonValueKind.String:
                found.Add(value.Value.GetString()!);
                break;
            case JsonValueKind.Object:
                foreach (var property in value.Value.EnumerateObject())
                {
                    Collect(property.Value, found);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.Value.EnumerateArray())
                {
                    Collect(item, found);
                }

                break;
        }
    }
}
