using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Flite;

internal sealed class UtteranceHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeFlite.delete_utterance(handle);
        return true;
    }
}
