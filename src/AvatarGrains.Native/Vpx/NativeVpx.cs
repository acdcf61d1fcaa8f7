using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Vpx;

/// <summary>Declarations of libvpx 1.11 to 1.15.</summary>
internal static unsafe partial class NativeVpx
{
    private const string Library = NativeNames.Vpx;

    public const int Ok = 0;
    public const int AbiMismatch = 3;
    public const int FormatI420 = 0x102;
    public const int PacketFrame = 0;
    public const uint FrameIsKey = 1;
    public const nuint DeadlineRealtime = 1;

    public const int ControlCpuUsed = 13;
    public const int ControlTokenPartitions = 18;

    public const nint ForceKeyFrame = 1;
    public const nint NoRefLast = 1 << 16;
    public const nint NoUpdateLast = 1 << 18;
    public const nint NoUpdateEntropy = 1 << 20;
    public const nint NoRefAlt = 1 << 21;
    public const nint NoUpdateGolden = 1 << 22;
    public const nint NoUpdateAlt = 1 << 23;

    /// <summary>More than <c>vpx_codec_ctx_t</c> takes in any version.</summary>
    public const nuint ContextBytes = 256;

    /// <summary>The head of <c>vpx_codec_enc_cfg_t</c>, the same since libvpx 1.8, and room for a tail that grows.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct EncoderConfig
    {
        public uint Usage;
        public uint Threads;
        public uint Profile;
        public uint Width;
        public uint Height;
        public int BitDepth;
        public uint InputBitDepth;
        public int TimebaseNumerator;
        public int TimebaseDenominator;
        public uint ErrorResilient;
        public int Pass;
        public uint LagInFrames;
        public uint DropFrameThreshold;
        public uint ResizeAllowed;
        public uint ScaledWidth;
        public uint ScaledHeight;
        public uint ResizeUp;
        public uint ResizeDown;
        public int RateControl;
        public nint TwoPassStats;
        public nuint TwoPassStatsBytes;
        public nint FirstPassStats;
        public nuint FirstPassStatsBytes;
        public uint TargetKilobits;
        public uint MinQuantizer;
        public uint MaxQuantizer;
        public uint Undershoot;
        public uint Overshoot;
        public uint BufferMs;
        public uint BufferInitialMs;
        public uint BufferOptimalMs;
        public uint TwoPassBias;
        public uint TwoPassMin;
        public uint TwoPassMax;
        public uint TwoPassCorpus;
        public int KeyFrameMode;
        public uint KeyFrameMinDistance;
        public uint KeyFrameMaxDistance;
        public Tail Rest;
    }

    [InlineArray(4096)]
    public struct Tail
    {
        private byte _first;
    }

    /// <summary>The public part of <c>vpx_image_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Image
    {
        public int Format;
        public int ColorSpace;
        public int Range;
        public uint StorageWidth;
        public uint StorageHeight;
        public uint BitDepth;
        public uint Width;
        public uint Height;
        public uint RenderWidth;
        public uint RenderHeight;
        public uint ChromaShiftX;
        public uint ChromaShiftY;
        public byte* Y;
        public byte* U;
        public byte* V;
        public byte* A;
        public int StrideY;
        public int StrideU;
        public int StrideV;
        public int StrideA;
    }

    /// <summary>The head of <c>vpx_codec_cx_pkt_t</c> for a frame.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Packet
    {
        public int Kind;
        public byte* Data;
        public nuint Length;
        public long Pts;
        public nuint Duration;
        public uint Flags;
    }

    [LibraryImport(Library)]
    public static partial nint vpx_codec_vp8_cx();

    [LibraryImport(Library)]
    public static partial nint vpx_codec_vp8_dx();

    [LibraryImport(Library)]
    public static partial int vpx_codec_enc_config_default(nint codec, EncoderConfig* config, uint usage);

    [LibraryImport(Library)]
    public static partial int vpx_codec_enc_init_ver(nint context, nint codec, EncoderConfig* config, nint flags, int abi);

    [LibraryImport(Library)]
    public static partial int vpx_codec_enc_config_set(VpxContextHandle context, EncoderConfig* config);

    [LibraryImport(Library)]
    public static partial int vpx_codec_encode(VpxContextHandle context, Image* image, long pts, nuint duration, nint flags, nuint deadline);

    [LibraryImport(Library)]
    public static partial Packet* vpx_codec_get_cx_data(VpxContextHandle context, ref nint iterator);

    // The C function takes variable arguments; on the supported 64-bit Linux ABIs an int travels the same way in both forms.
    [LibraryImport(Library)]
    public static partial int vpx_codec_control_(VpxContextHandle context, int control, int value);

    [LibraryImport(Library)]
    public static partial int vpx_codec_dec_init_ver(nint context, nint codec, nint config, nint flags, int abi);

    [LibraryImport(Library)]
    public static partial int vpx_codec_decode(VpxContextHandle context, byte* data, uint length, nint user, nint deadline);

    [LibraryImport(Library)]
    public static partial Image* vpx_codec_get_frame(VpxContextHandle context, ref nint iterator);

    [LibraryImport(Library)]
    public static partial int vpx_codec_destroy(nint context);

    [LibraryImport(Library)]
    public static partial nint vpx_codec_err_to_string(int error);

    [LibraryImport(Library)]
    public static partial Image* vpx_img_alloc(nint image, int format, uint width, uint height, uint align);

    [LibraryImport(Library)]
    public static partial void vpx_img_free(nint image);
}
