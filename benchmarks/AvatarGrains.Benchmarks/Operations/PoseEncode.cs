using AvatarGrains.Native.Vpx;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>Encodes one pose of 512×512 from the golden frame: what happens once for each pose, not for each session.</summary>
internal sealed class PoseEncode : IOperation
{
    private const int Size = 512;
    private readonly GoldenVp8Encoder _encoder = new(Size, Size);
    private readonly byte[] _picture = new byte[Size * Size * 4];

    public PoseEncode()
    {
        for (var i = 0; i < _picture.Length; i++)
        {
            _picture[i] = (byte)((i / 4 % Size / 4) + (i / (4 * Size) / 8));
        }

        _encoder.EncodeKeyFrame(_picture);
        _picture.AsSpan(Size * 4 * 300, Size * 4 * 40).Fill(90);
    }

    public void Run() => _encoder.EncodePose(_picture);

    public void Dispose() => _encoder.Dispose();
}
