using Actions.Shared.Findings;

namespace Actions.Shared.Manifests;

/// <summary>
/// The rules about what a scan passes over. It is counted and shown as skipped in any case; these rules make it findings, which can be configured for
/// each path.
/// </summary>
public static class SkippedRules
{
    /// <summary><c>unrendered-template</c></summary>
    public static RuleDescriptor UnrenderedTemplate { get; } = new(
        "unrendered-template",
        Severity.Info,
        "A file must be rendered before it can be checked.",
        "A Helm, Go, Jinja or ERB template is no manifest yet, so nothing is known about what it makes. The file is listed and counted as skipped in any case; "
        + "that is why this rule is off by default. Switch it on, with severity error if you like, where no template may be.",
        "Check what the template renders to: render the chart with `helm: on`, or scan the rendered files.")
    {
        OnByDefault = false,
    };

    /// <summary><c>non-k8s-yaml</c></summary>
    public static RuleDescriptor NonKubernetesYaml { get; } = new(
        "non-k8s-yaml",
        Severity.Info,
        "A YAML file must hold Kubernetes objects.",
        "YAML without `kind` and `apiVersion` is something else: values, a workflow, a configuration. It is listed and counted as skipped in any case; that is why "
        + "this rule is off by default. Switch it on for folders that hold manifests only, where such a file is a manifest that lost its head.",
        "Add `apiVersion` and `kind`, move the file, or list it under `ignore-paths`.")
    {
        OnByDefault = false,
    };

    /// <summary>All of them, in ordinal order of their ids.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } = [NonKubernetesYaml, UnrenderedTemplate];

    /// <summary>A finding for each template and each piece of foreign YAML among <paramref name="skipped"/>.</summary>
    public static IEnumerable<Finding> FindingsOf(IEnumerable<SkippedItem> skipped)
    {
        foreach (var item in skipped)
        {
            var (rule, message) = item.Reason switch
            {
                SkipReasons.Template or SkipReasons.HelmTemplate => (UnrenderedTemplate, "This is a template, not a manifest"),
                SkipReasons.NotKubernetes => (NonKubernetesYaml, "This is not a Kubernetes object"),
                _ => (null, ""),
            };
            if (rule is null)
            {
                continue;
            }

            yield return new Finding
            {
                Rule = rule.Id,
                Severity = rule.Severity,
                Location = item.Location.Region is { } region
                    ? item.Location with { Region = new TextRegion(region.StartLine, region.StartColumn, region.StartLine, region.StartColumn) }
                    : item.Location,
                Message = item.Detail.Length == 0 ? message : $"{message}: {item.Detail}",
                Hint = rule.Fix,
            };
        }
    }
}
