using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Threads;

/// <summary>
/// Priority of the calling thread. <see cref="Thread.Priority"/> does nothing on Linux, where each thread has a nice value of its own.
/// </summary>
public static partial class ThreadPriorities
{
    private const int ScopeThread = 0;
    private const int Urgent = -10;
    private const int Background = 4;

    /// <summary>Raises the calling thread's priority, so that media leaves on time while speech is made and pictures are drawn.</summary>
    /// <returns>False when the system does not allow it (it takes CAP_SYS_NICE or a nice limit).</returns>
    public static bool TryRaise() => OperatingSystem.IsLinux() && setpriority(ScopeThread, 0, Urgent) == 0;

    /// <summary>Lowers the calling thread's priority. Needs no permission; raising it again does.</summary>
    public static bool TryLower() => OperatingSystem.IsLinux() && setpriority(ScopeThread, 0, Background) == 0;

    // With PRIO_PROCESS and 0, Linux takes the calling thread alone.
    [LibraryImport(NativeNames.C, SetLastError = true)]
    private static partial int setpriority(int which, int who, int value);
}
