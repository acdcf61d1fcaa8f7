using AvatarGrains.WebRtc.Payloads;
using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Tests.Harness;

/// <summary>Records the events of a peer.</summary>
internal sealed class RecordingObserver : IPeerObserver
{
    public RecordingObserver() =>
        Assembler = new Vp8FrameAssembler((ReadOnlySpan<byte> frame, bool key, uint timestamp, in Vp8Descriptor descriptor) =>
        {
            Frames.Add((timestamp, key, LastNow, frame.ToArray()));
            Descriptors.Add(descriptor);
        });

    public Vp8FrameAssembler Assembler { get; }

    public bool Connected { get; private set; }

    public PeerCloseReason? Closed { get; private set; }

    public List<(ushort Sequence, uint Timestamp, long Now, byte[] Opus)> Audio { get; } = [];

    public List<(uint Timestamp, bool Key, long Now, byte[] Data)> Frames { get; } = [];

    public List<Vp8Descriptor> Descriptors { get; } = [];

    public List<bool> Silences { get; } = [];

    public List<(ushort Channel, string Label)> Opened { get; } = [];

    public List<(ushort Channel, bool Text, byte[] Data)> Messages { get; } = [];

    public List<ushort> ClosedChannels { get; } = [];

    public int KeyFrameRequests { get; private set; }

    public long LastNow { get; private set; }

    public Action? WhenKeyFrameRequested { get; set; }

    public Action<ushort, bool, byte[]>? WhenMessage { get; set; }

    public Action? WhenAudio { get; set; }

    public Action? WhenVideo { get; set; }

    public void OnConnected() => Connected = true;

    public void OnAudio(ReadOnlySpan<byte> opus, ushort sequence, uint timestamp, long now)
    {
        WhenAudio?.Invoke();
        Audio.Add((sequence, timestamp, now, opus.ToArray()));
    }

    public void OnVideo(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker, long now)
    {
        LastNow = now;
        Assembler.Add(payload, sequence, timestamp, marker);
        WhenVideo?.Invoke();
    }

    public void OnKeyFrameRequested()
    {
        KeyFrameRequests++;
        WhenKeyFrameRequested?.Invoke();
    }

    public void OnSilence(bool silent) => Silences.Add(silent);

    public void OnChannelOpened(ushort channel, string label, string protocol) => Opened.Add((channel, label));

    public void OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message)
    {
        Messages.Add((channel, text, message.ToArray()));
        WhenMessage?.Invoke(channel, text, message.ToArray());
    }

    public void OnChannelClosed(ushort channel) => ClosedChannels.Add(channel);

    public void OnClosed(PeerCloseReason reason)
    {
        Assert.Null(Closed);
        Closed = reason;
    }
}
