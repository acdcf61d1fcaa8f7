using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Vpx;

/// <summary>Owns a codec context and its memory.</summary>
internal sealed unsafe class VpxContextHandle : SafeHandle
{
    private VpxContextHandle(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    /// <exception cref="VpxException">No memory, or the configuration is refused.</exception>
    public static VpxContextHandle Encoder(NativeVpx.EncoderConfig* config)
    {
        var context = (nint)NativeMemory.AllocZeroed(NativeVpx.ContextBytes);
        return Own(context, NativeVpx.vpx_codec_enc_init_ver(context, NativeVpx.vpx_codec_vp8_cx(), config, 0, VpxAbi.Encoder));
    }

    public static VpxContextHandle Decoder()
    {
        var context = (nint)NativeMemory.AllocZeroed(NativeVpx.ContextBytes);
        return Own(context, NativeVpx.vpx_codec_dec_init_ver(context, NativeVpx.vpx_codec_vp8_dx(), 0, 0, VpxAbi.Decoder));
    }

    protected override bool ReleaseHandle()
    {
        var status = NativeVpx.vpx_codec_destroy(handle);
        NativeMemory.Free((void*)handle);
        return status == NativeVpx.Ok;
    }

    private static VpxContextHandle Own(nint context, int status)
    {
        if (status != NativeVpx.Ok)
        {
            NativeMemory.Free((void*)context);
            VpxException.ThrowIf(status);
        }

        return new VpxContextHandle(context);
    }
}
