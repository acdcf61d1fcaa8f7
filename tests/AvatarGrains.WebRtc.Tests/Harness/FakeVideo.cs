namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>Bytes that look like VP8 frames: the first bit tells key frames from others, the rest tells frames apart.</summary>
internal static class FakeVideo
{
    public static byte[] Frame(int index, bool key, int length)
    {
        var frame = new byte[length];
        new Random(index).NextBytes(frame);
        frame[0] = (byte)(key ? frame[0] & ~1 : frame[0] | 1);
        return frame;
    }
}
