using System.Text.RegularExpressions;
using Actions.Shared.Hosting;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning;

/// <summary>What is to be done.</summary>
internal enum RunMode
{
    /// <summary>Show what would change.</summary>
    Plan,

    /// <summary>Plan again, and apply if that is what was approved.</summary>
    Apply,

    /// <summary>Tell whether the world and the state are what the code says.</summary>
    Drift,

    /// <summary>Show a plan that somebody else made.</summary>
    Render,
}

/// <summary>What of the lock file of providers may change.</summary>
internal enum LockFileMode
{
    /// <summary>Nothing.</summary>
    Readonly,

    /// <summary>What the tool changes.</summary>
    Update,
}

/// <summary>What fails the step, beside a root that cannot be planned.</summary>
internal enum FailOn
{
    /// <summary>A gate: too many destroyed, or something protected.</summary>
    Gates,

    /// <summary>A check of the configuration that fails.</summary>
    Checks,

    /// <summary>A file that is not formatted.</summary>
    Format,

    /// <summary>An error in a SARIF file.</summary>
    Findings,

    /// <summary>Any change.</summary>
    Changes,

    /// <summary>Anything that was changed outside of Terraform.</summary>
    Drift,
}

/// <summary>What the action is asked to do.</summary>
internal sealed partial record TerraformPlanOptions
{
    public required IReadOnlyList<string> Roots { get; init; }

    public required RunMode Mode { get; init; }

    public required ToolKind Tool { get; init; }

    public required string TerraformVersion { get; init; }

    public required string ToolMirror { get; init; }

    public required string Workspace { get; init; }

    public required bool CreateWorkspace { get; init; }

    public required IReadOnlyList<string> VarFiles { get; init; }

    public required string Variables { get; init; }

    public required IReadOnlyList<string> BackendConfig { get; init; }

    public required IReadOnlyList<string> Targets { get; init; }

    public required IReadOnlyList<string> Replace { get; init; }

    public required bool Destroy { get; init; }

    public required bool RefreshOnly { get; init; }

    public required TimeSpan LockTimeout { get; init; }

    public required int Parallelism { get; init; }

    public required int RootParallelism { get; init; }

    public required LockFileMode LockFile { get; init; }

    public required bool CheckFormat { get; init; }

    public required IReadOnlyList<string> PassEnvironment { get; init; }

    public required string PlanFile { get; init; }

    public required string PlanJson { get; init; }

    public required string? PlanSecret { get; init; }

    public required string ApprovedDigest { get; init; }

    public required string PlanDirectory { get; init; }

    public required int? MaxDestroy { get; init; }

    public required IReadOnlyList<string> ProtectedAddresses { get; init; }

    public required IReadOnlyList<string> ProtectedTypes { get; init; }

    public required bool ProtectStateful { get; init; }

    public required string OverrideLabel { get; init; }

    public required int? MaxResources { get; init; }

    public required IReadOnlyList<string> Rules { get; init; }

    public required IReadOnlyList<FailOn> FailOn { get; init; }

    public required CommentOptions Comment { get; init; }

    public required string CommentKey { get; init; }

    public required IReadOnlyList<string> SarifFiles { get; init; }

    public required string ReportFile { get; init; }

    public required string MetricsFile { get; init; }

    public required bool Summary { get; init; }

    /// <summary>Whether there is one root, however it was found.</summary>
    public bool IsRendering => Mode == RunMode.Render;

    public static TerraformPlanOptions Read(OptionReader read)
    {
        var options = new TerraformPlanOptions
        {
            Roots = read.Lines(
                "root", "Directories to plan, relative to the workspace, one per line; `*` and `**` stand for directories, `!` before a line leaves out.", ["."], isPositional: true),
            Mode = read.Choice(
                "mode",
                "What is done: `plan`, `apply` (plan again, and apply if that is what was approved), `drift` (fail when the world or the state is not what the code says) or `render` (show a plan that is there already).",
                RunMode.Plan),
            Tool = read.Choice("tool", "The program that plans, `terraform` or `opentofu`.", ToolKind.Terraform),
            TerraformVersion = read.Text(
                "terraform-version", "The version of the program, or what is allowed of it (`~> 1.11`). When empty, a file `.terraform-version` or `.opentofu-version` says it, else `required_version`."),
            ToolMirror = read.Text("tool-mirror", "Address of a server with the releases of the program, instead of the vendor's own. What it gives must be signed by the vendor all the same."),
            Workspace = read.Text("workspace", "The workspace."),
            CreateWorkspace = read.Boolean("create-workspace", "Whether a workspace that does not exist is made.", false),
            VarFiles = read.Lines("var-files", "Files of variables, relative to the root or to the workspace, one per line; the last one wins."),
            Variables = read.Text("variables", "Variables as a file of variables has them, `name = \"value\"`, one per line. They win over every file. Give secrets by `TF_VAR_name` in `env` instead."),
            BackendConfig = read.Lines("backend-config", "Settings of the backend, one per line: `name=value`, or a file."),
            Targets = read.Lines("targets", "Addresses to plan with what they depend on, and nothing else, one per line."),
            Replace = read.Lines("replace", "Addresses of objects to replace, one per line."),
            Destroy = read.Boolean("destroy", "Whether everything is to be destroyed.", false),
            RefreshOnly = read.Boolean("refresh-only", "Whether only the state is brought to what is there.", false),
            LockTimeout = read.Duration("lock-timeout", "How long to wait for the lock of the state.", TimeSpan.FromMinutes(2), max: TimeSpan.FromHours(6)),
            Parallelism = read.Integer("parallelism", "Most objects of a root that are worked on at a time.", 10, 1, 1000),
            RootParallelism = read.Integer("root-parallelism", "Most roots that are planned at a time.", 2, 1, 64),
            LockFile = read.Choice("lock-file", "Whether `.terraform.lock.hcl` must hold already what is used (`readonly`) or may be changed (`update`).", LockFileMode.Readonly),
            CheckFormat = read.Boolean("check-format", "Whether files that are not formatted are told.", true),
            PassEnvironment = read.Lines(
                "pass-environment", "Names of variables that the program gets beside the documented ones of providers, separated by commas or lines.", takesCommas: true),
            PlanFile = read.Text("plan-file", "For `mode: render`, a plan as the program writes it (`plan -out`)."),
            PlanJson = read.Text("plan-json", "For `mode: render`, a plan as JSON (`show -json`); needs neither the program nor credentials."),
            PlanSecret = read.Secret(
                "plan-secret", "A secret of at least 16 characters under which digests are made and plans are sealed. Needed for `plan-directory` and for `mode: apply`."),
            ApprovedDigest = read.Text("approved-digest", "For `mode: apply`, the `digest` of the plan that was approved. When empty, the comment on the pull request says it."),
            PlanDirectory = read.Text(
                "plan-directory", "A directory for sealed plans, one file for each root: written by a plan, for an artifact; read by an apply, to show what is different."),
            MaxDestroy = read.Text("max-destroy", "The most objects of a root that may be destroyed or replaced. No limit when empty.") is { Length: > 0 } text ? Number(read, "max-destroy", text) : null,
            ProtectedAddresses = read.Lines("protected-addresses", "Addresses that must not be destroyed, replaced or forgotten, one per line; `*` stands for any characters."),
            ProtectedTypes = read.Lines("protected-types", "Types of objects that must not be destroyed, replaced or forgotten, separated by commas or lines; `*` stands for any characters.", takesCommas: true),
            ProtectStateful = read.Boolean("protect-stateful", "Whether databases, buckets, volumes and other types that hold data must not be destroyed, replaced or forgotten.", false),
            OverrideLabel = read.Text("override-label", "A label of the pull request that opens the gates.", "terraform-plan:override"),
            MaxResources = read.Text("max-resources", "From how many objects of a root on it is told that the root should be split. Not told when empty.") is { Length: > 0 } most
                ? Number(read, "max-resources", most)
                : null,
            Rules = read.Lines(
                "rules",
                "What is different about the rules for plans, one per line or separated by commas, as `rule=off`, `on`, `error`, `warning` or `info`; `all=off` leaves none.", takesCommas: true),
            FailOn = read.Choices(
                "fail-on",
                "What fails the step beside a root that cannot be planned: `gates`, `checks`, `format`, `findings` (errors in SARIF files), `changes` and `drift`, separated by commas.",
                [TerraformPlanning.FailOn.Gates, TerraformPlanning.FailOn.Findings]),
            Comment = CommentOptions.Read(read),
            CommentKey = read.Text("comment-key", "What tells the comment from others of this action on the same pull request. Jobs with the same one share a comment, each with a section of its own.", "default"),
            SarifFiles = read.Lines("sarif-files", "SARIF files of earlier steps (tflint, checkov, trivy) whose findings are shown too, one per line; `*` stands for any characters."),
            ReportFile = read.Text("report-file", "A JSON file to write the report to. None when empty."),
            MetricsFile = read.Text("metrics-file", "A file to write metrics to, in Prometheus' text format. None when empty."),
            Summary = read.Boolean("summary", "Whether a summary is written to the page of the run.", true),
        };
        options.Check(read);
        return options;
    }

    private static int? Number(OptionReader read, string name, string text)
    {
        if (int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        read.Reject($"{name} is no number", $"got \"{text}\"", "Give a whole number of at least 0, or leave it out.");
        return null;
    }

    private void Check(OptionReader read)
    {
        if (TerraformVersion.Length > 0)
        {
            try
            {
                VersionConstraint.Parse(TerraformVersion);
            }
            catch (FormatException e)
            {
                read.Reject("terraform-version is not a version", e.Message, "Write a version such as 1.11.4, or a range such as ~> 1.11.");
            }
        }

        if (ToolMirror.Length > 0 && !(Uri.TryCreate(ToolMirror, UriKind.Absolute, out var mirror) && (mirror.Scheme == "https" || (mirror.Scheme == "http" && mirror.IsLoopback))))
        {
            read.Reject("tool-mirror is no address of a server", $"got \"{ToolMirror}\"", "Give an https address.");
        }

        if (PlanSecret is { Length: < PlanSeal.ShortestSecret })
        {
            read.Reject("plan-secret is too short", $"it has {PlanSecret.Length} characters", $"Use at least {PlanSeal.ShortestSecret} random characters.");
        }

        if (PlanDirectory.Length > 0 && PlanSecret is null)
        {
            read.Reject("plan-directory needs plan-secret", "plans hold secrets, and are not written without one", "Set `plan-secret` to a secret of the repository.");
        }

        if (Mode == RunMode.Apply && PlanSecret is null)
        {
            read.Reject("mode apply needs plan-secret", "the digest of what was approved is made under it", "Set `plan-secret` to the secret that the plan had.");
        }

        if (IsRendering != (PlanFile.Length + PlanJson.Length > 0) || (PlanFile.Length > 0 && PlanJson.Length > 0))
        {
            read.Reject(
                "plan-file and plan-json are for mode render",
                $"mode is {Mode.ToString().ToLowerInvariant()}, {(PlanFile.Length > 0 && PlanJson.Length > 0 ? "both are" : PlanFile.Length + PlanJson.Length > 0 ? "one is" : "none is")} given",
                "Give exactly one of them with mode render, and none otherwise.");
        }

        if (ApprovedDigest.Length > 0 && Mode != RunMode.Apply)
        {
            read.Reject("approved-digest is for mode apply", $"mode is {Mode.ToString().ToLowerInvariant()}", "Leave it out, or set mode to apply.");
        }

        if (Destroy && RefreshOnly)
        {
            read.Reject("destroy and refresh-only do not go together", "both are true", "Set one of them.");
        }

        if (Workspace.Length > 0 && !WorkspaceName().IsMatch(Workspace))
        {
            read.Reject("workspace is no name", $"got \"{Workspace}\"", "Use letters, digits, `-`, `_`, `.`; the first is no hyphen.");
        }

        foreach (var name in PassEnvironment.Where(n => !VariableName().IsMatch(n)))
        {
            read.Reject("pass-environment names no variable", $"got \"{name}\"", "Name each variable in full.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,89}\z", RegexOptions.CultureInvariant)]
    private static partial Regex WorkspaceName();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableName();
}
