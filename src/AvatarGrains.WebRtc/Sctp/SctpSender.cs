using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>The sending half: cuts messages into chunks, keeps them until acknowledged, sends again what is lost, gives up what may be.</summary>
internal sealed class SctpSender(SctpOptions options, uint initialTsn, RtoEstimator rto)
{
    private const int MissingReports = 3;

    private readonly int _fragment = (options.PacketSize - SctpWire.CommonHeader - SctpWire.DataHeader) & ~3;
    private readonly CongestionWindow _congestion = new(options.PacketSize);
    private readonly OutboundWindow _window = new();
    private readonly Queue<OutboundMessage> _queue = new();
    private readonly Dictionary<ushort, ushort> _skipped = [];
    private uint _nextTsn = initialTsn;
    private uint _acknowledged = initialTsn - 1;
    private uint _forwarded = initialTsn - 1;
    private bool _forwardDue;
    private bool _mayExceedWindow;
    private int _retransmits;
    private int _flight;
    private long _peerWindow;
    private uint? _timedTsn;
    private long _timedAt;

    /// <summary>When the retransmission timer (T3-rtx) fires.</summary>
    public long Deadline { get; private set; } = long.MaxValue;

    /// <summary>Timeouts in a row without any SACK.</summary>
    public int Errors { get; private set; }

    public int BufferedBytes { get; private set; }

    public bool CanForward { get; private set; }

    public uint LastTsn => _nextTsn - 1;

    public bool IsIdle => _queue.Count == 0 && _window.Count == 0;

    public void SetPeer(uint window, bool canForward)
    {
        _peerWindow = window;
        CanForward = canForward;
    }

    public void Enqueue(OutboundMessage message)
    {
        message.Stream.Pending++;
        BufferedBytes += message.Data.Length;
        _queue.Enqueue(message);
    }

    /// <summary>Takes a SACK, or the cumulative TSN alone from SHUTDOWN.</summary>
    /// <param name="cumulative">Cumulative TSN acknowledged.</param>
    /// <param name="window">Advertised window in bytes; null keeps the last one.</param>
    /// <param name="gaps">Gap blocks, 4 bytes each.</param>
    /// <param name="now">Monotonic microseconds.</param>
    /// <returns>False when it acknowledges what was never sent.</returns>
    public bool OnSack(uint cumulative, uint? window, ReadOnlySpan<byte> gaps, long now)
    {
        if (SctpWire.Before(LastTsn, cumulative))
        {
            return false;
        }

        if (SctpWire.Before(cumulative, _acknowledged))
        {
            return true;
        }

        Errors = 0;
        var flightBefore = _flight;
        var advanced = cumulative != _acknowledged;
        var acknowledged = 0;
        _acknowledged = cumulative;
        while (_window.Count > 0 && !SctpWire.Before(cumulative, _window[0].Tsn))
        {
            acknowledged += Release(_window.RemoveFirst(), now);
        }

        var (newest, highest) = MarkGaps(gaps, ref acknowledged, now);
        if (newest is not null || (_congestion.InRecovery && advanced))
        {
            CountMissing(_congestion.InRecovery && advanced ? highest : newest);
        }

        if (advanced)
        {
            _congestion.OnAcknowledged(acknowledged, flightBefore, cumulative);
            Deadline = _window.Count > 0 ? now + rto.Value : long.MaxValue;
        }

        if (window is { } bytes)
        {
            _peerWindow = Math.Max(0, bytes - (long)_flight);
        }

        GiveUp(now);
        return true;
    }

    /// <summary>T3-rtx has fired.</summary>
    public void OnTimeout(long now)
    {
        Errors++;
        rto.BackOff();
        _congestion.OnTimeout();
        _timedTsn = null;
        for (var i = 0; i < _window.Count; i++)
        {
            var chunk = _window[i];
            chunk.Missing = 0;
            chunk.FastRetransmitted = false;
            if (chunk.InFlight)
            {
                MarkLost(chunk);
            }
        }

        GiveUp(now);
        _forwardDue = _forwarded != _acknowledged && SctpWire.Before(_acknowledged, _forwarded);
        _mayExceedWindow = true;
        Deadline = _window.Count > 0 ? now + rto.Value : long.MaxValue;
    }

    /// <summary>Writes what may be sent now.</summary>
    public void Fill(SctpPacketWriter writer, uint tag, long now)
    {
        if (_forwardDue)
        {
            WriteForward(writer, tag);
        }

        SendLost(writer, tag, now);
        SendNew(writer, tag, now);
        _mayExceedWindow = false;
    }

    private void SendLost(SctpPacketWriter writer, uint tag, long now)
    {
        var budget = _mayExceedWindow ? options.PacketSize - SctpWire.CommonHeader : 0;
        for (var i = 0; i < _window.Count && _retransmits > 0; i++)
        {
            var chunk = _window[i];
            if (!chunk.Retransmit)
            {
                continue;
            }

            budget -= SctpWire.DataHeader + SctpWire.Padded(chunk.Length);
            if (budget < 0 && _flight >= _congestion.Size)
            {
                return;
            }

            chunk.Retransmit = false;
            _retransmits--;
            Write(writer, tag, chunk);
            if (i == 0 || Deadline == long.MaxValue)
            {
                Deadline = now + rto.Value;
            }
        }
    }

    private void SendNew(SctpPacketWriter writer, uint tag, long now)
    {
        while (_retransmits == 0 && _queue.TryPeek(out var message) && _window.Count < SctpWire.Window - 1)
        {
            if (message.Abandoned || (CanForward && now > message.Expires))
            {
                DropUnsent(message);
                AfterDrop(writer, tag, now);
                continue;
            }

            var length = Math.Min(message.Data.Length - message.Sent, _fragment);
            if (_flight >= _congestion.Size || (length > _peerWindow && _flight > 0))
            {
                return;
            }

            SendFragment(writer, tag, message, length, now);
        }
    }

    /// <summary>The peer has to skip the part of a dropped message that was sent; the timer makes sure that it is told.</summary>
    private void AfterDrop(SctpPacketWriter writer, uint tag, long now)
    {
        GiveUp(now);
        if (_forwardDue)
        {
            WriteForward(writer, tag);
        }

        if (_window.Count > 0 && Deadline == long.MaxValue)
        {
            Deadline = now + rto.Value;
        }
    }

    private void SendFragment(SctpPacketWriter writer, uint tag, OutboundMessage message, int length, long now)
    {
        var flags = message.Ordered ? 0 : SctpWire.FlagUnordered;
        if (message.Sent == 0)
        {
            flags |= SctpWire.FlagBegin;
            if (message.Ordered)
            {
                message.Sequence = message.Stream.NextSequence++;
            }
        }

        if (message.Sent + length == message.Data.Length)
        {
            flags |= SctpWire.FlagEnd;
            _queue.Dequeue();
        }

        var chunk = new OutboundChunk { Message = message, Tsn = _nextTsn++, Flags = (byte)flags, Offset = message.Sent, Length = length };
        message.Sent += length;
        _window.Add(chunk);
        if (_timedTsn is null)
        {
            (_timedTsn, _timedAt) = (chunk.Tsn, now);
        }

        if (Deadline == long.MaxValue)
        {
            Deadline = now + rto.Value;
        }

        Write(writer, tag, chunk);
    }

    private void Write(SctpPacketWriter writer, uint tag, OutboundChunk chunk)
    {
        var message = chunk.Message;
        var value = writer.Add(tag, SctpWire.Data, chunk.Flags, SctpWire.DataHeader - SctpWire.ChunkHeader + chunk.Length);
        BinaryPrimitives.WriteUInt32BigEndian(value, chunk.Tsn);
        BinaryPrimitives.WriteUInt16BigEndian(value[4..], message.Stream.Id);
        BinaryPrimitives.WriteUInt16BigEndian(value[6..], message.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(value[8..], message.Ppid);
        message.Data.AsSpan(chunk.Offset, chunk.Length).CopyTo(value[12..]);
        chunk.Transmissions++;
        chunk.InFlight = true;
        _flight += chunk.Length;
        _peerWindow = Math.Max(0, _peerWindow - chunk.Length);
    }

    /// <summary>A chunk is cumulatively acknowledged.</summary>
    /// <returns>Bytes that count as newly acknowledged.</returns>
    private int Release(OutboundChunk chunk, long now)
    {
        var fresh = MarkAcknowledged(chunk, now);
        BufferedBytes -= chunk.Length;
        if (chunk.IsLast)
        {
            chunk.Message.Stream.Pending--;
        }

        return fresh;
    }

    private int MarkAcknowledged(OutboundChunk chunk, long now)
    {
        if (chunk.Acknowledged)
        {
            return 0;
        }

        chunk.Acknowledged = true;
        if (_timedTsn == chunk.Tsn)
        {
            _timedTsn = null;
            rto.Add(now - _timedAt);
        }

        if (chunk.InFlight)
        {
            chunk.InFlight = false;
            _flight -= chunk.Length;
        }

        if (chunk.Retransmit)
        {
            chunk.Retransmit = false;
            _retransmits--;
        }

        return chunk.Message.Abandoned ? 0 : chunk.Length;
    }

    /// <summary>
    /// Gap blocks are offsets from the cumulative TSN; the window's first chunk has offset 1. Blocks out of order or beyond the window end
    /// the reading.
    /// </summary>
    /// <returns>The highest TSN newly acknowledged, and the highest acknowledged at all.</returns>
    private (uint? Newest, uint? Highest) MarkGaps(ReadOnlySpan<byte> gaps, ref int acknowledged, long now)
    {
        uint? newest = null;
        uint? highest = null;
        var index = 0;
        for (; gaps.Length >= 4; gaps = gaps[4..])
        {
            int start = BinaryPrimitives.ReadUInt16BigEndian(gaps);
            int end = BinaryPrimitives.ReadUInt16BigEndian(gaps[2..]);
            if (start <= index || end < start || end > _window.Count)
            {
                break;
            }

            for (; index < start - 1; index++)
            {
                Unmark(_window[index]);
            }

            for (; index < end; index++)
            {
                var chunk = _window[index];
                highest = chunk.Tsn;
                if (!chunk.Acknowledged)
                {
                    newest = chunk.Tsn;
                    acknowledged += MarkAcknowledged(chunk, now);
                }
            }
        }

        for (; index < _window.Count; index++)
        {
            Unmark(_window[index]);
        }

        return (newest, highest);
    }

    /// <summary>The peer no longer reports a chunk that it once did; it must be sent again.</summary>
    private void Unmark(OutboundChunk chunk)
    {
        if (chunk.Acknowledged)
        {
            chunk.Acknowledged = false;
            if (!chunk.Message.Abandoned)
            {
                chunk.Retransmit = true;
                _retransmits++;
            }
        }
    }

    private void CountMissing(uint? before)
    {
        var lost = false;
        for (var i = 0; before is { } limit && i < _window.Count && SctpWire.Before(_window[i].Tsn, limit); i++)
        {
            var chunk = _window[i];
            if (chunk.InFlight && !chunk.FastRetransmitted && ++chunk.Missing >= MissingReports)
            {
                chunk.FastRetransmitted = true;
                MarkLost(chunk);
                lost = true;
            }
        }

        if (lost)
        {
            _mayExceedWindow |= !_congestion.InRecovery;
            _congestion.OnFastLoss(LastTsn);
        }
    }

    private void MarkLost(OutboundChunk chunk)
    {
        if (_timedTsn == chunk.Tsn)
        {
            _timedTsn = null;
        }

        chunk.InFlight = false;
        chunk.Retransmit = true;
        _retransmits++;
        _flight -= chunk.Length;
        _peerWindow += chunk.Length;
    }

    /// <summary>
    /// Gives up lost chunks whose message has reached its limit of time or retransmissions, and finds how far the peer can be told to skip
    /// (RFC 3758 section 3.5).
    /// </summary>
    private void GiveUp(long now)
    {
        if (!CanForward)
        {
            return;
        }

        for (var i = 0; i < _window.Count && _retransmits > 0; i++)
        {
            var chunk = _window[i];
            if (chunk.Retransmit && (chunk.Transmissions > chunk.Message.MaxRetransmits || now > chunk.Message.Expires))
            {
                Abandon(chunk.Message);
            }
        }

        var point = _acknowledged;
        for (var i = 0; i < _window.Count && (_window[i].Message.Abandoned || _window[i].Acknowledged); i++)
        {
            if (_window[i].Message.Abandoned)
            {
                point = _window[i].Tsn;
            }
        }

        if (SctpWire.Before(_forwarded, point) && point != _acknowledged)
        {
            _forwarded = point;
            _forwardDue = true;
        }
    }

    private void Abandon(OutboundMessage message)
    {
        if (message.Sent < message.Data.Length && !message.Abandoned)
        {
            DropUnsent(message);
        }

        message.Abandoned = true;
        for (var i = 0; i < _window.Count; i++)
        {
            var chunk = _window[i];
            if (chunk.Message != message)
            {
                continue;
            }

            if (chunk.InFlight)
            {
                chunk.InFlight = false;
                _flight -= chunk.Length;
            }

            if (chunk.Retransmit)
            {
                chunk.Retransmit = false;
                _retransmits--;
            }
        }
    }

    /// <summary>
    /// Drops the rest of the message at the head of the queue. When part of it is on its way one TSN that is never sent stands for the
    /// rest, so that the peer is told to skip past the part it has.
    /// </summary>
    private void DropUnsent(OutboundMessage message)
    {
        _queue.Dequeue();
        BufferedBytes -= message.Data.Length - message.Sent;
        if (message.Sent == 0)
        {
            message.Stream.Pending--;
            return;
        }

        _window.Add(new OutboundChunk { Message = message, Tsn = _nextTsn++, Flags = SctpWire.FlagEnd, Offset = message.Sent, Length = 0 });
        message.Sent = message.Data.Length;
        Abandon(message);
    }

    private void WriteForward(SctpPacketWriter writer, uint tag)
    {
        _forwardDue = false;
        _skipped.Clear();
        for (var i = 0; i < _window.Count && !SctpWire.Before(_forwarded, _window[i].Tsn); i++)
        {
            var message = _window[i].Message;
            if (message.Abandoned && message.Ordered)
            {
                _skipped[message.Stream.Id] = message.Sequence;
            }
        }

        var value = writer.Add(tag, SctpWire.ForwardTsn, 0, 4 + (4 * _skipped.Count));
        BinaryPrimitives.WriteUInt32BigEndian(value, _forwarded);
        foreach (var (stream, sequence) in _skipped)
        {
            value = value[4..];
            BinaryPrimitives.WriteUInt16BigEndian(value, stream);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], sequence);
        }
    }
}
