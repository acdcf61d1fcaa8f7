using System.Text.Json;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Maps a request to a session's settings and a session back to what SDKs read.</summary>
internal sealed class PersoSessionMapper(PersoNames names, PersoReferences references, PersoOptions options)
{
    private const string DialectName = "perso";

    /// <summary>Checks a request and resolves its names.</summary>
    /// <exception cref="PersoException">A value is out of range, or a name is unknown.</exception>
    public async ValueTask<SessionSpec> ToSpecAsync(PersoSessionRequest request, string tenant, CancellationToken cancellationToken)
    {
        var capabilities = CapabilitiesOf(request);
        var avatar = names.Avatar(NotBlank(request.ModelStyle, "model_style"))
            ?? throw PersoException.Unknown(request.ModelStyle ?? "", "model_style");
        var model = names.Model(NotBlank(request.LlmType, "llm_type")) ?? throw PersoException.Unknown(request.LlmType ?? "", "llm_type");
        var voice = names.Voice(NotBlank(request.TtsType, "tts_type"), avatar);
        if (voice is null && (request.TtsType is not null || capabilities.HasFlag(Capabilities.Tts)))
        {
            throw PersoException.Unknown(request.TtsType ?? "default", "tts_type");
        }

        var recognizer = names.Recognizer(NotBlank(request.SttType, "stt_type"));
        if (recognizer is null && request.SttType is not (null or "default"))
        {
            throw PersoException.Unknown(request.SttType, "stt_type");
        }

        CheckAbsent(request);
        var prompt = NotBlank(request.Prompt, "prompt") is { } promptId
            ? await references.PromptAsync(promptId, tenant, cancellationToken)
            : options.Prompts.FirstOrDefault();
        if (NotBlank(request.Document, "document") is { } document)
        {
            await references.CheckDocumentAsync(document, tenant, cancellationToken);
        }

        if (NotBlank(request.BackgroundImage, "background_image") is { } background)
        {
            await references.CheckBackgroundAsync(background, tenant, cancellationToken);
        }

        return new SessionSpec(
            capabilities,
            ViewOf(request, avatar),
            model.Name,
            voice?.Name,
            recognizer?.Name,
            prompt?.SystemPrompt,
            prompt?.IntroMessage,
            request.Document,
            PersoExtra.Text(request.ExtraData, "language"),
            tenant,
            DialectName,
            JsonSerializer.Serialize(request with { Prompt = request.Prompt ?? prompt?.PromptId }, PersoJson.Default.PersoSessionRequest));
    }

    public PersoSessionCreated Created(SessionSnapshot session, PersoSessionRequest request) => new(
        session.Id,
        PersoBodies.Time(session.CreatedAt),
        PersoReason.Name(session.Status),
        [.. PersoReason.Names(session.Spec.Capabilities)],
        request.Prompt,
        request.Document,
        request.LlmType,
        request.TtsType,
        request.SttType,
        request.ModelStyle,
        request.Agent,
        request.PaddingLeft,
        request.PaddingTop,
        request.PaddingHeight,
        request.BackgroundImage,
        request.ExtraData);

    public async ValueTask<PersoSessionView> ViewAsync(SessionSnapshot session, HttpContext context)
    {
        var request = RequestOf(session.Spec);
        var spec = session.Spec;
        var token = context.RequestAborted;
        var prompt = request.Prompt is { } promptId ? await references.FindPromptAsync(promptId, spec.Tenant, token) : null;
        var background = request.BackgroundImage is { } image ? await references.FindBackgroundAsync(image, spec.Tenant, token) : null;
        var live = spec.Capabilities.HasFlag(Capabilities.StfWebRtc) && session.Status != SessionStatus.Terminated;
        return new PersoSessionView(
            session.Id,
            PersoReason.Name(session.Status),
            session.Reason is { } reason ? PersoReason.Name(reason) : null,
            (long)session.Duration.TotalSeconds,
            PersoBodies.Time(session.CreatedAt),
            PersoEntries.Capabilities(spec.Capabilities),
            session.ClientSdp is { } offer ? new PersoSdp("offer", offer) : null,
            session.ServerSdp is { } answer ? new PersoSdp("answer", answer) : null,
            null,
            prompt is null ? null : PromptView(prompt),
            spec.Document,
            Llm(request.LlmType ?? spec.Model),
            Tts(request.TtsType ?? spec.Voice, names.Avatar(spec.View.Avatar)),
            Stt(request.SttType ?? spec.Recognizer),
            Style(request.ModelStyle ?? spec.View.Avatar),
            background,
            [],
            request.PaddingLeft,
            request.PaddingTop,
            request.PaddingHeight,
            [],
            request.ExtraData,
            live ? $"{context.Request.Scheme}://{context.Request.Host}/api/v1/session/{session.Id}/stream/" : null);
    }

    /// <summary>What a session of this dialect was asked for.</summary>
    public static PersoSessionRequest RequestOf(SessionSpec spec) =>
        spec is { Dialect: DialectName, Extra: { } extra }
            ? JsonSerializer.Deserialize(extra, PersoJson.Default.PersoSessionRequest) ?? new PersoSessionRequest()
            : new PersoSessionRequest();

    /// <summary>A language model by the name it was asked for, or null.</summary>
    public PersoNamed? Llm(string? name) =>
        name is null ? null : names.Model(name) is { } model ? PersoEntries.Llm(model) with { Name = name } : new PersoNamed(name, name, null);

    /// <summary>A voice by the name it was asked for, or null.</summary>
    public PersoTtsType? Tts(string? name, AvatarInfo? avatar) =>
        name is not null && avatar is not null && names.Voice(name, avatar) is { } voice ? PersoEntries.Tts(voice) with { Name = name } : null;

    /// <summary>A recognizer by the name it was asked for, or null.</summary>
    public PersoSttTypeV2? Stt(string? name) =>
        name is not null && names.Recognizer(name) is { } recognizer ? PersoEntries.Stt(name, recognizer.Name, PersoSttMode.Of(name)) : null;

    /// <summary>An avatar by the name it was asked for, or null.</summary>
    public PersoModelStyle? Style(string? name) =>
        name is not null && names.Avatar(name) is { } avatar ? PersoEntries.Style(avatar, PersoEntries.Platform) with { Name = name } : null;

    public static PersoPromptView PromptView(PersoPrompt prompt) => new(
        prompt.PromptId, prompt.Name, prompt.Description, prompt.SystemPrompt, prompt.RequireDocument, prompt.IntroMessage, prompt.Name,
        prompt.SystemPrompt);

    private static string? NotBlank(string? value, string attr) =>
        value is not null && string.IsNullOrWhiteSpace(value) ? throw new PersoException(400, "blank", "This field may not be blank.", attr) : value;

    // Their lists are empty here, so whatever is named of them does not exist.
    private static void CheckAbsent(PersoSessionRequest request)
    {
        if (request.McpServers is { ValueKind: not JsonValueKind.Null } servers)
        {
            if (servers.ValueKind != JsonValueKind.Array)
            {
                throw PersoException.Invalid("Expected a list of items.", "mcp_servers");
            }

            if (servers.GetArrayLength() > 0)
            {
                throw PersoException.Unknown(servers[0].ToString(), "mcp_servers");
            }
        }

        if (NotBlank(request.TextNormalizationConfig, "text_normalization_config") is { } config)
        {
            throw PersoException.Unknown(config, "text_normalization_config");
        }

        if (NotBlank(request.SttTextNormalizationConfig, "stt_text_normalization_config") is { } heard)
        {
            throw PersoException.Unknown(heard, "stt_text_normalization_config");
        }
    }

    public static Capabilities CapabilitiesOf(PersoSessionRequest request)
    {
        if (request.Capability is null)
        {
            var usual = Capabilities.Llm | Capabilities.Tts | Capabilities.Stt;
            return request.UsingStfWebrtc == false ? usual : usual | Capabilities.StfWebRtc;
        }

        var all = Capabilities.None;
        foreach (var name in request.Capability)
        {
            all |= PersoCapability.All.FirstOrDefault(one => one.Name == name)?.Flag ?? throw PersoException.Unknown(name ?? "", "capability");
        }

        return all == Capabilities.None ? throw PersoException.Invalid("This list may not be empty.", "capability") : all;
    }

    private AvatarView ViewOf(PersoSessionRequest request, AvatarInfo avatar)
    {
        var background = request.BackgroundImage ?? PersoExtra.Text(request.ExtraData, "background");
        return new AvatarView(
            avatar.Name,
            PersoExtra.Size(request.ExtraData, "width") ?? options.DefaultSize,
            PersoExtra.Size(request.ExtraData, "height") ?? options.DefaultSize,
            string.IsNullOrEmpty(background) ? null : background,
            Range(request.PaddingLeft, -1, 1, "padding_left") ?? 0,
            Range(request.PaddingTop, 0, 1, "padding_top") ?? 0,
            Range(request.PaddingHeight, 0, 5, "padding_height") ?? 1);
    }

    private static double? Range(double? value, double min, double max, string attr) => value switch
    {
        null => null,
        _ when double.IsNaN(value.Value) || value < min => throw new PersoException(
            400, "min_value", $"Ensure this value is greater than or equal to {min}.", attr),
        _ when value > max => throw new PersoException(400, "max_value", $"Ensure this value is less than or equal to {max}.", attr),
        _ => value,
    };
}
