using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Asr;

/// <summary>
/// The embedded recognizer: PocketSphinx en-us with a language model made from what the session can be asked. English only. Decodes while the person
/// speaks, on worker threads of its own; refuses what does not fit.
/// </summary>
public sealed class PocketSphinxRecognizer : ISpeechRecognizer, IDisposable
{
    private readonly PocketSphinxOptions _options;
    private readonly KnowledgeText _fallback;
    private readonly DecoderPool _pool;

    /// <param name="options">Settings.</param>
    /// <param name="fallback">What is expected of sessions without knowledge of their own.</param>
    public PocketSphinxRecognizer(PocketSphinxOptions options, KnowledgeText fallback)
    {
        _options = options;
        _fallback = fallback;
        _pool = new DecoderPool(options);
    }

    public string Name => "pocketsphinx";

    public async ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken)
    {
        CheckLanguage(context);
        try
        {
            var model = await _pool.ModelAsync(context.Knowledge ?? _fallback, cancellationToken);
            var decoder = await _pool.RentAsync(model, cancellationToken);
            return new PocketSphinxRecognition(decoder, _pool, _options.MinConfidence);
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw new EngineException(EngineFault.Unavailable, e.Message, e);
        }
    }

    public async ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken)
    {
        CheckLanguage(context);
        try
        {
            var model = await _pool.ModelAsync(context.Knowledge ?? _fallback, cancellationToken);
            _pool.Return(await _pool.RentAsync(model, cancellationToken));
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw new EngineException(EngineFault.Unavailable, e.Message, e);
        }
    }

    public void Dispose() => _pool.Dispose();

    /// <summary>A library or model that is not installed, or a cache folder that cannot be written.</summary>
    private static bool IsMissing(Exception e) =>
        e is DllNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException;

    private static void CheckLanguage(RecognitionContext context)
    {
        if (context.Language is { Length: > 0 } language && !language.StartsWith("en", StringComparison.OrdinalIgnoreCase))
        {
            throw new EngineException(
                EngineFault.Rejected,
                $"The embedded recognizer understands English only, not '{language}'. Connect a speech recognition service for other languages.");
        }
    }
}
