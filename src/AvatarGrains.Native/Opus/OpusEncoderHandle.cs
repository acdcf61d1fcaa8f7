using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Opus;

internal sealed class OpusEncoderHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeOpus.opus_encoder_destroy(handle);
        return true;
    }
}
