using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Sockets;

/// <summary>Reads and writes struct epoll_event, which has no padding on x64 and four bytes of it elsewhere.</summary>
internal static class EpollEvents
{
    public static readonly int Size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int DataAt = Size - sizeof(ulong);

    public static void Write(Span<byte> target, uint events, ulong data)
    {
        target.Clear();
        MemoryMarshal.Write(target, events);
        MemoryMarshal.Write(target[DataAt..], data);
    }

    public static ulong Data(ReadOnlySpan<byte> source) => MemoryMarshal.Read<ulong>(source[DataAt..]);
}
