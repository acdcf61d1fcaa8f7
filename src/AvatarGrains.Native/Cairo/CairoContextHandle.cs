using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Cairo;

internal sealed class CairoContextHandle : SafeHandle
{
    public CairoContextHandle(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeCairo.cairo_destroy(handle);
        return true;
    }
}
