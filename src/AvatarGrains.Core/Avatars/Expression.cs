namespace AvatarGrains.Core.Avatars;

/// <summary>Facial expressions every rig draws. Names are those of the <c>[face:NAME]</c> tags.</summary>
public enum Expression : byte
{
    Neutral = 0,
    Joy,
    Sorrow,
    Angry,
    Fun,
    Surprised,
    Thinking,
}
