using System.Buffers.Binary;
using System.Runtime.InteropServices;
using AvatarGrains.WebRtc;

namespace AvatarGrains.Native.Sockets;

/// <summary>Translates between <see cref="NetAddress"/> and sockaddr_in or sockaddr_in6.</summary>
internal static class SocketAddress
{
    public const int Size = 28;
    private const int SizeIPv4 = 16;

    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> target, in NetAddress address, bool ipv6)
    {
        target[..Size].Clear();
        MemoryMarshal.Write(target, (ushort)(ipv6 ? NativeSocket.Inet6 : NativeSocket.Inet));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], address.Port);
        if (ipv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(target[8..], address.Address);
            return Size;
        }

        BinaryPrimitives.WriteUInt32BigEndian(target[4..], (uint)address.Address);
        return SizeIPv4;
    }

    public static NetAddress Read(ReadOnlySpan<byte> source)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return MemoryMarshal.Read<ushort>(source) == NativeSocket.Inet6
            ? new NetAddress(BinaryPrimitives.ReadUInt128BigEndian(source[8..]), port)
            : new NetAddress(new UInt128(0, 0x0000_ffff_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(source[4..])), port);
    }
}
