using System.Runtime.InteropServices;

namespace AvatarGrains.Native.OpenSsl;

/// <summary>An SSL object, its BIO, and the weak handle through which the BIO finds its association.</summary>
internal sealed class SslHandle() : SafeHandle(0, ownsHandle: true)
{
    private GCHandle _owner;

    public override bool IsInvalid => handle == 0;

    public void SetOwner(GCHandle owner) => _owner = owner;

    protected override bool ReleaseHandle()
    {
        NativeSsl.SSL_free(handle);
        if (_owner.IsAllocated)
        {
            _owner.Free();
        }

        return true;
    }
}
