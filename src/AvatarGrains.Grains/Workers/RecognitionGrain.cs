using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// One utterance on a worker silo. Not a stateless worker: what was heard so far is state, and the next samples must reach the same decoder. It holds a place
/// of the silo's gate from start to finish, and leaves the silo when it is done or its caller has been silent for a while.
/// </summary>
[OnRole(SiloRoles.Worker)]
internal sealed class RecognitionGrain(SessionServices services, WorkerGates gates, KnownTexts texts, ILogger<RecognitionGrain> log) : Grain, IRecognitionGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private IRecognition? _recognition;
    private IGrainTimer? _timer;
    private bool _inside;

    public async Task<WorkReply> StartAsync(RecognitionWire context, CancellationToken cancellationToken)
    {
        if (texts.Find(context) is not { } expected)
        {
            return Reply(WorkEnd.NeedKnowledge);
        }

        if (!await gates.Hearing.TryEnterAsync(TimeSpan.Zero, cancellationToken))
        {
            DeactivateOnIdle();
            return Reply(WorkEnd.Busy);
        }

        _inside = true;
        _timer = this.RegisterGrainTimer(AbandonAsync, Patience, Timeout.InfiniteTimeSpan);
        return await TryAsync(async () =>
        {
            var recognizer = services.Engines.FindRecognizer(context.Recognizer)
                ?? throw new EngineException(EngineFault.Unavailable, $"This worker has no recognizer '{context.Recognizer}'.");
            _recognition = await Task.Run(() => recognizer.StartAsync(expected, cancellationToken).AsTask(), cancellationToken);
        });
    }

    public async Task<string?> WriteAsync(byte[] pcm)
    {
        var recognition = _recognition ?? throw new InvalidOperationException("The utterance was not started here.");
        _timer?.Change(Patience, Timeout.InfiniteTimeSpan);
        return await Task.Run(() =>
        {
            recognition.Write(MemoryMarshal.Cast<byte, short>(pcm));
            return recognition.Partial();
        });
    }

    public async Task<HeardWire> FinishAsync(CancellationToken cancellationToken)
    {
        var recognition = _recognition ?? throw new InvalidOperationException("The utterance was not started here.");
        var heard = Transcript.Nothing;
        var reply = await TryAsync(async () => heard = await Task.Run(() => recognition.FinishAsync(cancellationToken).AsTask(), cancellationToken));
        DeactivateOnIdle();
        return new HeardWire(reply, heard.Text, heard.Confidence, heard.Understood);
    }

    public Task AbandonAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _recognition?.Dispose();
        _recognition = null;
        if (_inside)
        {
            _inside = false;
            gates.Hearing.Leave();
        }

        return Task.CompletedTask;
    }

    private async Task<WorkReply> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return Reply(WorkEnd.Done);
        }
        catch (EngineException e)
        {
            return new WorkReply((int)WorkEnd.Fault, (int)e.Fault, e.Message, gates.Hearing.Load);
        }
        catch (Exception e) when (WorkerRun.ToFault(e) is { } fault)
        {
            return new WorkReply((int)WorkEnd.Fault, (int)fault, e.Message, gates.Hearing.Load);
        }
        catch (Exception e)
        {
            // A bug belongs to the session that met it; this silo goes on.
            log.LogError(e, "A recognizer broke.");
            return new WorkReply((int)WorkEnd.Bug, 0, e.Message, gates.Hearing.Load);
        }
    }

    private WorkReply Reply(WorkEnd end) => new((int)end, 0, "", gates.Hearing.Load);
}

/// <summary>Texts that recognizers were told to expect, so that they travel once. Thread-safe; bounded.</summary>
internal sealed class KnownTexts
{
    private const int Most = 256;

    private readonly ConcurrentDictionary<string, KnowledgeText> _texts = new();

    /// <summary>The context, or null when its text is not known here and was not sent.</summary>
    public RecognitionContext? Find(RecognitionWire wire)
    {
        if (wire.KnowledgeId is not { } id)
        {
            return new RecognitionContext(wire.Language, null);
        }

        if (wire.Passages is { } passages)
        {
            if (_texts.Count >= Most)
            {
                _texts.Clear();
            }

            _texts[id] = new KnowledgeText(id, passages);
        }

        return _texts.TryGetValue(id, out var text) ? new RecognitionContext(wire.Language, text) : null;
    }
}
