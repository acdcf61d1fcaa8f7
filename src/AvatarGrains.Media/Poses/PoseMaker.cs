using System.Diagnostics;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Native.TurboJpeg;
using AvatarGrains.Native.Vpx;

namespace AvatarGrains.Media.Poses;

/// <summary>
/// Draws and encodes the poses of one view: renderer, encoder and the picture between them. It takes much memory, so it exists only while
/// there is work. A new one encodes the key frame again, bit for bit, and predicts from it. One thread at a time.
/// </summary>
internal sealed class PoseMaker : IDisposable
{
    private readonly IPoseRenderer _renderer;
    private readonly GoldenVp8Encoder _encoder;
    private readonly PoseCounters _counters;
    private readonly byte[] _picture;
    private JpegEncoder? _jpeg;

    public PoseMaker(IPoseRenderer renderer, PoseLibraryOptions options, PoseCounters counters)
    {
        _renderer = renderer;
        _counters = counters;
        _picture = GC.AllocateUninitializedArray<byte>(renderer.View.Width * renderer.View.Height * 4);
        _encoder = new GoldenVp8Encoder(
            renderer.View.Width, renderer.View.Height, new GoldenVp8Settings(options.KeyQuantizer, options.PoseQuantizer));
        Draw(PoseKey.Base);
        var start = Stopwatch.GetTimestamp();
        KeyFrame = _encoder.EncodeKeyFrame(_picture);
        _counters.Encoded(Stopwatch.GetElapsedTime(start));
    }

    /// <summary>The key frame, showing <see cref="PoseKey.Base"/>.</summary>
    public byte[] KeyFrame { get; }

    public byte[] Encode(in PoseKey key)
    {
        Draw(key);
        var start = Stopwatch.GetTimestamp();
        var frame = _encoder.EncodePose(_picture);
        _counters.Encoded(Stopwatch.GetElapsedTime(start));
        return frame;
    }

    public byte[] EncodeJpeg(in PoseKey key, int quality)
    {
        Draw(key);
        _jpeg ??= new JpegEncoder();
        var start = Stopwatch.GetTimestamp();
        var picture = _jpeg.Encode(_picture, _renderer.View.Width, _renderer.View.Height, quality);
        _counters.JpegEncoded(Stopwatch.GetElapsedTime(start));
        return picture;
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _jpeg?.Dispose();
        _renderer.Dispose();
    }

    private void Draw(in PoseKey key)
    {
        var start = Stopwatch.GetTimestamp();
        _renderer.Render(key, _picture);
        _counters.Drawn(Stopwatch.GetElapsedTime(start));
    }
}
