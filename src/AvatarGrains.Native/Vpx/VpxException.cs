using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Vpx;

/// <summary>The video library refused a configuration or failed.</summary>
public sealed class VpxException(string message) : Exception(message)
{
    internal static void ThrowIf(int status)
    {
        if (status != NativeVpx.Ok)
        {
            throw new VpxException(Marshal.PtrToStringUTF8(NativeVpx.vpx_codec_err_to_string(status)) ?? $"libvpx error {status}");
        }
    }
}
