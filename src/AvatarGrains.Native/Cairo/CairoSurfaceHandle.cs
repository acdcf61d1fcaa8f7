using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Cairo;

internal sealed class CairoSurfaceHandle : SafeHandle
{
    public CairoSurfaceHandle(nint surface)
        : base(0, ownsHandle: true) => SetHandle(surface);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeCairo.cairo_surface_destroy(handle);
        return true;
    }
}
