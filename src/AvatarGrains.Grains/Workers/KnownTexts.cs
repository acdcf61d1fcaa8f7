using System.Collections.Concurrent;
using AvatarGrains.Core.Engines;
using AvatarGrains.Grains.Contracts;

namespace AvatarGrains.Grains.Workers;

/// <summary>Texts that recognizers were told to expect, so that they travel once. Thread-safe; bounded.</summary>
internal sealed class KnownTexts
{
    private const int Most = 256;

    private readonly ConcurrentDictionary<string, KnowledgeText> _texts = new();

    /// <summary>A request without what its worker may know already.</summary>
    public static AsrRequest Brief(AsrRequest whole) => whole.Context.Knowledge is { } text
        ? whole with { Context = whole.Context with { Knowledge = text with { Passages = [] } }, Whole = false }
        : whole;

    /// <summary>The context with its text, or null when the text is not known here and was not sent.</summary>
    public RecognitionContext? Find(AsrRequest request)
    {
        if (request.Context.Knowledge is not { } text)
        {
            return request.Context;
        }

        if (request.Whole)
        {
            if (_texts.Count >= Most)
            {
                _texts.Clear();
            }

            _texts[text.Id] = text;
            return request.Context;
        }

        return _texts.TryGetValue(text.Id, out var known) ? request.Context with { Knowledge = known } : null;
    }
}
