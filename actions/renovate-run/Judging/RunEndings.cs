using Actions.RenovateRun.Reading;
using Actions.Shared;
using Actions.Shared.GitHub;
using Actions.Shared.Processes;

namespace Actions.RenovateRun.Judging;

/// <summary>How a process of Renovate ended.</summary>
/// <param name="Outcome">By itself, or because we ended it.</param>
/// <param name="ExitCode">Its exit code; 128 plus the signal's number when a signal ended it.</param>
/// <param name="Errors">The end of its error output.</param>
/// <param name="Limit">How long it might run.</param>
internal sealed record ProcessEnd(ChildOutcome Outcome, int ExitCode, string Errors, TimeSpan Limit);

/// <summary>Says in one sentence why a process of Renovate did not end as it should.</summary>
internal static class RunEndings
{
    private const int FirstOfRepositories = 3;
    private const int LastOfRepositories = 8;
    private const int Aborted = 134;
    private const int Killed = 137;
    private const int Terminated = 143;

    /// <summary>What is wrong with an ending; null when Renovate came to its end and wrote its report.</summary>
    public static Remark? Of(ProcessEnd end, RunFacts facts)
    {
        var at = facts.Unfinished is { } repository ? $" while it was at {repository}" : "";
        if (end.Outcome == ChildOutcome.Cancelled)
        {
            return Ended(ExitCode.Cancelled, $"The run was cancelled{at}", "");
        }

        if (end.Outcome == ChildOutcome.TimedOut)
        {
            return Ended(
                ExitCode.DependencyUnreachable, $"Renovate did not end within {Minutes(end.Limit)} and was stopped{at}",
                "Give it more time (timeout), fewer repositories, or a RENOVATE_REPOSITORY_CACHE; the log tells which host was slow.");
        }

        if (IsHeapFull(end))
        {
            return Ended(
                ExitCode.Findings, $"Renovate ran out of memory{at}: the heap of Node.js was full",
                "Set NODE_OPTIONS to --max-old-space-size=<MiB>, some three quarters of the container's memory, and give it 2 GiB or more.");
        }

        if (end.ExitCode == Killed)
        {
            return Ended(
                ExitCode.Findings, $"Renovate was killed{at}, most likely because the container reached its memory limit",
                "Give it more memory (2 GiB is a good start), or limit the heap by NODE_OPTIONS=--max-old-space-size=<MiB>.");
        }

        if (end.ExitCode == Terminated)
        {
            return Ended(ExitCode.DependencyUnreachable, $"Renovate was terminated from outside{at}", "A deadline, an eviction or a person ended it; run again.");
        }

        if (facts.Fatal is { } fatal)
        {
            return OfFatal(fatal);
        }

        // With RENOVATE_EXIT_CODE_FOR_ERRORS the code is that of the first repository that failed, which says itself why.
        var isOfRepository = end.ExitCode is >= FirstOfRepositories and <= LastOfRepositories && facts.Repositories.Any(r => RepositoryResults.Of(r.Result) is { State: RunState.Failed });
        if (end.ExitCode != 0 && !isOfRepository && !facts.Problems.Concat(facts.Repositories.SelectMany(r => r.Problems)).Any(p => p.IsError))
        {
            var lastWords = PlainText.Lines(end.Errors).LastOrDefault(l => l.Length > 0) is { } line ? $": {PlainText.Shorten(line, 200)}" : "";
            return Ended(ExitCode.Findings, $"Renovate ended with exit code {end.ExitCode} and did not say why{lastWords}", "See its output.");
        }

        return facts.HasReport ? null : Ended(ExitCode.Findings, "Renovate ended without a report, so nobody knows what it did", "See its output; the disk may be full.");
    }

    private static Remark OfFatal(LoggedProblem fatal)
    {
        var detail = fatal.Detail;
        bool Says(string text) => detail.Contains(text, StringComparison.OrdinalIgnoreCase) || fatal.Message.Contains(text, StringComparison.OrdinalIgnoreCase);

        if (Says("Authentication failure") || Says("code 401") || Says("bad-credentials"))
        {
            return Ended(ExitCode.BadInput, "The server refused the token", "Check that the token is valid, has not expired, and is for this server (endpoint).");
        }

        if (Says("must configure") && (Says("token") || Says("password")))
        {
            return Ended(ExitCode.BadInput, "Renovate has no token", "Give the input token, or app-id and app-private-key.");
        }

        if (Says("rate limit") || Says("rate-limit") || Says("code 429"))
        {
            return Ended(ExitCode.DependencyUnreachable, "The server's rate limit is used up", "Run less often or with a token of its own; a GitHub App has the larger limit.");
        }

        if (Says("code 403"))
        {
            return Ended(
                ExitCode.DependencyUnreachable, "The server refuses to answer (403)", "Its rate limit may be used up: wait and run again. Otherwise give the token the permissions that the README lists.");
        }

        if (Says("ECONNREFUSED") || Says("ENOTFOUND") || Says("EAI_AGAIN") || Says("ETIMEDOUT") || Says("ECONNRESET") || Says("certificate") || Says("status code 5"))
        {
            return Ended(ExitCode.DependencyUnreachable, $"The server cannot be reached: {First(detail)}", "Check endpoint, network and proxy; for an authority of your own set NODE_EXTRA_CA_CERTS.");
        }

        if (Says("Could not parse config environment variable") || Says("Could not parse config file") || Says("Error parsing config file") || Says("Unsupported file type"))
        {
            return Ended(ExitCode.BadInput, $"Renovate cannot read its configuration: {First(Words(fatal))}", "Correct the input config, or the file that config-file names.");
        }

        if (Says("must exist"))
        {
            return Ended(ExitCode.BadInput, "The configuration file is not there", "Check config-file.");
        }

        if (Says("config-presets-invalid"))
        {
            return Ended(ExitCode.BadInput, "A preset that the configuration extends cannot be used", "Check its name and that the token may read it.");
        }

        if (Says("Unsupported node environment"))
        {
            return Ended(ExitCode.DependencyUnreachable, "Renovate does not run on this Node.js", "Use the action's image, or the version of Node.js that Renovate asks for.");
        }

        return Ended(ExitCode.Findings, $"Renovate ended by an error: {First(Words(fatal))}", "See its log.");
    }

    private static string Words(LoggedProblem fatal) => fatal.Message is "Initialization error" or "Unknown error" && fatal.Detail.Length > 0
        ? fatal.Detail
        : fatal.Detail.Length > 0 ? $"{fatal.Message} ({fatal.Detail})" : fatal.Message;

    private static bool IsHeapFull(ProcessEnd end) =>
        end.ExitCode != 0 && (end.ExitCode == Aborted || end.Errors.Contains("JavaScript heap out of memory", StringComparison.Ordinal));

    private static Remark Ended(ExitCode code, string message, string hint) => new(RunState.Failed, message, hint) { ExitCode = code };

    private static string First(string text) => PlainText.Shorten(text.Split('\n', 2)[0].Trim(), 300);

    private static string Minutes(TimeSpan limit) => limit.TotalMinutes >= 2 ? $"{limit.TotalMinutes:0} minutes" : $"{limit.TotalSeconds:0} s";
}
