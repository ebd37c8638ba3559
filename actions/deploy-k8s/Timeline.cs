using Actions.Shared.Hosting;
using Actions.Shared.Reporting.Deployments;

namespace Actions.DeployK8s;

/// <summary>Tells what happens while it happens, and keeps it for the report. Safe for concurrent use.</summary>
internal sealed class Timeline(ActionLog log, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<TimelineEntry> _entries = [];
    private readonly long _start = time.GetTimestamp();

    /// <summary>What happened so far, in order.</summary>
    public IReadOnlyList<TimelineEntry> Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>A step of the run.</summary>
    public void Step(string text)
    {
        lock (_lock)
        {
            _entries.Add(new TimelineEntry(Elapsed, text));
        }

        log.Info(text);
    }

    /// <summary>Something that became of an object; it may hold text of the cluster.</summary>
    public void Event(string text)
    {
        lock (_lock)
        {
            _entries.Add(new TimelineEntry(Elapsed, text));
        }

        log.Untrusted(text);
    }
}
