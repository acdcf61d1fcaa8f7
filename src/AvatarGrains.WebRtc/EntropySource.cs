namespace AvatarGrains.WebRtc;

/// <summary>Fills a span with random bytes. Production passes <c>RandomNumberGenerator.Fill</c>, tests a seeded generator.</summary>
public delegate void EntropySource(Span<byte> bytes);
