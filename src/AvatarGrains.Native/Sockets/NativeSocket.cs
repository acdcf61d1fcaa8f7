using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AvatarGrains.Native.Sockets;

/// <summary>The socket calls of Linux's libc, with the constants of x64 and arm64.</summary>
internal static unsafe partial class NativeSocket
{
    public const int Inet = 2;
    public const int Inet6 = 10;
    public const int Datagram = 2;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const int LevelSocket = 1;
    public const int SendBuffer = 7;
    public const int ReceiveBuffer = 8;
    public const int LevelIPv6 = 41;
    public const int IPv6Only = 26;
    public const int DontWait = 0x40;
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const int EventNonBlocking = 0x800;
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int InputOutput = 5;
    public const int AddressFamilyNotSupported = 97;
    public const int LevelUdp = 17;
    public const int UdpSegment = 103;

    /// <summary>CMSG_LEN of two bytes.</summary>
    public const int SegmentControlLength = 18;

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int setsockopt(SafeFileHandle socket, int level, int option, in int value, uint length);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int bind(SafeFileHandle socket, byte* address, uint length);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int getsockname(SafeFileHandle socket, byte* address, ref uint length);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int recvmmsg(SafeFileHandle socket, MessageHeader* messages, uint count, int flags, nint timeout);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int sendmmsg(SafeFileHandle socket, MessageHeader* messages, uint count, int flags);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int ppoll(PollEntry* entries, nuint count, TimeSpec* timeout, nint signals);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int eventfd(uint value, int flags);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial nint read(SafeFileHandle file, byte* buffer, nuint length);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial nint write(SafeFileHandle file, byte* buffer, nuint length);

    [StructLayout(LayoutKind.Sequential)]
    public struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct mmsghdr: a msghdr and the bytes moved.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
        private readonly uint _headerPadding;
        public uint Length;
        private readonly uint _padding;
    }

    /// <summary>struct cmsghdr with the length of a UDP segment.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SegmentControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public ushort Segment;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int File;
        public short Events;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
