using System.Runtime.InteropServices;

namespace AvatarGrains.Native.OpenSsl;

internal sealed class SslContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeSsl.SSL_CTX_free(handle);
        return true;
    }
}
