namespace AvatarGrains.Engines.Llm.OpenAi;

/// <summary>A model behind an OpenAI-compatible endpoint: OpenAI, LiteLLM, Ollama, vLLM.</summary>
/// <param name="BaseAddress">Up to and with the version, for example <c>http://localhost:11434/v1</c>.</param>
/// <param name="ApiKey">Key, or null where the endpoint wants none. Never logged.</param>
/// <param name="Model">The endpoint's name of the model.</param>
public sealed record OpenAiChatOptions(Uri BaseAddress, string? ApiKey, string Model);
