using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>
/// Session templates: what a session request leaves out is taken from the one it names. SDKs read them with their parts written out.
/// </summary>
internal sealed class PersoTemplates(
    PersoLibrary library,
    PersoPrompts prompts,
    PersoDocuments documents,
    PersoBackgrounds backgrounds,
    PersoSessionMapper mapper,
    PersoNames names,
    PersoOptions options)
    : IPersoKind<PersoTemplate>
{
    public LibraryKind Kind => LibraryKind.Template;

    public JsonTypeInfo<PersoTemplate> One => PersoBodies.Readable.PersoTemplate;

    public JsonTypeInfo<IReadOnlyList<PersoTemplate>> Many => PersoBodies.Readable.IReadOnlyListPersoTemplate;

    public async ValueTask<IReadOnlyList<PersoTemplate>> ListAsync(string tenant, CancellationToken cancellationToken)
    {
        var templates = new List<PersoTemplate>();
        foreach (var item in await library.ListAsync(Kind, tenant, cancellationToken))
        {
            templates.Add(await ReadAsync(item, tenant, cancellationToken));
        }

        return templates;
    }

    public async ValueTask<PersoTemplate?> FindAsync(string id, string tenant, CancellationToken cancellationToken) =>
        await library.FindAsync(Kind, tenant, id, cancellationToken) is { } item ? await ReadAsync(item, tenant, cancellationToken) : null;

    public async ValueTask<PersoTemplate> CreateAsync(HttpContext context)
    {
        var tenant = Callers.TenantOf(context);
        var request = await JsonBody.ReadAsync(context, PersoJson.Default.PersoTemplateRequest, options.MaxJsonBytes).DemandAsync();
        var name = PersoText.Name(request.Name, "name");
        if (request.Session is not { ValueKind: JsonValueKind.Object } session)
        {
            throw PersoException.Invalid("session must be an object with the fields of a session request.", "session");
        }

        // What could not make a session later is refused now.
        await mapper.ToSpecAsync(session.Deserialize(PersoJson.Default.PersoSessionRequest)!, tenant, context.RequestAborted);
        var detail = new PersoTemplateDetail(PersoText.Bounded(request.Description, 1000, "description"), session);
        var item = await library.AddAsync(
            Kind, "pst-", name, JsonSerializer.Serialize(detail, PersoJson.Default.PersoTemplateDetail), default, context);
        return await ReadAsync(item, tenant, context.RequestAborted);
    }

    /// <summary>Fills what a request leaves out.</summary>
    /// <exception cref="PersoException">The tenant has no such template.</exception>
    public async ValueTask<PersoSessionRequest> ApplyAsync(PersoSessionRequest request, string tenant, CancellationToken cancellationToken)
    {
        if (request.SessionTemplate is not { } id)
        {
            return request;
        }

        var item = await library.FindAsync(LibraryKind.Template, tenant, id, cancellationToken)
            ?? throw PersoException.Unknown(id, "session_template");
        var from = PersoLibrary.Detail(item, PersoJson.Default.PersoTemplateDetail).Session.Deserialize(PersoJson.Default.PersoSessionRequest)!;
        return request with
        {
            UsingStfWebrtc = request.UsingStfWebrtc ?? from.UsingStfWebrtc,
            Capability = request.Capability ?? from.Capability,
            ModelStyle = request.ModelStyle ?? from.ModelStyle,
            Prompt = request.Prompt ?? from.Prompt,
            LlmType = request.LlmType ?? from.LlmType,
            TtsType = request.TtsType ?? from.TtsType,
            SttType = request.SttType ?? from.SttType,
            Document = request.Document ?? from.Document,
            BackgroundImage = request.BackgroundImage ?? from.BackgroundImage,
            Agent = request.Agent ?? from.Agent,
            McpServers = request.McpServers ?? from.McpServers,
            PaddingLeft = request.PaddingLeft ?? from.PaddingLeft,
            PaddingTop = request.PaddingTop ?? from.PaddingTop,
            PaddingHeight = request.PaddingHeight ?? from.PaddingHeight,
            ExtraData = request.ExtraData ?? from.ExtraData,
        };
    }

    // What a template names may have been deleted since; what it leaves out is what a session would get.
    private async ValueTask<PersoTemplate> ReadAsync(LibraryItem item, string tenant, CancellationToken cancellationToken)
    {
        var detail = PersoLibrary.Detail(item, PersoJson.Default.PersoTemplateDetail);
        var session = detail.Session.Deserialize(PersoJson.Default.PersoSessionRequest)!;
        var avatar = names.Avatar(session.ModelStyle);
        var prompt = session.Prompt is { } promptId ? await prompts.FindAsync(promptId, tenant, cancellationToken) : options.Prompts.FirstOrDefault();
        return new PersoTemplate(
            item.Id,
            item.Name,
            detail.Description,
            prompt is null ? null : PersoSessionMapper.PromptView(prompt),
            PersoEntries.Capabilities(PersoSessionMapper.CapabilitiesOf(session)),
            session.Document is { } document ? await documents.FindAsync(document, tenant, cancellationToken) : null,
            mapper.Llm(session.LlmType ?? names.Model(null)?.Name),
            avatar is null ? null : mapper.Tts(session.TtsType ?? names.Voice(null, avatar)?.Name, avatar),
            mapper.Stt(session.SttType ?? names.Recognizer(null)?.Name),
            null,
            null,
            null,
            null,
            mapper.Style(session.ModelStyle ?? avatar?.Name),
            session.BackgroundImage is { } background ? await backgrounds.FindAsync(background, tenant, cancellationToken) : null,
            session.Agent,
            session.PaddingLeft,
            session.PaddingTop,
            session.PaddingHeight,
            session.ExtraData,
            [],
            PersoBodies.Time(item.CreatedAt),
            null);
    }
}
