using System.Runtime.InteropServices;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Grains.Workers;

/// <summary>A recognizer on worker silos.</summary>
internal sealed class RemoteRecognizer(WorkerPool pool, ISpeechRecognizer local) : ISpeechRecognizer
{
    public string Name => local.Name;

    public ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken) =>
        new(new RemoteRecognition(pool, local.Name, context));

    /// <summary>Which worker will hear the first utterance is not known yet; each keeps what it has built.</summary>
    public ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

/// <summary>
/// One utterance, decoded on a worker silo while it is spoken. All of its sound is kept until it is understood, so that another worker can hear it from the start when
/// the first is lost. One owner for writing; sending is its own.
/// </summary>
internal sealed class RemoteRecognition : IRecognition
{
    /// <summary>At most a minute at 16 kHz; an utterance is ended long before.</summary>
    private const int MostSamples = 60 * 16_000;

    private readonly WorkerPool _pool;
    private readonly string _recognizer;
    private readonly RecognitionContext _context;
    private readonly Lock _lock = new();
    private readonly List<short> _samples = new(16_000);
    private readonly SemaphoreSlim _more = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<Transcript> _hearing;
    private string? _partial;
    private bool _whole;

    public RemoteRecognition(WorkerPool pool, string recognizer, RecognitionContext context)
    {
        (_pool, _recognizer, _context) = (pool, recognizer, context);
        _hearing = Task.Run(HearAsync);
    }

    public void Write(ReadOnlySpan<short> samples)
    {
        lock (_lock)
        {
            var taken = samples[..Math.Min(samples.Length, MostSamples - _samples.Count)];
            CollectionsMarshal.SetCount(_samples, _samples.Count + taken.Length);
            taken.CopyTo(CollectionsMarshal.AsSpan(_samples)[^taken.Length..]);
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
            _recognizer,
            async token =>
            {
                var (reply, transcript) = await TryAsync(_pool.Grains.GetGrain<IRecognitionGrain>(Guid.NewGuid()), token);
                heard = transcript ?? heard;
                return reply;
            },
            _stop.Token);
        return heard;
    }

    /// <summary>Lets one worker hear everything from the start.</summary>
    private async Task<(WorkReply Reply, Transcript? Heard)> TryAsync(IRecognitionGrain grain, CancellationToken cancellationToken)
    {
        var wire = new RecognitionWire(_recognizer, _context.Language, _context.Knowledge?.Id, null);
        var reply = await grain.StartAsync(wire, cancellationToken);
        if (reply.End == (int)WorkEnd.NeedKnowledge)
        {
            reply = await grain.StartAsync(wire with { Passages = [.. _context.Knowledge!.Passages] }, cancellationToken);
        }

        if (reply.End != (int)WorkEnd.Done)
        {
            return (reply, null);
        }

        try
        {
            for (var at = 0; await TakeAsync(at, cancellationToken) is { } pcm; at += pcm.Length / sizeof(short))
            {
                if (await grain.WriteAsync(pcm) is { } partial)
                {
                    Volatile.Write(ref _partial, partial);
                }
            }

            var heard = await grain.FinishAsync(cancellationToken);
            return (heard.Reply, new Transcript(heard.Text, heard.Confidence, heard.Understood));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await grain.AbandonAsync();
            throw;
        }
    }

    /// <summary>The samples from a place on, as soon as there are some; null when there are no more to come.</summary>
    private async Task<byte[]?> TakeAsync(int at, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_samples.Count > at)
                {
                    return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_samples)[at..]).ToArray();
                }

                if (_whole)
                {
                    return null;
                }
            }

            await _more.WaitAsync(cancellationToken);
        }
    }
}
