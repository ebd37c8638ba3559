using System.Runtime.InteropServices;

namespace Actions.Shared.Hosting;

/// <summary>Turns the first SIGINT or SIGTERM into a token and the second one into an exit at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    public Interruption()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Fires at the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the first signal was Ctrl-C in a terminal, which goes to every process in its foreground.</summary>
    public bool ReachedChildren { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            // Not by the signal's default action: as process 1 of a container we would not die of it.
            Environment.Exit((int)ExitCode.Cancelled);
        }

        ReachedChildren = context.Signal == PosixSignal.SIGINT && !Console.IsInputRedirected;
        _source.Cancel();
    }
}
