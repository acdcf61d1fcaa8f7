namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Data channels over the streams of an association (RFC 8831, RFC 8832).</summary>
internal sealed class ChannelTable(SctpOptions options, ISctpObserver observer, SctpSender sender) : ISctpMessageSink, IStreamResetSink
{
    private static readonly byte[] Empty = [0];
    private static readonly byte[] Ack = [SctpWire.ChannelAck];

    private readonly Dictionary<ushort, DataChannel> _channels = [];
    private readonly List<DataChannel> _closing = [];
    private SctpReceiver? _receiver;
    private StreamResets? _resets;
    private int _streamLimit = SctpWire.Streams;
    private bool _canReset = true;

    public void Attach(SctpReceiver receiver, StreamResets resets)
    {
        _receiver = receiver;
        _resets = resets;
    }

    public void SetPeer(int streamLimit, bool canReset)
    {
        _streamLimit = Math.Min(SctpWire.Streams, streamLimit);
        _canReset = canReset;
    }

    public bool Open(string label, string protocol, ChannelReliability reliability, out ushort id)
    {
        id = 0;
        if (_channels.Count >= options.MaxChannels)
        {
            return false;
        }

        var next = options.IsDtlsClient ? 0 : 1;
        while (next < _streamLimit && _channels.ContainsKey((ushort)next))
        {
            next += 2;
        }

        if (next >= _streamLimit)
        {
            return false;
        }

        id = (ushort)next;
        var channel = new DataChannel(id, label, protocol, reliability);
        _channels[id] = channel;
        SendControl(channel, ChannelOpenMessage.Write(label, protocol, reliability));
        return true;
    }

    public bool Send(ushort id, bool text, ReadOnlySpan<byte> message, long now)
    {
        if (!_channels.TryGetValue(id, out var channel) || channel.Closing || message.Length > options.PeerMaxMessageSize
            || sender.BufferedBytes + message.Length > options.SendBuffer)
        {
            return false;
        }

        var empty = message.IsEmpty;
        sender.Enqueue(new OutboundMessage
        {
            Stream = channel.Stream,
            Data = empty ? Empty : message.ToArray(),
            Ppid = (text, empty) switch
            {
                (true, false) => SctpWire.PpidText,
                (true, true) => SctpWire.PpidTextEmpty,
                (false, false) => SctpWire.PpidBinary,
                (false, true) => SctpWire.PpidBinaryEmpty,
            },
            Ordered = channel.Reliability.Ordered || !channel.Acknowledged,
            MaxRetransmits = channel.Reliability.MaxRetransmits,
            Expires = channel.Reliability.MaxLifetimeMicroseconds is { } lifetime ? now + lifetime : long.MaxValue,
        });
        return true;
    }

    public void Close(ushort id)
    {
        if (_channels.TryGetValue(id, out var channel) && !channel.Closing)
        {
            channel.Closing = true;
            _closing.Add(channel);
        }
    }

    /// <summary>Requests the reset of closing channels that have nothing more to send.</summary>
    public void RequestResets()
    {
        for (var i = _closing.Count - 1; i >= 0; i--)
        {
            var channel = _closing[i];
            if (channel.Stream.Pending > 0)
            {
                continue;
            }

            _closing.RemoveAt(i);
            if (_canReset)
            {
                channel.ResetRequested = true;
                _resets!.Request(channel.Stream.Id);
            }
            else
            {
                Remove(channel);
            }
        }
    }

    public void OnMessage(ushort stream, uint ppid, ReadOnlySpan<byte> message)
    {
        if (ppid == SctpWire.PpidControl)
        {
            OnControl(stream, message);
            return;
        }

        if (!_channels.TryGetValue(stream, out var channel) || channel.IncomingReset)
        {
            return;
        }

        Acknowledge(channel);
        switch (ppid)
        {
            case SctpWire.PpidText or SctpWire.PpidBinary:
                observer.OnChannelMessage(stream, ppid == SctpWire.PpidText, message);
                break;
            case SctpWire.PpidTextEmpty or SctpWire.PpidBinaryEmpty:
                observer.OnChannelMessage(stream, ppid == SctpWire.PpidTextEmpty, default);
                break;
            case SctpWire.PpidTooLarge:
                observer.OnChannelMessageTooLarge(stream);
                break;
        }
    }

    public void OnIncomingReset(ReadOnlySpan<ushort> streams)
    {
        if (streams.IsEmpty)
        {
            streams = _channels.Keys.ToArray();
        }

        foreach (var id in streams)
        {
            _receiver!.ResetStream(id);
            if (_channels.TryGetValue(id, out var channel))
            {
                channel.IncomingReset = true;
                Close(id);
                RemoveWhenDone(channel);
            }
        }
    }

    public void OnOutgoingReset(ReadOnlySpan<ushort> streams)
    {
        foreach (var id in streams)
        {
            if (_channels.TryGetValue(id, out var channel) && channel.ResetRequested)
            {
                channel.OutgoingReset = true;
                RemoveWhenDone(channel);
            }
        }
    }

    public void OnResetWanted(ReadOnlySpan<ushort> streams)
    {
        if (streams.IsEmpty)
        {
            streams = _channels.Keys.ToArray();
        }

        foreach (var id in streams)
        {
            Close(id);
        }
    }

    private void OnControl(ushort stream, ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            return;
        }

        if (message[0] == SctpWire.ChannelAck)
        {
            if (_channels.TryGetValue(stream, out var ours))
            {
                Acknowledge(ours);
            }

            return;
        }

        if (message[0] != SctpWire.ChannelOpen || _channels.ContainsKey(stream))
        {
            return;
        }

        var channel = ChannelOpenMessage.Read(stream, message);
        var refused = channel is null || _channels.Count >= options.MaxChannels || stream >= _streamLimit;
        if (refused)
        {
            // A refusal is a reset; a stream we may not send on cannot be reset and stays unknown.
            if (_canReset && stream < _streamLimit)
            {
                _resets!.Request(stream);
            }

            return;
        }

        _channels[stream] = channel!;
        channel!.Acknowledged = true;
        SendControl(channel, Ack);
        observer.OnChannelOpened(stream, channel.Label, channel.Protocol);
    }

    private void Acknowledge(DataChannel channel)
    {
        if (!channel.Acknowledged)
        {
            channel.Acknowledged = true;
            observer.OnChannelOpened(channel.Stream.Id, channel.Label, channel.Protocol);
        }
    }

    private void SendControl(DataChannel channel, byte[] message) =>
        sender.Enqueue(new OutboundMessage { Stream = channel.Stream, Data = message, Ppid = SctpWire.PpidControl, Ordered = true });

    private void RemoveWhenDone(DataChannel channel)
    {
        if (channel is { IncomingReset: true, OutgoingReset: true })
        {
            Remove(channel);
        }
    }

    private void Remove(DataChannel channel)
    {
        if (_channels.Remove(channel.Stream.Id))
        {
            observer.OnChannelClosed(channel.Stream.Id);
        }
    }
}
