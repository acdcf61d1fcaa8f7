namespace AvatarGrains.Client.Media;

/// <summary>One Opus packet.</summary>
/// <param name="At">When it arrived, µs.</param>
/// <param name="Timestamp">48 kHz ticks.</param>
/// <param name="Late">Later than its clock says, µs.</param>
/// <param name="Gap">Packets missing before it.</param>
/// <param name="IsSpeech">It carries sound; false for silence and discontinuous transmission.</param>
public readonly record struct AudioArrival(long At, uint Timestamp, long Late, int Gap, bool IsSpeech);
