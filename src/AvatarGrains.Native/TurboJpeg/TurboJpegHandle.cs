using System.Runtime.InteropServices;

namespace AvatarGrains.Native.TurboJpeg;

internal sealed class TurboJpegHandle : SafeHandle
{
    public TurboJpegHandle(nint instance)
        : base(0, ownsHandle: true) => SetHandle(instance);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeTurboJpeg.tjDestroy(handle) == 0;
}
