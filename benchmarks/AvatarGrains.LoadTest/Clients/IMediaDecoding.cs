namespace AvatarGrains.LoadTest.Clients;

/// <summary>Decodes everything a sampled client receives.</summary>
internal interface IMediaDecoding : IDisposable
{
    void Audio(ReadOnlySpan<byte> opus);

    void Video(ReadOnlySpan<byte> payload, ushort sequence, uint timestamp, bool marker);

    /// <summary>Pictures and sound packets decoded so far, and those that could not be.</summary>
    (long Pictures, long Sounds, long Failures) Counts { get; }
}
