namespace AvatarGrains.Core.Avatars;

/// <summary>The fifteen mouth targets of the widely used Oculus/OVR set; every rig draws each of them.</summary>
public enum Viseme : byte
{
    /// <summary>Silence: lips at rest, closed without pressure.</summary>
    Sil = 0,

    /// <summary>p, b, m: lips pressed together.</summary>
    PP,

    /// <summary>f, v: lower lip under upper teeth.</summary>
    FF,

    /// <summary>th: tongue between teeth.</summary>
    TH,

    /// <summary>t, d: tongue tip behind upper teeth.</summary>
    DD,

    /// <summary>k, g, ng: back of tongue.</summary>
    KK,

    /// <summary>ch, j, sh, zh: lips pushed forward.</summary>
    CH,

    /// <summary>s, z: teeth together, lips wide.</summary>
    SS,

    /// <summary>n, l.</summary>
    NN,

    /// <summary>r: slightly rounded.</summary>
    RR,

    /// <summary>ah as in father: jaw wide open.</summary>
    AA,

    /// <summary>e as in bed.</summary>
    E,

    /// <summary>i as in see: wide.</summary>
    IH,

    /// <summary>o as in more: open and rounded.</summary>
    OH,

    /// <summary>u as in you: narrow and rounded.</summary>
    OU,
}
