using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Receives stream resets (RFC 6525).</summary>
internal interface IStreamResetSink
{
    /// <summary>The peer resets these streams of its own; an empty list means all.</summary>
    void OnIncomingReset(ReadOnlySpan<ushort> streams);

    /// <summary>The peer has acknowledged our reset of these streams.</summary>
    void OnOutgoingReset(ReadOnlySpan<ushort> streams);

    /// <summary>The peer asks us to reset our side.</summary>
    void OnResetWanted(ReadOnlySpan<ushort> streams);
}

/// <summary>RE-CONFIG requests and responses. One request of ours is under way at a time.</summary>
internal sealed class StreamResets(IStreamResetSink sink, RtoEstimator rto, uint initialTsn)
{
    private const int ParameterHeader = 4;
    private const int OutgoingHeader = 16;
    private const int MaxStreams = 128;

    private readonly List<ushort> _waiting = [];
    private readonly List<ushort> _underWay = [];
    private uint _nextRequest = initialTsn;
    private uint _expectedRequest;
    private uint _lastResult = SctpWire.ResetNothingToDo;
    private uint _lastTsn;
    private bool _sendDue;

    public long Deadline { get; private set; } = long.MaxValue;

    public int Errors { get; private set; }

    public void Start(uint peerInitialTsn) => _expectedRequest = peerInitialTsn;

    /// <summary>Resets our side of a stream on which everything is acknowledged.</summary>
    public void Request(ushort stream)
    {
        if (!_waiting.Contains(stream) && !_underWay.Contains(stream))
        {
            _waiting.Add(stream);
        }
    }

    public void OnTimeout()
    {
        Errors++;
        rto.BackOff();
        _sendDue = true;
        Deadline = long.MaxValue;
    }

    public void Fill(SctpPacketWriter writer, uint tag, uint lastTsn, long now)
    {
        if (_underWay.Count == 0 && _waiting.Count > 0)
        {
            var count = Math.Min(_waiting.Count, MaxStreams);
            _underWay.AddRange(_waiting.GetRange(0, count));
            _waiting.RemoveRange(0, count);
            _lastTsn = lastTsn;
            _sendDue = true;
        }

        if (!_sendDue)
        {
            return;
        }

        _sendDue = false;
        Deadline = now + rto.Value;
        var length = OutgoingHeader + (2 * _underWay.Count);
        var value = writer.Add(tag, SctpWire.Reconfig, 0, length);
        BinaryPrimitives.WriteUInt16BigEndian(value, SctpWire.ParameterOutgoingReset);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], (ushort)length);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], _nextRequest);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], _expectedRequest - 1);
        BinaryPrimitives.WriteUInt32BigEndian(value[12..], _lastTsn);
        for (var i = 0; i < _underWay.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value[(OutgoingHeader + (2 * i))..], _underWay[i]);
        }
    }

    /// <summary>Takes the value of a RE-CONFIG chunk; answers into the writer.</summary>
    public void Receive(ReadOnlySpan<byte> value, uint cumulative, SctpPacketWriter writer, uint tag)
    {
        while (value.Length >= ParameterHeader)
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(value);
            int length = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
            if (length < ParameterHeader || length > value.Length)
            {
                return;
            }

            var body = value[ParameterHeader..length];
            switch (type)
            {
                case SctpWire.ParameterReconfigResponse when body.Length >= 8:
                    OnResponse(BinaryPrimitives.ReadUInt32BigEndian(body), BinaryPrimitives.ReadUInt32BigEndian(body[4..]));
                    break;
                case SctpWire.ParameterOutgoingReset when body.Length >= 12:
                    var ready = !SctpWire.Before(cumulative, BinaryPrimitives.ReadUInt32BigEndian(body[8..]));
                    Answer(body, body[12..], ready, type, writer, tag);
                    break;
                case SctpWire.ParameterIncomingReset when body.Length >= 4:
                    Answer(body, body[4..], ready: true, type, writer, tag);
                    break;
                default:
                    if (body.Length >= 4)
                    {
                        WriteResponse(BinaryPrimitives.ReadUInt32BigEndian(body), SctpWire.ResetDenied, writer, tag);
                    }

                    break;
            }

            value = value[Math.Min(value.Length, SctpWire.Padded(length))..];
        }
    }

    private void Answer(ReadOnlySpan<byte> body, ReadOnlySpan<byte> list, bool ready, ushort type, SctpPacketWriter writer, uint tag)
    {
        var request = BinaryPrimitives.ReadUInt32BigEndian(body);
        if (request == _expectedRequest - 1)
        {
            WriteResponse(request, _lastResult, writer, tag);
            return;
        }

        if (request != _expectedRequest || !ready)
        {
            WriteResponse(request, ready ? SctpWire.ResetBadSequence : SctpWire.ResetInProgress, writer, tag);
            return;
        }

        _expectedRequest++;
        _lastResult = SctpWire.ResetPerformed;
        WriteResponse(request, _lastResult, writer, tag);
        Span<ushort> streams = stackalloc ushort[SctpWire.Streams];
        var count = Math.Min(list.Length / 2, streams.Length);
        for (var i = 0; i < count; i++)
        {
            streams[i] = BinaryPrimitives.ReadUInt16BigEndian(list[(2 * i)..]);
        }

        if (type == SctpWire.ParameterOutgoingReset)
        {
            sink.OnIncomingReset(streams[..count]);
        }
        else
        {
            sink.OnResetWanted(streams[..count]);
        }
    }

    private void OnResponse(uint request, uint result)
    {
        if (_underWay.Count == 0 || request != _nextRequest)
        {
            return;
        }

        Errors = 0;
        if (result == SctpWire.ResetInProgress)
        {
            return;
        }

        // Whatever the answer, the peer will say nothing more about these streams.
        _nextRequest++;
        Deadline = long.MaxValue;
        _sendDue = false;
        var done = _underWay.ToArray();
        _underWay.Clear();
        sink.OnOutgoingReset(done);
    }

    private static void WriteResponse(uint request, uint result, SctpPacketWriter writer, uint tag)
    {
        var value = writer.Add(tag, SctpWire.Reconfig, 0, 12);
        BinaryPrimitives.WriteUInt16BigEndian(value, SctpWire.ParameterReconfigResponse);
        BinaryPrimitives.WriteUInt16BigEndian(value[2..], 12);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], request);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], result);
    }
}
