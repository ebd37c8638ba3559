using Actions.Shared;
using Actions.Shared.GitHub;
using Actions.Shared.Hosting;
using Actions.Shared.Manifests;
using Actions.Shared.Manifests.Rendering;
using Actions.Shared.Validation;
using Actions.Shared.Validation.Configuration;
using Actions.Shared.Validation.Schemas;

namespace Actions.ValidateManifests;

/// <summary>Whether kustomize roots are rendered.</summary>
internal enum KustomizeMode
{
    /// <summary>Rendered when kustomize or kubectl is there.</summary>
    Auto,

    /// <summary>Not rendered.</summary>
    Off,
}

/// <summary>Whether Helm charts are rendered.</summary>
internal enum HelmMode
{
    /// <summary>Not rendered.</summary>
    Off,

    /// <summary>Rendered.</summary>
    On,
}

/// <summary>What the action is asked to do.</summary>
internal sealed record ValidateManifestsOptions
{
    private static readonly string[] SkippableReasons =
    [
        SkipReasons.Empty, SkipReasons.Template, SkipReasons.HelmChart, SkipReasons.HelmValues, SkipReasons.HelmTemplate, SkipReasons.Kustomization,
        SkipReasons.NotKubernetes, SkipReasons.EmptyList, SkipReasons.Ignored, SkipReasons.Directory, SkipReasons.BrokenLink,
        RenderingReasons.KustomizePatch, RenderingReasons.KustomizeConfig, RenderingReasons.KustomizeGeneratorInput, RenderingReasons.KustomizeComponent,
        RenderingReasons.KustomizeRemote, RenderingReasons.KustomizeHelm, RenderingReasons.KustomizePlugin, RenderingReasons.KustomizeToolMissing,
        RenderingReasons.HelmLibrary, RenderingReasons.HelmToolMissing,
        ObjectReasons.SkippedKind, ObjectReasons.NoSchema, ObjectReasons.Unidentified,
    ];

    public required IReadOnlyList<string> Paths { get; init; }

    public required IReadOnlyList<KubernetesVersion> KubernetesVersions { get; init; }

    public required bool Strict { get; init; }

    public required IReadOnlyList<string> SchemaLocations { get; init; }

    public required MissingSchemas MissingSchemas { get; init; }

    public required IReadOnlyList<KindPattern> Skip { get; init; }

    public required IReadOnlyList<KindPattern> Reject { get; init; }

    public required string Config { get; init; }

    public required IReadOnlyList<string> Rules { get; init; }

    /// <summary>What the run demands; null when that is left to the configuration.</summary>
    public required PodSecurityDemand? PodSecurity { get; init; }

    public required KustomizeMode Kustomize { get; init; }

    public required HelmMode Helm { get; init; }

    public required FailOn FailOn { get; init; }

    public required IReadOnlyList<string> FailOnSkipped { get; init; }

    public required int MinimumScore { get; init; }

    public required string ChangedSince { get; init; }

    public required string Baseline { get; init; }

    public required string WriteBaseline { get; init; }

    public required IReadOnlyList<ReportFormat> Formats { get; init; }

    public required IReadOnlyList<string> IgnorePaths { get; init; }

    public required string CommentFile { get; init; }

    public required CommentOptions Comment { get; init; }

    public required string CommentKey { get; init; }

    public required bool Summary { get; init; }

    public required bool Annotations { get; init; }

    public static ValidateManifestsOptions Read(OptionReader read)
    {
        const string KindForm = "kinds as Kind or group/version/Kind";
        var options = new ValidateManifestsOptions
        {
            Paths = read.Lines(
                "paths", "Files, directories and glob patterns to check, one per line. A directory is searched with all its subdirectories.", ["."], isPositional: true),
            KubernetesVersions = ReadVersions(read.Text(
                "kubernetes-versions",
                "Kubernetes versions to check against, for example `1.36`, `1.32, 1.36` or `1.32-1.36`. The newest embedded version when empty. "
                + "Quote a single version, or YAML reads `1.30` as 1.3."), read),
            Strict = read.Boolean("strict", "Whether a field that the schema does not know is an error (`true`) or goes unnoticed (`false`).", true),
            SchemaLocations = read.Lines(
                "schema-locations",
                "Where schemas are looked for, one location per line, the first that has one wins. `default` stands for the embedded schemas; "
                + "others are directories or URL templates in the layout of kubeconform.",
                ["default"]),
            MissingSchemas = read.Choice("missing-schemas", "What a resource without a schema is, `error`, `warn` or `ignore`.", MissingSchemas.Warn),
            Skip = read.ParsedLines(
                "skip", "Kinds that are not checked, as `Kind` or `group/version/Kind`, separated by commas or lines. They are counted as skipped.",
                [], KindForm, KindPattern.Parse, takesCommas: true),
            Reject = read.ParsedLines(
                "reject", "Kinds that must not occur, as `Kind` or `group/version/Kind`, separated by commas or lines.", [], KindForm, KindPattern.Parse, takesCommas: true),
            Config = read.Text(
                "config", "The configuration of rules. Without it `.validate-manifests.yaml` at the root of the workspace is taken, if there is one."),
            Rules = read.Lines(
                "rules",
                "What is different about rules in this run, one per line or separated by commas, as `rule=off`, `on`, `error`, `warning` or `info`. "
                + "`all=off` leaves nothing but the checks against schemas.",
                takesCommas: true),
            PodSecurity = ReadPodSecurity(read.Text(
                "pod-security",
                "The level of the Pod Security Standards that pods must keep to, `none`, `baseline` or `restricted`, with a Kubernetes version "
                + "if not the newest as in `restricted:1.34`. The configuration decides when empty."), read),
            Kustomize = read.Choice("kustomize", "Whether kustomize roots are rendered and what comes out is checked, `auto` or `off`.", KustomizeMode.Auto),
            Helm = read.Choice("helm", "Whether Helm charts are rendered with their own values and what comes out is checked, `off` or `on`.", HelmMode.Off),
            FailOn = read.Choice("fail-on", "The least severity that fails the step, `error`, `warning` or `never`.", FailOn.Error),
            FailOnSkipped = read.ParsedLines(
                "fail-on-skipped",
                "Reasons for skipping a file or a resource that fail the step, separated by commas or lines, or `all`. None when empty.",
                [], "a reason for skipping, or all", ReadReason, takesCommas: true),
            MinimumScore = read.Integer("minimum-score", "The least score, from 0 to 100, with which the step passes. Any score passes with 0.", 0, 0, 100),
            ChangedSince = read.Text(
                "changed-since",
                "Only findings on lines that have changed since then fail the step: a commit, branch or tag, or `auto` for the base of the pull request "
                + "(in other events everything counts). Everything counts when empty."),
            Baseline = read.Text("baseline", "A baseline that an earlier run has written: findings in it fail nothing."),
            WriteBaseline = read.Text("write-baseline", "A file to which the findings are written as a baseline for later runs."),
            Formats = read.ParsedLines(
                "format",
                "Reports to write, one per line, `text`, `json`, `sarif` or `junit`, each with an optional file as in `sarif=manifests.sarif`. "
                + "Without a file a report goes to the log.",
                ["text"], "text, json, sarif or junit, each with an optional file", ReportFormat.Parse),
            IgnorePaths = read.Lines("ignore-paths", "Glob patterns of files that are left out, one per line."),
            CommentFile = read.Text(
                "comment-file", "A file to which the text of a comment for the pull request is written, with a hidden mark to replace it by."),
            Comment = CommentOptions.Read(read),
            CommentKey = read.Text("comment-key", "What tells the comment from others of this action in the same pull request; workflow and job when empty. Jobs of a matrix need one each."),
            Summary = read.Boolean("summary", "Whether a summary is written to the page of the run.", true),
            Annotations = read.Boolean("annotations", "Whether the worst findings become annotations of the files.", true),
        };

        if (options.Formats.Where(f => f.File is null).Select(f => f.Kind).ToArray() is { Length: > 1 } toLog)
        {
            read.Reject(
                "two reports cannot share the log",
                $"{string.Join(" and ", toLog.Select(k => k.ToString().ToLowerInvariant()))} have no file",
                "Give all but one of them a file, as in json=findings.json.");
        }

        var files = options.Formats.Select(f => f.File ?? "").Append(options.CommentFile).Append(options.WriteBaseline).Where(f => f.Length > 0);
        if (files.GroupBy(f => f).FirstOrDefault(g => g.Count() > 1) is { } shared)
        {
            read.Reject("two reports cannot share a file", $"{shared.Key} is given twice", "Give each report a file of its own.");
        }

        return options;
    }

    private static IReadOnlyList<KubernetesVersion> ReadVersions(string text, OptionReader read)
    {
        if (text.Length == 0)
        {
            return [KubernetesVersion.Latest];
        }

        try
        {
            return KubernetesVersion.ParseList(text);
        }
        catch (ActionException e)
        {
            read.Reject(e.Title, e.Detail, e.Hint);
            return [KubernetesVersion.Latest];
        }
    }

    private static PodSecurityDemand? ReadPodSecurity(string text, OptionReader read)
    {
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            return PodSecurityDemand.Parse(text);
        }
        catch (FormatException e)
        {
            read.Reject("pod-security has a wrong value", $"got \"{PlainText.Shorten(text, 100)}\"", e.Message);
            return null;
        }
    }

    private static string ReadReason(string text) =>
        text == Gate.AllReasons || SkippableReasons.Contains(text, StringComparer.Ordinal)
            ? text
            : throw new FormatException(
                Shared.Text.Suggestions.Closest(text, SkippableReasons) is { } near
                    ? $"Did you mean {near}?"
                    : $"Write all, or some of {string.Join(", ", SkippableReasons.Order(StringComparer.Ordinal))}.");
}
