namespace AvatarGrains.Client.Media;

/// <summary>One VP8 frame whose last packet has arrived.</summary>
/// <param name="At">When the last packet arrived, µs.</param>
/// <param name="Timestamp">90 kHz ticks.</param>
/// <param name="Late">Later than its clock says, µs.</param>
/// <param name="Jitter">How far the time since the frame before it is off the distance of their timestamps, µs.</param>
/// <param name="IsKey">A key frame.</param>
public readonly record struct FrameArrival(long At, uint Timestamp, long Late, long Jitter, bool IsKey);
