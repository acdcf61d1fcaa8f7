using AvatarGrains.Edge;

namespace AvatarGrains.Api.Tests.Edge;

/// <summary>Writes down what a session sends.</summary>
internal sealed class RecordedMedia : IMediaOut
{
    public sealed record Audio(byte[] Packet, uint Timestamp, long At);

    public sealed record Video(byte[] Frame, bool IsKeyFrame, bool GoldenOnly, uint Timestamp, long At);

    public List<Audio> AudioPackets { get; } = [];

    public List<Video> VideoFrames { get; } = [];

    public List<(ushort Channel, string Text)> Messages { get; } = [];

    public bool Closed { get; private set; }

    public Action? OnClose { get; set; }

    public bool SendAudio(ReadOnlySpan<byte> opus, uint timestamp, long now)
    {
        AudioPackets.Add(new Audio(opus.ToArray(), timestamp, now));
        return true;
    }

    public bool SendVideo(ReadOnlySpan<byte> vp8, bool isKeyFrame, bool goldenOnly, uint timestamp, long now)
    {
        VideoFrames.Add(new Video(vp8.ToArray(), isKeyFrame, goldenOnly, timestamp, now));
        return true;
    }

    public bool SendMessage(ushort channel, bool text, ReadOnlySpan<byte> message, long now)
    {
        Messages.Add((channel, System.Text.Encoding.UTF8.GetString(message)));
        return true;
    }

    public void Close(long now)
    {
        Closed = true;
        OnClose?.Invoke();
    }
}
