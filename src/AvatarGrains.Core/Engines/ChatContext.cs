using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Engines;

/// <summary>What the turn pipeline hands a language model besides the messages, by <see cref="ChatOptions.AdditionalProperties"/>.</summary>
public static class ChatContext
{
    private const string KnowledgeKey = "avatargrains.knowledge";
    private const string LanguageKey = "avatargrains.language";

    public static void SetKnowledge(ChatOptions options, IKnowledgeBase? knowledge) =>
        (options.AdditionalProperties ??= [])[KnowledgeKey] = knowledge;

    /// <summary>The session's document, or null: the model then speaks of what it knows.</summary>
    public static IKnowledgeBase? GetKnowledge(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(KnowledgeKey, out var value) == true ? value as IKnowledgeBase : null;

    public static void SetLanguage(ChatOptions options, string? language) =>
        (options.AdditionalProperties ??= [])[LanguageKey] = language;

    public static string? GetLanguage(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(LanguageKey, out var value) == true ? value as string : null;
}
