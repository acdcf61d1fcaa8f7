using Orleans.Concurrency;

namespace AvatarGrains.Grains.Contracts;

/// <summary>Takes the pieces of an answer in the process that asked for it. Thread-safe.</summary>
internal interface IPieceReceiver
{
    /// <summary>Fires when the answer is no longer wanted.</summary>
    CancellationToken Stop { get; }

    /// <summary>Takes the next piece. Returns at once.</summary>
    /// <returns>False when the answer is no longer wanted.</returns>
    bool TryTake(object piece);
}

/// <summary>Takes the pieces of an answer on the silo that asked for it.</summary>
[Alias("ag.IPieces")]
internal interface IPieceObserver : IGrainObserver
{
    /// <summary>Takes pieces in order. The worker sends the next ones when this returns.</summary>
    [Alias("Pieces")]
    Task OnPiecesAsync(Immutable<object[]> pieces);
}

/// <summary>
/// Where a worker gives the pieces of its answer: to an object of the same process, which is passed and never sent, or to an observer on the silo
/// that asked.
/// </summary>
[GenerateSerializer, Immutable, Alias("ag.PieceTarget")]
internal sealed class PieceTarget
{
    private PieceTarget(IPieceReceiver? receiver, IPieceObserver? observer) => (Receiver, Observer) = (receiver, observer);

    /// <summary>Set while this is in the process that made it with <see cref="Here"/>.</summary>
    [field: NonSerialized]
    public IPieceReceiver? Receiver { get; }

    [Id(0)]
    public IPieceObserver? Observer { get; }

    public static PieceTarget Here(IPieceReceiver receiver) => new(receiver, null);

    public static PieceTarget There(IPieceObserver observer) => new(null, observer);
}
