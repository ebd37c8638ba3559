using System.Globalization;
using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Suppressions;

/// <summary>Finds suppressions: our comments in files, and annotations of objects, ours and those of other tools. Safe for concurrent use.</summary>
/// <param name="rules">The rules that there are.</param>
/// <param name="time">Says what day it is, in UTC.</param>
public sealed class SuppressionReader(RuleIndex rules, TimeProvider time)
{
    private const string Ours = "validate-manifests/ignore";
    private const string KubeScoreIgnore = "kube-score/ignore";
    private const string KubeScoreEnable = "kube-score/enable";
    private const string KubeLinterCheck = "ignore-check.kube-linter.io/";
    private const string KubeLinterAll = "kube-linter.io/ignore-all";
    private const string Polaris = "polaris.fairwinds.com/";
    private const string PolarisExempt = "exempt";
    private const string PolarisCheckExempt = "-exempt";

    private readonly DateOnly _today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>
    /// The comments of a file. Those of documents that are not checked (templates, values of charts) or that cannot be parsed are left alone.
    /// </summary>
    public SuppressionReading OfFile(ManifestContents contents)
    {
        if (!contents.File.Text.Contains(SuppressionComments.Marker, StringComparison.Ordinal))
        {
            return SuppressionReading.None;
        }

        var suppressions = new List<Suppression>();
        var problems = new List<Finding>();
        foreach (var comment in SuppressionComments.Find(contents))
        {
            var location = new SourceLocation(contents.File.Path, comment.Region);
            if (comment.Problem is var (message, hint))
            {
                problems.Add(Problem(SuppressionRules.Invalid, location, message, hint));
                continue;
            }

            Add(suppressions, problems, comment.Text, new Suppression
            {
                Form = comment.IsForFile ? SuppressionForm.FileComment : SuppressionForm.Comment,
                Location = location,
                Written = "",
                Rules = [],
                Scope = comment.Scope,
            });
        }

        return suppressions.Count + problems.Count == 0 ? SuppressionReading.None : new SuppressionReading(suppressions, problems);
    }

    /// <summary>The annotations of an object and of its pod template.</summary>
    /// <param name="file">File of the object, relative to the workspace.</param>
    /// <param name="body">The object.</param>
    /// <param name="reference">Its identity.</param>
    /// <param name="map">For a rendered object: leads from its places to the files of the workspace. Null for an object as it stands.</param>
    public SuppressionReading OfObject(string file, YamlMapping body, ResourceReference reference, SourceMap? map = null)
    {
        var (own, template) = Annotations(body, reference);
        if (own is null && template.Annotations is null)
        {
            return SuppressionReading.None;
        }

        var suppressions = new List<Suppression>();
        var problems = new List<Finding>();
        var owner = new object();
        foreach (var (annotations, pointer) in (ReadOnlySpan<(YamlMapping?, string)>)[(own, "/metadata/annotations"), template])
        {
            foreach (var entry in annotations ?? Enumerable.Empty<YamlEntry>())
            {
                if (entry.Value is not YamlScalar value || !MayConcern(entry.Key.Value))
                {
                    continue;
                }

                var field = NodeAddress.Append(pointer, entry.Key.Value);
                var found = new Suppression
                {
                    Form = SuppressionForm.Annotation,
                    Location = map?.Locate(field, entry.Key.Region) ?? new SourceLocation(file, entry.Key.Region),
                    Written = "",
                    Rules = [],
                    Resource = reference,
                    Owner = owner,
                };
                if (entry.Key.Value == Ours)
                {
                    ReadOurs(suppressions, problems, value, found);
                }
                else if (ReferenceEquals(annotations, own))
                {
                    ReadForeign(suppressions, entry.Key.Value, value.Value, found);
                }
            }
        }

        ReadKubeScore(suppressions, own, template.Annotations, (key, isInTemplate) => new Suppression
        {
            Form = SuppressionForm.KubeScore,
            Location = map?.Locate(NodeAddress.Append(isInTemplate ? template.Pointer : "/metadata/annotations", KubeScoreIgnore), key.Region)
                ?? new SourceLocation(file, key.Region),
            Written = "",
            Rules = [],
            Resource = reference,
            Owner = owner,
        });
        return suppressions.Count + problems.Count == 0 ? SuppressionReading.None : new SuppressionReading(suppressions, problems);
    }

    /// <summary>The ids of the rules that an object switches on for itself (<c>kube-score/enable</c>); hand them to <see cref="RulePolicy.For"/>.</summary>
    public IReadOnlyList<string> Enabled(YamlMapping body, ResourceReference reference)
    {
        var (own, template) = Annotations(body, reference);
        if (own?[KubeScoreEnable] is null && template.Annotations?[KubeScoreEnable] is null)
        {
            return [];
        }

        var ignored = Checks(template.Annotations, KubeScoreIgnore);
        var enabled = Checks(template.Annotations, KubeScoreEnable).Except(ignored, StringComparer.Ordinal)
            .Union(Checks(own, KubeScoreEnable).Except(ignored, StringComparer.Ordinal).Except(Checks(own, KubeScoreIgnore), StringComparer.Ordinal), StringComparer.Ordinal);
        return [.. enabled.SelectMany(check => rules.FromAlias($"kube-score:{check}")).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static bool MayConcern(string key) =>
        key == Ours || key == KubeLinterAll || key.StartsWith(KubeLinterCheck, StringComparison.Ordinal) || key.StartsWith(Polaris, StringComparison.Ordinal)
        || IsCheckov(key);

    // checkov takes any key that contains one of these, whatever stands around it.
    private static bool IsCheckov(string key) =>
        key.Contains("checkov.io/skip", StringComparison.Ordinal) || key.Contains("bridgecrew.io/skip", StringComparison.Ordinal);

    private static (YamlMapping? Own, (YamlMapping? Annotations, string Pointer) Template) Annotations(YamlMapping body, ResourceReference reference)
    {
        var own = body.Mapping("metadata").Mapping("annotations");
        var slash = reference.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        if (PodView.Path(slash < 0 ? "" : reference.ApiVersion[..slash], reference.Kind) is not { Count: > 0 } path)
        {
            return (own, (null, ""));
        }

        var template = body;
        foreach (var step in path)
        {
            template = template.Mapping(step);
        }

        return (own, (template.Mapping("metadata").Mapping("annotations"), $"/{string.Join('/', path)}/metadata/annotations"));
    }

    private void ReadOurs(List<Suppression> suppressions, List<Finding> problems, YamlScalar value, Suppression found)
    {
        var entries = value.Value.Split(['\n', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (entries.Length == 0)
        {
            Add(suppressions, problems, "", found);
        }

        foreach (var entry in entries)
        {
            Add(suppressions, problems, entry, found);
        }
    }

    private void Add(List<Suppression> suppressions, List<Finding> problems, string text, Suppression found)
    {
        var read = SuppressionText.Read(text, rules);
        foreach (var (message, hint) in read.Problems)
        {
            problems.Add(Problem(SuppressionRules.Invalid, found.Location, message, hint, found.Resource));
        }

        if (!read.IsUsable)
        {
            return;
        }

        var written = read.IsForAll ? RuleIndex.All : string.Join(", ", read.Rules);
        if (read.Until is { } until && until < _today)
        {
            problems.Add(Problem(
                SuppressionRules.Expired, found.Location,
                string.Create(CultureInfo.InvariantCulture, $"the suppression of {written} ended on {until:yyyy-MM-dd}: {read.Reason}"), null, found.Resource));
            return;
        }

        suppressions.Add(found with { Written = written, Rules = read.Rules, IsForAll = read.IsForAll, Reason = read.Reason, Until = read.Until });
    }

    private void ReadForeign(List<Suppression> suppressions, string key, string value, Suppression found)
    {
        if (key == KubeLinterAll)
        {
            suppressions.Add(found with { Form = SuppressionForm.KubeLinter, Written = key, Rules = rules.OfTool("kube-linter:"), Reason = value });
        }
        else if (key.StartsWith(KubeLinterCheck, StringComparison.Ordinal))
        {
            var check = key[KubeLinterCheck.Length..];
            suppressions.Add(found with { Form = SuppressionForm.KubeLinter, Written = check, Rules = rules.FromAlias($"kube-linter:{check}"), Reason = value });
        }
        else if (IsCheckov(key))
        {
            var parts = value.Split('=', 2, StringSplitOptions.TrimEntries);
            suppressions.Add(found with { Form = SuppressionForm.Checkov, Written = parts[0], Rules = rules.FromAlias(parts[0]), Reason = parts.Length > 1 ? parts[1] : "" });
        }
        else if (key.StartsWith(Polaris, StringComparison.Ordinal) && value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            var name = key[Polaris.Length..];
            if (name == PolarisExempt)
            {
                suppressions.Add(found with { Form = SuppressionForm.Polaris, Written = key, Rules = rules.OfTool("polaris:") });
            }
            else if (name.EndsWith(PolarisCheckExempt, StringComparison.Ordinal))
            {
                var check = name[..^PolarisCheckExempt.Length];
                var alias = $"polaris:{check.Replace("-", "", StringComparison.Ordinal)}";
                suppressions.Add(found with { Form = SuppressionForm.Polaris, Written = check, Rules = rules.FromAlias(alias) });
            }
        }
    }

    /// <summary>What the pod template says of a check goes before what the object says, as in kube-score.</summary>
    private void ReadKubeScore(List<Suppression> suppressions, YamlMapping? own, YamlMapping? template, Func<YamlScalar, bool, Suppression> create)
    {
        var enabled = Checks(template, KubeScoreEnable);
        foreach (var (annotations, isInTemplate) in (ReadOnlySpan<(YamlMapping?, bool)>)[(template, true), (own, false)])
        {
            if (annotations is null || !annotations.TryGetEntry(KubeScoreIgnore, out var entry))
            {
                continue;
            }

            foreach (var check in Checks(annotations, KubeScoreIgnore).Except(isInTemplate ? [] : enabled, StringComparer.Ordinal))
            {
                suppressions.Add(create(entry.Key, isInTemplate) with { Written = check, Rules = rules.FromAlias($"kube-score:{check}") });
            }
        }
    }

    private static List<string> Checks(YamlMapping? annotations, string key)
    {
        var checks = new List<string>();
        foreach (var check in (annotations.Text(key) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            checks.Add(check);
            if (key == KubeScoreIgnore && check == "container-resources")
            {
                // Older than the check of its own that ephemeral storage has become, and still implies it.
                checks.Add("container-ephemeral-storage-request-and-limit");
            }
        }

        return checks;
    }

    private static Finding Problem(RuleDescriptor rule, SourceLocation location, string message, string? hint, ResourceReference? resource = null) => new()
    {
        Rule = rule.Id,
        Severity = rule.Severity,
        Location = location,
        Message = message,
        Hint = hint ?? rule.Fix,
        Resource = resource,
    };
}
