using System.Buffers.Binary;
using System.Net;

namespace AvatarGrains.WebRtc;

/// <summary>An IP address and UDP port as a value: equal, hashable and without allocation. IPv4 is held as IPv4-mapped IPv6.</summary>
public readonly record struct NetAddress(UInt128 Address, ushort Port)
{
    private static readonly UInt128 MappedPrefix = new(0, 0x0000_ffff_0000_0000);

    public bool IsIPv4 => (Address >> 32) == (MappedPrefix >> 32);

    /// <summary>An IPv4 address, most significant byte first, as IPv4-mapped IPv6.</summary>
    public static UInt128 MapIPv4(uint address) => MappedPrefix | address;

    public static NetAddress From(IPEndPoint endPoint) => From(endPoint.Address, (ushort)endPoint.Port);

    public static NetAddress From(IPAddress address, ushort port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return written == 4
            ? new NetAddress(MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes), port)
            : new NetAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes), port);
    }

    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPEndPoint(new IPAddress(IsIPv4 ? bytes[12..] : bytes), Port);
    }

    public override string ToString() => ToEndPoint().ToString();
}
