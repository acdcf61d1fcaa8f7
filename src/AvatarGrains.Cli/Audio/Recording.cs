namespace AvatarGrains.Cli.Audio;

/// <summary>What a microphone gave.</summary>
/// <param name="Pcm">Mono 16-bit little-endian samples at <see cref="AudioProgram.RecordingRate"/>; empty when there is no microphone.</param>
/// <param name="Problem">Why there is none, in one line.</param>
internal sealed record Recording(byte[] Pcm, string? Problem);
