using Orleans;

namespace AvatarGrains.Core.Avatars;

/// <summary>Eyes of a pose. Blinks pass Open → Half → Closed → Half → Open.</summary>
public enum Eyes : byte
{
    Open = 0,
    Half,
    Closed,
    GlanceLeft,
    GlanceRight,
    GlanceUp,
}

/// <summary>What the face does for one 40 ms video frame of speech; travels on the media stream.</summary>
/// <param name="Mouth">Index into <c>MouthTable</c>; 0 is the mouth at rest.</param>
/// <param name="Expression">The expression held.</param>
/// <param name="Accent">Head and brow accent, 0 (none) to <see cref="MaxAccent"/> (full nod and raised brows).</param>
public readonly record struct FaceFrame(byte Mouth, Expression Expression, byte Accent)
{
    public const byte MaxAccent = 3;

    public static FaceFrame Rest => default;
}

/// <summary>One drawable state of an avatar: the key of the pose library. The set of keys is finite.</summary>
/// <param name="Phase">Position in the idle loop, 0 ≤ Phase &lt; the rig's loop length in 25 fps frames; carries breathing and head sway.</param>
/// <param name="Eyes">Eyelids and gaze.</param>
/// <param name="Mouth">Index into <c>MouthTable</c>.</param>
/// <param name="Expression">Facial expression.</param>
/// <param name="Accent">Speech accent, 0 to <see cref="FaceFrame.MaxAccent"/>.</param>
public readonly record struct PoseKey(ushort Phase, Eyes Eyes, byte Mouth, Expression Expression, byte Accent)
{
    /// <summary>The pose the key frame shows: loop start, eyes open, mouth at rest.</summary>
    public static PoseKey Base => default;
}

/// <summary>How an avatar is shown. Equal views share one set of encoded poses.</summary>
/// <param name="Avatar">Avatar name: a folder under <c>models/avatars</c>.</param>
/// <param name="Width">Pixels, even, 64 to 1920.</param>
/// <param name="Height">Pixels, even, 64 to 1920.</param>
/// <param name="Background">Null for the rig's own, <c>#rrggbb</c> for a colour, else the id of a stored image.</param>
/// <param name="PaddingLeft">Horizontal shift as a fraction of the width, −1 to 1.</param>
/// <param name="PaddingTop">Downward shift as a fraction of the height, 0 to 1.</param>
/// <param name="PaddingHeight">Scale of the figure; 1 fills the height, 0 to 5.</param>
[GenerateSerializer, Immutable, Alias("ag.View")]
public sealed record AvatarView(
    [property: Id(0)] string Avatar,
    [property: Id(1)] int Width,
    [property: Id(2)] int Height,
    [property: Id(3)] string? Background = null,
    [property: Id(4)] double PaddingLeft = 0,
    [property: Id(5)] double PaddingTop = 0,
    [property: Id(6)] double PaddingHeight = 1);

/// <summary>What a client may know of an avatar.</summary>
/// <param name="Name">Folder name.</param>
/// <param name="DisplayName">Name for people.</param>
/// <param name="Description">One line.</param>
/// <param name="LoopFrames">Idle-loop length in frames at 25 fps.</param>
/// <param name="DefaultVoice">Voice that suits the character, or null.</param>
public sealed record AvatarInfo(string Name, string DisplayName, string Description, int LoopFrames, string? DefaultVoice);
