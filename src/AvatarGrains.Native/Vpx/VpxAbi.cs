namespace AvatarGrains.Native.Vpx;

/// <summary>
/// The interface versions of the library that is loaded. libvpx accepts only the number its headers were built with and refuses any other
/// before it looks at the remaining arguments, so a call without a context finds the number without side effects.
/// </summary>
internal static unsafe class VpxAbi
{
    private const int Highest = 128;

    public static int Encoder { get; } = FindEncoder();

    public static int Decoder { get; } = FindDecoder();

    private static int FindEncoder()
    {
        for (var abi = 1; abi <= Highest; abi++)
        {
            if (NativeVpx.vpx_codec_enc_init_ver(0, 0, null, 0, abi) != NativeVpx.AbiMismatch)
            {
                RequireKnownLayout();
                return abi;
            }
        }

        throw new VpxException("this version of libvpx has an unknown encoder interface");
    }

    private static int FindDecoder()
    {
        for (var abi = 1; abi <= Highest; abi++)
        {
            if (NativeVpx.vpx_codec_dec_init_ver(0, 0, 0, 0, abi) != NativeVpx.AbiMismatch)
            {
                return abi;
            }
        }

        throw new VpxException("this version of libvpx has an unknown decoder interface");
    }

    // The documented defaults of VP8 stand at both ends of the part of the structure that is used.
    private static void RequireKnownLayout()
    {
        NativeVpx.EncoderConfig config;
        VpxException.ThrowIf(NativeVpx.vpx_codec_enc_config_default(NativeVpx.vpx_codec_vp8_cx(), &config, 0));
        if (config.Width != 320 || config.Height != 240 || config.TimebaseDenominator != 30 || config.MinQuantizer != 4 || config.MaxQuantizer != 63
            || config.KeyFrameMaxDistance != 128)
        {
            throw new VpxException("this version of libvpx lays out its encoder configuration in an unknown way");
        }
    }
}
