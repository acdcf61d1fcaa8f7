using System.Runtime.InteropServices;

namespace AvatarGrains.Native.PocketSphinx;

/// <summary>Declarations of ngram_model.h and logmath.h, in libsphinxbase (version 5prealpha).</summary>
internal static partial class NativeNGram
{
    [LibraryImport(NativeNames.SphinxBase)]
    public static partial nint logmath_init(double logBase, int shift, int useTable);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial int logmath_free(nint math);

    [LibraryImport(NativeNames.SphinxBase, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint ngram_model_read(nint config, string file, int type, nint math);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial int ngram_model_free(nint model);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial nint ngram_model_get_counts(nint model);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial nint ngram_word(nint model, int word);

    [LibraryImport(NativeNames.SphinxBase, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ngram_wid(nint model, string word);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial int ngram_ng_prob(nint model, int word, ReadOnlySpan<int> history, int historyLength, out int used);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial void err_set_logfp(nint file);
}
