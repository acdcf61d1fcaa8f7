using System.Runtime.InteropServices;

namespace AvatarGrains.Native.SpeexDsp;

internal sealed class ResamplerHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeSpeexDsp.speex_resampler_destroy(handle);
        return true;
    }
}
