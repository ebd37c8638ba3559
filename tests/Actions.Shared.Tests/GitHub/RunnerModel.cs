using System.Text;

namespace Actions.Shared.Tests.GitHub;

/// <summary>A command as the runner understood it.</summary>
internal sealed record RunnerCommand(string Name, IReadOnlyDictionary<string, string> Properties, string Data);

/// <summary>
/// A small model of how the runner reads a step's output, written from its documented behaviour and not from our writer: lines as a
/// StreamReader reads them, commands in both syntaxes, stop and resume. It takes any name for a command, so it is stricter than the runner.
/// </summary>
internal static class RunnerModel
{
    public static IReadOnlyList<RunnerCommand> Commands(string output)
    {
        var found = new List<RunnerCommand>();
        string? stopped = null;
        foreach (var line in Lines(output))
        {
            if (Parse(line) is not { } command)
                continue;
            if (stopped is not null)
            {
                if (command.Name.Equals(stopped, StringComparison.OrdinalIgnoreCase))
                    stopped = null;
            }
            else if (command.Name.Equals("stop-commands", StringComparison.OrdinalIgnoreCase))
            {
                stopped = command.Data;
            }
            else
            {
                found.Add(command);
            }
        }

        stopped.ShouldBeNull("commands are left switched off");
        return found;
    }

    /// <summary>What the log shows: everything that is no command.</summary>
    public static string Log(string output) => string.Concat(Lines(output).Where(l => Parse(l) is null).Select(l => l + "\n"));

    public static IEnumerable<string> Lines(string output)
    {
        using var reader = new StreamReader(new MemoryStream(Encoding.UTF8.GetBytes(output)));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    public static RunnerCommand? Parse(string line) => ParseNew(line.TrimStart()) ?? ParseOld(line);

    private static RunnerCommand? ParseNew(string line)
    {
        if (!line.StartsWith("::", StringComparison.Ordinal) || line.IndexOf("::", 2, StringComparison.Ordinal) is not (>= 2 and var end))
            return null;
        return Command(line[2..end], ',', line[(end + 2)..], "%3A", ":", "%2C", ",");
    }

    private static RunnerCommand? ParseOld(string line)
    {
        var start = line.IndexOf("##[", StringComparison.Ordinal);
        if (start < 0 || line.IndexOf(']', start) is not (> 0 and var end))
            return null;
        return Command(line[(start + 3)..end], ';', line[(end + 1)..], "%3B", ";", "%5D", "]");
    }

    private static RunnerCommand? Command(string head, char separator, string data, params string[] escapes)
    {
        var blank = head.IndexOf(' ');
        var name = blank < 0 ? head : head[..blank];
        if (name.Length == 0)
            return null;
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in (blank < 0 ? "" : head[(blank + 1)..]).Split(separator, StringSplitOptions.RemoveEmptyEntries))
        {
            if (property.Split('=', 2) is [var key, var value])
                properties[key.Trim()] = Unescape(value, escapes);
        }

        return new RunnerCommand(name, properties, Unescape(data));
    }

    private static string Unescape(string text, params string[] escapes)
    {
        for (var i = 0; i + 1 < escapes.Length; i += 2)
            text = text.Replace(escapes[i], escapes[i + 1], StringComparison.Ordinal);
        return text.Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
    }
}

/// <summary>How the runner reads a file of names and values.</summary>
internal static class RunnerFiles
{
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var text = File.ReadAllText(path);
        text.ShouldSatisfyAllConditions(() => File.ReadAllBytes(path).Take(3).ShouldNotBe(new byte[] { 0xEF, 0xBB, 0xBF }));
        var lines = new Queue<string>(text.Split('\n'));
        while (lines.TryDequeue(out var line))
        {
            if (line.Length == 0)
                continue;
            var equals = line.IndexOf('=');
            var heredoc = line.IndexOf("<<", StringComparison.Ordinal);
            if (heredoc >= 0 && (equals < 0 || heredoc < equals))
            {
                var delimiter = line[(heredoc + 2)..];
                delimiter.ShouldNotBeEmpty();
                var value = new List<string>();
                while (lines.TryDequeue(out var next) && next != delimiter)
                    value.Add(next);
                values[line[..heredoc]] = string.Join('\n', value);
            }
            else
            {
                equals.ShouldBeGreaterThan(0, $"the runner cannot read the line {line}");
                values[line[..equals]] = line[(equals + 1)..];
            }
        }

        return values;
    }
}
