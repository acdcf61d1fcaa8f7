using AvatarGrains.WebRtc.Peers;
using AvatarGrains.WebRtc.Sockets;
using AvatarGrains.WebRtc.Tests.Harness;

namespace AvatarGrains.WebRtc.Tests.Interop;

/// <summary>Plays encoded frames at 25 per second and an Opus packet of silence every 20 ms.</summary>
internal sealed class TestPatternTicker(Peer peer, RecordingObserver hears, List<byte[]> frames) : IMediaTicker
{
    private static readonly byte[] SilentOpus = [0xF8, 0xFF, 0xFE];

    private int _tick;

    public long Tick(long due, long now)
    {
        if (hears.Connected)
        {
            peer.SendAudio(SilentOpus, (uint)(_tick * 960), now);
            if (_tick % 2 == 0)
            {
                var frame = frames[_tick / 2 % frames.Count];
                peer.SendVideo(frame, (frame[0] & 1) == 0, goldenOnly: false, (uint)(_tick / 2 * 3600), now);
            }

            _tick++;
        }

        return due + 20_000;
    }
}
