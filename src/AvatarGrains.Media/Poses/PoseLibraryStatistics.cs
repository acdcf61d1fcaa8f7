namespace AvatarGrains.Media.Poses;

/// <summary>What a <see cref="PoseLibrary"/> has done since it was made, and what it holds.</summary>
/// <param name="Hits">Poses asked for that were there.</param>
/// <param name="Substitutions">Poses asked for in whose place the nearest one was given.</param>
/// <param name="Encodes">Poses encoded, key frames included.</param>
/// <param name="Evictions">Poses removed to stay within the budget.</param>
/// <param name="Poses">Poses held.</param>
/// <param name="Bytes">Bytes of poses held.</param>
/// <param name="Views">Views held, used or not.</param>
/// <param name="Leases">Leases not yet disposed.</param>
/// <param name="JpegHits">JPEG pictures asked for that were there.</param>
/// <param name="JpegEncodes">JPEG pictures encoded.</param>
/// <param name="DrawMicroseconds">Time spent drawing, all workers together.</param>
/// <param name="EncodeMicroseconds">Time spent encoding, all workers together.</param>
/// <param name="Faults">Poses that could not be drawn or encoded.</param>
public sealed record PoseLibraryStatistics(
    long Hits,
    long Substitutions,
    long Encodes,
    long Evictions,
    long Poses,
    long Bytes,
    int Views,
    int Leases,
    long JpegHits,
    long JpegEncodes,
    long DrawMicroseconds,
    long EncodeMicroseconds,
    long Faults);
