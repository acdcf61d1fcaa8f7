using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// Recognises one utterance. Not a stateless worker: what was heard so far is state, and the next samples must reach the same decoder. It holds a
/// place of the silo's gate from start to finish, and leaves the silo when it is done or its caller has been silent for a while.
/// </summary>
[OnWorker]
internal sealed class AsrWorkerGrain(WorkerEngines engines, WorkerGates gates, KnownTexts texts, ILogger<AsrWorkerGrain> log) : Grain, IAsrWorkerGrain
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private IRecognition? _recognition;
    private IGrainTimer? _timer;
    private bool _inside;

    public async Task<WorkReply> StartAsync(AsrRequest request, CancellationToken cancellationToken)
    {
        if (texts.Find(request) is not { } context)
        {
            return new WorkReply(WorkEnd.NeedKnowledge, gates.Asr.Load);
        }

        if (!await gates.Asr.TryEnterAsync(TimeSpan.Zero, cancellationToken))
        {
            DeactivateOnIdle();
            return new WorkReply(WorkEnd.Busy, gates.Asr.Load);
        }

        _inside = true;
        _timer = this.RegisterGrainTimer(AbandonAsync, Patience, Timeout.InfiniteTimeSpan);
        return await WorkerRun.GuardAsync(gates.Asr, () => OpenAsync(request.Recognizer, context, cancellationToken), log, cancellationToken);
    }

    public async Task<string?> WriteAsync(PcmBlock audio)
    {
        var recognition = _recognition ?? throw new OrleansException("The worker that heard this utterance is lost.");
        _timer?.Change(Patience, Timeout.InfiniteTimeSpan);
        await WorkerRun.LeaveGrain();
        recognition.Write(audio.Samples.Span);
        return recognition.Partial();
    }

    public async Task<AsrReply> FinishAsync(CancellationToken cancellationToken)
    {
        var recognition = _recognition ?? throw new OrleansException("The worker that heard this utterance is lost.");
        var heard = Transcript.Nothing;
        var reply = await WorkerRun.GuardAsync(
            gates.Asr,
            async () =>
            {
                await WorkerRun.LeaveGrain();
                heard = await recognition.FinishAsync(cancellationToken);
            },
            log,
            cancellationToken);
        DeactivateOnIdle();
        return new AsrReply(reply, heard);
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
            gates.Asr.Leave();
        }

        return Task.CompletedTask;
    }

    private async Task OpenAsync(string name, RecognitionContext context, CancellationToken cancellationToken)
    {
        var recognizer = engines.Catalog.FindRecognizer(name)
            ?? throw new EngineException(EngineFault.Unavailable, $"This worker has no recognizer '{name}'.");
        await WorkerRun.LeaveGrain();
        _recognition = await recognizer.StartAsync(context, cancellationToken);
    }
}
