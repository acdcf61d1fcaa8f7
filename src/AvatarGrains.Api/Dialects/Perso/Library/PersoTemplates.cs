using System.Text.Json;
using AvatarGrains.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.Perso.Library;

/// <summary>Session templates: what a session request leaves out is taken from the one it names.</summary>
internal sealed class PersoTemplates(PersoLibrary library, PersoOptions options)
{
    public async Task<IResult> ListAsync(HttpContext context)
    {
        var own = await library.ListAsync(LibraryKind.Template, context);
        return Results.Json<IReadOnlyList<PersoTemplate>>([.. own.Select(Read)], PersoBodies.Readable.IReadOnlyListPersoTemplate);
    }

    public async Task<IResult> GetAsync(string id, HttpContext context) =>
        Results.Json(Read(await library.GetAsync(LibraryKind.Template, id, context)), PersoBodies.Readable.PersoTemplate);

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var request = await PersoBodies.ReadAsync(context, PersoJson.Default.PersoTemplateRequest, options.MaxJsonBytes);
        var name = PersoText.Name(request.Name, "name");
        if (request.Session is not { ValueKind: JsonValueKind.Object } session)
        {
            throw PersoException.Invalid("session must be an object with the fields of a session request.", "session");
        }

        // What could not make a session later is refused now.
        _ = session.Deserialize(PersoJson.Default.PersoSessionRequest);
        var detail = new PersoTemplateDetail(PersoText.Bounded(request.Description, 1000, "description"), session);
        var item = await library.AddAsync(
            LibraryKind.Template, "pst-", name, JsonSerializer.Serialize(detail, PersoJson.Default.PersoTemplateDetail), default, context);
        return Results.Json(Read(item), PersoBodies.Readable.PersoTemplate, statusCode: 201);
    }

    /// <summary>Fills what a request leaves out.</summary>
    /// <exception cref="PersoException">The tenant has no such template.</exception>
    public async ValueTask<PersoSessionRequest> ApplyAsync(PersoSessionRequest request, string tenant, CancellationToken cancellationToken)
    {
        if (request.SessionTemplate is not { } id)
        {
            return request;
        }

        var item = await library.FindAsync(LibraryKind.Template, tenant, id, cancellationToken) ?? throw PersoException.Unknown(id, "session_template");
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

    private static PersoTemplate Read(LibraryItem item)
    {
        var detail = PersoLibrary.Detail(item, PersoJson.Default.PersoTemplateDetail);
        return new PersoTemplate(item.Id, item.Name, detail.Description, detail.Session, PersoBodies.Time(item.CreatedAt));
    }
}
