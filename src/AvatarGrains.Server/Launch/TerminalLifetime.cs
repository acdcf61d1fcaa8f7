using System.Runtime.InteropServices;

namespace AvatarGrains.Server.Launch;

/// <summary>
/// A process that a person or a service manager started: the first Ctrl-C, request to end or loss of its terminal ends it in order, a second one at
/// once.
/// </summary>
internal sealed class TerminalLifetime(IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, Stop));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(static signal => signal.Dispose());

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = Interlocked.Exchange(ref _asked, 1) == 0;
        if (signal.Cancel)
        {
            application.StopApplication();
        }
    }
}
