using Actions.Shared.Findings;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Tests.Validation.Configuration;

public sealed class ConfigurationSpecs
{
    [Fact]
    public void Nothing_configured_leaves_the_defaults()
    {
        var policy = Policy("");
        policy.Base.ObjectRules.Select(r => r.Descriptor.Id)
            .ShouldBe(RuleCatalogue.ObjectRules.Where(r => r.Descriptor.OnByDefault).Select(r => r.Descriptor.Id));
        policy.Base.Settings.PodSecurity.ShouldBe(PodSecurityLevel.None);
        policy.GraphRules.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("rules: {image-digest: on}", "image-digest", true, null)]
    [InlineData("rules: {image-digest: true}", "image-digest", true, null)]
    [InlineData("rules: {image-digest: error}", "image-digest", true, Severity.Error)]
    [InlineData("rules: {privileged-container: off}", "privileged-container", false, null)]
    [InlineData("rules: {privileged-container: no}", "privileged-container", false, null)]
    [InlineData("rules: {privileged-container: info}", "privileged-container", true, Severity.Info)]
    [InlineData("rules: {privileged-container: {severity: warning}}", "privileged-container", true, Severity.Warning)]
    [InlineData("rules: {image-digest: {severity: warning, enabled: false}}", "image-digest", false, Severity.Warning)]
    [InlineData("rules: {low-uid-gid: {lowest-id: 1000}}", "low-uid-gid", true, null)]
    [InlineData("rules: {all: off}", "privileged-container", false, null)]
    [InlineData("rules: {privileged-container: on, all: off}", "privileged-container", true, null)]
    [InlineData("rules: {all: off}", "schema-type", true, null)]
    [InlineData("rules: {all: on}", "image-digest", true, null)]
    [InlineData("rules: {schema-type: off}", "schema-type", false, null)]
    [InlineData("pod-security: restricted", "seccomp-missing", true, Severity.Error)]
    [InlineData("pod-security: baseline", "host-path", true, Severity.Error)]
    [InlineData("{pod-security: restricted, rules: {all: off}}", "seccomp-missing", true, Severity.Error)]
    [InlineData("{pod-security: restricted, rules: {seccomp-missing: off}}", "seccomp-missing", false, null)]
    [InlineData("{pod-security: restricted, rules: {seccomp-missing: warning}}", "seccomp-missing", true, Severity.Warning)]
    public void A_rule_holds_as_configured(string yaml, string rule, bool isOn, Severity? severity)
    {
        var rules = Policy(yaml).Base;
        rules.IsOff(rule).ShouldBe(!isOn);
        if (isOn || severity is not null)
        {
            rules.ConfiguredSeverity(rule).ShouldBe(severity);
        }
    }

    [Fact]
    public void A_configured_severity_is_that_of_the_findings()
    {
        var rules = Policy("rules: {privileged-container: info}").Base;
        rules.ObjectRules.Single(r => r.Descriptor.Id == "privileged-container").Descriptor.Severity.ShouldBe(Severity.Info);
    }

    [Fact]
    public void Parameters_reach_the_rules()
    {
        var settings = Policy(
            """
            rules:
              required-label:
                labels: [owner, "app.kubernetes.io/name=[a-z]+"]
              image-registry-allowlist:
                allowed-registries: ghcr.io/our-team/
              memory-limit:
                greatest: 2Gi
            """).Base.Settings;
        settings.Parameters["required-label"]["labels"].ShouldBe(["owner", "app.kubernetes.io/name=[a-z]+"]);
        settings.Parameters["image-registry-allowlist"]["allowed-registries"].ShouldBe(["ghcr.io/our-team/"]);
        settings.Parameters["memory-limit"]["greatest"].ShouldBe(["2Gi"]);
    }

    [Theory]
    [InlineData("k8s/app.yaml", "apps/v1", "Deployment", false)]
    [InlineData("overlays/dev/app.yaml", "apps/v1", "Deployment", true)]
    [InlineData("overlays/dev/app.yaml", "apps/v1", "DaemonSet", false)]
    [InlineData("overlays/dev/deep/app.yaml", "apps/v1", "Deployment", true)]
    [InlineData("overlays/prod/app.yaml", "apps/v1", "Deployment", false)]
    public void An_override_holds_for_its_paths_and_kinds(string file, string apiVersion, string kind, bool isOff)
    {
        var policy = Policy(
            """
            overrides:
              - paths: [overlays/dev/**]
                kinds: [apps/v1/Deployment]
                rules:
                  privileged-container: off
            """);
        policy.For(file, new ResourceReference(apiVersion, kind, null, "x")).IsOff("privileged-container").ShouldBe(isOff);
    }

    [Fact]
    public void The_last_override_wins()
    {
        var policy = Policy(
            """
            overrides:
              - {paths: ["dev/**"], rules: {privileged-container: off}}
              - {kinds: [Pod], rules: {privileged-container: warning}}
            """);
        var rules = policy.For("dev/a.yaml", new ResourceReference("v1", "Pod", null, "x"));
        rules.IsOff("privileged-container").ShouldBeFalse();
        rules.ConfiguredSeverity("privileged-container").ShouldBe(Severity.Warning);
    }

    [Fact]
    public void A_level_of_its_own_frees_what_the_level_above_demanded()
    {
        var policy = Policy("{pod-security: restricted, overrides: [{paths: [system], pod-security: none}]}");
        var rules = policy.For("system/a.yaml", new ResourceReference("v1", "Pod", null, "x"));
        rules.Settings.PodSecurity.ShouldBe(PodSecurityLevel.None);
        rules.ConfiguredSeverity("seccomp-missing").ShouldBeNull();
    }

    [Fact]
    public void The_run_wins_over_the_file()
    {
        var configuration = ConfigurationFile.Parse("c.yaml", "#\n{pod-security: baseline, rules: {image-digest: on, seccomp-missing: off}, overrides: [{paths: ['**'], rules: {image-digest: error}}]}");
        var policy = new RulePolicy(configuration, RuleChange.ParseAll(["image-digest=off"], configuration.Rules), PodSecurityDemand.Parse("restricted:1.30"));
        policy.For("a.yaml", new ResourceReference("v1", "Pod", null, "x")).IsOff("image-digest").ShouldBeTrue();
        policy.Base.Settings.PodSecurityMinor.ShouldBe(30);
        policy.Base.ConfiguredSeverity("run-as-root").ShouldBe(Severity.Error);
        policy.Base.IsOff("seccomp-missing").ShouldBeTrue("what the repository excepts by name stays excepted");
    }

    [Fact]
    public void Findings_of_other_sources_are_brought_in_line()
    {
        var policy = Policy("{rules: {schema-type: warning, schema-enum: off}, overrides: [{paths: [vendor], rules: {schema-type: off}}]}");
        policy.Apply(Finding("schema-type", "a.yaml"))!.Severity.ShouldBe(Severity.Warning);
        policy.Apply(Finding("schema-enum", "a.yaml")).ShouldBeNull();
        policy.Apply(Finding("schema-type", "vendor/a.yaml")).ShouldBeNull();
        var untouched = Finding("schema-required", "a.yaml");
        policy.Apply(untouched).ShouldBeSameAs(untouched);
    }

    [Fact]
    public void A_graph_rule_that_is_on_somewhere_is_run()
    {
        Policy("overrides: [{paths: [k8s], rules: {configref-missing: on}}]").GraphRules.ShouldContain(r => r.Descriptor.Id == "configref-missing");
        Policy("rules: {service-no-pods: off}").GraphRules.ShouldNotContain(r => r.Descriptor.Id == "service-no-pods");
        Policy("rules: {service-no-pods: error}").GraphRules.Single(r => r.Descriptor.Id == "service-no-pods").Descriptor.Severity.ShouldBe(Severity.Error);
    }

    [Fact]
    public void An_object_can_switch_rules_on_for_itself()
    {
        var policy = Policy("rules: {image-digest: off}");
        var pod = new ResourceReference("v1", "Pod", null, "x");
        policy.For("a.yaml", pod, ["low-uid-gid"]).IsOff("low-uid-gid").ShouldBeFalse();
        policy.For("a.yaml", pod, ["image-digest"]).IsOff("image-digest").ShouldBeTrue("off is off");
        policy.For("a.yaml", pod).ShouldBeSameAs(policy.Base);
    }

    [Fact]
    public void Every_mistake_is_told_at_once_and_in_order()
    {
        var problems = Problems(
            """
            pod-securty: baseline
            rules:
              privileged-contaner: off
              CKV_K8S_16: off
              latest-tag: off
              image-digest: of
              host-path: eror
              all: error
              yaml-syntax: off
              low-uid-gid:
                lowest-uid: 5
              replicas-too-few:
                least: two
              memory-limit:
                least: 5 apples
              required-label: on
              secret-in-env-literal:
                names: "(("
            overrides:
              - path: [a]
            ignore-paths: vendor
            """);
        problems.Select(p => $"{p.Location}: {p.Title}: {p.Detail} {p.Hint}".TrimEnd()).ShouldBe(
        [
            "c.yaml:1:1: Unknown key: `pod-securty` in the configuration Did you mean `pod-security`?",
            "c.yaml:3:3: Unknown rule: `privileged-contaner` Did you mean `privileged-container`?",
            "c.yaml:4:3: Unknown rule: `CKV_K8S_16` Here it is called `privileged-container`.",
            "c.yaml:5:3: Unknown rule: `latest-tag` What kube-linter calls so is `image-registry-allowlist` and `image-tag-latest` here.",
            "c.yaml:6:17: Unknown value for a rule: `of` for `image-digest` Write off, on, error, warning or info.",
            "c.yaml:7:14: Unknown value for a rule: `eror` for `host-path` Did you mean `error`?",
            "c.yaml:8:8: `all` has no severity: `all` is set to `error` Write on or off for all, and severities for single rules.",
            "c.yaml:9:3: A rule cannot be switched off: `yaml-syntax`: a file that is not YAML cannot be checked at all Leave the file out with ignore-paths instead.",
            "c.yaml:11:5: Unknown key: `lowest-uid` in `low-uid-gid` Did you mean `lowest-id`?",
            "c.yaml:13:12: Wrong value: `least` must be a whole number that is not negative, not `two`",
            "c.yaml:15:12: Wrong value: `least` must be a quantity such as 64Mi, not `5 apples`",
            "c.yaml:16:3: A rule has nothing to look for: `required-label` needs `labels` Labels that every object must have; `name=regex` also asks for a value.",
            "c.yaml:18:12: Wrong regular expression: `((`: Invalid pattern '((' at offset 2. Not enough )'s Back references and look-around are not supported.",
            "c.yaml:20:5: Unknown key: `path` in an override Did you mean `paths`?",
            "c.yaml:20:5: An override holds for nothing in particular: it has neither `paths` nor `kinds` Add one of them, or move its content to the top of the file.",
            "c.yaml:20:5: An override changes nothing: it has neither `rules` nor `pod-security` Add one of them, or delete the override.",
            "c.yaml:21:15: Wrong type: `ignore-paths` must be a list of glob patterns, but `vendor` is a string",
        ]);
        problems.ShouldAllBe(p => p.ExitCode == ExitCode.BadInput);
    }

    [Theory]
    [InlineData("- a", "The configuration is no mapping")]
    [InlineData("a: [", "The configuration is not valid YAML")]
    [InlineData("rules: {}\n---\nrules: {}", "The configuration has several documents")]
    [InlineData("rules: {}\nrules: {}", "The configuration is not valid YAML")]
    [InlineData("rules: [a]", "Wrong type")]
    [InlineData("rules: {image-digest: [on]}", "Wrong type")]
    [InlineData("rules: {image-digest: }", "Wrong type")]
    [InlineData("rules: {all: {severity: error}}", "`all` has no parameters")]
    [InlineData("rules: {image-digest: {severity: bad}}", "Unknown severity")]
    [InlineData("rules: {image-digest: {enabled: maybe}}", "Wrong type")]
    [InlineData("rules: {low-uid-gid: {lowest-id: [1]}}", "Wrong type")]
    [InlineData("rules: {low-uid-gid: {lowest-id: -1}}", "Wrong value")]
    [InlineData("rules: {required-label: {labels: ['a=((']}}", "Wrong regular expression")]
    [InlineData("rules: {required-label: {labels: [{a: b}]}}", "Wrong type")]
    [InlineData("pod-security: privileged", "Unknown Pod Security level")]
    [InlineData("pod-security: [baseline]", "Wrong type")]
    [InlineData("overrides: {paths: [a]}", "Wrong type")]
    [InlineData("overrides: [a]", "Wrong type")]
    [InlineData("overrides: [{kinds: [deployment], rules: {}}]", "Wrong kind")]
    [InlineData("overrides: [{paths: [/etc], rules: {}}]", "Wrong path")]
    [InlineData("ignore-paths: [../x]", "Wrong path")]
    [InlineData("custom-rules: [{id: x-1, message: m, schema: {typo: 1}}]", "Unknown key")]
    [InlineData("custom-rules: [{id: host-path, message: m, schema: {}}]", "The id of a custom rule is taken")]
    [InlineData("custom-rules: [{id: all, message: m, schema: {}}]", "The id of a custom rule is taken")]
    [InlineData("custom-rules: [{id: x-1, message: m, schema: {}}, {id: x-1, message: m, schema: {}}]", "The id of a custom rule is taken")]
    [InlineData("custom-rules: [{id: Bad_Id, message: m, schema: {}}]", "Wrong rule id")]
    [InlineData("custom-rules: [{id: x-1, message: m, path: 'a..b', schema: {}}]", "Wrong path")]
    [InlineData("custom-rules: [{id: x-1, message: m, schema: {type: strng}}]", "Wrong schema")]
    [InlineData("custom-rules: [{id: x-1, message: m, schema: {pattern: '(('}}]", "Wrong regular expression")]
    [InlineData("custom-rules: [{id: x-1, message: m, schema: {enum: [[1]]}}]", "Wrong schema")]
    [InlineData("custom-rules: [{id: x-1, message: m, schema: {properties: {a: {minLength: -1}}}}]", "Wrong schema")]
    [InlineData("custom-rules: [{id: x-1, message: m, schema: {additionalProperties: false}}]", "Wrong schema")]
    [InlineData("custom-rules: [{id: x-1, message: m}]", "Missing key")]
    [InlineData("custom-rules: [{id: x-1, schema: {}}]", "Missing key")]
    [InlineData("custom-rules: [{message: m, schema: {}}]", "Missing key")]
    public void A_wrong_configuration_is_refused(string yaml, string title)
    {
        var problem = Problems(yaml).ShouldHaveSingleItem();
        problem.Title.ShouldBe(title);
        problem.Location!.Region.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("none", PodSecurityLevel.None, int.MaxValue)]
    [InlineData("baseline", PodSecurityLevel.Baseline, int.MaxValue)]
    [InlineData("restricted:latest", PodSecurityLevel.Restricted, int.MaxValue)]
    [InlineData("restricted:1.34", PodSecurityLevel.Restricted, 34)]
    [InlineData("restricted:v1.8", PodSecurityLevel.Restricted, 8)]
    public void A_level_may_name_a_version(string text, PodSecurityLevel level, int minor) => PodSecurityDemand.Parse(text).ShouldBe(new PodSecurityDemand(level, minor));

    [Theory]
    [InlineData("")]
    [InlineData("none:1.30")]
    [InlineData("restricted:2.0")]
    [InlineData("restricted:")]
    [InlineData("Restricted")]
    [InlineData("restricted:1.x")]
    public void Another_level_is_refused(string text) => Should.Throw<FormatException>(() => PodSecurityDemand.Parse(text));

    [Theory]
    [InlineData("image-digest", "A rule is set to nothing")]
    [InlineData("image-digst=on", "Unknown rule")]
    [InlineData("image-digest=maybe", "Unknown value for a rule")]
    [InlineData("all=error", "`all` has no severity")]
    public void A_wrong_line_of_a_run_is_refused(string line, string title) =>
        Should.Throw<ActionException>(() => RuleChange.ParseAll([line], RuleIndex.BuiltIn)).Title.ShouldBe(title);

    [Fact]
    public void Every_parameter_of_every_rule_takes_its_own_default()
    {
        foreach (var rule in RuleIndex.BuiltIn.Rules)
        {
            foreach (var parameter in rule.Parameters.Where(p => p.Default.Count > 0))
            {
                var isList = parameter.Type is RuleParameterType.List or RuleParameterType.NameList;
                var values = string.Join(", ", parameter.Default.Select(d => $"'{d.Replace("'", "''", StringComparison.Ordinal)}'"));
                var yaml = $"rules: {{{rule.Descriptor.Id}: {{{parameter.Name}: {(isList ? $"[{values}]" : values)}, enabled: false}}}}";
                ConfigurationFile.Parse("c.yaml", yaml).Base.Rules.Single().Parameters[parameter.Name].ShouldBe(parameter.Default);
                isList.ShouldBe(parameter.Default.Count != 1 || isList, $"{rule.Descriptor.Id}: {parameter.Name}");
            }
        }
    }

    [Fact]
    public void The_file_is_found_in_the_workspace()
    {
        var folder = Directory.CreateTempSubdirectory("configuration-");
        try
        {
            ConfigurationFile.Load(folder.FullName, cancellation: TestContext.Current.CancellationToken).ShouldBe(ValidationConfiguration.Empty);
            File.WriteAllText(Path.Combine(folder.FullName, ".validate-manifests.yml"), "ignore-paths: [vendor]");
            var found = ConfigurationFile.Load(folder.FullName, cancellation: TestContext.Current.CancellationToken);
            found.Files.ShouldBe([".validate-manifests.yml"]);
            found.IgnorePaths.ShouldBe(["vendor"]);
            File.WriteAllText(Path.Combine(folder.FullName, "other.yaml"), "");
            ConfigurationFile.Load(folder.FullName, "other.yaml", TestContext.Current.CancellationToken).IgnorePaths.ShouldBeEmpty();
            Should.Throw<ActionException>(() => ConfigurationFile.Load(folder.FullName, "missing.yaml", TestContext.Current.CancellationToken)).Title.ShouldBe("The configuration does not exist");
            File.WriteAllText(Path.Combine(folder.FullName, ".validate-manifests.yaml"), "");
            Should.Throw<ActionException>(() => ConfigurationFile.Load(folder.FullName, cancellation: TestContext.Current.CancellationToken)).Title.ShouldBe("There are two configurations");
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "link.yaml"), "/etc/passwd");
            Should.Throw<ActionException>(() => ConfigurationFile.Load(folder.FullName, "link.yaml", TestContext.Current.CancellationToken)).Title.ShouldBe("Link leaves the workspace");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RulePolicy Policy(string yaml) => new(ConfigurationFile.Parse("c.yaml", Yaml(yaml)));

    // A file that starts with { is read as JSON.
    private static string Yaml(string text) => text.StartsWith('{') ? "#\n" + text : text;

    private static Finding Finding(string rule, string file) => new()
    {
        Rule = rule, Severity = Severity.Error, Location = new SourceLocation(file, new TextRegion(1, 1, 1, 2)), Message = "m",
    };

    private static IReadOnlyList<ActionException> Problems(string yaml)
    {
        try
        {
            ConfigurationFile.Parse("c.yaml", yaml);
            return [];
        }
        catch (ActionException e)
        {
            return [e];
        }
        catch (AggregateException e)
        {
            return [.. e.InnerExceptions.Cast<ActionException>()];
        }
    }
}
