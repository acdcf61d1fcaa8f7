using System.Runtime.CompilerServices;
using AvatarGrains.ClusterBench.Comparison;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvatarGrains.ClusterBench.Answers;

/// <summary>Answers in pieces, in each of the ways that are compared.</summary>
[Alias("bench.IAnswer")]
internal interface IAnswerGrain : IGrainWithIntegerKey
{
    /// <summary>Pieces are calls of an observer, which answers before the next; what becomes ready meanwhile goes together.</summary>
    [Alias("Push")]
    Task PushAsync(PieceTarget target, int pieces, int pauseMs);

    /// <summary>Orleans' own enumeration.</summary>
    [Alias("Enumerate")]
    IAsyncEnumerable<Chunk> EnumerateAsync(int pieces, int pauseMs, CancellationToken cancellationToken);

    /// <summary>Each piece is a method call.</summary>
    [Alias("Hand")]
    Task HandAsync(PieceTarget target, int pieces, int pauseMs);
}

[GrainType("answer"), OnRole(SiloRoles.Worker)]
internal sealed class AnswerGrain : Grain, IAnswerGrain
{
    /// <summary>Of a piece of speech of 480 ms.</summary>
    private static readonly byte[] Payload = new byte[1700];

    public Task PushAsync(PieceTarget target, int pieces, int pauseMs) =>
        PieceSender.SendAsync(MakeAsync(pieces, pauseMs, CancellationToken.None), target.Observer!, NullLogger.Instance, CancellationToken.None);

    public IAsyncEnumerable<Chunk> EnumerateAsync(int pieces, int pauseMs, CancellationToken cancellationToken) =>
        MakeAsync(pieces, pauseMs, cancellationToken);

    public async Task HandAsync(PieceTarget target, int pieces, int pauseMs)
    {
        await foreach (var piece in MakeAsync(pieces, pauseMs, CancellationToken.None))
        {
            target.Receiver!.TryTake(piece);
        }
    }

    private static async IAsyncEnumerable<Chunk> MakeAsync(int pieces, int pauseMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < pieces; i++)
        {
            await Task.Yield();
            if (pauseMs > 0 && i > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(pauseMs), TimeProvider.System, cancellationToken);
            }

            yield return new Chunk(0, i == 0, Payload);
        }
    }
}
