using System.Buffers.Binary;

namespace AvatarGrains.WebRtc.Rtp;

/// <summary>Reception statistics of one source (RFC 3550 A.3, A.8): what a report block says.</summary>
internal sealed class ReceiveStatistics(int clockRate)
{
    public const int BlockSize = 24;

    private bool _started;
    private uint _highest;
    private uint _base;
    private long _received;
    private uint _expectedPrior;
    private long _receivedPrior;
    private long _transit;
    private double _jitter;
    private uint _lastReport;
    private long _lastReportAt;

    public uint Ssrc { get; private set; }

    public bool IsStarted => _started;

    /// <summary>Counts a packet; a new SSRC starts afresh.</summary>
    public void Take(in RtpHeader header, long now)
    {
        if (!_started || header.Ssrc != Ssrc)
        {
            Start(header);
        }

        var step = (short)(header.Sequence - (ushort)_highest);
        if (step > 0)
        {
            _highest += (uint)step;
        }

        _received++;
        var transit = (long)((Int128)now * clockRate / 1_000_000) - header.Timestamp;
        if (_received > 1)
        {
            var difference = Math.Abs((int)(uint)(transit - _transit));
            _jitter += (difference - _jitter) / 16;
        }

        _transit = transit;
    }

    /// <summary>Takes note of the source's sender report: the middle 32 bits of its NTP time.</summary>
    public void TakeReport(uint ssrc, uint middleNtp, long now)
    {
        if (_started && ssrc == Ssrc)
        {
            _lastReport = middleNtp;
            _lastReportAt = now;
        }
    }

    /// <summary>Writes the report block for the time since the last one.</summary>
    public void WriteBlock(Span<byte> block, long now)
    {
        var expected = _highest - _base + 1;
        var lost = Math.Clamp(expected - _received, -0x80_0000, 0x7F_FFFF);
        var interval = expected - _expectedPrior;
        var lostInterval = interval - (_received - _receivedPrior);
        _expectedPrior = expected;
        _receivedPrior = _received;
        var fraction = interval == 0 || lostInterval <= 0 ? 0 : Math.Min(255, (lostInterval << 8) / interval);

        BinaryPrimitives.WriteUInt32BigEndian(block, Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(block[4..], ((uint)fraction << 24) | ((uint)lost & 0xFF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(block[8..], _highest);
        BinaryPrimitives.WriteUInt32BigEndian(block[12..], (uint)_jitter);
        BinaryPrimitives.WriteUInt32BigEndian(block[16..], _lastReport);
        var delay = _lastReport == 0 ? 0 : (uint)((Int128)(now - _lastReportAt) * 65536 / 1_000_000);
        BinaryPrimitives.WriteUInt32BigEndian(block[20..], delay);
    }

    private void Start(in RtpHeader header)
    {
        _started = true;
        Ssrc = header.Ssrc;
        _highest = _base = header.Sequence;
        _received = _receivedPrior = 0;
        _expectedPrior = 0;
        _jitter = 0;
        _lastReport = 0;
    }
}
