using System.Text.Json;

namespace AvatarGrains.Api.Dialects.Perso.Library;

// Bodies of what tenants keep, one closed family: names become snake_case in PersoJson.
internal sealed record PersoPromptRequest(string? Name, string? Description, string? SystemPrompt, bool? RequireDocument, string? IntroMessage);

internal sealed record PersoDocumentDetail(string File, string Description);

internal sealed record PersoDocument(
    string DocumentId,
    string Title,
    string File,
    string Description,
    int SearchCount,
    int EfSearch,
    bool Processed,
    bool ProcessedV2,
    string CreatedAt,
    string UpdatedAt);

internal sealed record PersoDocumentText(string? Title, string? Description, string? Content);

internal sealed record PersoBackground(string BackgroundimageId, string Title, string Image, string CreatedAt);

internal sealed record PersoBackgroundDetail(string MediaType, int Width, int Height);

internal sealed record PersoTemplateRequest(string? Name, string? Description, JsonElement? Session);

internal sealed record PersoTemplateDetail(string Description, JsonElement Session);

internal sealed record PersoTemplate(
    string SessiontemplateId,
    string Name,
    string Description,
    PersoPromptView? Prompt,
    IReadOnlyList<PersoCapabilityItem> Capability,
    PersoDocument? Document,
    PersoNamed? LlmType, PersoTtsType? TtsType, PersoSttTypeV2? SttType, string? TextNormalizationConfig, string? TextNormalizationLocale,
    string? SttTextNormalizationConfig,
    string? SttTextNormalizationLocale,
    PersoModelStyle? ModelStyle,
    PersoBackground? BackgroundImage,
    string? Agent,
    double? PaddingLeft, double? PaddingTop, double? PaddingHeight, JsonElement? ExtraData, IReadOnlyList<JsonElement> McpServers, string CreatedAt,
    string? LastUsedAt);
