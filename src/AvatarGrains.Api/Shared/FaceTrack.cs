namespace AvatarGrains.Api.Shared;

/// <summary>The face that goes with a piece of speech, for clients that draw the avatar themselves.</summary>
/// <param name="Fps">Poses per second.</param>
/// <param name="DurationMs">Length of the speech.</param>
/// <param name="Visemes">What the mouth says, from beginning to end.</param>
/// <param name="Poses">One for each frame.</param>
internal sealed record FaceTrack(int Fps, long DurationMs, IReadOnlyList<VisemeSpan> Visemes, IReadOnlyList<MouthPose> Poses);

/// <summary>One viseme and its time in the speech.</summary>
internal sealed record VisemeSpan(string Name, long StartMs, long EndMs);

/// <summary>The shape of the mouth in one frame, and how much the head stresses it; each from 0 to 1.</summary>
internal sealed record MouthPose(float Jaw, float Width, float Round, float Press, float Teeth, float Tongue, float Accent);
