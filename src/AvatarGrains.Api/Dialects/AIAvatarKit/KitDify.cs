using System.Text.Json;
using System.Text.Json.Nodes;
using AvatarGrains.Api.Shared;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;
using Microsoft.AspNetCore.Http;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>A <c>/chat-messages</c> body.</summary>
internal sealed record KitDifyRequest(
    string? Query, Dictionary<string, JsonElement>? Inputs, string? User, string? ConversationId, IReadOnlyList<KitFile?>? Files);

/// <summary>Conversation for clients of Dify: the sentences as text, and the id to go on with.</summary>
internal sealed class KitDify(KitAccess access, KitContexts contexts, KitQuestions questions, TimeProvider time, AIAvatarKitOptions options)
{
    public async Task ChatAsync(HttpContext http)
    {
        var request = await JsonBody.ReadAsync(http, KitJson.Default.KitDifyRequest, options.MaxBodyBytes).DemandAsync();
        if (request.User is null)
        {
            throw new RequestException(new RequestError(RequestFault.Missing, "user is required.", "user"));
        }

        var tenant = await access.DemandAsync(http);
        var token = http.RequestAborted;
        var context = await contexts.OpenAsync(tenant, request.ConversationId, token);
        var asked = new KitRequest { Text = request.Query, Files = request.Files, SystemPromptParams = request.Inputs };
        var question = await questions.ReadAsync(asked, context.Session, token);
        await using var performance = await Performance.StartAsync(context.Session, question, token);
        await using var stream = await EventStream.BeginAsync(http, time, crlf: true);
        var message = $"message_{Guid.NewGuid()}";
        await foreach (var output in performance.ReadAsync(token))
        {
            if (output is SegmentBegan sentence)
            {
                var told = Event("message", message, context.Id);
                told["answer"] = (sentence.Raw ?? sentence.Text).Trim();
                told["created_at"] = time.GetUtcNow().ToUnixTimeSeconds();
                await stream.SendAsync(KitBodies.Bytes(told));
            }
        }

        await stream.SendAsync(KitBodies.Bytes(Event("message_end", message, context.Id)));
    }

    private static JsonObject Event(string name, string message, string conversation) =>
        new() { ["event"] = name, ["message_id"] = message, ["conversation_id"] = conversation, ["answer"] = null, ["created_at"] = null };
}
