using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Rsvg;

internal sealed class RsvgHandle : SafeHandle
{
    public RsvgHandle(nint instance)
        : base(0, ownsHandle: true) => SetHandle(instance);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeRsvg.g_object_unref(handle);
        return true;
    }
}
