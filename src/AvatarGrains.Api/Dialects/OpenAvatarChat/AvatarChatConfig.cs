using System.Text.Json;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>Reads a client's configuration: an object for each stage, as in the pipeline file.</summary>
internal static class AvatarChatConfig
{
    /// <summary>The parts of it that mean something to this server.</summary>
    public static Reconfigure Read(JsonElement config) => new(
        Voice: Text(config, "tts_config", "voice") ?? Text(config, "tts_config", "voice_id") ?? Text(config, null, "voice_id"),
        Model: Text(config, "llm_config", "model_name") ?? Text(config, "llm_config", "model"),
        Language: Text(config, "asr_config", "language") ?? Text(config, null, "language"),
        SystemPrompt: Text(config, "llm_config", "system_prompt"));

    private static string? Text(JsonElement config, string? stage, string name)
    {
        if (stage is not null && !(config.TryGetProperty(stage, out config) && config.ValueKind == JsonValueKind.Object))
        {
            return null;
        }

        return config.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
    }
}
