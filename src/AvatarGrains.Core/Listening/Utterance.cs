using System.Buffers;
using System.Threading.Channels;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Storage;

namespace AvatarGrains.Core.Listening;

/// <summary>
/// Carries one utterance from the microphone to a recognizer. The writer never waits: audio queues while the recognizer has no free decoder
/// or is behind, bounded by the length of an utterance. Owns its task.
/// </summary>
internal sealed class Utterance
{
    private readonly int _number;
    private readonly ISpeechRecognizer _recognizer;
    private readonly Task<RecognitionContext> _context;
    private readonly int _partialSamples;
    private readonly Action<ListenEvent> _deliver;
    private readonly Channel<(short[] Buffer, int Length)> _audio =
        Channel.CreateUnbounded<(short[], int)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly CancellationTokenSource _abandoned = new();

    private Utterance(
        int number,
        ISpeechRecognizer recognizer,
        Task<RecognitionContext> context,
        TimeSpan partialInterval,
        Action<ListenEvent> deliver)
    {
        _number = number;
        _recognizer = recognizer;
        _context = context;
        _partialSamples = (int)(partialInterval.TotalSeconds * ListenMachine.SampleRate);
        _deliver = deliver;
    }

    /// <summary>Ends when the last event of the utterance has been delivered, or it was abandoned. Never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public static Utterance Start(
        int number, ISpeechRecognizer recognizer, Task<RecognitionContext> context, TimeSpan partialInterval, Action<ListenEvent> deliver)
    {
        var utterance = new Utterance(number, recognizer, context, partialInterval, deliver);
        utterance.Completion = Task.Run(utterance.RunAsync);
        return utterance;
    }

    public void Append(ReadOnlySpan<short> samples)
    {
        var buffer = ArrayPool<short>.Shared.Rent(samples.Length);
        samples.CopyTo(buffer);
        if (!_audio.Writer.TryWrite((buffer, samples.Length)))
        {
            ArrayPool<short>.Shared.Return(buffer);
        }
    }

    public void End() => _audio.Writer.TryComplete();

    public void Abandon()
    {
        _audio.Writer.TryComplete();
        _abandoned.Cancel();
    }

    private async Task RunAsync()
    {
        ListenEvent last;
        try
        {
            last = new UtteranceEnded(_number, await RecogniseAsync(_abandoned.Token));
        }
        catch (OperationCanceledException) when (_abandoned.IsCancellationRequested)
        {
            return;
        }
        catch (EngineException e)
        {
            last = new UtteranceEnded(_number, Transcript.Nothing, e.Fault, e.Message);
        }
        catch (StorageUnavailableException e)
        {
            last = new UtteranceEnded(_number, Transcript.Nothing, EngineFault.Unavailable, e.Message);
        }
        catch (Exception e)
        {
            // Whatever a recognizer throws beside EngineException is a bug of it; the owner ends the session with it.
            last = new ListeningBroken(_number, e);
        }
        finally
        {
            _audio.Writer.TryComplete();
            while (_audio.Reader.TryRead(out var rest))
            {
                ArrayPool<short>.Shared.Return(rest.Buffer);
            }
        }

        _deliver(last);
    }

    private async Task<Transcript> RecogniseAsync(CancellationToken cancellationToken)
    {
        using var recognition = await _recognizer.StartAsync(await _context.WaitAsync(cancellationToken), cancellationToken);
        var sincePartial = 0;
        await foreach (var (buffer, length) in _audio.Reader.ReadAllAsync(cancellationToken))
        {
            recognition.Write(buffer.AsSpan(0, length));
            ArrayPool<short>.Shared.Return(buffer);
            sincePartial += length;
            if (sincePartial >= _partialSamples)
            {
                sincePartial = 0;
                if (recognition.Partial() is { Length: > 0 } words)
                {
                    _deliver(new PartialHeard(_number, words));
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return await recognition.FinishAsync(cancellationToken);
    }
}
