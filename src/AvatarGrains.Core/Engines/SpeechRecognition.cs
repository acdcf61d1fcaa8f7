using Orleans;

namespace AvatarGrains.Core.Engines;

/// <summary>What a recognizer should expect to hear.</summary>
/// <param name="Language">BCP 47 tag, or null for the engine's default.</param>
/// <param name="Knowledge">What the session can be asked, or null; engines with a fixed model ignore it.</param>
[GenerateSerializer, Immutable, Alias("ag.RecognitionContext")]
public sealed record RecognitionContext([property: Id(0)] string? Language, [property: Id(1)] KnowledgeText? Knowledge);

/// <summary>Text a language model of speech can be built from. Equal ids mean equal content, so that built models can be cached.</summary>
/// <param name="Id">Content hash.</param>
/// <param name="Passages">Questions, headings and passages, plain text.</param>
[GenerateSerializer, Immutable, Alias("ag.KnowledgeText")]
public sealed record KnowledgeText([property: Id(0)] string Id, [property: Id(1)] IReadOnlyList<string> Passages);

/// <summary>What was heard.</summary>
/// <param name="Text">The words; empty when nothing was heard.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Understood">False when the engine holds the words too unsure to act on; the avatar then asks again.</param>
[GenerateSerializer, Immutable, Alias("ag.Transcript")]
public sealed record Transcript([property: Id(0)] string Text, [property: Id(1)] double Confidence, [property: Id(2)] bool Understood)
{
    public static Transcript Nothing { get; } = new("", 0, false);
}

/// <summary>One utterance being recognised while it is spoken. One owner, not thread-safe.</summary>
public interface IRecognition : IDisposable
{
    /// <summary>Adds 16 kHz mono samples.</summary>
    void Write(ReadOnlySpan<short> samples);

    /// <summary>The words heard so far, or null when unchanged since the last call.</summary>
    string? Partial();

    /// <summary>Ends the utterance.</summary>
    /// <exception cref="EngineException">The engine failed.</exception>
    ValueTask<Transcript> FinishAsync(CancellationToken cancellationToken);
}

/// <summary>A speech recognizer. Thread-safe; limits its own concurrency.</summary>
public interface ISpeechRecognizer
{
    string Name { get; }

    /// <summary>Starts an utterance; waits for a free decoder when all are busy.</summary>
    ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken);

    /// <summary>Builds and caches what <see cref="StartAsync"/> needs for a context, so that the first utterance does not wait.</summary>
    ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken);
}
