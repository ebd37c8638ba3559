using Actions.Shared.Findings;
using Actions.Shared.Manifests;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Configuration;

/// <summary>
/// Honours <c>.kube-linter.yaml</c>: its checks are rules here by their aliases. What it asks for and cannot be had is a finding, never an error:
/// it is another tool's file.
/// </summary>
public static class KubeLinterFile
{
    private const string Prefix = "kube-linter:";

    /// <summary>What kube-linter calls its file.</summary>
    public static IReadOnlyList<string> Names { get; } = [".kube-linter.yaml", ".kube-linter.yml"];

    /// <summary><c>kube-linter-config</c></summary>
    public static RuleDescriptor NotUnderstood { get; } = new(
        "kube-linter-config",
        Severity.Warning,
        "What .kube-linter.yaml asks for should be checked here too.",
        "The file is honoured: included, excluded and ignored checks are mapped to the rules that do the same. Custom checks and checks without a counterpart are not run, "
        + "and whoever replaces kube-linter should know.",
        "Write a custom check as one of custom-rules in .validate-manifests.yaml, or delete it from the file.");

    /// <summary>Puts the file beneath a configuration.</summary>
    /// <param name="load">Loads the file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="configuration">What lies above it.</param>
    internal static ValidationConfiguration Read(Func<ManifestFile> load, string name, ValidationConfiguration configuration)
    {
        var reader = new Reader(name, configuration.Rules);
        try
        {
            reader.Read(load());
        }
        catch (ActionException e)
        {
            reader.Report(e.Location?.Region, $"kube-linter's configuration cannot be read and is not honoured: {e.Message}", "Correct the file.");
        }

        return configuration with { Files = [.. configuration.Files, name], Foreign = reader.Layers, Findings = reader.Findings };
    }

    private sealed class Reader(string file, RuleIndex rules)
    {
        public List<RuleLayer> Layers { get; } = [];

        public List<Finding> Findings { get; } = [];

        public void Report(TextRegion? region, string message, string? hint = null) => Findings.Add(new Finding
        {
            Rule = NotUnderstood.Id,
            Severity = NotUnderstood.Severity,
            Location = new SourceLocation(file, region),
            Message = message,
            Hint = hint ?? NotUnderstood.Fix,
        });

        public void Read(ManifestFile content)
        {
            if (content.Problems.FirstOrDefault(p => p.Severity == Severity.Error) is { } problem)
            {
                Report(problem.Region, $"kube-linter's configuration is not valid YAML and is not honoured: {problem.Message}", "Correct the file.");
                return;
            }

            if (content.Documents.FirstOrDefault(d => !d.IsEmpty)?.Root is not YamlMapping root)
            {
                return;
            }

            if (root["checks"] is YamlMapping checks)
            {
                ReadChecks(checks);
            }

            if (root.TryGetEntry("customChecks", out var custom) && custom.Value is YamlSequence { Count: > 0 } items)
            {
                foreach (var item in items)
                {
                    var name = (item as YamlMapping)?["name"] as YamlScalar;
                    Report(name?.Region ?? custom.Key.Region, $"the custom check {(name is null ? "without a name" : Words.Quote(name.Value))} is not run");
                }
            }
        }

        private void ReadChecks(YamlMapping checks)
        {
            var included = Names(checks, "include");
            var excluded = Names(checks, "exclude");
            var changes = new List<RuleChange>();
            if (IsTrue(checks, "addAllBuiltIn"))
            {
                changes.AddRange(rules.OfTool(Prefix).Select(id => On(id)).OfType<RuleChange>());
            }
            else if (IsTrue(checks, "doNotAutoAddDefaults"))
            {
                changes.AddRange(rules.OfTool(Prefix).Select(id => new RuleChange(id, false)));
            }

            foreach (var check in included)
            {
                var ids = rules.FromAlias(Prefix + check.Value);
                if (ids.Count == 0)
                {
                    Report(check.Region, $"the check {Words.Quote(check.Value)} has no counterpart and is not run");
                }

                changes.AddRange(ids.Where(id => rules.Find(id)!.IsAmongAll).Select(id => On(id, check.Value)).OfType<RuleChange>());
            }

            changes.AddRange(excluded.SelectMany(check => rules.FromAlias(Prefix + check.Value))
                .Where(id => rules.Find(id)!.IsAmongAll).Select(id => new RuleChange(id, false)));
            if (changes.Count > 0)
            {
                Layers.Add(new RuleLayer { Rules = changes });
            }

            ReadIgnoredPaths(checks);
        }

        private void ReadIgnoredPaths(YamlMapping checks)
        {
            var patterns = new List<string>();
            foreach (var path in Names(checks, "ignorePaths"))
            {
                var pattern = path.Value.Replace('\\', '/');
                pattern = pattern.StartsWith("/**/", StringComparison.Ordinal) ? pattern[1..] : pattern;
                if (pattern.Length == 0 || pattern[0] is '/' or '~' || pattern.Split('/').Contains("..") || pattern.AsSpan().ContainsAny("[]{}?"))
                {
                    Report(path.Region, $"the ignored path {Words.Quote(path.Value)} is not understood", "Write it relative to the workspace, with * and ** only.");
                }
                else
                {
                    patterns.Add(pattern);
                }
            }

            if (patterns.Count > 0)
            {
                Layers.Add(new RuleLayer { Paths = patterns, Rules = [.. rules.OfTool(Prefix).Select(id => new RuleChange(id, false))] });
            }
        }

        /// <summary>
        /// Switches a rule on; the parameters that kube-linter's checks of that name have built in come with it. Null for a rule that has nothing to look for.
        /// </summary>
        private RuleChange? On(string id, string check = "")
        {
            var change = new RuleChange(id, true);
            (string Name, string Value)? parameter = (id, check) switch
            {
                ("required-label", "" or "required-label-owner") => ("labels", "owner"),
                ("required-annotation", "" or "required-annotation-email") => ("annotations", @"email=[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9.-]+"),
                _ => null,
            };
            return parameter is var (name, value)
                ? change with { Parameters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { [name] = [value] } }
                : rules.Find(id)!.Parameters.Any(p => p.IsRequired) ? null : change;
        }

        private static List<YamlScalar> Names(YamlMapping checks, string key) => checks[key] is YamlSequence items ? [.. items.OfType<YamlScalar>()] : [];

        private static bool IsTrue(YamlMapping checks, string key) =>
            checks[key] is YamlScalar { Type: YamlScalarType.Boolean } scalar && Words.ReadBoolean(scalar.Value) == "true";
    }
}
