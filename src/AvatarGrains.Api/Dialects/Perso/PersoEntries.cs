using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>What this server has, in the dialect's words: the same in settings lists, sessions and templates.</summary>
internal static class PersoEntries
{
    /// <summary>The platform avatars are listed for when none is asked for.</summary>
    public const string Platform = "webrtc";

    public static PersoNamed Llm(LanguageModel model) => new(model.Name, model.DisplayName, model.Description);

    public static PersoTtsType Tts(VoiceInfo voice) => new(
        voice.Name, voice.DisplayName, $"{voice.Engine}, {voice.Language}", voice.Language, true, voice.Engine, null, voice.Name, null, null, null);

    public static PersoSttType Stt(string name) => new(name, name, "Speech recognition", name, null);

    public static PersoSttTypeV2 Stt(string name, string service, PersoSttMode mode) =>
        new(name, name, "Speech recognition", service, null, mode.Mode, mode.Turns);

    public static PersoModelStyle Style(AvatarInfo avatar, string platform)
    {
        var picture = $"/api/v1/avatars/{avatar.Name}.jpg";
        var file = new PersoModelFile(avatar.Name, picture);
        return new PersoModelStyle(
            avatar.Name, avatar.DisplayName, avatar.Description, avatar.Name, null, [], avatar.Name, picture, [file], platform, []);
    }

    /// <summary>The names of capabilities, as objects.</summary>
    public static IReadOnlyList<PersoCapabilityItem> Capabilities(Core.Sessions.Capabilities capabilities) =>
        [.. PersoCapability.All.Where(one => capabilities.HasFlag(one.Flag)).Select(one => new PersoCapabilityItem(one.Name, one.Description))];
}
