using AvatarGrains.Core.Media;
using AvatarGrains.Native.Opus;
using AvatarGrains.Native.Vpx;
using AvatarGrains.WebRtc.Payloads;

namespace AvatarGrains.LoadTest.Clients;

/// <summary>Decodes with libvpx and libopus, as a browser would.</summary>
internal sealed class MediaDecoding : IMediaDecoding
{
    private readonly Vp8Decoder _pictures = new();
    private readonly IOpusDecoder _sounds = new NativeAudioCodecs().CreateOpusDecoder(48_000);
    private readonly short[] _pcm = new short[5760];
    private readonly Vp8FrameAssembler _frames;
    private long _pictureCount;
    private long _soundCount;
    private long _failures;

    public MediaDecoding() => _frames = new Vp8FrameAssembler(Decode);

    public (long Pictures, long Sounds, long Failures) Counts => (_pictureCount, _soundCount, _failures);

    public void Audio(ReadOnlySpan<byte> opus)
    {
        if (_sounds.Decode(opus, _pcm) > 0)
        {
            _soundCount++;
        }
        else
        {
            _failures++;
        }
    }

    public void Video(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker) => _frames.Add(payload, sequence, timestamp, marker);

    public void Dispose()
    {
        _pictures.Dispose();
        _sounds.Dispose();
    }

    private void Decode(ReadOnlySpan<byte> frame, bool isKeyFrame, uint timestamp, in Vp8Descriptor descriptor)
    {
        if (_pictures.Decode(frame))
        {
            _pictureCount++;
        }
        else
        {
            _failures++;
        }
    }
}
