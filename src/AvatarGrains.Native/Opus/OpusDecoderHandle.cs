using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Opus;

internal sealed class OpusDecoderHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeOpus.opus_decoder_destroy(handle);
        return true;
    }
}
