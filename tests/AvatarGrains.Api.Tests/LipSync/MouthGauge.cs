using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Media;
using AvatarGrains.Native.Vpx;

namespace AvatarGrains.Api.Tests.LipSync;

/// <summary>
/// Reads from decoded pixels how far the mouth is open: 0 as at rest, 1 as in a wide a. Between the pictures of these two it takes the
/// share of the way that a frame has gone.
/// </summary>
internal sealed class MouthGauge : IDisposable
{
    private readonly Vp8Decoder _decoder = new();
    private readonly double[] _rest;
    private readonly double[] _way;
    private readonly double _length;

    public MouthGauge(IPoseSet poses)
    {
        _rest = Decode(poses.KeyFrame.Data.Span);
        var wide = Decode(poses.Get(PoseKey.Base with { Mouth = MouthTable.IndexOf(Viseme.AA) }).Data.Span);
        _way = [.. wide.Zip(_rest, (to, from) => Math.Abs(to - from) > 12 ? to - from : 0)];
        _length = _way.Sum(step => step * step);
        Assert.True(_way.Count(step => step != 0) > 20, "a wide mouth looks like a closed one");
    }

    /// <summary>Decodes the next frame of the stream and measures it.</summary>
    public double Read(ReadOnlySpan<byte> frame)
    {
        var picture = Decode(frame);
        var gone = 0.0;
        for (var i = 0; i < _way.Length; i++)
        {
            gone += _way[i] * (picture[i] - _rest[i]);
        }

        return gone / _length;
    }

    public void Dispose() => _decoder.Dispose();

    private double[] Decode(ReadOnlySpan<byte> frame)
    {
        Assert.True(_decoder.Decode(frame));
        var picture = new double[_decoder.Width * _decoder.Height];
        for (var y = 0; y < _decoder.Height; y++)
        {
            var row = _decoder.Y.Slice(y * _decoder.StrideY, _decoder.Width);
            for (var x = 0; x < row.Length; x++)
            {
                picture[(y * _decoder.Width) + x] = row[x];
            }
        }

        return picture;
    }
}
