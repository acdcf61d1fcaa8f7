using System.Runtime.InteropServices;

namespace AvatarGrains.Native.Espeak;

/// <summary>Declarations of espeak-ng/speak_lib.h.</summary>
internal static unsafe partial class NativeEspeak
{
    public const int OutputSynchronous = 2;
    public const int InitializePhonemeEvents = 0x0001;
    public const int InitializePhonemeIpa = 0x0002;
    public const int InitializeDontExit = 0x8000;
    public const uint CharsUtf8 = 1;
    public const int ParameterRate = 1;
    public const int ParameterPitch = 3;
    public const int EventListTerminated = 0;
    public const int EventPhoneme = 7;
    public const int PhonemesIpa = 2;

    [LibraryImport(NativeNames.EspeakNg)]
    public static partial int espeak_Initialize(int output, int bufferMs, nint path, int options);

    [LibraryImport(NativeNames.EspeakNg)]
    public static partial void espeak_SetSynthCallback(delegate* unmanaged<short*, int, Event*, int> callback);

    [LibraryImport(NativeNames.EspeakNg)]
    public static partial int espeak_Synth(
        byte* text, nuint size, uint position, int positionType, uint endPosition, uint flags, uint* identifier, nint userData);

    [LibraryImport(NativeNames.EspeakNg)]
    public static partial int espeak_SetParameter(int parameter, int value, int relative);

    [LibraryImport(NativeNames.EspeakNg, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int espeak_SetVoiceByName(string name);

    [LibraryImport(NativeNames.EspeakNg)]
    public static partial byte* espeak_TextToPhonemes(void** text, int textMode, int phonemeMode);

    /// <summary>The version, and the folder of the data.</summary>
    [LibraryImport(NativeNames.EspeakNg)]
    public static partial byte* espeak_Info(byte** dataPath);

    [LibraryImport(NativeNames.EspeakNg)]
    public static partial Voice** espeak_ListVoices(nint spec);

    [StructLayout(LayoutKind.Sequential)]
    public struct Event
    {
        public int Type;
        public uint Identifier;
        public int TextPosition;
        public int Length;
        public int AudioPosition;
        public int Sample;
        public nint UserData;
        public fixed byte Name[8];
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Voice
    {
        public byte* Name;
        public byte* Languages;
        public byte* Identifier;
        public byte Gender;
        public byte Age;
        public byte Variant;
        public byte Unused;
        public int Score;
        public nint Spare;
    }
}
