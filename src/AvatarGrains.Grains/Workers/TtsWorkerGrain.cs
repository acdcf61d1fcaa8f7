using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Speech;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>Speaks. One activation a silo; the silo's gate, not the number of activations, bounds what runs.</summary>
[StatelessWorker(1), Reentrant, OnWorker]
internal sealed class TtsWorkerGrain(WorkerEngines engines, WorkerGates gates, ILogger<TtsWorkerGrain> log) : Grain, ITtsWorkerGrain
{
    public Task<WorkReply> SpeakAsync(SegmentRequest request, PieceTarget target, CancellationToken cancellationToken) =>
        WorkerRun.RunAsync(gates.Tts, request.Slack, token => engines.Segments.SpeakAsync(request, token), target, log, cancellationToken);

    public Task<WorkReply> SynthesizeAsync(SpeechRequest request, PieceTarget target, CancellationToken cancellationToken) =>
        WorkerRun.RunAsync(gates.Tts, request.Slack, token => SoundAsync(request, token), target, log, cancellationToken);

    private IAsyncEnumerable<SpeechAudio> SoundAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        var (engine, voice) = engines.Catalog.FindVoice(request.Voice)
            ?? throw new EngineException(EngineFault.Unavailable, $"This worker has no voice '{request.Voice}'.");
        return engine.SynthesizeAsync(request with { Voice = voice.Name }, cancellationToken);
    }
}
