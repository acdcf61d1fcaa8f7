using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Vpx;

/// <summary>Owns an I420 picture.</summary>
internal sealed unsafe class VpxImageHandle : SafeHandle
{
    public VpxImageHandle(int width, int height)
        : base(0, ownsHandle: true)
    {
        const uint Align = 32;
        SetHandle((nint)NativeVpx.vpx_img_alloc(0, NativeVpx.FormatI420, (uint)width, (uint)height, Align));
        if (IsInvalid)
        {
            throw new VpxException($"no memory for a picture of {width}×{height}");
        }
    }

    public override bool IsInvalid => handle == 0;

    public NativeVpx.Image* Image => (NativeVpx.Image*)handle;

    protected override bool ReleaseHandle()
    {
        NativeVpx.vpx_img_free(handle);
        return true;
    }
}
