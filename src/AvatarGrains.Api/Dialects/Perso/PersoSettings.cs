using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The lists a client chooses from: what this server really has.</summary>
internal sealed class PersoSettings(IEngineCatalog engines, IPoseLibrary poses)
{
    public IResult LlmTypes() => Json(
        [.. engines.LanguageModels.Select(model => new PersoNamed(model.Name, model.DisplayName, model.Description))], PersoBodies.Readable.IReadOnlyListPersoNamed);

    public IResult TtsTypes()
    {
        var own = new PersoTtsType("default", "The avatar's own", "The voice that suits the chosen avatar", engines.Voices.Count > 0 ? engines.Voices[0].Language : "en",
            true, "avatar", null, "default", null, null, null);
        return Json([own, .. engines.Voices.Select(Tts)], PersoBodies.Readable.IReadOnlyListPersoTtsType);
    }

    public IResult SttTypes() => Json(
        [.. engines.Recognizers.Select(one => new PersoSttType(one.Name, one.Name, "Speech recognition", one.Name, null))], PersoBodies.Readable.IReadOnlyListPersoSttType);

    public IResult SttTypesV2() => Json(
        [.. engines.Recognizers.Select(one => new PersoSttTypeV2(one.Name, one.Name, "Speech recognition", one.Name, null, "STREAMING", false))],
        PersoBodies.Readable.IReadOnlyListPersoSttTypeV2);

    public IResult ModelStyles(string? platformType) => Json(
        [.. poses.Avatars.Select(avatar => Style(avatar, platformType is null or "" ? "webrtc" : platformType))], PersoBodies.Readable.IReadOnlyListPersoModelStyle);

    public IResult Capabilities() => Json(
        [.. PersoCapability.All.Select(one => new PersoCapabilityItem(one.Name, one.Description))], PersoBodies.Readable.IReadOnlyListPersoCapabilityItem);

    /// <summary>A list this server keeps empty.</summary>
    public static IResult Nothing() => Results.Text("[]", "application/json");

    public async Task<IResult> AvatarPictureAsync(string name, HttpContext context)
    {
        if (poses.Avatars.FirstOrDefault(avatar => avatar.Name == name) is not { } known)
        {
            throw new PersoException(404, "not_found", "Not found.");
        }

        using var set = await poses.OpenAsync(new AvatarView(known.Name, 256, 256), context.RequestAborted);
        var jpeg = await set.GetJpegAsync(PoseKey.Base, context.RequestAborted);
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Results.Bytes(jpeg, "image/jpeg");
    }

    private static PersoTtsType Tts(VoiceInfo voice) => new(
        voice.Name, voice.DisplayName, $"{voice.Engine}, {voice.Language}", voice.Language, true, voice.Engine, null, voice.Name, null, null, null);

    private static PersoModelStyle Style(AvatarInfo avatar, string platform)
    {
        var picture = $"/api/v1/avatars/{avatar.Name}.jpg";
        var file = new PersoModelFile(avatar.Name, picture);
        return new PersoModelStyle(avatar.Name, avatar.DisplayName, avatar.Description, avatar.Name, null, [], avatar.Name, picture, [file], platform, []);
    }

    private static IResult Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => Results.Json(value, type);
}
