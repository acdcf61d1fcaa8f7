namespace AvatarGrains.Client.Rest;

/// <summary>The lists a server offers to choose from.</summary>
public enum PersoSettingKind
{
    /// <summary>Language models.</summary>
    LlmType,

    /// <summary>Voices.</summary>
    TtsType,

    /// <summary>Recognizers.</summary>
    SttType,

    /// <summary>Avatars.</summary>
    ModelStyle,

    /// <summary>What a session may do.</summary>
    Capability,

    /// <summary>Prompts.</summary>
    Prompt,

    /// <summary>Documents.</summary>
    Document,

    /// <summary>Background images.</summary>
    BackgroundImage,
}
