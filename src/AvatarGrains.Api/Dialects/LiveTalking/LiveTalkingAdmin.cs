using System.Text.Json;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Sessions;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.LiveTalking;

/// <summary>What the administration's pages show. No secret is among it but the ids of the caller's own tenant's sessions.</summary>
internal sealed class LiveTalkingAdmin(LiveTalkingSessions sessions, LiveTalkingVoices voices, TenantDirectory tenants, LiveTalkingOptions options)
{
    private const string Model = "poses";
    private const string Transport = "webrtc";

    public async Task<IResult> ConfigAsync(HttpContext context)
    {
        Check();
        var avatar = voices.Avatar(null);
        var most = (await tenants.FindAsync(Callers.TenantOf(context), context.RequestAborted)).MaxActiveSessions;
        return LiveTalkingAnswers.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("config");
            json.WriteString("model", Model);
            json.WriteString("avatar_id", avatar.Name);
            json.WriteString("transport", Transport);
            json.WriteNumber("fps", 25);
            json.WriteNumber("W", options.Size);
            json.WriteNumber("H", options.Size);
            json.WriteString("REF_FILE", voices.OfSession(null, avatar) ?? "");
            json.WritePropertyName("max_session");
            WriteNumber(json, most);
            json.WriteNumber("listenport", options.OwnPort ? options.Port : context.Request.Host.Port ?? 80);
            WriteNoClips(json);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    public async Task<IResult> SessionsAsync(HttpContext context)
    {
        Check();
        var all = await sessions.ListAsync(Callers.TenantOf(context), context.RequestAborted);
        return LiveTalkingAnswers.Ok(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("sessions");
            foreach (var session in all)
            {
                Write(json, session);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private void Write(Utf8JsonWriter json, SessionSnapshot session)
    {
        json.WriteStartObject();
        sessions.WriteId(json, session);
        json.WriteBoolean("speaking", session.Phase == ConversationPhase.Speaking);
        json.WriteBoolean("recording", false);
        json.WriteString("model", Model);
        json.WriteString("avatar_id", session.Spec.View.Avatar);
        json.WriteString("REF_FILE", session.Spec.Voice ?? "");
        json.WriteString("transport", Transport);
        json.WriteNumber("batch_size", 1);
        WriteNoClips(json);
        json.WriteEndObject();
    }

    private static void WriteNoClips(Utf8JsonWriter json)
    {
        json.WriteStartArray("customopt");
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, int? number)
    {
        if (number is { } known)
        {
            json.WriteNumberValue(known);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private void Check()
    {
        if (!options.Admin)
        {
            throw new RequestException(new RequestError(RequestFault.NotEnabled, "The administration is turned off (liveTalking.admin)."));
        }
    }
}
