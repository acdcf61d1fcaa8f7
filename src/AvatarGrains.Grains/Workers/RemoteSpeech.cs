using System.Runtime.CompilerServices;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// Sentences spoken on worker silos. When a worker is lost in the middle of one, another speaks it again and what was already heard is left out.
/// Sound made by a client is followed here: it is here already, and its mouth costs next to nothing.
/// </summary>
internal sealed class RemoteSegmentSource(WorkerPool pool, ISegmentSource local, IEngineCatalog engines) : ISegmentSource
{
    private const int PacketsPerFace = 2;

    public async IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wire = SegmentRequestWire.From(request);
        var pieces = RemotePieces.ReadAsync<SegmentPartWire>(
            pool,
            engines.FindVoice(request.Voice)?.Engine.Name,
            (observer, token) => pool.Worker<ISpeechWorkerGrain>().SpeakAsync(wire, observer, token),
            mayRepeat: true,
            cancellationToken);
        var (attempt, given, seen) = (0, 0, 0);
        await foreach (var piece in pieces)
        {
            if (piece.Attempt != attempt)
            {
                (attempt, seen) = (piece.Attempt, 0);
            }

            var part = piece.Piece.Read();
            var skip = Math.Min(Math.Max(given - seen, 0), part.Packets.Count);
            seen += part.Packets.Count;
            if (skip == 0 || skip < part.Packets.Count || part.Last)
            {
                given += part.Packets.Count - skip;
                yield return skip == 0 ? part : Rest(part, skip);
            }
        }
    }

    public IAsyncEnumerable<SegmentPart> FollowAsync(IAsyncEnumerable<PcmBlock> audio, Expression expression, CancellationToken cancellationToken) =>
        local.FollowAsync(audio, expression, cancellationToken);

    private static SegmentPart Rest(SegmentPart part, int skip)
    {
        var faces = Math.Min(skip / PacketsPerFace, part.Faces.Count);
        return new SegmentPart([.. part.Packets.Skip(skip)], [.. part.Faces.Skip(faces)], part.FirstFace + faces, part.Last);
    }
}

/// <summary>Speech outside the conversation, made on worker silos.</summary>
internal sealed class RemoteSynthesizer(WorkerPool pool, ISpeechSynthesizer local) : ISpeechSynthesizer
{
    public string Name => local.Name;

    public IReadOnlyList<VoiceInfo> Voices => local.Voices;

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wire = SpeechRequestWire.From(request);
        var pieces = RemotePieces.ReadAsync<SpeechWire>(
            pool, Name, (observer, token) => pool.Worker<ISpeechWorkerGrain>().SynthesizeAsync(wire, observer, token), mayRepeat: false, cancellationToken);
        await foreach (var (_, piece) in pieces)
        {
            yield return piece.Read();
        }
    }
}
