using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Native.Speech;

namespace AvatarGrains.Engines.Tts;

/// <summary>Carries speech from a native library's thread to an asynchronous reader, shifting the times of each utterance to the request's.</summary>
internal sealed class SpeechRelay : INativeSpeechSink
{
    private readonly Channel<SpeechAudio> _channel =
        Channel.CreateUnbounded<SpeechAudio>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly int _sampleRate;
    private readonly bool _ipa;
    private readonly double? _leadInMs;
    private readonly CancellationToken _stop;
    private readonly List<PhonemeTiming> _phonemes = [];
    private readonly List<short> _held = [];
    private long _samples;
    private double _utteranceMs;
    private double _baseMs;
    private int _trim;
    private bool _utteranceBegins = true;
    private bool _started;

    private SpeechRelay(int sampleRate, bool ipa, double? leadInMs, CancellationToken stop)
    {
        _sampleRate = sampleRate;
        _ipa = ipa;
        _leadInMs = leadInMs;
        _stop = stop;
    }

    /// <summary>
    /// Runs a synthesis in the background and streams what it makes. It stops when the reader ends early or the token is cancelled.
    /// </summary>
    /// <param name="sampleRate">Samples per second of the audio.</param>
    /// <param name="ipa">What the phoneme symbols are.</param>
    /// <param name="leadInMs">How much of the silence at the start of each utterance is kept; null for all of it.</param>
    /// <param name="speak">Speaks all utterances into the relay; calls <see cref="NextUtterance"/> between them.</param>
    /// <param name="cancellationToken">Stops the synthesis.</param>
    public static async IAsyncEnumerable<SpeechAudio> StreamAsync(
        int sampleRate,
        bool ipa,
        double? leadInMs,
        Func<SpeechRelay, CancellationToken, Task> speak,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var relay = new SpeechRelay(sampleRate, ipa, leadInMs, stop.Token);
        var work = Task.Run(() => relay.RunAsync(speak), CancellationToken.None);
        try
        {
            await foreach (var piece in relay._channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return piece;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await work;
        }
    }

    public void Phoneme(in NativePhoneme phoneme)
    {
        if (_utteranceBegins)
        {
            _utteranceBegins = false;
            if (_leadInMs is { } keep && phoneme.Symbol == "pau" && phoneme.EndMs > keep)
            {
                _trim = (int)((phoneme.EndMs - keep) * _sampleRate / 1000);
                _baseMs -= _trim * 1000.0 / _sampleRate;
            }
        }

        var start = Math.Max(_utteranceMs, _baseMs + phoneme.StartMs);
        _phonemes.Add(new PhonemeTiming(phoneme.Symbol, start, Math.Max(start, _baseMs + phoneme.EndMs), _ipa, phoneme.Stress));
    }

    public bool Audio(ReadOnlySpan<short> samples)
    {
        var skip = Math.Min(_trim, samples.Length);
        _trim -= skip;
        samples = samples[skip..];
        if (samples.Length > 0)
        {
            _samples += samples.Length;
            if (!_started && _phonemes.Count == 0)
            {
                // The first piece out must carry a phoneme, which is known only when it ends.
                _held.AddRange(samples);
            }
            else
            {
                Send(samples);
            }
        }

        return !_stop.IsCancellationRequested;
    }

    /// <summary>The utterance is complete; times of the next one start at the end of its audio.</summary>
    public void NextUtterance()
    {
        _utteranceMs = _baseMs = _samples * 1000.0 / _sampleRate;
        _utteranceBegins = true;
        _trim = 0;
    }

    private async Task RunAsync(Func<SpeechRelay, CancellationToken, Task> speak)
    {
        try
        {
            await speak(this, _stop);
            if (_phonemes.Count > 0 || _held.Count > 0)
            {
                Send([]);
            }

            _ = _channel.Writer.TryComplete();
        }
        catch (OperationCanceledException)
        {
            _ = _channel.Writer.TryComplete();
        }
        catch (DllNotFoundException exception)
        {
            _ = _channel.Writer.TryComplete(new EngineException(EngineFault.Unavailable, exception.Message, exception));
        }
        catch (ArgumentException exception)
        {
            _ = _channel.Writer.TryComplete(new EngineException(EngineFault.Rejected, exception.Message, exception));
        }
        catch (InvalidOperationException exception)
        {
            _ = _channel.Writer.TryComplete(new EngineException(EngineFault.Failed, exception.Message, exception));
        }
        catch (Exception exception)
        {
            // An unexpected exception is a bug; the reader receives it as it is.
            _ = _channel.Writer.TryComplete(exception);
        }
    }

    private void Send(ReadOnlySpan<short> samples)
    {
        short[] audio = [.. _held, .. samples];
        _held.Clear();
        _started = true;
        _ = _channel.Writer.TryWrite(new SpeechAudio(new PcmBlock(audio, _sampleRate), _phonemes.Count == 0 ? [] : _phonemes.ToArray()));
        _phonemes.Clear();
    }
}
