using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Actions.Shared.Processes;

/// <summary>
/// The descendants of a process at one moment. When a child dies of a signal its own children are handed to PID 1, and nobody finds
/// them again; so they are noted before the signal and ended afterwards.
/// </summary>
internal sealed class ProcessTree
{
    private readonly HashSet<Entry> _members = [];

    private readonly record struct Entry(int Id, ulong StartTime);

    /// <summary>Adds the present descendants of <paramref name="root"/>. Does nothing where there is no <c>/proc</c>.</summary>
    public void Note(int root)
    {
        var all = Running();
        var family = new HashSet<int> { root };
        bool grew;
        do
        {
            grew = false;
            foreach (var (entry, parent) in all)
                grew |= family.Contains(parent) && family.Add(entry.Id);
        }
        while (grew);

        _members.UnionWith(all.Select(p => p.Entry).Where(e => e.Id != root && family.Contains(e.Id)));
    }

    /// <summary>Kills the noted processes that are still there and sees them gone. A process id that was given to another process meanwhile is left alone.</summary>
    public void KillSurvivors()
    {
        foreach (var (entry, _) in Running().Where(p => _members.Contains(p.Entry)))
        {
            try
            {
                using var process = Process.GetProcessById(entry.Id);
                process.Kill();
                process.WaitForExit(TimeSpan.FromMilliseconds(500));
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
            {
                // Gone by itself meanwhile.
            }
        }
    }

    private static List<(Entry Entry, int Parent)> Running()
    {
        var found = new List<(Entry, int)>();
        if (!Directory.Exists("/proc"))
            return found;

        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && ReadStat(Path.Combine(directory, "stat")) is { } stat)
            {
                found.Add((new Entry(id, stat.StartTime), stat.Parent));
            }
        }

        return found;
    }

    // proc_pid_stat(5): "pid (name) state ppid … starttime …"; the name may itself hold blanks and parentheses.
    private static (int Parent, ulong StartTime)? ReadStat(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), ulong.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
