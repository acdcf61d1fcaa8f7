namespace AvatarGrains.Native.Vpx;

/// <summary>Decodes VP8 frames. One thread at a time.</summary>
public sealed unsafe class Vp8Decoder : IDisposable
{
    private readonly VpxContextHandle _context = VpxContextHandle.Decoder();
    private NativeVpx.Image* _image;

    /// <summary>Width of the picture decoded last, 0 before the first.</summary>
    public int Width => _image is null ? 0 : (int)_image->Width;

    /// <summary>Height of the picture decoded last, 0 before the first.</summary>
    public int Height => _image is null ? 0 : (int)_image->Height;

    /// <summary>Bytes from one luma row to the next.</summary>
    public int StrideY => _image is null ? 0 : _image->StrideY;

    /// <summary>Bytes from one chroma row to the next.</summary>
    public int StrideUv => _image is null ? 0 : _image->StrideU;

    /// <summary>Luma of the picture decoded last; valid until the next call of <see cref="Decode"/>.</summary>
    public ReadOnlySpan<byte> Y => _image is null ? default : new(_image->Y, Length(_image->StrideY, Height, Width));

    /// <summary>Blue difference, half width and height (rounded up).</summary>
    public ReadOnlySpan<byte> U => _image is null ? default : new(_image->U, Length(_image->StrideU, (Height + 1) / 2, (Width + 1) / 2));

    /// <summary>Red difference, half width and height (rounded up).</summary>
    public ReadOnlySpan<byte> V => _image is null ? default : new(_image->V, Length(_image->StrideV, (Height + 1) / 2, (Width + 1) / 2));

    /// <summary>Decodes one frame, which need not be valid.</summary>
    /// <returns>False when it is not a valid frame or shows nothing.</returns>
    public bool Decode(ReadOnlySpan<byte> frame)
    {
        _image = null;
        if (frame.IsEmpty)
        {
            return false;
        }

        fixed (byte* data = frame)
        {
            if (NativeVpx.vpx_codec_decode(_context, data, (uint)frame.Length, 0, 0) != NativeVpx.Ok)
            {
                return false;
            }
        }

        nint iterator = 0;
        _image = NativeVpx.vpx_codec_get_frame(_context, ref iterator);
        return _image is not null;
    }

    /// <summary>Writes the picture decoded last as BGRA, rows packed.</summary>
    public void CopyBgra(Span<byte> bgra)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bgra.Length, Width * Height * 4);
        I420.ToBgra(Y, StrideY, U, V, StrideUv, Width, Height, bgra);
    }

    public void Dispose()
    {
        _image = null;
        _context.Dispose();
    }

    private static int Length(int stride, int rows, int lastRow) => (stride * (rows - 1)) + lastRow;
}
