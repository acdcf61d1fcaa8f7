using System.Runtime.InteropServices;

namespace AvatarGrains.Native.PocketSphinx;

/// <summary>Declarations of libsphinxbase, which version 5 has merged into libpocketsphinx; cmd_ln.h, cmn.h, feat.h.</summary>
internal static partial class NativeSphinxBase
{
    [LibraryImport(NativeNames.SphinxBase)]
    public static partial nint cmd_ln_parse_r(nint previous, nint definitions, int count, ReadOnlySpan<nint> values, int strict);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial int cmd_ln_free_r(nint config);

    [LibraryImport(NativeNames.SphinxBase)]
    public static partial void cmn_live_set(nint cmn, ReadOnlySpan<float> mean);

    /// <summary>The head of <c>feat_t</c> up to the cepstral normalization.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Features
    {
        public int ReferenceCount;
        public nint Name;
        public int CepstrumSize;
        public int StreamCount;
        public nint StreamLengths;
        public int WindowSize;
        public int SubvectorCount;
        public nint SubvectorLengths;
        public nint Subvectors;
        public nint SubvectorBuffer;
        public int SubvectorDimension;
        public int CmnType;
        public int VarianceNormalization;
        public int AgcType;
        public nint ComputeFeatures;
        public nint Cmn;
    }

    /// <summary><c>cmn_t</c>: the mean in use, and the sum of the frames it is made from.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CepstralNormalization
    {
        public nint Mean;
        public nint Variance;
        public nint Sum;
        public int Frames;
        public int Length;
    }
}
