namespace AvatarGrains.WebRtc.Sctp;

/// <summary>A message from the moment it is queued until its last byte is acknowledged or given up.</summary>
internal sealed class OutboundMessage
{
    public required OutboundStream Stream { get; init; }

    public required byte[] Data { get; init; }

    public required uint Ppid { get; init; }

    public required bool Ordered { get; init; }

    public uint? MaxRetransmits { get; init; }

    /// <summary>Time after which it is given up.</summary>
    public long Expires { get; init; } = long.MaxValue;

    /// <summary>Taken when the first fragment is sent.</summary>
    public ushort Sequence { get; set; }

    /// <summary>Bytes already cut into chunks.</summary>
    public int Sent { get; set; }

    public bool Abandoned { get; set; }
}
