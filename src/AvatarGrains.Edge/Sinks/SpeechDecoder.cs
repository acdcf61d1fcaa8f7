using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Edge.Sinks;

/// <summary>Turns packed speech back into samples, for clients that take no Opus. Keeps the decoder's state from one call to the next.</summary>
/// <param name="codecs">Makes the decoder.</param>
/// <param name="sampleRate">Samples per second: 8000, 12000, 16000, 24000 or 48000.</param>
internal sealed class SpeechDecoder(IAudioCodecs codecs, int sampleRate) : IDisposable
{
    private readonly IOpusDecoder _decoder = codecs.CreateOpusDecoder(sampleRate);
    private readonly int _packetSamples = sampleRate / 1000 * PackedSpeech.PacketMs;

    /// <summary>The samples of all packets: 20 ms for each.</summary>
    public short[] Decode(PackedSpeech speech)
    {
        var samples = new short[speech.PacketCount * _packetSamples];
        var at = samples.AsSpan();
        foreach (var packet in speech.Packets)
        {
            var room = at[.._packetSamples];
            if (_decoder.Decode(packet.Span, room) < 0)
            {
                _decoder.Conceal(room);
            }

            at = at[_packetSamples..];
        }

        return samples;
    }

    public void Dispose() => _decoder.Dispose();
}
