using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Engines;

/// <summary>What the turn pipeline hands a language model besides the messages, by <see cref="ChatOptions.AdditionalProperties"/>.</summary>
public static class ChatContext
{
    private const string DocumentKey = "avatargrains.document";
    private const string KnowledgeKey = "avatargrains.knowledge";
    private const string LanguageKey = "avatargrains.language";

    /// <summary>Names the document that the conversation is about, for a process that has to find its knowledge by itself.</summary>
    public static void SetDocument(ChatOptions options, string? document) => Set(options, DocumentKey, document);

    public static string? GetDocument(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(DocumentKey, out var value) == true ? value as string : null;

    public static void SetKnowledge(ChatOptions options, IKnowledgeBase? knowledge) => Set(options, KnowledgeKey, knowledge);

    /// <summary>The session's document, or null: the model then speaks of what it knows.</summary>
    public static IKnowledgeBase? GetKnowledge(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(KnowledgeKey, out var value) == true ? value as IKnowledgeBase : null;

    public static void SetLanguage(ChatOptions options, string? language) => Set(options, LanguageKey, language);

    public static string? GetLanguage(ChatOptions? options) =>
        options?.AdditionalProperties?.TryGetValue(LanguageKey, out var value) == true ? value as string : null;

    private static void Set(ChatOptions options, string key, object? value)
    {
        if (value is not null)
        {
            (options.AdditionalProperties ??= [])[key] = value;
        }
        else
        {
            options.AdditionalProperties?.Remove(key);
        }
    }
}
