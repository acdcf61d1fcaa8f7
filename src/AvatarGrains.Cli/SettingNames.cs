using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli;

/// <summary>The lists of settings, as the command line and the screens name them.</summary>
internal static class SettingNames
{
    private static readonly (string Name, PersoSettingKind Kind, string Title)[] Known =
    [
        ("llm_type", PersoSettingKind.LlmType, "Language model"),
        ("tts_type", PersoSettingKind.TtsType, "Voice"),
        ("stt_type", PersoSettingKind.SttType, "Recognizer"),
        ("modelstyle", PersoSettingKind.ModelStyle, "Avatar"),
        ("prompt", PersoSettingKind.Prompt, "Prompt"),
        ("document", PersoSettingKind.Document, "Document"),
        ("background_image", PersoSettingKind.BackgroundImage, "Background"),
        ("capability", PersoSettingKind.Capability, "Capability"),
    ];

    public static IEnumerable<string> All => Known.Select(one => one.Name);

    public static IEnumerable<PersoSettingKind> Kinds => Known.Select(one => one.Kind);

    /// <summary>Takes spellings such as <c>model-style</c> and <c>model_style</c> too.</summary>
    public static PersoSettingKind? Find(string name)
    {
        var plain = Plain(name);
        var found = Array.FindIndex(Known, one => Plain(one.Name) == plain || Plain(one.Name) == plain.TrimEnd('s'));
        return found < 0 ? null : Known[found].Kind;
    }

    public static string Name(PersoSettingKind kind) => Known.First(one => one.Kind == kind).Name;

    public static string Title(PersoSettingKind kind) => Known.First(one => one.Kind == kind).Title;

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
