using System.Buffers.Binary;
using System.Numerics;

namespace AvatarGrains.WebRtc.Sctp;

/// <summary>
/// The receiving half: tracks TSNs, puts messages together and says what has arrived. A message of one chunk is delivered as soon as its
/// stream allows; one of several when everything before it has come, since its chunks have consecutive TSNs.
/// </summary>
internal sealed class SctpReceiver
{
    private const long SackDelay = 100_000;
    private const int MaxGaps = 128;
    private const int MaxDuplicates = 16;

    private readonly SctpOptions _options;
    private readonly ISctpMessageSink _sink;
    private readonly InboundStreams _streams;
    private readonly int _limit;
    private readonly uint[] _duplicates = new uint[MaxDuplicates];
    private InboundFragment?[] _ahead = [];
    private byte[] _assembly = [];
    private int _assembled;
    private bool _tooLarge;
    private InboundHeader? _assembling;
    private uint _cumulative;
    private uint _highest;
    private int _aheadBytes;
    private int _duplicateCount;
    private bool _sackNow;
    private int _unacknowledgedPackets;

    public SctpReceiver(SctpOptions options, ISctpMessageSink sink)
    {
        _options = options;
        _sink = sink;
        _streams = new InboundStreams(sink);
        _limit = Math.Max(options.ReceiveBuffer, options.MaxMessageSize + options.PacketSize);
    }

    public uint Cumulative => _cumulative;

    /// <summary>Bytes we can still take.</summary>
    public uint Window => (uint)Math.Max(0, _limit - Held);

    /// <summary>When a delayed SACK must go.</summary>
    public long SackDeadline { get; private set; } = long.MaxValue;

    private int Held => _aheadBytes + _assembled + _streams.HeldBytes;

    public void Start(uint initialTsn) => _cumulative = _highest = initialTsn - 1;

    public void ResetStream(ushort stream) => _streams.Reset(stream);

    public bool IsSackDue(long now) => _sackNow || now >= SackDeadline;

    /// <summary>Takes the value of a DATA chunk.</summary>
    /// <returns>False when the peer breaks the protocol or a limit.</returns>
    public bool OnData(byte flags, ReadOnlySpan<byte> value)
    {
        if (value.Length <= InboundHeader.Size)
        {
            return false;
        }

        var header = InboundHeader.Read(flags, value);
        var data = value[InboundHeader.Size..];
        var distance = unchecked((int)(header.Tsn - _cumulative));
        if (distance <= 0 || (distance > 1 && distance < _ahead.Length && Slot(header.Tsn) is not null))
        {
            _sackNow = true;
            if (_duplicateCount < MaxDuplicates)
            {
                _duplicates[_duplicateCount++] = header.Tsn;
            }

            return true;
        }

        _sackNow |= (flags & SctpWire.FlagImmediate) != 0;
        return distance == 1 ? Advance(header, data) : KeepAhead(header, data, distance);
    }

    /// <summary>Call once for each packet that held DATA.</summary>
    public void OnPacketDone(long now)
    {
        if (++_unacknowledgedPackets >= 2 || _highest != _cumulative)
        {
            _sackNow = true;
        }

        SackDeadline = Math.Min(SackDeadline, now + SackDelay);
    }

    /// <summary>Takes the value of a FORWARD-TSN chunk.</summary>
    /// <returns>False when the peer breaks a limit.</returns>
    public bool OnForward(ReadOnlySpan<byte> value)
    {
        if (value.Length < 4)
        {
            return false;
        }

        _sackNow = true;
        var target = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (!SctpWire.Before(_cumulative, target))
        {
            return true;
        }

        var steps = Math.Min(target - _cumulative, (uint)_ahead.Length);
        for (uint step = 1; step <= steps; step++)
        {
            if (Take(_cumulative + step) is not { } fragment)
            {
                DropAssembly();
            }
            else if (fragment != InboundFragment.Delivered && !Append(fragment.Header, fragment.Data))
            {
                return false;
            }
        }

        _cumulative = target;
        if (SctpWire.Before(_highest, _cumulative))
        {
            _highest = _cumulative;
        }

        // What is still being put together was begun before the target and never comes whole.
        DropAssembly();
        for (value = value[4..]; value.Length >= 4; value = value[4..])
        {
            var stream = BinaryPrimitives.ReadUInt16BigEndian(value);
            if (stream < SctpWire.Streams)
            {
                _streams.Skip(stream, BinaryPrimitives.ReadUInt16BigEndian(value[2..]));
            }
        }

        return Drain();
    }

    public void WriteSack(SctpPacketWriter writer, uint tag)
    {
        Span<(ushort Start, ushort End)> gaps = stackalloc (ushort, ushort)[MaxGaps];
        var gapCount = FindGaps(gaps);
        var value = writer.Add(tag, SctpWire.Sack, 0, 12 + (4 * gapCount) + (4 * _duplicateCount));
        BinaryPrimitives.WriteUInt32BigEndian(value, _cumulative);
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(value[8..], (ushort)gapCount);
        BinaryPrimitives.WriteUInt16BigEndian(value[10..], (ushort)_duplicateCount);
        value = value[12..];
        foreach (var (start, end) in gaps[..gapCount])
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, start);
            BinaryPrimitives.WriteUInt16BigEndian(value[2..], end);
            value = value[4..];
        }

        foreach (var duplicate in _duplicates.AsSpan(0, _duplicateCount))
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, duplicate);
            value = value[4..];
        }

        _duplicateCount = 0;
        _unacknowledgedPackets = 0;
        _sackNow = false;
        SackDeadline = long.MaxValue;
    }

    private int FindGaps(Span<(ushort Start, ushort End)> gaps)
    {
        var count = 0;
        var span = _highest - _cumulative;
        for (uint offset = 2; offset <= span && count < gaps.Length; offset++)
        {
            if (Slot(_cumulative + offset) is null)
            {
                continue;
            }

            var start = offset;
            while (offset < span && Slot(_cumulative + offset + 1) is not null)
            {
                offset++;
            }

            gaps[count++] = ((ushort)start, (ushort)offset);
        }

        return count;
    }

    private bool Advance(in InboundHeader header, ReadOnlySpan<byte> data)
    {
        _cumulative = header.Tsn;
        if (SctpWire.Before(_highest, _cumulative))
        {
            _highest = _cumulative;
        }

        return Append(header, data) && Drain();
    }

    private bool Drain()
    {
        while (_highest != _cumulative && Take(_cumulative + 1) is { } fragment)
        {
            _cumulative++;
            if (fragment != InboundFragment.Delivered && !Append(fragment.Header, fragment.Data))
            {
                return false;
            }
        }

        return true;
    }

    private bool KeepAhead(in InboundHeader header, ReadOnlySpan<byte> data, int distance)
    {
        _sackNow = true;
        if (distance >= SctpWire.Window || Held + data.Length + InboundStreams.Overhead > _limit)
        {
            // Not acknowledged, so the peer sends it again.
            return true;
        }

        Reach(distance);
        if (SctpWire.Before(_highest, header.Tsn))
        {
            _highest = header.Tsn;
        }

        if (header is { IsBegin: true, IsEnd: true }
            && (header.IsUnordered || (header.Stream < SctpWire.Streams && _streams.IsNext(header.Stream, header.Sequence))))
        {
            Slot(header.Tsn) = InboundFragment.Delivered;
            return data.Length <= _options.MaxMessageSize && Complete(header, data);
        }

        Slot(header.Tsn) = new InboundFragment(header, data.ToArray());
        _aheadBytes += data.Length + InboundStreams.Overhead;
        return true;
    }

    /// <summary>Adds the next chunk in TSN order to the message it belongs to.</summary>
    private bool Append(in InboundHeader header, ReadOnlySpan<byte> data)
    {
        if (header.IsBegin)
        {
            DropAssembly();
            if (header.IsEnd)
            {
                return data.Length <= _options.MaxMessageSize && Complete(header, data);
            }

            _assembling = header;
        }

        if (_assembling is not { } first)
        {
            // The rest of a message whose beginning the peer gave up.
            return true;
        }

        if (first.Stream != header.Stream || first.IsUnordered != header.IsUnordered || (!first.IsUnordered && first.Sequence != header.Sequence))
        {
            return false;
        }

        Gather(data);
        if (!header.IsEnd)
        {
            return true;
        }

        var message = _assembly.AsSpan(0, _assembled);
        var whole = _tooLarge ? first with { Ppid = SctpWire.PpidTooLarge } : first;
        DropAssembly();
        return Complete(whole, message);
    }

    /// <summary>Adds to the message being put together. One that becomes too large is followed to its end and not kept.</summary>
    private void Gather(ReadOnlySpan<byte> data)
    {
        if (_tooLarge || _assembled + data.Length > _options.MaxMessageSize)
        {
            _tooLarge = true;
            _assembled = 0;
            _assembly = [];
            return;
        }

        if (_assembled + data.Length > _assembly.Length)
        {
            Array.Resize(ref _assembly, Math.Max(4096, Math.Min(_options.MaxMessageSize, 2 * (_assembled + data.Length))));
        }

        data.CopyTo(_assembly.AsSpan(_assembled));
        _assembled += data.Length;
    }

    private bool Complete(in InboundHeader header, ReadOnlySpan<byte> message)
    {
        if (header.Stream >= SctpWire.Streams)
        {
            return true;
        }

        if (header.IsUnordered)
        {
            _sink.OnMessage(header.Stream, header.Ppid, message);
        }
        else
        {
            _streams.Accept(header.Stream, header.Sequence, header.Ppid, message);
        }

        return Held <= 2 * _limit;
    }

    private void DropAssembly()
    {
        _tooLarge = false;
        _assembling = null;
        _assembled = 0;
        _assembly = [];
    }

    /// <summary>Makes the ring long enough for a distance from the cumulative TSN.</summary>
    private void Reach(int distance)
    {
        if (distance < _ahead.Length)
        {
            return;
        }

        var old = _ahead;
        _ahead = new InboundFragment?[Math.Max(64, (int)BitOperations.RoundUpToPowerOf2((uint)distance + 1))];
        for (uint tsn = _cumulative + 1; old.Length > 0 && !SctpWire.Before(_highest, tsn); tsn++)
        {
            Slot(tsn) = old[tsn & (old.Length - 1)];
        }
    }

    private ref InboundFragment? Slot(uint tsn) => ref _ahead[tsn & (_ahead.Length - 1)];

    private InboundFragment? Take(uint tsn)
    {
        if (_ahead.Length == 0)
        {
            return null;
        }

        ref var slot = ref Slot(tsn);
        var fragment = slot;
        slot = null;
        if (fragment is not null && fragment != InboundFragment.Delivered)
        {
            _aheadBytes -= fragment.Data.Length + InboundStreams.Overhead;
        }

        return fragment;
    }
}
