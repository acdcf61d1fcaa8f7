using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Flite;

/// <summary>Declarations of flite.h and what it includes.</summary>
internal static unsafe partial class NativeFlite
{
    public const int StreamStop = -1;
    public const int StreamContinue = 0;

    [LibraryImport(NativeNames.Flite)]
    public static partial int flite_init();

    [LibraryImport(NativeNames.Flite)]
    public static partial UtteranceHandle new_utterance();

    [LibraryImport(NativeNames.Flite)]
    public static partial void delete_utterance(nint utterance);

    /// <summary>Stores the text in the utterance, as a copy.</summary>
    [LibraryImport(NativeNames.Flite)]
    public static partial nint utt_set_input_text(UtteranceHandle utterance, byte* text);

    /// <summary>Gives the utterance a voice's functions and features.</summary>
    [LibraryImport(NativeNames.Flite)]
    public static partial nint utt_init(UtteranceHandle utterance, nint voice);

    [LibraryImport(NativeNames.Flite)]
    public static partial nint utt_synth(UtteranceHandle utterance);

    [LibraryImport(NativeNames.Flite)]
    public static partial Wave* utt_wave(UtteranceHandle utterance);

    [LibraryImport(NativeNames.Flite)]
    public static partial nint utt_relation(nint utterance, byte* name);

    [LibraryImport(NativeNames.Flite)]
    public static partial int utt_relation_present(nint utterance, byte* name);

    [LibraryImport(NativeNames.Flite)]
    public static partial nint relation_head(nint relation);

    [LibraryImport(NativeNames.Flite)]
    public static partial nint item_next(nint item);

    [LibraryImport(NativeNames.Flite)]
    public static partial float item_feat_float(nint item, byte* name);

    [LibraryImport(NativeNames.Flite)]
    public static partial byte* item_feat_string(nint item, byte* name);

    [LibraryImport(NativeNames.Flite)]
    public static partial byte* flite_ffeature_string(nint item, byte* path);

    [LibraryImport(NativeNames.Flite)]
    public static partial void flite_feat_set_float(nint features, byte* name, float value);

    [LibraryImport(NativeNames.Flite)]
    public static partial void flite_feat_set(nint features, byte* name, nint value);

    [LibraryImport(NativeNames.Flite)]
    public static partial StreamingInfo* new_audio_streaming_info();

    /// <summary>Wraps the info; who owns the value owns the info.</summary>
    [LibraryImport(NativeNames.Flite)]
    public static partial nint audio_streaming_info_val(StreamingInfo* info);

    [StructLayout(LayoutKind.Sequential)]
    public struct Wave
    {
        public nint Type;
        public int SampleRate;
        public int NumSamples;
        public int NumChannels;
        public short* Samples;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct StreamingInfo
    {
        public int MinBufferSize;
        public delegate* unmanaged<Wave*, int, int, int, StreamingInfo*, int> Callback;
        public nint Utterance;
        public nint Item;
        public nint UserData;
    }
}
