using Actions.Shared;
using Actions.Shared.Clusters.Connection;
using Actions.Shared.Clusters.Inventory;
using Actions.Shared.Clusters.Planning;
using Actions.Shared.Clusters.Verification;
using Actions.Shared.Hosting;
using Actions.Shared.Images;

namespace Actions.DeployK8s;

/// <summary>What is to be done.</summary>
internal enum DeployMode
{
    /// <summary>Make the cluster what the manifests say.</summary>
    Deploy,

    /// <summary>Show what that would change.</summary>
    Preview,

    /// <summary>Fail when the cluster is not what the manifests say.</summary>
    Drift,

    /// <summary>Deploy an earlier release.</summary>
    Rollback,

    /// <summary>Set the images in files.</summary>
    Bump,
}

/// <summary>What becomes of a deployment that fails.</summary>
internal enum OnFailure
{
    /// <summary>Everything is changed back.</summary>
    Rollback,

    /// <summary>Everything stays as it is.</summary>
    Stop,
}

/// <summary>Whether Helm charts are deployed.</summary>
internal enum HelmMode
{
    /// <summary>They are not.</summary>
    Off,

    /// <summary>They are rendered and deployed.</summary>
    On,
}

/// <summary>What the action is asked to do.</summary>
internal sealed record DeployK8sOptions
{
    public required IReadOnlyList<string> Manifests { get; init; }

    public required HelmMode Helm { get; init; }

    public required string HelmValues { get; init; }

    public required IReadOnlyList<ImageChange> Images { get; init; }

    public required ImageGateOptions ImageGate { get; init; }

    public required BumpOptions Bump { get; init; }

    public required string Application { get; init; }

    public required NamespacePolicy Namespaces { get; init; }

    public required DeployMode Mode { get; init; }

    public required string ApprovedDigest { get; init; }

    public required int ToRelease { get; init; }

    public required bool AllowOlder { get; init; }

    public required PrunePolicy? Prune { get; init; }

    public required IReadOnlyList<string> Recreate { get; init; }

    public required IReadOnlyList<ForcedField> ForceConflicts { get; init; }

    public required string FieldManager { get; init; }

    public required bool Wait { get; init; }

    public required TimeSpan Timeout { get; init; }

    public required IReadOnlyList<HealthCheck> Verify { get; init; }

    public required OnFailure OnFailure { get; init; }

    public required TimeSpan LockTimeout { get; init; }

    public required int Parallelism { get; init; }

    public required string Environment { get; init; }

    public required string EnvironmentUrl { get; init; }

    public required bool GitHubDeployment { get; init; }

    public required CommentOptions Comment { get; init; }

    public required ConnectionOptions Connection { get; init; }

    public required string PlanFile { get; init; }

    public required string ReportFile { get; init; }

    public required string MetricsFile { get; init; }

    public required bool Summary { get; init; }

    /// <summary>The mode as users write it.</summary>
    public string ModeName => Mode.ToString().ToLowerInvariant();

    public static DeployK8sOptions Read(OptionReader read)
    {
        var options = new DeployK8sOptions
        {
            Manifests = read.Lines(
                "manifests",
                "Files, directories and glob patterns to deploy, one per line. A directory with a kustomization is rendered; any other is searched with all its subdirectories.",
                ["."], isPositional: true),
            Helm = read.Choice("helm", "Whether Helm charts among the manifests are rendered and deployed, `off` or `on`.", HelmMode.Off),
            HelmValues = read.Text("helm-values", "A file of values laid over those of the charts."),
            Images = read.ParsedLines(
                "images",
                "Images to deploy, one per line: `reference` sets tag, digest or both wherever that image is used, `name=reference` replaces the image of that name. Behind it may stand `container=NAME` and `current-tag=TAG`, to mean only those; for `mode: bump` also `marker=NAMESPACE:NAME`, the fields with that marker of Flux. An image that is used nowhere is an error.",
                [], "a reference or name=reference, as in web=registry.example.com/web:1.4@sha256:…", ImageChange.Parse),
            ImageGate = ImageGateOptions.Read(read),
            Bump = BumpOptions.Read(read),
            Application = read.RequiredText(
                "application", "Name of the application: what is deployed under one name is locked, listed, pruned and rolled back together."),
            Namespaces = new NamespacePolicy(
                read.Text("namespace", "The namespace of objects that name none. Others may be named only if `allowed-namespaces` lists them; when empty, every object must name its own.") is { Length: > 0 } name ? name : null,
                read.Lines("allowed-namespaces", "Other namespaces that objects may name, separated by commas or lines; `*` stands for any characters.", takesCommas: true)),
            Mode = read.Choice(
                "mode", "What is done: `deploy`, `preview` (show what would change), `drift` (fail when the cluster is not what the manifests say), `rollback` (deploy an earlier release) or `bump` (set the images in the files, for GitOps; no cluster is needed).", DeployMode.Deploy),
            ApprovedDigest = read.Text("approved-digest", "The `digest` of a preview. The deployment is refused when it would do anything else than that preview showed."),
            ToRelease = read.Integer("to-release", "For `mode: rollback`, the number of the release; 0 is the last one that succeeded before the present one.", 0),
            AllowOlder = read.Boolean("allow-older", "Whether a run may deploy although a later run of the same repository has deployed another commit.", false),
            Prune = ReadPrune(read),
            Recreate = read.Lines("recreate", "Kinds whose objects are deleted and created again when a field cannot be changed, separated by commas or lines.", ["Job"], takesCommas: true),
            ForceConflicts = read.ParsedLines(
                "force-conflicts",
                "Fields to take from whoever manages them, one per line, as `spec.replicas`, `Deployment:spec.replicas` or `Deployment/web:spec.replicas`; `*` stands for all.",
                [], "a field, with Kind: or Kind/name: before it if need be", ForcedField.Parse),
            FieldManager = read.Text("field-manager", "The name under which fields are applied.", "deploy-k8s"),
            Wait = read.Boolean("wait", "Whether to wait until everything that was deployed is ready.", true),
            Timeout = read.Duration("timeout", "How long the whole deployment may take, waiting included.", TimeSpan.FromMinutes(10), min: TimeSpan.FromSeconds(1), max: TimeSpan.FromHours(6)),
            Verify = ReadChecks(read),
            OnFailure = read.Choice("on-failure", "What becomes of a deployment that fails: `rollback` (everything is changed back) or `stop` (everything stays as it is).", OnFailure.Rollback),
            LockTimeout = read.Duration("lock-timeout", "How long to wait for another deployment of the same application.", TimeSpan.FromMinutes(5), max: TimeSpan.FromHours(6)),
            Parallelism = read.Integer("parallelism", "Most requests to the cluster at a time.", 16, 1, 128),
            Environment = read.Text("environment", "Name of the environment, for messages, reports and `github-deployment`."),
            EnvironmentUrl = read.Text("environment-url", "Where the application is, for `github-deployment`; the address of the first Ingress when empty."),
            GitHubDeployment = read.Boolean(
                "github-deployment",
                "Whether GitHub is told of the deployment to `environment` and how it goes; needs `deployments: write`. Not for a job with an `environment:` of its own, whose deployments GitHub notes itself.",
                false),
            Comment = CommentOptions.Read(read),
            Connection = ReadConnection(read),
            PlanFile = read.Text("plan-file", "A Markdown file to write the plan or the result to, as for a comment on a pull request. None when empty."),
            ReportFile = read.Text("report-file", "A JSON file to write the report to. None when empty."),
            MetricsFile = read.Text("metrics-file", "A file to write metrics to, in Prometheus' text format; not for `mode: bump`. None when empty."),
            Summary = read.Boolean("summary", "Whether a summary is written to the page of the run.", true),
        };

        if (options.ApprovedDigest.Length > 0 && options.Mode is not (DeployMode.Deploy or DeployMode.Rollback))
        {
            read.Reject("approved-digest is for deployments", $"mode is {options.ModeName}", "Leave it out, or set mode to deploy.");
        }

        if (options.ToRelease > 0 && options.Mode != DeployMode.Rollback)
        {
            read.Reject("to-release is for rollbacks", $"mode is {options.ModeName}", "Leave it out, or set mode to rollback.");
        }

        if (options.GitHubDeployment && options.Environment.Length == 0)
        {
            read.Reject("github-deployment needs an environment", "environment is empty", "Name the environment, for example environment: production.");
        }

        if (options.EnvironmentUrl.Length > 0 && !(Uri.TryCreate(options.EnvironmentUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
        {
            read.Reject("environment-url is no address", $"got {options.EnvironmentUrl}", "Give a whole address, for example https://shop.example.com.");
        }

        if (options.Application.Length > 0 && !IsName(options.Application))
        {
            read.Reject("application is no name", $"got {options.Application}", "Use lower-case letters, digits and hyphens, 40 at most, beginning and ending with a letter or digit.");
        }

        options.CheckBump(read);
        return options;
    }

    private void CheckBump(OptionReader read)
    {
        if (Mode == DeployMode.Bump)
        {
            if (Images.Count + Bump.Policies.Count == 0)
            {
                read.Reject("There is nothing to bump", "mode is bump, and neither images nor image-policies names one", "Name the images to set.");
            }

            if (MetricsFile.Length > 0)
            {
                read.Reject("metrics-file is for deployments", "mode is bump", "Leave it out; report-file tells what a bump did.");
            }

            if (Bump is { Check: true, Target: not BumpTarget.Files })
            {
                read.Reject("check writes nothing", "bump-to asks for a branch or a pull request", "Leave one of the two out.");
            }

            return;
        }

        if (Bump.Policies.Count > 0 || Bump.Fields.Count > 0 || Bump.Check || Bump.Target != BumpTarget.Files || Images.Any(i => i.Policy is not null))
        {
            read.Reject(
                "Something is set that only a bump uses", $"image-policies, image-fields, check, bump-to and marker=… are for mode bump, and mode is {ModeName}",
                Bump.Check ? "To see what a deployment would do, set mode to preview." : "Leave them out, or set mode to bump.");
        }
    }

    private static PrunePolicy? ReadPrune(OptionReader read)
    {
        var isOn = read.Boolean("prune", "Whether objects that an earlier release had and the manifests no longer have are deleted. Namespaces, definitions and volumes never are.", true);
        var policy = new PrunePolicy(
            read.Integer("prune-max-objects", "The most objects that one deployment may delete; with more it is refused.", 20),
            read.Integer("prune-max-percent", "The most objects that one deployment may delete, in percent of all; with more it is refused.", 50, 0, 100));
        return isOn ? policy : null;
    }

    private static IReadOnlyList<HealthCheck> ReadChecks(OptionReader read)
    {
        var lines = read.Lines(
            "verify",
            "Addresses that must answer once everything is ready, one per line: `https://shop.example.com/healthz status=200-204 body=ok certificate-days=14`, or `service://namespace/name:port/path` through the API server.");
        try
        {
            return HealthCheckParser.Parse(string.Join('\n', lines));
        }
        catch (ActionException e)
        {
            read.Reject(e.Title, e.Detail, e.Hint);
            return [];
        }
    }

    private static ConnectionOptions ReadConnection(OptionReader read)
    {
        static string? Given(string text) => text.Length == 0 ? null : text;
        return new ConnectionOptions
        {
            Kubeconfig = read.Secret("kubeconfig", "The content of a kubeconfig, as it is or in base64. Without it and `server`, the variable KUBECONFIG is used."),
            Context = Given(read.Text("context", "The context of the kubeconfig; its current one when empty.")),
            Server = Given(read.Text("server", "Address of the API server, instead of a kubeconfig.")),
            Token = read.Secret("token", "Bearer token for the cluster; replaces the credentials of a kubeconfig."),
            CertificateAuthority = Given(read.Text("certificate-authority", "The certificate authority of `server`, as PEM or in base64; those of the machine when empty.")),
            TlsServerName = Given(read.Text("tls-server-name", "The name that the certificate of the server must have, if it is not the host of its address.")),
            ProxyUrl = Given(read.Text("proxy-url", "Address of a proxy to the cluster.")),
            ServiceAccountSecret = read.Secret("service-account-secret", "The YAML of a Secret of a service account, whose token and certificate authority are used with `server`."),
            Kapsule = ReadKapsule(read),
            ScalewaySecretKey = read.Secret("scaleway-secret-key", "The secret key of an IAM API key of Scaleway, for Kapsule. The variable SCW_SECRET_KEY when empty."),
            InCluster = read.Boolean("in-cluster", "Whether to use the account of the Pod that the runner is in.", false),
            OidcAudience = Given(read.Text("oidc-audience", "The audience of a GitHub OIDC token with which to log in to the cluster; needs `id-token: write`.")),
            AllowedExecPlugins = read.Lines("allowed-exec-plugins", "Credential plugins that the kubeconfig may start, separated by commas or lines. `scw` needs none.", takesCommas: true),
            SkipTlsVerify = read.Boolean("skip-tls-verify", "Whether the certificate of the server is not checked. Anybody on the way can then read the credentials.", false),
        };
    }

    private static KapsuleCluster? ReadKapsule(OptionReader read)
    {
        var id = read.Text("kapsule-cluster-id", "The id of a Kapsule cluster of Scaleway, instead of a kubeconfig: its address comes from Scaleway's API.");
        var region = read.Text("kapsule-region", "The region of the Kapsule cluster.", KapsuleCluster.DefaultRegion);
        if (id.Length == 0)
        {
            return null;
        }

        var cluster = new KapsuleCluster(id, region);
        if (cluster.Problem is { } problem)
        {
            read.Reject("kapsule-cluster-id and kapsule-region name no cluster", $"got {id} and {region}: {problem}", "The console shows both on the page of the cluster.");
        }

        return cluster;
    }

    private static bool IsName(string text) =>
        text.Length <= 40 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
