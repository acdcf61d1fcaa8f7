using System.Runtime.InteropServices;

namespace AvatarGrains.Native.PocketSphinx;

internal sealed class PocketSphinxHandle : SafeHandle
{
    public PocketSphinxHandle(nint decoder)
        : base(0, ownsHandle: true) => SetHandle(decoder);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _ = NativePocketSphinx.ps_free(handle);
        return true;
    }
}
