using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Rules;
using Actions.Shared.Validation.Schemas;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Configuration;

/// <summary>A rule that a user wrote: the values at a path must fit a JSON Schema.</summary>
internal static class CustomRule
{
    /// <summary>Makes the rule.</summary>
    /// <param name="descriptor">What it is about; its title is the message of its findings.</param>
    /// <param name="kinds">Kinds that it looks at; empty for all.</param>
    /// <param name="path">The values that it looks at.</param>
    /// <param name="schema">What they must fit.</param>
    public static ObjectRule Create(RuleDescriptor descriptor, IReadOnlyList<KindPattern> kinds, FragmentPath path, Schema schema) =>
        new(descriptor, RuleTarget.Any, inspection =>
        {
            if (kinds.Count > 0 && !kinds.Any(k => k.Matches(inspection.Reference.ApiVersion, inspection.Reference.Kind)))
            {
                return;
            }

            foreach (var (pointer, node, key) in path.Find(inspection.Body))
            {
                foreach (var problem in StructureValidator.Validate(node, schema))
                {
                    Report(inspection, descriptor, problem, pointer, node, key);
                }
            }
        });

    private static void Report(ObjectInspection inspection, RuleDescriptor descriptor, StructureProblem problem, string pointer, YamlNode node, YamlScalar? key)
    {
        // What is wrong with the value itself is shown at its key, as far as that is what a reader looks for.
        var region = problem.Field.Length == 0 && node is not YamlScalar && key is not null ? key.Region : problem.Region;
        var detail = problem.Message.TrimEnd('.');
        detail = detail.StartsWith("The ", StringComparison.Ordinal) ? $"the {detail.AsSpan(4)}" : detail;
        detail = SecretText.Redact(inspection.Body, inspection.Reference, detail);
        inspection.ReportAt(region, pointer + problem.Field, $"{descriptor.Title.TrimEnd('.')}: {detail}", descriptor.Fix.Length > 0 ? descriptor.Fix : problem.Hint);
    }
}
