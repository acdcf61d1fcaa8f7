using System.Runtime.InteropServices;

namespace AvatarGrains.Native.PocketSphinx;

/// <summary>Declarations of libpocketsphinx that version 5prealpha (soname 3) and version 5 share; pocketsphinx.h.</summary>
internal static partial class NativePocketSphinx
{
    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_args();

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_init(nint config);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_free(nint decoder);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_start_stream(PocketSphinxHandle decoder);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_start_utt(PocketSphinxHandle decoder);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_process_raw(PocketSphinxHandle decoder, ReadOnlySpan<short> data, nuint samples, int noSearch, int fullUtterance);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_end_utt(PocketSphinxHandle decoder);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_get_n_frames(PocketSphinxHandle decoder);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_get_hyp(PocketSphinxHandle decoder, out int score);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_get_prob(PocketSphinxHandle decoder);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_seg_iter(PocketSphinxHandle decoder);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_seg_next(nint segment);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_seg_word(nint segment);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial void ps_seg_frames(nint segment, out int start, out int end);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_seg_prob(nint segment, out int acoustic, out int language, out int backoff);

    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_get_feat(PocketSphinxHandle decoder);

    /// <summary>Version 5 only.</summary>
    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial nint ps_config_init(nint definitions);

    /// <summary>Version 5 only. Names have no leading dash.</summary>
    [LibraryImport(NativeNames.PocketSphinx, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ps_config_set_str(nint config, string name, string value);

    /// <summary>Version 5 only.</summary>
    [LibraryImport(NativeNames.PocketSphinx)]
    public static partial int ps_config_free(nint config);

    /// <summary>Version 5 only: the cepstral mean as comma-separated numbers.</summary>
    [LibraryImport(NativeNames.PocketSphinx, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ps_set_cmn(PocketSphinxHandle decoder, string mean);
}
