using System.Buffers;
using System.Threading.Channels;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Asr;

/// <summary>One utterance: <see cref="Write"/> queues, a worker decodes.</summary>
internal sealed class PocketSphinxRecognition : IRecognition
{
    private const int PartialSamples = 3200;

    private readonly SpeechDecoder _decoder;
    private readonly DecoderPool _pool;
    private readonly double _minConfidence;
    private readonly Channel<(short[] Buffer, int Length)> _audio =
        Channel.CreateUnbounded<(short[], int)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly Task<Transcript> _decoding;
    private volatile string _partial = "";
    private volatile bool _abandoned;
    private string _told = "";

    public PocketSphinxRecognition(SpeechDecoder decoder, DecoderPool pool, double minConfidence)
    {
        _decoder = decoder;
        _pool = pool;
        _minConfidence = minConfidence;
        _decoding = Task.Run(DecodeAsync);
    }

    public void Write(ReadOnlySpan<short> samples)
    {
        var buffer = ArrayPool<short>.Shared.Rent(Math.Max(1, samples.Length));
        samples.CopyTo(buffer);
        if (!_audio.Writer.TryWrite((buffer, samples.Length)))
        {
            ArrayPool<short>.Shared.Return(buffer);
        }
    }

    public string? Partial()
    {
        var now = _partial;
        if (now == _told)
        {
            return null;
        }

        _told = now;
        return now;
    }

    public async ValueTask<Transcript> FinishAsync(CancellationToken cancellationToken)
    {
        _audio.Writer.TryComplete();
        return await _decoding.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the worker stop; it then returns the decoder to the pool.</summary>
    public void Dispose()
    {
        _abandoned = true;
        _audio.Writer.TryComplete();
    }

    private async Task<Transcript> DecodeAsync()
    {
        SpeechDecoder? whole = null;
        try
        {
            _decoder.Start();
            var sincePartial = 0;
            await foreach (var (buffer, length) in _audio.Reader.ReadAllAsync(CancellationToken.None))
            {
                if (!_abandoned)
                {
                    _decoder.Write(buffer.AsSpan(0, length));
                    sincePartial += length;
                }

                ArrayPool<short>.Shared.Return(buffer);
                if (sincePartial >= PartialSamples)
                {
                    sincePartial = 0;
                    _partial = _decoder.Hypothesis();
                }
            }

            var heard = _decoder.End();
            whole = _decoder;
            var confidence = HearingConfidence.Of(heard, _decoder.Model.DomainWords);
            return heard.Text.Length == 0 ? Transcript.Nothing : new Transcript(heard.Text, confidence, confidence >= _minConfidence);
        }
        catch (InvalidOperationException e)
        {
            throw new EngineException(EngineFault.Failed, e.Message, e);
        }
        finally
        {
            if (whole is null)
            {
                _decoder.Dispose();
            }

            _pool.Return(whole);
        }
    }
}
