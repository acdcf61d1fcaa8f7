namespace AvatarGrains.Native.Pictures;

/// <summary>How much of an area a sprite covers.</summary>
public enum Coverage
{
    /// <summary>It paints nothing there.</summary>
    None,

    /// <summary>It paints some of it, or lets something shine through.</summary>
    Some,

    /// <summary>It hides everything there.</summary>
    Full,
}
