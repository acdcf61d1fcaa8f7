using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>What asking with the client's own history has in common over REST and over the session socket.</summary>
internal static class PersoChat
{
    private const char FirstWideCharacter = '\u3000';

    /// <summary>Checks the session, notes that its model is used, which keeps it alive, and maps the request.</summary>
    /// <exception cref="PersoException">The request or the session's state is wrong.</exception>
    /// <exception cref="SessionRejectedException">The session refuses.</exception>
    public static async ValueTask<(LanguageModel Model, List<ChatMessage> Messages, ChatOptions Options)> PrepareAsync(
        ISessionHost host, IEngineCatalog engines, string id, PersoChatRequest request, CancellationToken cancellationToken)
    {
        var session = await host.FindAsync(id, cancellationToken) ?? throw PersoException.NotFound();
        if (session.Status == SessionStatus.Terminated)
        {
            throw new PersoException(400, "session_terminated", "The session has ended.");
        }

        if (!session.Spec.Capabilities.HasFlag(Capabilities.Llm))
        {
            throw new PersoException(400, "capability_not_enabled", "The session was made without LLM.");
        }

        var model = engines.FindModel(session.Spec.Model) ?? throw PersoException.Unknown(session.Spec.Model ?? "", "llm_type");
        var messages = PersoChatMapper.Messages(request, session.Spec.SystemPrompt);
        var options = new ChatOptions { Tools = PersoChatMapper.Tools(request) };
        ChatContext.SetLanguage(options, session.Spec.Language);
        ChatContext.SetDocument(options, session.Spec.Document);
        var noted = await host.Open(id).SendAsync(new RecordEvent("SESSION_LLM", ""), cancellationToken);
        return noted.Accepted ? (model, messages, options) : throw new SessionRejectedException(noted.Reject!.Value, noted.Detail);
    }

    /// <summary>A sentence as clients append it to the one before: with a space where the script has them.</summary>
    public static string Joined(string? before, string sentence) =>
        before is not { Length: > 0 } || before[^1] >= FirstWideCharacter ? sentence : " " + sentence;
}
