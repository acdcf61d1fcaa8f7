using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Chat;

/// <summary>Chooses, from the server's own lists, what its capabilities require and the user did not name.</summary>
internal static class SessionDefaults
{
    public static async Task<PersoSessionRequest> FillAsync(PersoClient client, PersoSessionRequest request, CancellationToken cancellationToken)
    {
        var language = request.Capability.Contains("LLM") || request.Capability.Contains("STF_WEBRTC");
        var voice = request.Capability.Contains("TTS") || request.Capability.Contains("STF_WEBRTC");
        var face = request.Capability.Any(name => name.StartsWith("STF", StringComparison.Ordinal));
        var model = ChooseAsync(language, request.LlmType, PersoSettingKind.LlmType);
        var prompt = ChooseAsync(language, request.Prompt, PersoSettingKind.Prompt);
        var tts = ChooseAsync(voice, request.TtsType, PersoSettingKind.TtsType);
        var stt = ChooseAsync(request.Capability.Contains("STT"), request.SttType, PersoSettingKind.SttType);
        var style = ChooseAsync(face, request.ModelStyle, PersoSettingKind.ModelStyle);
        await Task.WhenAll(model, prompt, tts, stt, style);
        return request with { LlmType = await model, Prompt = await prompt, TtsType = await tts, SttType = await stt, ModelStyle = await style };

        async Task<string?> ChooseAsync(bool required, string? named, PersoSettingKind kind)
        {
            if (named is not null || !required)
            {
                return named;
            }

            try
            {
                var choices = await client.ListAsync(kind, cancellationToken);
                return (choices.FirstOrDefault(choice => !choice.NeedsDocument || request.Document is not null) ?? choices.FirstOrDefault())?.Id;
            }
            catch (PersoClientException error)
                when (error is { Fault: PersoFault.Refused, Status: 404 or 405 or 501 } or { Fault: PersoFault.Malformed })
            {
                // A server without this list may have a default of its own; creating the session tells.
                return null;
            }
        }
    }
}
