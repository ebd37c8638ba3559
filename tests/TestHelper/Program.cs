// A real child process for tests: each verb does one thing that a child may do. `test-helper` without a verb lists them;
// `test-helper action` is a whole action (SampleAction.cs).
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

var verbs = new Dictionary<string, Func<string[], Task<int>>>
{
    ["args"] = rest => Say(string.Join('\n', rest)),
    ["env"] = _ => Say(string.Join('\n', Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
        .Select(v => $"{v.Key}={v.Value}").Order(StringComparer.Ordinal))),
    ["cwd"] = _ => Say(Environment.CurrentDirectory),
    ["exit"] = rest => Task.FromResult(Number(rest[0])),
    ["out"] = rest => Bytes(Console.OpenStandardOutput(), Number(rest[0]), rest.ElementAtOrDefault(1) ?? "x"),
    ["err"] = rest => Bytes(Console.OpenStandardError(), Number(rest[0]), rest.ElementAtOrDefault(1) ?? "x"),
    ["raw"] = rest => Raw(rest),
    ["both"] = rest => Both(Number(rest[0])),
    ["cat"] = _ => Cat(),
    ["close-stdin"] = _ => CloseInput(),
    ["wait"] = rest => WaitForInterrupt(rest.Length > 0 ? Number(rest[0]) : 0),
    ["ignore-interrupt"] = _ => IgnoreInterrupt(),
    ["spawn"] = rest => Spawn(rest, wait: true),
    ["orphan"] = rest => Spawn(rest, wait: false),
};

if (args is ["action", ..])
    return await Actions.Shared.Hosting.ActionHost.RunAsync(Actions.TestHelper.SampleAction.Program, args[1..]);

if (args.Length == 0 || !verbs.TryGetValue(args[0], out var verb))
{
    Console.Error.WriteLine("verbs: " + string.Join(' ', verbs.Keys));
    return 64;
}

return await verb(args[1..]);

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static Task<int> Say(string text)
{
    Console.Out.Write(text + "\n");
    return Task.FromResult(0);
}

// `out 10 ab`: ten bytes, of the given text over and over.
static async Task<int> Bytes(Stream stream, int count, string text)
{
    var pattern = Encoding.UTF8.GetBytes(text);
    var all = Enumerable.Range(0, count).Select(i => pattern[i % pattern.Length]).ToArray();
    await using (stream)
        await stream.WriteAsync(all);
    return 0;
}

// `raw 'a\rb\n' …`: the arguments with \r \n \t \e \xHH turned into the bytes they stand for, flushed one by one.
static async Task<int> Raw(string[] texts)
{
    await using var stream = Console.OpenStandardOutput();
    foreach (var text in texts)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                switch (text[i])
                {
                    case 'r': bytes.Add((byte)'\r'); break;
                    case 'n': bytes.Add((byte)'\n'); break;
                    case 't': bytes.Add((byte)'\t'); break;
                    case 'e': bytes.Add(0x1b); break;
                    case 'x': bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)); i += 2; break;
                    default: bytes.Add((byte)text[i]); break;
                }
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text[i].ToString()));
            }
        }

        await stream.WriteAsync(bytes.ToArray());
        await stream.FlushAsync();
    }

    return 0;
}

// `both 100`: a hundred lines on each stream, by turns.
static Task<int> Both(int count)
{
    for (var i = 0; i < count; i++)
    {
        Console.Out.Write($"out {i}\n");
        Console.Error.Write($"err {i}\n");
    }

    return Task.FromResult(0);
}

static async Task<int> Cat()
{
    await using var input = Console.OpenStandardInput();
    await using var output = Console.OpenStandardOutput();
    await input.CopyToAsync(output);
    return 0;
}

static Task<int> CloseInput()
{
    Console.OpenStandardInput().Dispose();
    return Task.FromResult(0);
}

// `wait 7`: says "ready", ends with exit code 7 at the first SIGINT or SIGTERM and says which it was.
static async Task<int> WaitForInterrupt(int exitCode)
{
    var ended = new TaskCompletionSource<PosixSignal>();
    void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        ended.TrySetResult(context.Signal);
    }

    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    await Say("ready");
    await Say((await ended.Task).ToString());
    return exitCode;
}

// `ignore-interrupt`: says "ready" and goes on for ever.
static async Task<int> IgnoreInterrupt()
{
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
    await Say("ready");
    await Task.Delay(Timeout.Infinite);
    return 0;
}

// `spawn VERB …`: a child of its own with the same standard streams; says its process id, then waits for it (or not: `orphan`).
static async Task<int> Spawn(string[] rest, bool wait)
{
    var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
    foreach (var argument in rest)
        start.ArgumentList.Add(argument);
    using var child = Process.Start(start)!;
    await Say("child " + child.Id.ToString(CultureInfo.InvariantCulture));
    if (wait)
        await child.WaitForExitAsync();
    return 0;
}
