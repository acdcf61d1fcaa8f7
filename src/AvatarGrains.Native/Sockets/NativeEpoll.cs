using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AvatarGrains.Native.Sockets;

/// <summary>epoll and connected sockets of Linux's libc, and the layout of receive timestamps.</summary>
internal static unsafe partial class NativeEpoll
{
    public const int CloseOnExec = 0x80000;
    public const int Add = 1;
    public const uint Input = 1;

    /// <summary>SO_TIMESTAMPNS and the type of its control message.</summary>
    public const int TimestampNs = 35;

    /// <summary>Bytes of a cmsghdr with one timespec.</summary>
    public const int ControlSize = 32;

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int epoll_create1(int flags);

    // The event is packed on x64 and padded elsewhere: the caller lays it out.
    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int epoll_ctl(SafeFileHandle poll, int operation, SafeFileHandle socket, byte* change);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int epoll_wait(SafeFileHandle poll, byte* events, int count, int timeoutMilliseconds);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial int connect(SafeFileHandle socket, byte* address, uint length);

    [LibraryImport(NativeNames.C, SetLastError = true)]
    public static partial nint send(SafeFileHandle socket, byte* buffer, nuint length, int flags);
}
