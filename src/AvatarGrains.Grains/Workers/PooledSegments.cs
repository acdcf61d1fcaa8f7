using System.Runtime.CompilerServices;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using AvatarGrains.Grains.Contracts;

namespace AvatarGrains.Grains.Workers;

/// <summary>Sentences that worker silos speak, and sound to which they move a mouth.</summary>
internal sealed class PooledSegments(WorkerPool pool, WorkerEngines own) : ISegmentSource
{
    /// <summary>When a worker is lost in the middle, another speaks the sentence again, and what was given already is left out.</summary>
    public async IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var work = new PooledWork(
            WorkerKind.Tts,
            VoiceChoice.Find(own.Catalog, request.Voice, request.Language)?.Engine.Name,
            (silo, target, token) => pool.Grains.GetGrain<ITtsWorkerGrain>(silo.Key).SpeakAsync(request, target, token))
        {
            MayRepeat = true,

            // Workers serve those without slack first, so a sentence with slack may wait that much longer.
            Patience = pool.Times.FirstPiece + request.Slack,
        };
        var (attempt, given, seen) = (0, 0, 0);
        await foreach (var piece in new PooledAnswer<SegmentPart>(pool, work).ReadAsync(cancellationToken))
        {
            if (piece.Attempt != attempt)
            {
                (attempt, seen) = (piece.Attempt, 0);
            }

            var part = piece.Piece;
            var skip = Math.Min(Math.Max(given - seen, 0), part.Speech.PacketCount);
            seen += part.Speech.PacketCount;
            if (skip == 0 || skip < part.Speech.PacketCount || part.Last)
            {
                given += part.Speech.PacketCount - skip;
                yield return skip == 0 ? part : part with { Speech = part.Speech.Skip(skip), FirstFace = part.FirstFace + part.Speech.FacesOf(skip) };
            }
        }
    }

    /// <summary>When a worker is lost in the middle, another goes on with the sound that it had not yet taken.</summary>
    public async IAsyncEnumerable<SegmentPart> FollowAsync(
        IAsyncEnumerable<PcmBlock> audio, Expression expression, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var sound = new SoundFeed(audio, cancellationToken);
        var work = new PooledWork(WorkerKind.Face, null, (silo, target, token) => FollowAsync(silo, target, expression, sound, token))
        {
            MayRepeat = true,
        };
        var (attempt, first, faces) = (0, 0, 0);
        await foreach (var piece in new PooledAnswer<SegmentPart>(pool, work).ReadAsync(cancellationToken))
        {
            if (piece.Attempt != attempt)
            {
                (attempt, first) = (piece.Attempt, faces);
            }

            var part = first == 0 ? piece.Piece : piece.Piece with { FirstFace = first + piece.Piece.FirstFace };
            faces += part.Speech.FaceCount;
            yield return part;
        }
    }

    private async Task<WorkReply> FollowAsync(
        WorkerSilo silo, PieceTarget target, Expression expression, SoundFeed sound, CancellationToken cancellationToken)
    {
        var grain = pool.Grains.GetGrain<IFaceWorkerGrain>(silo.Key, Guid.NewGuid().ToString("n"), null);
        if (silo.IsHere)
        {
            return await grain.FollowAsync(new FaceRequest(expression, sound.ReadAsync(target.Receiver!.Stop)), target, CancellationToken.None);
        }

        var opened = await grain.OpenAsync(cancellationToken);
        if (opened.End != WorkEnd.Done)
        {
            return opened;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var following = grain.FollowAsync(new FaceRequest(expression, null), target, stop.Token);
        var sending = SendAsync(grain, sound, stop.Token);
        try
        {
            // Whichever ends first decides: an error of the sound ends the call, too.
            await await Task.WhenAny(following, sending);
            return await following;
        }
        finally
        {
            await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync(IFaceWorkerGrain grain, SoundFeed sound, CancellationToken cancellationToken)
    {
        await foreach (var block in sound.ReadAsync(cancellationToken))
        {
            await grain.AddAsync(block);
        }

        await grain.EndAsync();
    }
}

/// <summary>Speech outside the conversation, made on worker silos.</summary>
internal sealed class PooledSynthesizer(WorkerPool pool, ISpeechSynthesizer own) : ISpeechSynthesizer
{
    public string Name => own.Name;

    public IReadOnlyList<VoiceInfo> Voices => own.Voices;

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var work = new PooledWork(
            WorkerKind.Tts, Name, (silo, target, token) => pool.Grains.GetGrain<ITtsWorkerGrain>(silo.Key).SynthesizeAsync(request, target, token))
        {
            Patience = pool.Times.FirstPiece + request.Slack,
        };
        await foreach (var (_, piece) in new PooledAnswer<SpeechAudio>(pool, work).ReadAsync(cancellationToken))
        {
            yield return piece;
        }
    }
}
