using Actions.Shared.Findings;

namespace Actions.Shared.Tests.Reporting;

/// <summary>Reports that the specs of every renderer share.</summary>
internal static class Samples
{
    /// <summary>Text that attacks every format at once.</summary>
    public const string Hostile =
        "</details><script>alert(1)</script> [click](https://evil.example.com) ![x](http://evil.example.com/x.png) | cell\r\n| x | y |\n" +
        "@octocat `code` *bold* ]]> &amp; :100: #12 ${{ github.token }} {0} www.example.com me@example.com [red]markup[/] ##[set-output name=x]y\n" +
        "::error::boo \u001b[31mred\u0007 \u202Egnp.exe \u200Bzero \ud800 lone \ufffe\ufeff \u2028 \U000E0041 <!-- ";

    public static RuleDescriptor[] Rules { get; } =
    [
        new("api-removed", Severity.Error, "The API version exists in every target version.",
            "Kubernetes removes old API versions. An object that uses one is refused by the API server.", "Move to the replacement.")
        { Aliases = ["kube-score:stable-version"] },
        new("api-deprecated", Severity.Warning, "The API version is not deprecated.",
            "A deprecated API version still works, but a later release removes it.", "Move to the replacement."),
        new("image-pull-policy", Severity.Info, "The pull policy fits the image.", "A digest never changes, so there is nothing to pull again.", "Remove it.")
        { OnByDefault = false },
        new("schema-type", Severity.Error, "Values have the type that the schema asks for.",
            "The API server refuses an object with a value of the wrong type.", "Write a value of that type."),
        new("schema-unknown-field", Severity.Error, "Fields are known to the schema.",
            "The API server drops fields it does not know, so a misspelt field silently has no effect.", "Correct or remove the field."),
    ];

    public static ResourceReference Backend { get; } = new("apps/v1", "Deployment", "shop", "backend");

    public static ResourceReference Frontend { get; } = new("apps/v1", "Deployment", "shop", "frontend");

    public static ResourceReference Budget { get; } = new("policy/v1beta1", "PodDisruptionBudget", "shop", "backend");

    public static ResourceReference Widget { get; } = new("example.com/v1", "Widget", null, "gadget");

    public static SourceLocation At(string file, int line, int column, int length = 0) =>
        new(file, new TextRegion(line, column, line, column + length));

    public static ScanReport Report(
        IEnumerable<Finding>? findings = null,
        IReadOnlyList<ScannedResource>? resources = null,
        IReadOnlyList<SkippedItem>? skipped = null,
        ScanCounts? counts = null,
        IReadOnlyList<string>? versions = null) => new()
        {
            Tool = "validate-manifests",
            ToolVersion = "1.2.3",
            KubernetesVersions = versions ?? ["1.36"],
            Findings = FindingList.Normalize(findings ?? []),
            Rules = Rules,
            Resources = resources ?? [],
            Skipped = skipped ?? [],
            Counts = counts ?? new ScanCounts(),
        };

    public static ScanReport Empty() => Report();

    public static ScanReport Clean() => Report(
        resources: [new(At("k8s/backend.yaml", 1, 1), Backend, ScanState.Valid)],
        counts: new ScanCounts { Files = 1, Documents = 1, Resources = 1, Valid = 1 });

    public static ScanReport OnlySkipped() => Report(
        resources: [new(At("k8s/widget.yaml", 1, 1), Widget, ScanState.Skipped, "missing-schema")],
        skipped: [new(new("charts/shop/templates/deploy.yaml"), "template", "It is a Helm template; render it first.")],
        counts: new ScanCounts
        {
            Files = 2,
            Documents = 2,
            Resources = 1,
            Skipped = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["missing-schema"] = 1, ["template"] = 1 },
        });

    /// <summary>What a run over a small repository with real mistakes looks like.</summary>
    public static ScanReport Realistic() => Report(
        findings:
        [
            new()
            {
                Rule = "schema-unknown-field",
                Severity = Severity.Error,
                Location = At("k8s/backend.yaml", 9, 3, 7),
                Message = "Unknown field \"replica\" in DeploymentSpec.",
                Hint = "Did you mean \"replicas\"?",
                Resource = Backend,
                Field = "/spec/replica",
            },
            new()
            {
                Rule = "schema-type",
                Severity = Severity.Error,
                Location = At("k8s/backend.yaml", 24, 26, 6),
                Message = "\"8080\" is a string, expected an integer.",
                Hint = "Remove the quotes.",
                Resource = Backend,
                Field = "/spec/template/spec/containers/0/ports/0/containerPort",
            },
            new()
            {
                Rule = "image-pull-policy",
                Severity = Severity.Info,
                Location = At("k8s/backend.yaml", 21, 11, 15),
                Message = "imagePullPolicy is Always, but the image is pinned by digest.",
                Resource = Backend,
                Field = "/spec/template/spec/containers/0/imagePullPolicy",
            },
            new()
            {
                Rule = "api-removed",
                Severity = Severity.Error,
                Location = At("k8s/pdb.yaml", 1, 13, 14),
                Message = "policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25.",
                Hint = "Use policy/v1.",
                Resource = Budget,
                Field = "/apiVersion",
                KubernetesVersions = ["1.32", "1.36"],
            },
            new()
            {
                Rule = "api-deprecated",
                Severity = Severity.Warning,
                Location = At("k8s/pdb.yaml", 1, 13, 14),
                Message = "policy/v1beta1 PodDisruptionBudget is deprecated since Kubernetes 1.21.",
                Hint = "Use policy/v1.",
                Resource = Budget,
                Field = "/apiVersion",
                KubernetesVersions = ["1.24"],
            },
            new()
            {
                Rule = "yaml-syntax",
                Severity = Severity.Error,
                Location = At("k8s/überblick & co/a b.yaml", 3, 1),
                Message = "A mapping value is not allowed here.",
                Hint = "Put a blank after the colon.",
            },
        ],
        resources:
        [
            new(At("k8s/backend.yaml", 1, 1), Backend, ScanState.Invalid),
            new(At("k8s/frontend.yaml", 1, 1), Frontend, ScanState.Valid),
            new(At("k8s/pdb.yaml", 1, 1), Budget, ScanState.Invalid),
            new(At("k8s/widget.yaml", 1, 1), Widget, ScanState.Skipped, "missing-schema"),
        ],
        skipped:
        [
            new(new("charts/shop/templates/deploy.yaml"), "template", "It is a Helm template; render it first."),
            new(At("k8s/frontend.yaml", 40, 1), "not-kubernetes", "The document has no kind."),
        ],
        counts: new ScanCounts
        {
            Files = 6,
            Documents = 7,
            Resources = 4,
            Valid = 1,
            Invalid = 2,
            Skipped = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["missing-schema"] = 1, ["not-kubernetes"] = 1, ["template"] = 1 },
        },
        versions: ["1.24", "1.32", "1.36"]);

    /// <summary>The realistic report beside what was there before: one error of three is new, one finding is suppressed, one is gone, the score is better.</summary>
    public static ScanReport Compared(string text = "needed by the migration")
    {
        var report = Realistic();
        return report with
        {
            Comparison = new ReportComparison
            {
                With = "baseline.json",
                Unchanged = report.Findings.Skip(1).Select(f => f.Fingerprint).ToHashSet(StringComparer.Ordinal),
                Fixed = [new("run-as-root", Severity.Warning, "k8s/backend.yaml", Backend.ToString(), "/spec/template/spec/securityContext/runAsNonRoot"), new("yaml-syntax", Severity.Error, text, text, text)],
                PreviousScore = 61,
                Namespaces = [new("", null, 90), new(text, 70, null), new("shop", 55, 60)],
            },
            Suppressed =
            [
                new(FindingList.Normalize([new()
                {
                    Rule = "host-network",
                    Severity = Severity.Error,
                    Location = At("k8s/backend.yaml", 20, 7, 11),
                    Message = text,
                    Resource = Backend,
                    Field = "/spec/template/spec/hostNetwork",
                }])[0], text, At("k8s/backend.yaml", 19, 7)),
                new(FindingList.Normalize([new() { Rule = "host-pid", Severity = Severity.Error, Location = At("k8s/pdb.yaml", 2, 1), Message = "m" }])[0], "", At(text, 1, 1)),
            ],
            Score = new ReportScore(65, 80) { Namespaces = [new("shop", 60), new("", 90)], Objects = [new(text, 40)] },
        };
    }

    /// <summary>Every string that a file can bring along is hostile.</summary>
    public static ScanReport Untrusted(string text = Hostile)
    {
        var resource = new ResourceReference(text, text, text, text);
        return Report(
            findings:
            [
                new() { Rule = "schema-type", Severity = Severity.Error, Location = At(text, 1, 1, 3), Message = text, Hint = text, Resource = resource, Field = "/" + text },
                new() { Rule = "schema-type", Severity = Severity.Warning, Location = new SourceLocation("-"), Message = text, Hint = text },
            ],
            resources: [new(At(text, 1, 1), resource, ScanState.Invalid), new(At(text, 9, 1), resource, ScanState.Skipped, "missing-schema")],
            skipped: [new(new(text), "template", text)],
            counts: new ScanCounts
            {
                Files = 2,
                Documents = 2,
                Resources = 1,
                Invalid = 1,
                Skipped = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["missing-schema"] = 1, ["template"] = 1 },
            },
            versions: ["1.32", "1.36"]);
    }

    /// <summary>Many findings, spread over files, rules and severities.</summary>
    public static ScanReport Large(int findings, int files = 500)
    {
        Severity[] severities = [Severity.Info, Severity.Warning, Severity.Error];
        return Report(
            findings: Enumerable.Range(0, findings).Select(i => new Finding
            {
                Rule = Rules[i % Rules.Length].Id,
                Severity = severities[i % 3],
                Location = At($"k8s/app-{i % files:d4}.yaml", 1 + (i / files), 3, 8),
                Message = $"Unknown field \"field{i}\" in DeploymentSpec.",
                Hint = "Did you mean \"replicas\"?",
                Resource = Backend with { Name = $"app-{i % files}" },
                Field = $"/spec/field{i}",
            }),
            resources: [.. Enumerable.Range(0, files).Select(i =>
                new ScannedResource(At($"k8s/app-{i:d4}.yaml", 1, 1), Backend with { Name = $"app-{i}" }, ScanState.Invalid))],
            counts: new ScanCounts { Files = files, Documents = files, Resources = files, Invalid = files });
    }
}
