using System.Runtime.CompilerServices;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.Core.Speech;

/// <summary>Speaks with the engines of a catalog, encodes with Opus, and shares what is said twice between all sessions.</summary>
public sealed class SegmentSource : ISegmentSource
{
    private static readonly SegmentPart Empty = new(PackedSpeech.Empty, 0, Last: true);

    private readonly IEngineCatalog _catalog;
    private readonly IAudioCodecs _codecs;
    private readonly SegmentSourceOptions _options;
    private readonly SegmentCache _cache;
    private readonly ILogger _log;

    public SegmentSource(IEngineCatalog catalog, IAudioCodecs codecs, SegmentSourceOptions? options = null, ILogger? log = null)
    {
        _log = log ?? NullLogger.Instance;
        _catalog = catalog;
        _codecs = codecs;
        _options = options ?? new SegmentSourceOptions();
        _cache = new SegmentCache(_options.CacheBytes);
    }

    public IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var voices = VoiceFallback.List(_catalog, request);
        return voices.Count > 0
            ? SpeakAsync(request, voices, cancellationToken)
            : throw new EngineException(EngineFault.Rejected, $"there is no voice '{request.Voice}'");
    }

    public async IAsyncEnumerable<SegmentPart> FollowAsync(
        IAsyncEnumerable<PcmBlock> audio, Expression expression, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(audio);
        using var encoder = new SegmentEncoder(_codecs, expression, question: false);
        await foreach (var block in audio.WithCancellation(cancellationToken))
        {
            encoder.Add(block, []);
            if (encoder.ReadyFaces > 0)
            {
                yield return encoder.Take(encoder.ReadyFaces, last: false);
            }
        }

        encoder.Complete();
        yield return encoder.Take(encoder.ReadyFaces, last: true);
    }

    /// <summary>Speaks with the first of some voices that gives any sound.</summary>
    private async IAsyncEnumerable<SegmentPart> SpeakAsync(
        SegmentRequest request, IReadOnlyList<SpeakingVoice> voices, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var (at, done) = (0, false); !done;)
        {
            var (engine, voice) = voices[at];
            var key = new SegmentKey(engine.Name, voice.Name, request.Language, request.Expression, request.Text);
            await using var parts = ShareAsync(key, request.Slack, engine, cancellationToken).GetAsyncEnumerator(cancellationToken);
            for (var given = false; !done; given = true)
            {
                try
                {
                    done = !await parts.MoveNextAsync();
                }
                catch (EngineException failed)
                {
                    _log.LogWarning(failed, "The voice {Voice} could not say a sentence.", voice.Name);
                    at = VoiceFallback.Next(voices, at, failed.Fault);
                    if (given || at == voices.Count)
                    {
                        throw;
                    }

                    break;
                }

                if (!done)
                {
                    yield return parts.Current;
                }
            }
        }
    }

    private async IAsyncEnumerable<SegmentPart> ShareAsync(
        SegmentKey key, TimeSpan slack, ISpeechSynthesizer engine, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (segment, isNew) = _cache.Join(key);
        var making = isNew ? Task.Run(() => MakeAsync(key, slack, engine, segment), CancellationToken.None) : Task.CompletedTask;
        await foreach (var part in segment.ReadAsync(cancellationToken))
        {
            yield return part;
        }

        // Only awaited when the segment is whole: a reader that leaves early does not wait for the engine to stop.
        await making;
    }

    /// <summary>Fills a segment. Every outcome, also a failure, reaches its readers.</summary>
    private async Task MakeAsync(SegmentKey key, TimeSpan slack, ISpeechSynthesizer engine, SharedSegment segment)
    {
        try
        {
            var request = new SpeechRequest(key.Text, key.Voice, key.Language) { Slack = slack };
            var question = key.Text.AsSpan().TrimEnd("\"')”’」 ").EndsWith("?") || key.Text.Contains('？', StringComparison.Ordinal);
            using var encoder = new SegmentEncoder(_codecs, key.Expression, question);
            var size = _options.FirstPartFaces;
            await foreach (var speech in engine.SynthesizeAsync(request, segment.Stop))
            {
                encoder.Add(speech.Audio, speech.Phonemes);
                while (encoder.ReadyFaces >= size)
                {
                    segment.Append(encoder.Take(size, last: false));
                    size = _options.PartFaces;
                }
            }

            encoder.Complete();
            if (!encoder.HasSound && key.Text.Any(char.IsLetterOrDigit))
            {
                throw new EngineException(EngineFault.Failed, $"the voice '{key.Voice}' gave no sound");
            }

            segment.Append(encoder.HasSound ? encoder.Take(encoder.ReadyFaces, last: true) : Empty);
            _cache.Completed(key, segment);
        }
        catch (Exception exception)
        {
            // Whatever broke, an engine or a codec, belongs to the readers; the making itself has no caller.
            _cache.Failed(key, segment);
            segment.Fail(exception);
        }
    }
}
