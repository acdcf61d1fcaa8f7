using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>The requests of one socket that are being answered. Started and cancelled by the receiving loop alone.</summary>
internal sealed class SocketOperations(SocketOut output, ILogger log)
{
    private readonly Dictionary<string, Operation> _running = [];

    /// <summary>Answers a request in the background.</summary>
    /// <exception cref="SocketRequestException">The id is in use, or too many of the modality run.</exception>
    public void Start(string modality, string id, Func<CancellationToken, Task> work, CancellationToken connection)
    {
        Sweep();
        if (_running.ContainsKey(id))
        {
            throw new SocketRequestException("bad_envelope", "A request of that id is being answered.");
        }

        if (_running.Values.Count(one => one.Modality == modality) >= SocketLimits.MaxInFlight)
        {
            throw new SocketRequestException($"{modality}_busy", $"{SocketLimits.MaxInFlight} requests at once are answered.");
        }

        var cancel = CancellationTokenSource.CreateLinkedTokenSource(connection);
        _running[id] = new Operation(modality, cancel, RunAsync(modality, id, work, cancel, connection));
    }

    /// <returns>The modality of what was cancelled, or null when nothing of that id runs.</returns>
    public string? Cancel(string id)
    {
        Sweep();
        if (!_running.TryGetValue(id, out var operation))
        {
            return null;
        }

        operation.Cancel.Cancel();
        return operation.Modality;
    }

    /// <summary>Waits until nothing runs; the connection's token has fired.</summary>
    public async Task FinishAsync()
    {
        await Task.WhenAll(_running.Values.Select(one => one.Task));
        Sweep();
    }

    private void Sweep()
    {
        foreach (var (id, operation) in _running.Where(one => one.Value.Task.IsCompleted).ToArray())
        {
            operation.Cancel.Dispose();
            _running.Remove(id);
        }
    }

    /// <summary>Never throws: what goes wrong is the request's answer.</summary>
    private async Task RunAsync(
        string modality, string id, Func<CancellationToken, Task> work, CancellationTokenSource cancel, CancellationToken connection)
    {
        await Task.Yield();
        try
        {
            await work(cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (!connection.IsCancellationRequested)
            {
                Fail("cancelled", "The request was cancelled.");
            }
        }
        catch (SocketRequestException refused)
        {
            Fail(refused.Code, refused.Message);
        }
        catch (PersoException refused)
        {
            Fail(refused.Code, refused.Message);
        }
        catch (SessionRejectedException refused)
        {
            Fail(refused.Reason == RejectReason.CapabilityMissing
                ? "capability_not_enabled"
                : refused.Reason is RejectReason.EngineFailed or RejectReason.EngineBusy ? "provider_error" : "rejected", refused.Message);
        }
        catch (EngineException failed)
        {
            Fail("provider_error", failed.Message);
        }
        catch (Exception bug)
        {
            // The other requests of the socket go on; this one is answered and the bug is told to the operator.
            log.LogError(bug, "A {Modality} request over a session socket failed", modality);
            Fail("internal", "The server failed.");
        }

        void Fail(string code, string reason) => output.Post(SocketMessages.Error($"{modality}.error", id, code, reason));
    }

    private sealed record Operation(string Modality, CancellationTokenSource Cancel, Task Task);
}
