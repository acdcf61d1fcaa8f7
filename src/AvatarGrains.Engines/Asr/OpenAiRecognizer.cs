using System.Collections.Concurrent;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Asr;

/// <summary>Any OpenAI-compatible transcription endpoint; an utterance is sent when it is whole.</summary>
/// <param name="http">Client to use; its timeout bounds a request.</param>
/// <param name="options">Address, key and model.</param>
public sealed class OpenAiRecognizer(HttpClient http, OpenAiRecognizerOptions options) : ISpeechRecognizer
{
    private readonly ConcurrentDictionary<string, bool> _refused = new(StringComparer.Ordinal);

    public string Name => options.Name;

    public ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken) =>
        new(new OpenAiRecognition(http, options, context.Language, _refused));

    public ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
