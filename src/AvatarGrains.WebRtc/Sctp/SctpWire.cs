namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Numbers of RFC 9260, RFC 3758, RFC 6525 and RFC 8832.</summary>
internal static class SctpWire
{
    public const int CommonHeader = 12;
    public const int ChunkHeader = 4;

    /// <summary>Chunk header and TSN, stream, sequence, protocol id.</summary>
    public const int DataHeader = 16;

    public const byte Data = 0;
    public const byte Init = 1;
    public const byte InitAck = 2;
    public const byte Sack = 3;
    public const byte Heartbeat = 4;
    public const byte HeartbeatAck = 5;
    public const byte Abort = 6;
    public const byte Shutdown = 7;
    public const byte ShutdownAck = 8;
    public const byte Error = 9;
    public const byte CookieEcho = 10;
    public const byte CookieAck = 11;
    public const byte ShutdownComplete = 14;
    public const byte Reconfig = 130;
    public const byte ForwardTsn = 192;

    public const byte FlagEnd = 1;
    public const byte FlagBegin = 2;
    public const byte FlagUnordered = 4;
    public const byte FlagImmediate = 8;

    /// <summary>On ABORT and SHUTDOWN COMPLETE: the tag is the receiver's own, reflected.</summary>
    public const byte FlagReflectedTag = 1;

    public const ushort ParameterCookie = 7;
    public const ushort ParameterHeartbeatInfo = 1;
    public const ushort ParameterOutgoingReset = 13;
    public const ushort ParameterIncomingReset = 14;
    public const ushort ParameterReconfigResponse = 16;
    public const ushort ParameterSupportedExtensions = 0x8008;
    public const ushort ParameterForwardTsnSupported = 0xC000;

    public const uint ResetNothingToDo = 0;
    public const uint ResetPerformed = 1;
    public const uint ResetDenied = 2;
    public const uint ResetBadSequence = 5;
    public const uint ResetInProgress = 6;

    public const uint PpidControl = 50;
    public const uint PpidText = 51;
    public const uint PpidBinary = 53;
    public const uint PpidTextEmpty = 56;
    public const uint PpidBinaryEmpty = 57;

    /// <summary>
    /// Ours, never sent: a message that was longer than we take and was thrown away as it came. A remote that uses it is told just that.
    /// </summary>
    public const uint PpidTooLarge = uint.MaxValue;

    public const byte ChannelAck = 2;
    public const byte ChannelOpen = 3;

    /// <summary>Streams each way. Channels are few; the peer may name any below this.</summary>
    public const ushort Streams = 1024;

    /// <summary>TSNs that may be outstanding beyond the cumulative one.</summary>
    public const int Window = 4096;

    /// <summary>Serial number order (RFC 1982).</summary>
    public static bool Before(uint a, uint b) => (int)(a - b) < 0;

    public static int Padded(int length) => (length + 3) & ~3;
}
