using Actions.Shared.Plans;

namespace Actions.TerraformPlanning;

/// <summary>What a plan marks as secret, for masking in logs.</summary>
internal static class SensitiveValues
{
    private const int MostValues = 500;

    /// <summary>The texts of sensitive variables, of at most 500.</summary>
    public static IReadOnlyList<string> Of(Plan plan)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var variable in plan.Variables.Where(v => v.IsSensitive))
        {
            Collect(variable.Value.Value, found);
        }

        return [.. found.Order(StringComparer.Ordinal).Take(MostValues)];
    }

    private static void Collect(System.Text.Json.JsonElement? value, HashSet<string> found)
    {
        switch (value?.ValueKind)
        {
            case System.Text.Json.JsonValueKind.String:
                found.Add(value.Value.GetString()!);
                break;
            case System.Text.Json.JsonValueKind.Object:
                foreach (var property in value.Value.EnumerateObject())
                {
                    Collect(property.Value, found);
                }

                break;
            case System.Text.Json.JsonValueKind.Array:
                foreach (var item in value.Value.EnumerateArray())
                {
                    Collect(item, found);
                }

                break;
        }
    }
}
