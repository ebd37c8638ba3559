using Actions.Shared.Findings;

namespace Actions.ValidateManifests;

/// <summary>Keeps a problem from being told twice: once because Kubernetes refuses the field, and once by a rule about it.</summary>
internal static class RepeatedFindings
{
    /// <summary>
    /// The findings of rules without those about a field that is wrong already, or that lies inside such a field. An unknown field does not
    /// count: it says nothing about the field that was meant.
    /// </summary>
    /// <param name="refused">What Kubernetes refuses.</param>
    /// <param name="rules">What rules report.</param>
    /// <param name="unknownField">The rule about unknown fields.</param>
    public static IEnumerable<Finding> Without(IEnumerable<Finding> refused, IEnumerable<Finding> rules, string unknownField)
    {
        // An object is one instance of its reference: others may bear the same name.
        var wrong = new Dictionary<ResourceReference, List<string>>(ReferenceEqualityComparer.Instance);
        foreach (var finding in refused)
        {
            if (finding is { Severity: Severity.Error, Resource: { } resource, Field.Length: > 0 } && finding.Rule != unknownField)
            {
                if (!wrong.TryGetValue(resource, out var fields))
                {
                    wrong.Add(resource, fields = []);
                }

                fields.Add(finding.Field);
            }
        }

        return rules.Where(f => f.Resource is null || !wrong.TryGetValue(f.Resource, out var fields) || !fields.Exists(field => IsAt(f.Field, field)));
    }

    private static bool IsAt(string field, string wrong) =>
        field.StartsWith(wrong, StringComparison.Ordinal) && (field.Length == wrong.Length || field[wrong.Length] == '/');
}
