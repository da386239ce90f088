using System.Runtime.InteropServices;

namespace Lamb.Gpu.Bench.Commands;

/// <summary>Turns Ctrl-C into a request to stop, so that what was measured until then can be shown.</summary>
/// <remarks>The first one asks, the second one ends the program as usual.</remarks>
internal sealed class Interruption : IDisposable
{
    /// <summary>What a shell reports of a program that SIGINT ended: 128 + 2.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration signal;

    /// <summary>Begins to listen.</summary>
    public Interruption() => signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
    {
        context.Cancel = !stop.IsCancellationRequested;
        stop.Cancel();
    });

    /// <summary>Gets what is cancelled by Ctrl-C.</summary>
    public CancellationToken Token => stop.Token;

    public void Dispose()
    {
        signal.Dispose();
        stop.Dispose();
    }
}
