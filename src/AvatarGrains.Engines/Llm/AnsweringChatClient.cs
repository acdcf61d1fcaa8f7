using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Turns;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Engines.Llm;

/// <summary>
/// Makes sure that there is an answer: one without a word and without a call of a tool that the model was given is asked for once more, and then
/// replaced by a line that asks the person to say it again, in the conversation's language.
/// </summary>
public sealed class AnsweringChatClient(IChatClient inner) : DelegatingChatClient(inner)
{
    private const int Attempts = 2;

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        List<ChatMessage> all = [.. messages];
        var hasTools = options?.Tools is { Count: > 0 };
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var answered = false;
            ChatFinishReason? finish = null;
            List<ChatResponseUpdate> held = [];
            await foreach (var update in base.GetStreamingResponseAsync(all, options, cancellationToken))
            {
                finish = update.FinishReason ?? finish;
                if (!answered && !Answers(update, hasTools))
                {
                    // Spaces and marks belong to an answer that may still come. Without text it only says that the model lives.
                    if (update.Text.Length > 0)
                    {
                        held.Add(update);
                    }

                    yield return new ChatResponseUpdate { Role = ChatRole.Assistant };
                    continue;
                }

                answered = true;
                foreach (var earlier in held)
                {
                    yield return earlier;
                }

                held.Clear();
                yield return update;
            }

            if (answered)
            {
                yield break;
            }

            if (finish == ChatFinishReason.ContentFilter)
            {
                throw new EngineException(EngineFault.Rejected, "the language model may not answer that");
            }
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, Apologies.NoAnswer(ChatContext.GetLanguage(options)))
        {
            FinishReason = ChatFinishReason.Stop,
        };
    }

    private static bool Answers(ChatResponseUpdate update, bool hasTools) =>
        (hasTools && update.Contents.Any(content => content is FunctionCallContent)) || update.Text.EnumerateRunes().Any(IsWord);

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.SpaceSeparator
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.OtherPunctuation or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation
        or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation
        or UnicodeCategory.ConnectorPunctuation or UnicodeCategory.NonSpacingMark);
}
