using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The lists a client chooses from: what this server really has.</summary>
internal sealed class PersoSettings(IEngineCatalog engines, IPoseLibrary poses)
{
    public IResult LlmTypes() => Json(
        [.. engines.LanguageModels.Select(PersoEntries.Llm)], PersoBodies.Readable.IReadOnlyListPersoNamed);

    public IResult TtsTypes()
    {
        var own = new PersoTtsType(
            "default", "The avatar's own", "The voice that suits the chosen avatar", engines.Voices.Count > 0 ? engines.Voices[0].Language : "en",
            true, "avatar", null, "default", null, null, null);
        return Json([own, .. engines.Voices.Select(PersoEntries.Tts)], PersoBodies.Readable.IReadOnlyListPersoTtsType);
    }

    public IResult SttTypes() => Json(
        [.. engines.Recognizers.Select(one => PersoEntries.Stt(one.Name))], PersoBodies.Readable.IReadOnlyListPersoSttType);

    public IResult SttTypesV2() => Json(
        [.. engines.Recognizers.SelectMany(one => PersoSttMode.All.Select(mode => PersoEntries.Stt(one.Name + mode.Suffix, one.Name, mode)))],
        PersoBodies.Readable.IReadOnlyListPersoSttTypeV2);

    public IResult ModelStyles(string? platformType) => Json(
        [.. poses.Avatars.Select(avatar => PersoEntries.Style(avatar, platformType is null or "" ? PersoEntries.Platform : platformType))],
        PersoBodies.Readable.IReadOnlyListPersoModelStyle);

    public IResult Capabilities() => Json(
        [.. PersoCapability.All.Select(one => new PersoCapabilityItem(one.Name, one.Description))],
        PersoBodies.Readable.IReadOnlyListPersoCapabilityItem);

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

    private static IResult Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => Results.Json(value, type);
}
