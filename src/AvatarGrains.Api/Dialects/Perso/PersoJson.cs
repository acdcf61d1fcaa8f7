using System.Text.Json.Serialization;
using AvatarGrains.Api.Dialects.Perso.Library;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Compiled JSON of the dialect: snake_case, nulls written, unknown members ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(PersoErrorBody))]
[JsonSerializable(typeof(IReadOnlyList<PersoNamed>))]
[JsonSerializable(typeof(IReadOnlyList<PersoTtsType>))]
[JsonSerializable(typeof(IReadOnlyList<PersoSttType>))]
[JsonSerializable(typeof(IReadOnlyList<PersoSttTypeV2>))]
[JsonSerializable(typeof(IReadOnlyList<PersoModelStyle>))]
[JsonSerializable(typeof(IReadOnlyList<PersoCapabilityItem>))]
[JsonSerializable(typeof(IReadOnlyList<PersoPrompt>))]
[JsonSerializable(typeof(PersoPrompt))]
[JsonSerializable(typeof(PersoPromptRequest))]
[JsonSerializable(typeof(IReadOnlyList<PersoDocument>))]
[JsonSerializable(typeof(PersoDocumentDetail))]
[JsonSerializable(typeof(PersoDocumentText))]
[JsonSerializable(typeof(IReadOnlyList<PersoBackground>))]
[JsonSerializable(typeof(PersoBackgroundDetail))]
[JsonSerializable(typeof(IReadOnlyList<PersoTemplate>))]
[JsonSerializable(typeof(PersoTemplateRequest))]
[JsonSerializable(typeof(PersoTemplateDetail))]
[JsonSerializable(typeof(PersoIceServers))]
[JsonSerializable(typeof(PersoSessionRequest))]
[JsonSerializable(typeof(PersoSessionCreated))]
[JsonSerializable(typeof(PersoSessionView))]
[JsonSerializable(typeof(PersoEventRequest))]
[JsonSerializable(typeof(PersoEventCreated))]
[JsonSerializable(typeof(PersoExchangeRequest))]
[JsonSerializable(typeof(PersoExchangeAnswer))]
[JsonSerializable(typeof(PersoLlmRequest))]
[JsonSerializable(typeof(PersoLlmLine))]
[JsonSerializable(typeof(PersoTtsRequest))]
[JsonSerializable(typeof(PersoTtsAnswer))]
[JsonSerializable(typeof(PersoSttAnswer))]
[JsonSerializable(typeof(PersoChatRequest))]
[JsonSerializable(typeof(IReadOnlyList<PersoToolCall>))]
[JsonSerializable(typeof(PersoMessageLine))]
[JsonSerializable(typeof(PersoToolCallLine))]
[JsonSerializable(typeof(PersoFinishLine))]
[JsonSerializable(typeof(PersoFailLine))]
internal sealed partial class PersoJson : JsonSerializerContext;
