using System.Runtime.InteropServices;

namespace AvatarGrains.Native.PocketSphinx;

/// <summary>Owns an n-gram model and the logarithm table it computes with.</summary>
internal sealed class SphinxNGramHandle : SafeHandle
{
    private readonly nint _math;

    public SphinxNGramHandle(nint model, nint math)
        : base(0, ownsHandle: true)
    {
        SetHandle(model);
        _math = math;
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _ = NativeNGram.ngram_model_free(handle);
        _ = NativeNGram.logmath_free(_math);
        return true;
    }
}
