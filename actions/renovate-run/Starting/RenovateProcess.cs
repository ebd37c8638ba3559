using System.Text.Json;
using Actions.RenovateRun.Judging;
using Actions.RenovateRun.Reading;
using Actions.Shared.Hosting;
using Actions.Shared.Processes;

namespace Actions.RenovateRun.Starting;

/// <summary>What a process of Renovate left behind.</summary>
/// <param name="Facts">What it did.</param>
/// <param name="End">How it ended.</param>
internal sealed record ProcessOutcome(RunFacts Facts, ProcessEnd End);

/// <summary>Runs one process of Renovate and reads its debug log while it is written, so that its end need not be waited for twice.</summary>
internal sealed class RenovateProcess(ActionContext context)
{
    /// <summary>How often the log is looked at.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs it to its end.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="files">Where it writes.</param>
    /// <param name="onRepository">Is told which repository begins, and which one ended.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<ProcessOutcome> RunAsync(ChildCommand command, RunFiles files, Action<string, bool>? onRepository, CancellationToken cancellationToken)
    {
        var log = new RunLog(onRepository);
        using var lines = new LineReader();
        using var ended = new CancellationTokenSource();
        var reading = FollowAsync(files.Log, lines, log, ended.Token);
        ChildResult child;
        try
        {
            child = await context.Processes.RunAsync(command, line => context.Log.Untrusted(line.Text), cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await reading;
        }

        var facts = log.Facts(ReadReport(files.Report), lines.TooLong);
        return new ProcessOutcome(facts, new ProcessEnd(child.Outcome, child.ExitCode, child.StandardError, command.Timeout ?? TimeSpan.Zero));
    }

    private async Task FollowAsync(string path, LineReader lines, RunLog log, CancellationToken ended)
    {
        FileStream? stream = null;
        try
        {
            while (true)
            {
                // Asked before the file is read: what is written until the process ends is read by the last round.
                var isLast = ended.IsCancellationRequested;
                stream ??= File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1) : null;
                if (stream is not null)
                {
                    lines.ReadAvailable(stream, log.Take);
                }

                if (isLast)
                {
                    lines.Complete(log.Take);
                    return;
                }

                await Task.Delay(Interval, context.Time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }
        }
    }

    private static RunReport? ReadReport(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            return RunReport.Read(stream);
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            // A report that cannot be read is none: the verdict says so.
            return null;
        }
    }
}
