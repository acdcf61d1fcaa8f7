namespace AvatarGrains.Native.Vpx;

/// <summary>
/// VP8 encoder for pictures that are played in any order: one key frame, which stays the golden reference, and inter frames that predict from
/// golden alone and leave every reference and probability as it was (RFC 6386 sections 9.7, 9.11). Single-threaded, so that equal input gives an
/// equal key frame in every encoder of the same size and settings. One thread at a time.
/// </summary>
public sealed unsafe class GoldenVp8Encoder : IDisposable
{
    private const nint PoseFlags = NativeVpx.NoRefLast | NativeVpx.NoRefAlt | NativeVpx.NoUpdateLast | NativeVpx.NoUpdateGolden
        | NativeVpx.NoUpdateAlt | NativeVpx.NoUpdateEntropy;

    private const int VariableBitrate = 0;

    private readonly GoldenVp8Settings _settings;
    private readonly VpxContextHandle _context;
    private readonly VpxImageHandle _image;
    private NativeVpx.EncoderConfig _config;
    private long _pts;

    /// <param name="width">Pixels, 2 to 16382, even.</param>
    /// <param name="height">Pixels, 2 to 16382, even.</param>
    /// <param name="settings">Null for the defaults.</param>
    /// <exception cref="VpxException">The library refuses the size or has no memory.</exception>
    public GoldenVp8Encoder(int width, int height, GoldenVp8Settings? settings = null)
    {
        CheckSide(width);
        CheckSide(height);
        _settings = settings ?? GoldenVp8Settings.Default;
        Width = width;
        Height = height;
        fixed (NativeVpx.EncoderConfig* config = &_config)
        {
            VpxException.ThrowIf(NativeVpx.vpx_codec_enc_config_default(NativeVpx.vpx_codec_vp8_cx(), config, 0));
            Configure(config);
            _image = new VpxImageHandle(width, height);
            try
            {
                _context = VpxContextHandle.Encoder(config);

                // Error resilience set at creation makes the encoder refresh macroblocks in turn, so that still areas flicker between
                // poses. Set afterwards it does not, but the encoder still never renews the golden frame by its own decision, and repeats
                // the loop-filter adjustments in every frame.
                config->ErrorResilient = 1;
                VpxException.ThrowIf(NativeVpx.vpx_codec_enc_config_set(_context, config));
            }
            catch
            {
                _context?.Dispose();
                _image.Dispose();
                throw;
            }
        }

        Control(NativeVpx.ControlCpuUsed, -_settings.CpuUsed);
        Control(NativeVpx.ControlTokenPartitions, 0);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>True once a key frame was encoded.</summary>
    public bool HasKeyFrame { get; private set; }

    /// <summary>Encodes the picture every later one predicts from.</summary>
    /// <param name="bgra">Width × Height × 4 bytes B, G, R, A, rows packed; alpha is ignored.</param>
    public byte[] EncodeKeyFrame(ReadOnlySpan<byte> bgra)
    {
        var frame = Encode(bgra, NativeVpx.ForceKeyFrame, _settings.KeyQuantizer);
        HasKeyFrame = true;
        return frame;
    }

    /// <summary>Encodes a picture that decodes after the key frame and any number of other such pictures, in any order.</summary>
    /// <param name="bgra">Width × Height × 4 bytes B, G, R, A, rows packed; alpha is ignored.</param>
    /// <exception cref="InvalidOperationException">There is no key frame yet.</exception>
    public byte[] EncodePose(ReadOnlySpan<byte> bgra)
    {
        if (!HasKeyFrame)
        {
            throw new InvalidOperationException("The key frame comes first.");
        }

        var frame = Encode(bgra, PoseFlags, _settings.PoseQuantizer);
        return Vp8FrameHeader.LeavesNoTrace(frame) ? frame : throw new VpxException("the encoder made a frame that later ones depend on");
    }

    public void Dispose()
    {
        _context.Dispose();
        _image.Dispose();
    }

    private static void CheckSide(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 16382);
        ArgumentOutOfRangeException.ThrowIfNotEqual(side & 1, 0);
    }

    private void Configure(NativeVpx.EncoderConfig* config)
    {
        config->Width = (uint)Width;
        config->Height = (uint)Height;
        config->Threads = 1;
        config->TimebaseNumerator = 1;
        config->TimebaseDenominator = 25;
        config->LagInFrames = 0;
        config->DropFrameThreshold = 0;
        config->ResizeAllowed = 0;
        config->RateControl = VariableBitrate;
        config->TargetKilobits = 20_000;
        config->MinQuantizer = config->MaxQuantizer = (uint)_settings.KeyQuantizer;
        config->KeyFrameMode = 0;
        config->KeyFrameMinDistance = config->KeyFrameMaxDistance = 0;
    }

    private byte[] Encode(ReadOnlySpan<byte> bgra, nint flags, int quantizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bgra.Length, Width * Height * 4);
        if (_config.MinQuantizer != quantizer)
        {
            _config.MinQuantizer = _config.MaxQuantizer = (uint)quantizer;
            fixed (NativeVpx.EncoderConfig* config = &_config)
            {
                VpxException.ThrowIf(NativeVpx.vpx_codec_enc_config_set(_context, config));
            }
        }

        var image = _image.Image;
        I420.FromBgra(
            bgra,
            Width,
            Height,
            new Span<byte>(image->Y, image->StrideY * Height),
            image->StrideY,
            new Span<byte>(image->U, image->StrideU * Height / 2),
            new Span<byte>(image->V, image->StrideV * Height / 2),
            image->StrideU);
        VpxException.ThrowIf(NativeVpx.vpx_codec_encode(_context, image, _pts++, 1, flags, NativeVpx.DeadlineRealtime));
        nint iterator = 0;
        NativeVpx.Packet* packet;
        while ((packet = NativeVpx.vpx_codec_get_cx_data(_context, ref iterator)) is not null)
        {
            if (packet->Kind == NativeVpx.PacketFrame)
            {
                var isKey = (packet->Flags & NativeVpx.FrameIsKey) != 0;
                if (isKey != (flags == NativeVpx.ForceKeyFrame))
                {
                    throw new VpxException("the encoder chose another kind of frame than asked for");
                }

                return new ReadOnlySpan<byte>(packet->Data, (int)packet->Length).ToArray();
            }
        }

        throw new VpxException("the encoder gave no frame");
    }

    private void Control(int control, int value) => VpxException.ThrowIf(NativeVpx.vpx_codec_control_(_context, control, value));
}
