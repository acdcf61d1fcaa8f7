using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Media;
using AvatarGrains.Grains.Contracts;

namespace AvatarGrains.Grains.Workers;

/// <summary>A recognizer on worker silos.</summary>
internal sealed class PooledRecognizer(WorkerPool pool, ISpeechRecognizer own) : ISpeechRecognizer
{
    public string Name => own.Name;

    public ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken) =>
        new(new PooledRecognition(pool, own.Name, context));

    /// <summary>Does nothing: which worker will hear the first utterance is not known yet, and each keeps what it has built.</summary>
    public ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>
/// One utterance, decoded on a worker silo while it is spoken. All of its sound is kept until it is understood, so that another worker can hear it
/// from the start when the first is lost. One owner for writing; a task of its own gives to the worker what was written.
/// </summary>
internal sealed class PooledRecognition : IRecognition
{
    /// <summary>At most a minute at 16 kHz; an utterance is ended long before.</summary>
    private const int MostSamples = 60 * ListenMachine.SampleRate;

    private readonly WorkerPool _pool;
    private readonly AsrRequest _request;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<Transcript> _hearing;
    private short[] _samples = new short[ListenMachine.SampleRate];
    private int _count;
    private string? _partial;
    private bool _whole;

    public PooledRecognition(WorkerPool pool, string recognizer, RecognitionContext context)
    {
        (_pool, _request) = (pool, new AsrRequest(recognizer, context, Whole: true));
        _hearing = Task.Run(HearAsync);
    }

    public void Write(ReadOnlySpan<short> samples)
    {
        lock (_lock)
        {
            var taken = samples[..Math.Min(samples.Length, MostSamples - _count)];
            if (_samples.Length - _count < taken.Length)
            {
                // Slices that were given to a worker keep the old array.
                Array.Resize(ref _samples, Math.Max(_samples.Length * 2, _count + taken.Length));
            }

            taken.CopyTo(_samples.AsSpan(_count));
            _count += taken.Length;
        }

        _more.Release();
    }

    public string? Partial() => Interlocked.Exchange(ref _partial, null);

    public async ValueTask<Transcript> FinishAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _whole = true;
        }

        _more.Release();
        return await _hearing.WaitAsync(cancellationToken);
    }

    public void Dispose() => _stop.Cancel();

    private async Task<Transcript> HearAsync()
    {
        var heard = Transcript.Nothing;
        await _pool.RunAsync(
            WorkerKind.Asr,
            _request.Recognizer,
            async silo =>
            {
                var grain = _pool.Grains.GetGrain<IAsrWorkerGrain>(silo.Key, Guid.NewGuid().ToString("n"), null);
                var reply = await TryAsync(grain, silo.IsHere ? _request : KnownTexts.Brief(_request), _stop.Token);
                heard = reply.Transcript;
                return reply.Reply;
            },
            _stop.Token);
        return heard;
    }

    /// <summary>Lets one worker hear everything from the start.</summary>
    private async Task<AsrReply> TryAsync(IAsrWorkerGrain grain, AsrRequest request, CancellationToken cancellationToken)
    {
        var reply = await grain.StartAsync(request, cancellationToken);
        if (reply.End == WorkEnd.NeedKnowledge)
        {
            reply = await grain.StartAsync(_request, cancellationToken);
        }

        if (reply.End != WorkEnd.Done)
        {
            return new AsrReply(reply, Transcript.Nothing);
        }

        try
        {
            for (var at = 0; await TakeAsync(at, cancellationToken) is { Length: > 0 } samples; at += samples.Length)
            {
                if (await grain.WriteAsync(new PcmBlock(samples, ListenMachine.SampleRate)) is { } partial)
                {
                    Volatile.Write(ref _partial, partial);
                }
            }

            return await grain.FinishAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await grain.AbandonAsync();
            throw;
        }
    }

    /// <summary>The samples from a place on, as soon as there are some; none when there are no more to come.</summary>
    private async ValueTask<ReadOnlyMemory<short>> TakeAsync(int at, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_count > at || _whole)
                {
                    return _samples.AsMemory(at, _count - at);
                }
            }

            await _more.WaitAsync(cancellationToken);
        }
    }
}
