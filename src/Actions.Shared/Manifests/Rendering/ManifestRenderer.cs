using System.Text.Json;
using Actions.Shared.Findings;
using Actions.Shared.Processes;

namespace Actions.Shared.Manifests.Rendering;

/// <summary>
/// Runs kustomize and Helm over the user's files, which stay as they are: each run has a private directory for everything that it
/// writes, no network (proxies that refuse, no git protocol), no plugins, no functions, and limits on time and output.
/// Safe for concurrent use.
/// </summary>
/// <param name="processes">Starts the programs.</param>
/// <param name="tools">The programs.</param>
/// <param name="options">What is on.</param>
/// <param name="workspace">Full path of the workspace, to which all paths in plans and results are relative.</param>
/// <param name="temporaryDirectory">Full path of an existing directory, outside every kustomization, for private directories.</param>
public sealed class ManifestRenderer(
    ProcessRunner processes, RenderingTools tools, RenderingOptions options, string workspace, string temporaryDirectory)
{
    private readonly string _workspace = RealPath.Of(Path.GetFullPath(workspace));
    private readonly SourceFiles _sources = new(workspace);

    /// <summary>How long one rendering may take. The default is one minute.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many bytes one rendering may print. The default is that of <see cref="ManifestLimits.MaxFileBytes"/>.</summary>
    public int OutputLimit { get; init; } = (int)ManifestLimits.Default.MaxFileBytes;

    /// <summary>Builds a kustomization.</summary>
    /// <param name="root">One of <see cref="RenderingPlan.Roots"/>.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="ActionException">The program cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<RenderingResult> RenderAsync(KustomizationRoot root, CancellationToken cancellationToken = default)
    {
        if ((tools.Kustomize ?? tools.Kubectl) is not { } program)
        {
            return Passed(root, RenderingReasons.KustomizeToolMissing,
                "Not rendered: neither kustomize nor kubectl is on PATH. Install either of them, or turn kustomize off to check the files as they stand.");
        }

        if (root.UsesHelm && tools.Helm is null)
            return Passed(root, RenderingReasons.HelmToolMissing, "Not rendered: it inflates a Helm chart, and helm is not on PATH.");

        using var temporary = new TemporaryDirectory(temporaryDirectory);
        var wrapper = Directory.CreateDirectory(Path.Combine(temporary.FullPath, "root")).FullName;
        var target = RealPath.Of(Path.GetFullPath(Path.Combine(_workspace, root.Directory)));
        await File.WriteAllTextAsync(
            Path.Combine(wrapper, "kustomization.yaml"), Wrapper(Path.GetRelativePath(wrapper, target)), cancellationToken).ConfigureAwait(false);

        string[] verb = tools.Kustomize is null ? ["kustomize"] : ["build"];
        string[] helm = root.UsesHelm ? ["--enable-helm", "--helm-command", tools.Helm!] : [];
        var result = await RunAsync(program, [.. verb, wrapper, .. helm], temporary, cancellationToken).ConfigureAwait(false);
        if (Exceeded(result, "kustomize") is { } exceeded)
            return RenderingResult.Failed(Finding(RenderingRules.KustomizeBuild, root.File, exceeded));
        if (!result.Succeeded)
        {
            var failure = KustomizeFailure.Parse(result.StandardError, _workspace);
            if (KustomizeFailure.IsPlugin(failure.Cause))
                return Passed(root, RenderingReasons.KustomizePlugin, $"Not rendered, because plugins and functions are never run. {failure.Cause}");
            if (KustomizeFailure.IsHelm(failure.Cause))
                return Passed(root, RenderingReasons.KustomizeHelm, $"Not rendered: this kustomize cannot inflate charts with {tools.Helm ?? "the Helm at hand"}.");
            return RenderingResult.Failed(KustomizeFailure.Explain(failure, root, _sources));
        }

        return KustomizeOutput.Read(result.StandardOutput, root, _sources, path => ToWorkspace(wrapper, path), cancellationToken);
    }

    /// <summary>Renders a chart with one set of values.</summary>
    /// <param name="chart">One of <see cref="RenderingPlan.Charts"/>.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="ActionException">The program cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<RenderingResult> RenderAsync(ChartRendering chart, CancellationToken cancellationToken = default)
    {
        var file = WorkspacePath.Join(chart.Directory, ChartDiscovery.FileName);
        if (tools.Helm is null)
        {
            return RenderingResult.Passed(new SkippedItem(
                new SourceLocation(file), RenderingReasons.HelmToolMissing, "Not rendered: helm is not on PATH. Install it, or turn helm off."));
        }

        using var temporary = new TemporaryDirectory(temporaryDirectory);
        string[] values = chart.ValuesFile is null ? [] : ["--values", Path.Combine(_workspace, chart.ValuesFile)];
        string[] version = options.KubernetesVersion is null ? [] : ["--kube-version", options.KubernetesVersion];
        string[] target = chart.Namespace is null ? [] : ["--namespace", chart.Namespace];
        var result = await RunAsync(
            tools.Helm,
            ["template", chart.ReleaseName, Path.GetFullPath(Path.Combine(_workspace, chart.Directory)), .. values, .. version, .. target],
            temporary,
            cancellationToken).ConfigureAwait(false);
        if (Exceeded(result, "helm") is { } exceeded)
            return RenderingResult.Failed(Finding(RenderingRules.HelmRender, file, exceeded));
        return result.Succeeded
            ? HelmOutput.Read(result.StandardOutput, chart, _sources, cancellationToken)
            : RenderingResult.Failed(HelmFailure.Explain(result.StandardError, chart, _sources, _workspace));
    }

    private static string Wrapper(string target) =>
        $$"""
        {
          "apiVersion": "kustomize.config.k8s.io/v1beta1",
          "kind": "Kustomization",
          "buildMetadata": ["originAnnotations", "transformerAnnotations"],
          "resources": ["{{JsonEncodedText.Encode(target.Replace('\\', '/'))}}"]
        }

        """;

    private static RenderingResult Passed(KustomizationRoot root, string reason, string detail) =>
        RenderingResult.Passed(new SkippedItem(new SourceLocation(root.File), reason, detail));

    private static Finding Finding(RuleDescriptor rule, string file, string message) => new()
    {
        Rule = rule.Id,
        Severity = rule.Severity,
        Location = new SourceLocation(file),
        Message = message,
    };

    private async Task<ChildResult> RunAsync(string program, string[] arguments, TemporaryDirectory temporary, CancellationToken cancellationToken)
    {
        var own = temporary.FullPath;
        var result = await processes.RunAsync(
            new ChildCommand(program, arguments)
            {
                WorkingDirectory = own,
                Timeout = Timeout,
                OutputLimit = OutputLimit,
                ShowFirstArgument = true,
                Variables = Isolation(own),
            },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    /// <summary>No network whatever a tree asks for, no configuration of whoever runs us, nothing written outside the private directory.</summary>
    private static Dictionary<string, string> Isolation(string own)
    {
        // Port 9 is the discard service: nothing listens there, and nothing proxies.
        const string Nowhere = "http://127.0.0.1:9";
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TMPDIR"] = own,
            ["HTTP_PROXY"] = Nowhere,
            ["HTTPS_PROXY"] = Nowhere,
            ["ALL_PROXY"] = Nowhere,
            ["NO_PROXY"] = "",
            ["http_proxy"] = Nowhere,
            ["https_proxy"] = Nowhere,
            ["all_proxy"] = Nowhere,
            ["no_proxy"] = "",
            ["GIT_ALLOW_PROTOCOL"] = "none",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["KUBECONFIG"] = Path.Combine(own, "kubeconfig"),
            ["KUBERC"] = "off",
            ["KUSTOMIZE_PLUGIN_HOME"] = Path.Combine(own, "plugins"),
            ["HELM_CACHE_HOME"] = Path.Combine(own, "helm", "cache"),
            ["HELM_CONFIG_HOME"] = Path.Combine(own, "helm", "config"),
            ["HELM_DATA_HOME"] = Path.Combine(own, "helm", "data"),
            ["HELM_PLUGINS"] = Path.Combine(own, "helm", "plugins"),
        };
    }

    private string? Exceeded(ChildResult result, string program) =>
        result.Outcome == ChildOutcome.TimedOut ? $"{program} did not finish within {Timeout.TotalSeconds:0.#} seconds"
        : result.IsOutputTruncated ? $"{program} printed more than {OutputLimit} bytes"
        : null;

    private string ToWorkspace(string wrapper, string path) =>
        Path.GetRelativePath(_workspace, Path.GetFullPath(Path.Combine(wrapper, path))).Replace('\\', '/');
}
