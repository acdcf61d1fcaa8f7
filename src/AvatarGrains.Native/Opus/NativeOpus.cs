using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Opus;

/// <summary>Declarations of opus.h. The variadic ctl calls take one int, which Linux passes like a fixed argument on x86-64 and arm64.</summary>
internal static unsafe partial class NativeOpus
{
    public const int ApplicationVoip = 2048;
    public const int ApplicationAudio = 2049;
    public const int SetBitrate = 4002;
    public const int SetComplexity = 4010;
    public const int SetInbandFec = 4012;
    public const int SetPacketLossPercent = 4014;
    public const int SetDtx = 4016;
    public const int SetSignal = 4024;
    public const int SignalVoice = 3001;

    [LibraryImport(NativeNames.Opus)]
    public static partial OpusEncoderHandle opus_encoder_create(int sampleRate, int channels, int application, out int error);

    [LibraryImport(NativeNames.Opus)]
    public static partial void opus_encoder_destroy(nint encoder);

    [LibraryImport(NativeNames.Opus)]
    public static partial int opus_encode(OpusEncoderHandle encoder, short* pcm, int frameSize, byte* data, int maxBytes);

    [LibraryImport(NativeNames.Opus)]
    public static partial int opus_encoder_ctl(OpusEncoderHandle encoder, int request, int value);

    [LibraryImport(NativeNames.Opus)]
    public static partial OpusDecoderHandle opus_decoder_create(int sampleRate, int channels, out int error);

    [LibraryImport(NativeNames.Opus)]
    public static partial void opus_decoder_destroy(nint decoder);

    [LibraryImport(NativeNames.Opus)]
    public static partial int opus_decode(OpusDecoderHandle decoder, byte* data, int length, short* pcm, int frameSize, int fec);
}
