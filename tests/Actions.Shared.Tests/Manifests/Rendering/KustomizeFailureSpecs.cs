using Actions.Shared.Findings;
using Actions.Shared.Manifests.Rendering;

namespace Actions.Shared.Tests.Manifests.Rendering;

/// <summary>Trees that kustomize refuses, each broken in one way, as the kubectl at hand reports them.</summary>
public sealed class KustomizeFailureSpecs : IDisposable
{
    private const int Timeout = 60_000;

    private readonly RenderingWorkspace _workspace = new();

    public KustomizeFailureSpecs()
    {
        _workspace["base/kustomization.yaml"] = "resources: [cm.yaml]\n";
        _workspace["base/cm.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: \"1\"}\n";
    }

    public void Dispose() => _workspace.Dispose();

    [Theory(Timeout = Timeout)]
    [InlineData("resources:\n  - ../base\n  - nope.yaml\n", "k/kustomization.yaml:3:5", "'k/nope.yaml' does not exist", "Create the file")]
    [InlineData("resources:\n  - ../nodir\n", "k/kustomization.yaml:2:5", "'nodir' does not exist", "Create the file")]
    [InlineData("resources: [../base]\ncomponents:\n  - ../nodir\n", "k/kustomization.yaml:3:5", "'nodir' does not exist", "Create the file")]
    [InlineData("resources: [../base]\nnamePrefx: foo\n", "k/kustomization.yaml:2:1", "unknown field \"namePrefx\"", "Did you mean namePrefix?")]
    [InlineData("resources: [../base\nnamePrefix: foo\n", "k/kustomization.yaml:1:1", "invalid Kustomization: yaml: line 1: did not find expected ',' or ']'", null)]
    [InlineData("resources: [../base]\nreplicas:\n  - name: a\n    count: many\n", "k/kustomization.yaml:4:12", "cannot unmarshal string", null)]
    [InlineData("resources: ../base\n", "k/kustomization.yaml:1:12", "cannot unmarshal string", null)]
    [InlineData("resources: [../base]\nlabels:\n  - pairs:\n      a: b\n      y: true\n", "k/kustomization.yaml:5:10", "cannot unmarshal bool", null)]
    [InlineData("resources: [../base]\npatches:\n  - path: nopatch.yaml\n", "k/kustomization.yaml:3:11", "'k/nopatch.yaml' does not exist", "Create the file")]
    [InlineData("resources: [../base]\npatches:\n  - path: other.yaml\n", "k/kustomization.yaml:3:11", "no resource matches strategic merge patch", "Give the patch")]
    [InlineData("resources: [../base]\npatches:\n  - path: torn.yaml\n", "k/kustomization.yaml:3:11", "unable to parse SM or JSON patch", null)]
    [InlineData("resources: [../base]\npatches:\n  - target: {kind: ConfigMap}\n    patch: |-\n      - op: replace\n        path: /data/y/z\n        value: a\n", "k/kustomization.yaml:4:12", "doc is missing path: /data/y/z", null)]
    [InlineData("resources:\n  - ../base\n  - same.yaml\n", "k/kustomization.yaml:3:5", "may not add resource with an already registered id: ConfigMap", "The same object")]
    [InlineData("resources:\n  - torn.yaml\n", "k/kustomization.yaml:2:5", "torn.yaml: MalformedYAMLError: yaml: line 1", null)]
    [InlineData("resources:\n  - values.yaml\n", "k/kustomization.yaml:2:5", "values.yaml: missing Resource metadata", null)]
    [InlineData("resources:\n  - ../base/cm.yaml\n", "k/kustomization.yaml:2:5", "security; file 'base/cm.yaml' is not in or below 'k'", "kustomize reads files only")]
    [InlineData("configMapGenerator:\n  - name: x\n    files:\n      - page=nope.txt\n", "k/kustomization.yaml:4:9", "'k/nope.txt' does not exist", "Create the file")]
    [InlineData("resources:\n  - ../k\n", "k/kustomization.yaml:2:5", "cycle detected", "Remove one of the entries")]
    [InlineData("resources:\n  - ../plain\n", "k/kustomization.yaml:2:5", "unable to find one of 'kustomization.yaml'", "Add a kustomization.yaml")]
    [InlineData("resources: [../base]\nreplacements:\n  - source: {kind: ConfigMap, name: zz, fieldPath: data.x}\n    targets: [{select: {kind: ConfigMap}, fieldPaths: [data.y]}]\n", "k/kustomization.yaml", "nothing selected by ConfigMap", null)]
    [InlineData("", "k/kustomization.yaml", "kustomization.yaml is empty", null)]
    public async Task A_tree_that_does_not_build_is_one_finding_at_the_entry_to_blame(string kustomization, string location, string message, string? hint)
    {
        _workspace["k/kustomization.yaml"] = kustomization;
        _workspace["k/same.yaml"] = _workspace["base/cm.yaml"];
        _workspace["k/torn.yaml"] = "apiVersion: v1\nmetadata: {name: a\n";
        _workspace["k/other.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
        _workspace["k/values.yaml"] = "a: b\n";
        _workspace["plain/cm.yaml"] = "";

        var result = await _workspace.Renderer.RenderAsync(new KustomizationRoot("k", "k/kustomization.yaml", []), TestContext.Current.CancellationToken);

        result.Resources.ShouldBeEmpty();
        result.Skipped.ShouldBeEmpty();
        var finding = result.Findings.ShouldHaveSingleItem();
        finding.Rule.ShouldBe("kustomize-build");
        finding.Severity.ShouldBe(Severity.Error);
        finding.Message.ShouldStartWith("kustomize cannot build k: ");
        finding.Message.ShouldContain(message);
        finding.Location.ToString().ShouldBe(location);
        finding.Hint.ShouldNotBeNull().ShouldContain(hint ?? "");
        ShouldNotShowThisMachine(finding);
    }

    [Fact(Timeout = Timeout)]
    public async Task A_broken_base_is_reported_once_and_at_the_base_however_many_overlays_use_it()
    {
        _workspace["base/kustomization.yaml"] = "resources:\n  - cm.yaml\n  - gone.yaml\n";
        _workspace["one/kustomization.yaml"] = "resources: [../base]\n";
        _workspace["two/kustomization.yaml"] = "resources: [../one/../base]\ncomponents: [../component]\n";
        _workspace["component/kustomization.yaml"] = "kind: Component\n";

        var findings = new List<Finding>();
        foreach (var root in _workspace.Plan.Roots)
            findings.AddRange((await _workspace.Renderer.RenderAsync(root, TestContext.Current.CancellationToken)).Findings);

        findings.Count.ShouldBe(2);
        var finding = FindingList.Normalize(findings).ShouldHaveSingleItem();
        finding.Location.ToString().ShouldBe("base/kustomization.yaml:3:5");
        finding.Message.ShouldBe("kustomize cannot build base: 'base/gone.yaml' does not exist");
    }

    [Fact(Timeout = Timeout)]
    public async Task A_broken_component_is_reported_at_the_component()
    {
        _workspace["component/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: gone.yaml\n";
        _workspace["k/kustomization.yaml"] = "resources: [../base]\ncomponents: [../component]\n";

        var finding = (await _workspace.RenderAsync()).Findings.ShouldHaveSingleItem();

        finding.Location.ToString().ShouldBe("component/kustomization.yaml:4:11");
        finding.Message.ShouldContain("'component/gone.yaml' does not exist");
        ShouldNotShowThisMachine(finding);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("  annotations:\n    config.kubernetes.io/function: |\n      exec:\n        path: ./evil.sh\n")]
    [InlineData("  annotations:\n    config.kubernetes.io/function: |\n      container:\n        image: ghcr.io/example/evil:1\n")]
    [InlineData("")]
    public async Task Plugins_and_functions_are_never_run(string annotations)
    {
        _workspace["k/kustomization.yaml"] = "resources: [../base]\ngenerators: [generator.yaml]\n";
        _workspace["k/generator.yaml"] = $"apiVersion: example.com/v1\nkind: Sealed\nmetadata:\n  name: x\n{annotations}";
        var proof = Path.Combine(_workspace.Root, "proof");
        _workspace["k/evil.sh"] = $"#!/bin/sh\ntouch {proof}\n";

        var result = await _workspace.RenderAsync();

        var skipped = result.Skipped.ShouldHaveSingleItem();
        skipped.Reason.ShouldBe(RenderingReasons.KustomizePlugin);
        skipped.Detail.ShouldContain("Sealed");
        result.Findings.ShouldBeEmpty();
        File.Exists(proof).ShouldBeFalse();
    }

    [Theory(Timeout = Timeout)]
    [InlineData("https://example.com/a.yaml")]
    [InlineData("https://example.com/team/repo?ref=v1")]
    public async Task Nothing_is_fetched_even_when_a_plan_overlooked_it(string address)
    {
        _workspace["k/kustomization.yaml"] = $"resources: ['{address}']\n";

        var result = await _workspace.Renderer.RenderAsync(new KustomizationRoot("k", "k/kustomization.yaml", []), TestContext.Current.CancellationToken);

        result.Findings.ShouldHaveSingleItem().Location.ToString().ShouldBe("k/kustomization.yaml:1:13");
    }

    [Theory]
    [InlineData("error: accumulating resources: accumulation err='accumulating resources from '../w/k': '/w/k' must resolve to a file': couldn't make target for path '/w/k': kustomization.yaml is empty\n")]
    [InlineData("Error: accumulating resources: accumulation err='accumulating resources from '../w/k': '/w/k' must resolve to a file': couldn't make target for path '/w/k': kustomization.yaml is empty\n")]
    [InlineData("E1122 10:25:47.354730   22120 run.go:72] \"command failed\" err=\"accumulating resources: accumulation err='accumulating resources from '../w/k': '/w/k' must resolve to a file': couldn't make target for path '/w/k': kustomization.yaml is empty\"\n")]
    [InlineData("E1122 10:25:47.354730   22120 run.go:72] \"command failed\" err=<\n\taccumulating resources: accumulation err='accumulating resources from '../w/k': '/w/k' must resolve to a file': couldn't make target for path '/w/k': kustomization.yaml\n\tis empty\n >\n")]
    [InlineData("# Warning: 'commonLabels' is deprecated.\nError: accumulating resources: accumulation err='accumulating resources from '../w/k': '/w/k' must resolve to a file': couldn't make target for path '/w/k': kustomization.yaml is empty\n")]
    public void Every_program_s_way_to_print_a_failure_is_understood(string output) =>
        KustomizeFailure.Parse(output, "/w").ShouldBe(new KustomizeFailure.Parsed("k", null, "kustomization.yaml is empty"));

    private void ShouldNotShowThisMachine(Finding finding)
    {
        foreach (var text in new[] { finding.Message, finding.Hint! })
        {
            text.ShouldNotContain(_workspace.Root);
            text.ShouldNotContain(_workspace.Temporary);
            text.ShouldNotContain("\n");
            text.ShouldNotContain("must resolve to a file");
        }
    }
}
