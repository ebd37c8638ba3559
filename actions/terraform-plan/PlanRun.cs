using System.Security.Cryptography;
using System.Text;
using Actions.Shared;
using Actions.Shared.Findings;
using Actions.Shared.Hosting;
using Actions.Shared.Plans;
using Actions.TerraformPlanning.Places;
using Actions.TerraformPlanning.Roots;
using Actions.TerraformPlanning.Running;
using Actions.TerraformPlanning.Tools;

namespace Actions.TerraformPlanning;

/// <summary>One run, from the roots to the report.</summary>
internal sealed class PlanRun : IDisposable
{
    private readonly TerraformPlanOptions _options;
    private readonly ActionContext _context;
    private readonly PrivateFiles _files;
    private readonly SemaphoreSlim _initTurn = new(1);
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(10) };
    private readonly IReadOnlyList<string> _secrets;
    private readonly IReadOnlyDictionary<string, Severity?> _rules;

    /// <exception cref="ActionException">A rule is set to what is none.</exception>
    public PlanRun(TerraformPlanOptions options, ActionContext context)
    {
        _options = options;
        _context = context;
        _rules = RuleLevels.Parse(options.Rules);
        _files = new PrivateFiles(context.GitHub.TemporaryDirectory ?? Path.GetTempPath());
        _secrets = [.. TerraformEnvironment.Secrets(context.Variables, [.. TerraformEnvironment.Inherited, .. options.PassEnvironment]), .. Own(options.PlanSecret), .. Own(options.Comment.Token), .. BackendSecrets()];
        foreach (var secret in _secrets)
        {
            context.Secrets.Mask(secret);
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _initTurn.Dispose();
        _files.Dispose();
    }

    /// <exception cref="ActionException">The input is wrong; nothing was done.</exception>
    public async Task<RunReport> RunAsync(GitHubSession github, CommentMemory memory, CancellationToken cancellation)
    {
        var findings = SarifReader.Read(_context.WorkingDirectory, _options.SarifFiles);
        var runs = new List<RootRun>();
        var results = _options.IsRendering ? [await RenderAsync(cancellation)] : await PlanAllAsync(runs, cancellation);
        var reports = Reports(results, github, memory, findings);
        if (_options.Mode == RunMode.Apply)
        {
            reports = new PlanApproval(_options, _context, github, memory).Judge(reports, Combined(reports));
            if (reports.All(r => r.Failure is null))
            {
                reports = await ApplyAsync(reports, runs, cancellation);
            }
            else
            {
                reports = [.. reports.Select(r => r.Failure is null ? r with { Outcome = RunOutcome.Refused } : r)];
            }
        }
        else if (_options.Mode is RunMode.Plan or RunMode.Drift)
        {
            reports = Sealed(reports, github);
        }

        return new RunReport
        {
            Mode = _options.Mode,
            Outcome = reports.Max(r => r.Outcome),
            Roots = reports,
            Findings = findings,
            Digest = Combined(reports),
            Sha = github.Sha,
            PullRequest = github.Number,
        };
    }

    private static IEnumerable<string> Own(string? secret) => secret is null ? [] : [secret];

    private IEnumerable<string> BackendSecrets() => _options.BackendConfig
        .Select(l => l.Split('=', 2))
        .Where(p => p.Length == 2 && TerraformEnvironment.IsSecret(p[0].Trim(), p[1].Trim()))
        .Select(p => p[1].Trim());

    private async Task<IReadOnlyList<RootResult>> PlanAllAsync(List<RootRun> runs, CancellationToken cancellation)
    {
        var roots = RootDiscovery.Discover(_context.WorkingDirectory, _options.Roots);
        var settings = new TerraformSettings
        {
            PassedVariables = _options.PassEnvironment,
            ProviderCache = roots.Count > 1 ? ProviderCache() : null,
            CliConfigFile = _options.PassEnvironment.Contains("TF_CLI_CONFIG_FILE") ? null : _files.Write("settings.tfrc", "disable_checkpoint = true\n"),
        };
        runs.AddRange(roots.Select((root, i) => new RootRun(root, _options, _context, settings, _files, $"root-{i}", _initTurn, new RootProgress(_context, PlanRedactor.For([], _secrets), root, roots.Count == 1))));
        using var finder = Finder();
        var results = new RootResult[roots.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, roots.Count),
            new ParallelOptions { MaxDegreeOfParallelism = _options.RootParallelism, CancellationToken = cancellation },
            async (i, token) => results[i] = await runs[i].PlanAsync(finder, token));
        return results;
    }

    private string ProviderCache()
    {
        if (_context.Variables.GetValueOrDefault("TF_PLUGIN_CACHE_DIR") is { Length: > 0 } own && Directory.Exists(own))
        {
            return own;
        }

        var path = _files.PathOf("providers");
        Directory.CreateDirectory(path);
        return path;
    }

    private ToolFinder Finder()
    {
        var vendor = ToolVendor.Of(_options.Tool);
        var caches = new List<string>();
        if (_context.Variables.GetValueOrDefault("RUNNER_TOOL_CACHE") is { Length: > 0 } runner)
        {
            caches.Add(runner);
        }

        // In a container action HOME outlives the step, but not the job; on a laptop this is what is fetched once.
        var home = _context.Variables.GetValueOrDefault("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
            : _context.Variables.GetValueOrDefault("HOME") is { Length: > 0 } user ? Path.Combine(user, ".cache") : _files.PathOf("tools");
        caches.Add(Path.Combine(home, "platform-actions", "tools"));
        var releases = _options.ToolMirror.Length > 0 ? new Uri(_options.ToolMirror) : vendor.Releases;
        return new ToolFinder(vendor, _context.Processes, caches, new ToolRelease(_http, vendor, SigningKey.Of(vendor), releases));
    }

    private async Task<RootResult> RenderAsync(CancellationToken cancellation)
    {
        var name = _options.PlanJson.Length > 0 ? _options.PlanJson : _options.PlanFile;
        var full = Path.GetFullPath(name, _context.WorkingDirectory);
        if (!File.Exists(full))
        {
            throw new ActionException($"{name} does not exist", $"there is no such file in {_context.WorkingDirectory}", "Name a file relative to the workspace.");
        }

        // What it belongs to is only told: a plan can be shown without its root.
        var root = new TerraformRoot(_options.Roots is [var only] ? only.TrimEnd('/') : ".", _context.WorkingDirectory);
        var directory = _options.Roots is [var one] && Directory.Exists(Path.GetFullPath(one, _context.WorkingDirectory)) ? root with { FullPath = Path.GetFullPath(one, _context.WorkingDirectory) } : root;
        if (_options.PlanJson.Length > 0)
        {
            await using var stream = File.OpenRead(full);
            return new RootResult(directory) { Plan = PlanReader.Read(stream, name), Workspace = Workspace() };
        }

        var wanted = WantedVersion.Of(_options.TerraformVersion, ToolVendor.Of(_options.Tool), directory.FullPath, _context.WorkingDirectory);
        using var finder = Finder();
        var tool = await finder.FindAsync(wanted, cancellation);
        var cli = new TerraformCli(tool, directory, _context.Processes, new TerraformSettings { CliConfigFile = _files.Write("settings.tfrc", "disable_checkpoint = true\n") }, _files.PathOf("data"));
        await using var target = _files.Create("plan.json");
        var result = await cli.CopyAsync(["show", "-json", full], target, cancellation);
        cancellation.ThrowIfCancellationRequested();
        await target.FlushAsync(cancellation);
        if (!result.Succeeded)
        {
            throw new ActionException(
                $"{name} cannot be read", Actions.Shared.GitHub.PlainText.Clean(result.StandardError).Trim(), $"Give a plan of {tool}, and initialise its root before, or give its JSON by `plan-json`.");
        }

        ReadOnlyMemory<byte> json = await File.ReadAllBytesAsync(target.Name, cancellation);
        return new RootResult(directory) { Plan = PlanReader.Read(json, name), Json = json, Tool = tool.ToString(), Workspace = Workspace() };
    }

    private string Workspace() => _options.Workspace.Length > 0 ? _options.Workspace : "default";

    private IReadOnlyList<RootReport> Reports(IReadOnlyList<RootResult> results, GitHubSession github, CommentMemory memory, IReadOnlyList<Finding> findings)
    {
        var isOverridden = github.PullRequest?.Labels.Contains(_options.OverrideLabel, StringComparer.Ordinal) == true;
        var gateOptions = new GateOptions
        {
            MaxDestroy = _options.MaxDestroy,
            ProtectedAddresses = _options.ProtectedAddresses,
            ProtectedTypes = _options.ProtectedTypes,
            ProtectStateful = _options.ProtectStateful,
            IsOverridden = isOverridden,
            OverriddenBy = isOverridden ? $"the label \"{_options.OverrideLabel}\"" : "",
        };

        // One redactor for all: what is secret in one root is not shown by another.
        var redactor = PlanRedactor.For(results.Select(r => r.Plan).OfType<Plan>(), _secrets);
        return [.. results.Select((result, i) => Report(result, redactor, gateOptions, i == 0 ? findings : []))];

        RootReport Report(RootResult result, PlanRedactor redactor, GateOptions gateOptions, IReadOnlyList<Finding> findings)
        {
            if (result.Plan is not { } plan)
            {
                return new RootReport(result)
                {
                    Redactor = redactor,
                    Failure = result.Failure,
                    Outcome = result.Failure?.ExitCode == ExitCode.Cancelled ? RunOutcome.Cancelled : RunOutcome.Failed,
                };
            }

            var key = _options.PlanSecret is { } secret ? PlanSeal.DigestKey(secret) : null;
            var digest = key is null ? "" : PlanDigest.Of(plan, key, DigestInputs(result), _options.RefreshOnly);
            var fingerprint = key is null || github.Number == 0 || _options.Mode == RunMode.Drift ? null : PlanFingerprint.Of(plan, redactor, key);
            var last = memory.LastOf(result);
            var gates = PlanGates.Check(plan, gateOptions);
            var places = new ResourcePlaces(_context.WorkingDirectory, result.Root.FullPath, plan.ModuleDirectories);
            var rules = new PlanRuleOptions { File = result.Root.Path, Place = places.Find, MaxResources = _options.MaxResources, Levels = _rules };
            var report = new PlanReport
            {
                Plan = plan,
                Redactor = redactor,
                Gates = gates,
                SinceLast = fingerprint is null ? null : last?.DifferencesTo(fingerprint),
                SinceCommit = last?.Sha ?? "",
                Findings = [.. findings, .. PlanRules.Check(plan, redactor, rules)],
                Context = new PlanContext
                {
                    Name = result.Root.Path == "." ? "" : result.Root.Path,
                    Directory = result.Root.Path,
                    Workspace = result.Workspace,
                    Tool = ToolVendor.Of(_options.Tool).Name,
                    Mode = _options.Destroy ? PlanMode.Destroy : _options.RefreshOnly ? PlanMode.RefreshOnly : PlanMode.Normal,
                    Targets = _options.Targets,
                    Commit = github.Sha,
                    Digest = digest,
                    ReportUrl = _context.GitHub.RunUrl ?? "",
                },
            };
            var drift = _options.Mode == RunMode.Drift ? new DriftReport(PlanDrift.Of(plan)) : null;
            var hasChanges = plan.HasChanges || (_options.RefreshOnly && plan.Counts.Drift > 0);
            return new RootReport(result with { Digest = digest })
            {
                Redactor = redactor,
                Plan = report,
                Places = places,
                Fingerprint = fingerprint,
                Drift = drift,
                Failure = gates.Passed || !(_options.FailOn.Contains(FailOn.Gates) || _options.Mode == RunMode.Apply) ? null : GateFailure(gates, result),
                Outcome = _options.IsRendering ? RunOutcome.Rendered
                    : drift is not null ? (drift.IsInSync ? RunOutcome.InSync : RunOutcome.Drifted)
                    : hasChanges ? RunOutcome.Planned : RunOutcome.NoChanges,
            };
        }
    }

    private RootFailure GateFailure(GateResult gates, RootResult result)
    {
        var first = gates.Violations[0];
        return new RootFailure(
            "gates",
            $"{first.Message}{(result.Root.Path == "." ? "" : $" in {result.Root.Path}")}",
            string.Join('\n', gates.Violations.SelectMany(v => v.Addresses).Distinct(StringComparer.Ordinal).Take(20)),
            _options.OverrideLabel.Length > 0 ? $"Change the configuration, or let it pass with the label \"{_options.OverrideLabel}\" on the pull request." : "Change the configuration, or the gates.");
    }

    /// <summary>What was approved beside the plan itself.</summary>
    private Dictionary<string, string> DigestInputs(RootResult result)
    {
        var lockFile = Path.Combine(result.Root.FullPath, ".terraform.lock.hcl");
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["root"] = result.Root.Path,
            ["workspace"] = result.Workspace,
            ["targets"] = string.Join('\n', _options.Targets.Order(StringComparer.Ordinal)),
            ["lock-file"] = !_options.IsRendering && File.Exists(lockFile) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(lockFile))) : "",
        };
    }

    /// <summary>One digest for all roots; that of the root itself when there is one. The parts are keyed, so this needs no key.</summary>
    private static string Combined(IReadOnlyList<RootReport> reports) => reports switch
    {
        [var only] => only.Result.Digest,
        _ when reports.Any(r => r.Result.Digest.Length == 0) => "",
        _ => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', reports.Select(r => $"{r.Name}\0{r.Result.Digest}"))))),
    };

    private async Task<IReadOnlyList<RootReport>> ApplyAsync(IReadOnlyList<RootReport> reports, List<RootRun> runs, CancellationToken cancellation)
    {
        var applied = reports.ToArray();
        for (var i = 0; i < applied.Length; i++)
        {
            if (applied[i].Outcome == RunOutcome.NoChanges)
            {
                continue;
            }

            // What the plan marks as secret may appear in messages of providers while it is applied.
            foreach (var secret in SensitiveValues.Of(applied[i].Plan!.Plan))
            {
                _context.Secrets.Mask(secret);
            }

            var result = await runs[i].ApplyAsync(applied[i].Redactor, cancellation);
            applied[i] = applied[i] with
            {
                Result = result with { Digest = applied[i].Result.Digest },
                Failure = result.Failure,
                Outcome = result.Failure is null ? RunOutcome.Applied : result.Failure.ExitCode == ExitCode.Cancelled ? RunOutcome.Cancelled : RunOutcome.Failed,
            };

            // What comes after may rest on what has failed.
            if (result.Failure is not null)
            {
                for (var rest = i + 1; rest < applied.Length; rest++)
                {
                    applied[rest] = applied[rest] with
                    {
                        Outcome = RunOutcome.Refused,
                        Failure = new RootFailure("not-reached", $"{applied[rest].Shown} was not applied", $"applying {applied[i].Shown} came to nothing before", "Correct that, then plan and apply again."),
                    };
                }

                break;
            }
        }

        return applied;
    }

    private IReadOnlyList<RootReport> Sealed(IReadOnlyList<RootReport> reports, GitHubSession github)
    {
        if (_options.PlanDirectory.Length == 0)
        {
            return reports;
        }

        var directory = Path.GetFullPath(_options.PlanDirectory, _context.WorkingDirectory);
        return [.. reports.Select(r =>
        {
            if (r.Result.Json.IsEmpty)
            {
                return r;
            }

            var path = Path.Combine(directory, SealedName(r));
            var binding = new PlanBinding(_context.GitHub.Repository ?? "", github.Number, github.Sha, r.Name, r.Result.Digest);
            try
            {
                Directory.CreateDirectory(directory);
                File.WriteAllBytes(path, PlanSeal.Close(r.Result.Json.Span, _options.PlanSecret!, binding));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ActionException($"Cannot write {path}", e.Message, "Give `plan-directory` a path that can be written.", inner: e);
            }

            return r with { SealedFile = Path.GetRelativePath(_context.WorkingDirectory, path).Replace('\\', '/') };
        })];
    }

    /// <summary>Name of the file of a root in the directory of sealed plans.</summary>
    internal static string SealedName(RootReport report) => (report.Name == "." ? "root" : Uri.EscapeDataString(report.Name).Replace("%", "_", StringComparison.Ordinal)) + ".sealed-plan";
}
