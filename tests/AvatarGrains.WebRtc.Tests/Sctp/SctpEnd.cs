using AvatarGrains.WebRtc.Sctp;

namespace AvatarGrains.WebRtc.Tests.Sctp;

/// <summary>One end of an association, which records its events.</summary>
internal sealed class SctpEnd : ISctpObserver
{
    public SctpEnd(bool isClient, int seed, Func<SctpOptions, SctpOptions>? configure = null)
    {
        var options = new SctpOptions { IsDtlsClient = isClient };
        var random = new Random(seed);
        Association = new SctpAssociation(configure?.Invoke(options) ?? options, this, random.NextBytes);
    }

    public SctpAssociation Association { get; }

    public Queue<byte[]> Outgoing { get; } = new();

    public List<string> Events { get; } = [];

    public List<(ushort Channel, bool Text, byte[] Data)> Messages { get; } = [];

    public List<ushort> Closed { get; } = [];

    public SctpCloseReason? CloseReason { get; private set; }

    public Action<ushort, byte[]>? MessageHandler { get; set; }

    public void OnPacket(ReadOnlySpan<byte> packet) => Outgoing.Enqueue(packet.ToArray());

    public void OnEstablished() => Events.Add("established");

    public void OnChannelOpened(ushort channel, string label, string protocol) => Events.Add($"opened {channel} {label} {protocol}");

    public void OnChannelMessage(ushort channel, bool text, ReadOnlySpan<byte> message)
    {
        Messages.Add((channel, text, message.ToArray()));
        MessageHandler?.Invoke(channel, message.ToArray());
    }

    public void OnChannelMessageTooLarge(ushort channel) => Events.Add($"too large {channel}");

    public void OnChannelClosed(ushort channel) => Closed.Add(channel);

    public void OnClosed(SctpCloseReason reason)
    {
        Assert.Null(CloseReason);
        CloseReason = reason;
    }
}
