namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Receives whole messages in delivery order.</summary>
internal interface ISctpMessageSink
{
    void OnMessage(ushort stream, uint ppid, ReadOnlySpan<byte> message);
}

/// <summary>Puts whole ordered messages into the order of their streams.</summary>
internal sealed class InboundStreams(ISctpMessageSink sink)
{
    /// <summary>What a held message costs beside its bytes.</summary>
    public const int Overhead = 64;

    private readonly Dictionary<ushort, Stream> _streams = [];

    /// <summary>Bytes of messages that wait for an earlier one.</summary>
    public int HeldBytes { get; private set; }

    public bool IsNext(ushort stream, ushort sequence) => Find(stream).Next == sequence;

    /// <summary>Delivers a message, or holds it when earlier ones of its stream are missing.</summary>
    public void Accept(ushort streamId, ushort sequence, uint ppid, ReadOnlySpan<byte> message)
    {
        var stream = Find(streamId);
        if (sequence == stream.Next)
        {
            stream.Next++;
            sink.OnMessage(streamId, ppid, message);
            DeliverHeld(streamId, stream);
        }
        else if ((short)(sequence - stream.Next) > 0 && stream.Held.TryAdd(sequence, new Held(ppid, message.ToArray())))
        {
            HeldBytes += message.Length + Overhead;
        }
    }

    /// <summary>The peer has given up what is missing up to and including a sequence number.</summary>
    public void Skip(ushort streamId, ushort through)
    {
        var stream = Find(streamId);
        while ((short)(through - stream.Next) >= 0)
        {
            if (stream.Held.Count == 0)
            {
                stream.Next = (ushort)(through + 1);
                return;
            }

            Deliver(streamId, stream);
            stream.Next++;
        }

        DeliverHeld(streamId, stream);
    }

    public void Reset(ushort streamId)
    {
        if (_streams.Remove(streamId, out var stream))
        {
            HeldBytes -= stream.Held.Values.Sum(held => held.Message.Length + Overhead);
        }
    }

    private void DeliverHeld(ushort id, Stream stream)
    {
        while (stream.Held.Count > 0 && stream.Held.ContainsKey(stream.Next))
        {
            Deliver(id, stream);
            stream.Next++;
        }
    }

    private void Deliver(ushort id, Stream stream)
    {
        if (stream.Held.Remove(stream.Next, out var held))
        {
            HeldBytes -= held.Message.Length + Overhead;
            sink.OnMessage(id, held.Ppid, held.Message);
        }
    }

    private Stream Find(ushort id)
    {
        if (!_streams.TryGetValue(id, out var stream))
        {
            _streams[id] = stream = new Stream();
        }

        return stream;
    }

    private readonly record struct Held(uint Ppid, byte[] Message);

    private sealed class Stream
    {
        public ushort Next { get; set; }

        public Dictionary<ushort, Held> Held { get; } = [];
    }
}
