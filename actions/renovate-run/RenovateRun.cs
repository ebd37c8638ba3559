using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.RenovateRun.Reporting;
using Actions.RenovateRun.Starting;
using Actions.Shared;
using Actions.Shared.Hosting;
using Actions.Shared.Images;
using Actions.Shared.Processes;

namespace Actions.RenovateRun;

/// <summary>One run of Renovate, from its preparation to the verdict.</summary>
internal sealed class RenovateRun(RenovateRunOptions options, ActionContext context)
{
    /// <summary>Runs Renovate and judges what it did.</summary>
    /// <exception cref="ActionException">The run could not begin.</exception>
    public async Task<RunResult> RunAsync(CancellationToken cancellationToken)
    {
        var started = context.Time.GetUtcNow();
        var clock = context.Time.GetTimestamp();
        var rules = Rules();
        RenovateVersion.Demand(options.RenovateVersion, context.Processes.FindOnPath(RenovateCommand.Program));
        var previous = Previous();
        using var folder = PrivateFolder.Create([context.GitHub.TemporaryDirectory, context.Variables.GetValueOrDefault("TMPDIR"), "/tmp"]);

        // The workspace is only read, so that can be done while Renovate runs.
        var scanning = options.IsLocal ? Task.Run(() => Scan(cancellationToken), cancellationToken) : null;
        var sessions = new RenovateSessions(context, Effective(), rules, folder, Configuration(folder));
        var (facts, ending) = await sessions.RunAsync(cancellationToken);
        var workspace = options.IsLocal ? RenovateRunOptions.Local : Checkout(facts);
        var images = workspace is null || ending is not null ? [] : await (scanning ?? Task.Run(() => Scan(cancellationToken), cancellationToken));
        var spots = await BlindSpotsAsync(facts, ending, workspace, images, cancellationToken);
        var verdict = RunJudge.Judge(facts, ending, spots, options.Failing);
        if (options.PreviewFile.Length > 0 && ending is null)
        {
            WritePreview(facts, cancellationToken);
        }

        return new RunResult(
            facts, verdict, started, context.Time.GetElapsedTime(clock), images, workspace, previous is null ? null : RunChanges.Between(previous, facts, verdict));
    }

    /// <summary>The rules of the inputs and of the environment; what they hide is masked.</summary>
    private HostRules Rules()
    {
        foreach (var secret in RenovateCommand.Secrets(context.Variables, options))
        {
            context.Secrets.Mask(secret);
        }

        var rules = HostRules.None;
        if (context.Variables.GetValueOrDefault(HostRules.Variable) is { Length: > 0 } text)
        {
            try
            {
                rules = HostRules.Parse(text);
            }
            catch (FormatException e)
            {
                throw new ActionException($"{HostRules.Variable} has a wrong value", e.Message, "Renovate would pass over it in silence. See the hostRules of Renovate's documentation.", inner: e);
            }
        }

        rules = options.InternalRegistries.Aggregate(rules, (all, rule) => all.Then(rule));
        rules = options.HostRules is { } given ? rules.Then(HostRules.Parse(given)) : rules;
        foreach (var secret in rules.Secrets)
        {
            context.Secrets.Mask(secret);
        }

        return rules;
    }

    /// <summary>The options with the server that the workflow runs on, where nobody says another.</summary>
    private RenovateRunOptions Effective() =>
        options is { Platform: "github", Endpoint: "" } && context.GitHub.ApiUrl is { } api && api.Host != "api.github.com" && !context.Variables.ContainsKey("RENOVATE_ENDPOINT")
            ? options with { Endpoint = api.ToString().TrimEnd('/') + "/" }
            : options;

    private string Configuration(PrivateFolder folder)
    {
        var named = options.ConfigFile.Length > 0 ? options.ConfigFile : context.Variables.GetValueOrDefault("RENOVATE_CONFIG_FILE", "");
        if (named.Length == 0)
        {
            // Without a file Renovate would look for config.js where it starts, and run it.
            return folder.Write("config.json", "{}\n");
        }

        var path = Path.GetFullPath(named, context.WorkingDirectory);
        return File.Exists(path)
            ? path
            : throw new ActionException("The configuration file is not there", $"there is no file {path}", "Check config-file; relative paths are meant from the workspace.");
    }

    private PreviousRun? Previous()
    {
        var named = options.PreviousReport.Length > 0 ? options.PreviousReport : options.ReportFile;
        return named.Length == 0 ? null : RunJson.ReadPrevious(Path.GetFullPath(named, context.WorkingDirectory));
    }

    /// <summary>The repository that is checked out here, if it is one of the run.</summary>
    private string? Checkout(RunFacts facts) =>
        context.GitHub is { IsActions: true, Repository: { } own } ? facts.Repositories.FirstOrDefault(r => r.Name.Equals(own, StringComparison.OrdinalIgnoreCase))?.Name : null;

    private IReadOnlyList<FoundImage> Scan(CancellationToken cancellationToken) =>
        ImageScanner.Scan(context.WorkingDirectory, options.CoveragePaths, new ImageBumpOptions { IgnorePaths = options.CoverageIgnore }, cancellationToken);

    private async Task<IReadOnlyList<Remark>> BlindSpotsAsync(RunFacts facts, Remark? ending, string? workspace, IReadOnlyList<FoundImage> images, CancellationToken cancellationToken)
    {
        if (ending is not null)
        {
            return [];
        }

        var repository = facts.Repositories.FirstOrDefault(r => r.Name == workspace);
        if (repository is null || images.Count == 0)
        {
            return options.RequireUpdatesCoverage && facts.Repositories.Count > 0
                ? [new Remark(
                    RunState.BlindSpot,
                    repository is null ? "The coverage of images cannot be checked: the workspace is no repository of this run" : "The coverage of images cannot be checked: the workspace names no image",
                    "Check the repository out before, correct coverage-paths, or leave require-updates-coverage out.") { Repository = facts.Repositories[0].Name }]
                : [];
        }

        var spots = Coverage.Find(images, repository.Dependencies, static _ => true);
        if (spots.Count > 0 && options.IsLocal && await TrackedAsync(cancellationToken) is { } tracked)
        {
            spots = Coverage.Find(images, repository.Dependencies, tracked.Contains);
        }

        return [.. spots.Select(s => Coverage.Remark(s) with { Repository = repository.Name })];
    }

    /// <summary>The files that git tracks; null where there is no repository, in which case Renovate sees all files.</summary>
    private async Task<IReadOnlySet<string>?> TrackedAsync(CancellationToken cancellationToken)
    {
        if (context.Processes.FindOnPath("git") is not { } git)
        {
            return null;
        }

        var command = new ChildCommand(git, "-c", $"safe.directory={context.WorkingDirectory}", "ls-files", "-z") { WorkingDirectory = context.WorkingDirectory, OutputLimit = 256 * 1024 * 1024 };
        var listing = await context.Processes.RunAsync(command, cancellationToken: cancellationToken);
        return listing.Succeeded && !listing.IsOutputTruncated ? listing.StandardOutput.Split('\0').ToHashSet(StringComparer.Ordinal) : null;
    }

    private void WritePreview(RunFacts facts, CancellationToken cancellationToken)
    {
        var preview = Preview.Make(context.WorkingDirectory, [.. facts.Repositories.SelectMany(r => r.Dependencies)], cancellationToken);
        OutputFile.Write(context, "preview-file", options.PreviewFile, preview.Text);
        context.Log.Info($"Preview: {preview.Edits} image fields would change{(preview.Others > 0 ? $"; {preview.Others} updates are not of images and are not shown" : "")}.");
        foreach (var refusal in preview.Refusals)
        {
            context.Log.Untrusted(refusal);
        }
    }
}
