using System.Runtime.InteropServices;

namespace AvatarGrains.Native.SpeexDsp;

/// <summary>Declarations of speex_resampler.h and speex_preprocess.h.</summary>
internal static unsafe partial class NativeSpeexDsp
{
    public const int SetDenoise = 0;
    public const int SetNoiseSuppress = 18;

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial ResamplerHandle speex_resampler_init(uint channels, uint inRate, uint outRate, int quality, out int error);

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial void speex_resampler_destroy(nint state);

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial int speex_resampler_process_int(
        ResamplerHandle state, uint channel, short* input, uint* inLength, short* output, uint* outLength);

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial int speex_resampler_skip_zeros(ResamplerHandle state);

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial PreprocessHandle speex_preprocess_state_init(int frameSize, int sampleRate);

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial void speex_preprocess_state_destroy(nint state);

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial int speex_preprocess_run(PreprocessHandle state, short* samples);

    [LibraryImport(NativeNames.SpeexDsp)]
    public static partial int speex_preprocess_ctl(PreprocessHandle state, int request, int* value);
}
