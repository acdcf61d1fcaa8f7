namespace AvatarGrains.Engines.Asr;

/// <summary>A transcription model behind an OpenAI-compatible endpoint.</summary>
/// <param name="Name">Name clients choose it by.</param>
/// <param name="BaseAddress">Up to and with the version, for example <c>http://localhost:8000/v1</c>.</param>
/// <param name="ApiKey">Key, or null where the endpoint wants none. Never logged.</param>
/// <param name="Model">The endpoint's name of the model.</param>
public sealed record OpenAiRecognizerOptions(string Name, Uri BaseAddress, string? ApiKey, string Model = "whisper-1");
