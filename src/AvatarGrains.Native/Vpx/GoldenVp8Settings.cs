namespace AvatarGrains.Native.Vpx;

/// <summary>How a <see cref="GoldenVp8Encoder"/> encodes.</summary>
/// <param name="KeyQuantizer">Quantizer of the key frame, 0 (best) to 63. All other frames predict from it, so it is finer than theirs.</param>
/// <param name="PoseQuantizer">Quantizer of all other frames, 0 to 63.</param>
/// <param name="CpuUsed">Speed, 0 (thorough) to 16, passed to libvpx in its real-time mode.</param>
public sealed record GoldenVp8Settings(int KeyQuantizer = 12, int PoseQuantizer = 28, int CpuUsed = 5)
{
    public static GoldenVp8Settings Default { get; } = new();
}
