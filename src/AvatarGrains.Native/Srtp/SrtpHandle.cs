using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Srtp;

internal sealed class SrtpHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeSrtp.srtp_dealloc(handle) == NativeSrtp.Ok;
}
