using System.Buffers;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Listening;

/// <summary>Recognises audio that is there as a whole, outside a conversation.</summary>
public static class WholeAudio
{
    /// <summary>Recognises one block of any sample rate.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    public static async ValueTask<Transcript> TranscribeAsync(
        ISpeechRecognizer recognizer, PcmBlock audio, RecognitionContext context, IAudioCodecs codecs, CancellationToken cancellationToken)
    {
        using var recognition = await recognizer.StartAsync(context, cancellationToken);
        if (audio.SampleRate == ListenMachine.SampleRate)
        {
            recognition.Write(audio.Samples.Span);
        }
        else
        {
            WriteResampled(recognition, audio, codecs);
        }

        return await recognition.FinishAsync(cancellationToken);
    }

    private static void WriteResampled(IRecognition recognition, PcmBlock audio, IAudioCodecs codecs)
    {
        using var resampler = codecs.CreateResampler(audio.SampleRate, ListenMachine.SampleRate);
        var step = Math.Max(1, audio.SampleRate / 10);
        var buffer = ArrayPool<short>.Shared.Rent(resampler.MaxOutput(step));
        for (var at = 0; at < audio.Samples.Length; at += step)
        {
            var piece = audio.Samples.Span.Slice(at, Math.Min(step, audio.Samples.Length - at));
            recognition.Write(buffer.AsSpan(0, resampler.Process(piece, buffer)));
        }

        ArrayPool<short>.Shared.Return(buffer);
    }
}
