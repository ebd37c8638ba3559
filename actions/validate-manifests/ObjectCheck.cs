using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Graph;
using Actions.Shared.Validation.Suppressions;

namespace Actions.ValidateManifests;

/// <summary>Checks one object after the other: against its schema, then by the rules that hold for it. Safe for concurrent use.</summary>
internal sealed class ObjectCheck(ManifestValidator validator, RulePolicy policy, SuppressionReader suppressions)
{
    private readonly bool _keepsGraph = policy.GraphRules.Count > 0;

    /// <summary>The suppressions that a file's comments ask for.</summary>
    public SuppressionReading SuppressionsOf(ManifestContents contents) => suppressions.OfFile(contents);

    /// <summary>Checks an object and adds what comes of it to <paramref name="part"/>, which no other thread uses meanwhile.</summary>
    /// <param name="unit">The deploy unit: what the object was rendered from, or empty.</param>
    /// <param name="file">Its file; empty for a rendered object.</param>
    /// <param name="resource">The object.</param>
    /// <param name="part">Receives the results.</param>
    /// <param name="map">For a rendered object: leads to the files of the workspace.</param>
    public void Run(string unit, string file, KubernetesResource resource, ScanPart part, SourceMap? map = null)
    {
        var (body, reference) = (resource.Body, resource.Reference);
        var (refused, told) = (part.Findings.Count, part.RuleFindings.Count);
        var scanned = validator.Validate(file, body, reference, part.Findings, map);
        part.Resources.Add(scanned);
        Configure(part.Findings, refused);
        var reading = suppressions.OfObject(file, body, reference, map);
        if (reading != SuppressionReading.None)
        {
            part.Readings.Add(reading);
        }

        if (reference.ApiVersion.Length > 0 && reference.Kind.Length > 0)
        {
            if (!validator.Skips(reference))
            {
                policy.For(scanned.Location.File, reference, suppressions.Enabled(body, reference)).Runner.Inspect(file, body, reference, part.RuleFindings, map);
            }

            if (_keepsGraph && GraphObject.From(unit, file, body, reference, map) is { } kept)
            {
                part.Graph.Add(kept);
            }
        }

        SuppressionFilter.Apply(reading.Suppressions, part.Findings, refused, part.Suppressed);
        SuppressionFilter.Apply(reading.Suppressions, part.RuleFindings, told, part.Suppressed);
    }

    private void Configure(List<Finding> findings, int from)
    {
        for (var i = findings.Count - 1; i >= from; i--)
        {
            if (policy.Apply(findings[i]) is { } configured)
            {
                findings[i] = configured;
            }
            else
            {
                findings.RemoveAt(i);
            }
        }
    }
}
