using System.Threading.Channels;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// Moves a mouth to one sound that somebody else made, and encodes it. Not a stateless worker: the next samples must reach the same encoder. It holds
/// a place of the silo's gate from start to finish, and leaves the silo when it is done, or when it was opened and not used.
/// </summary>
[Reentrant, OnWorker]
internal sealed class FaceWorkerGrain(WorkerEngines engines, WorkerGates gates, ILogger<FaceWorkerGrain> log) : Grain, IFaceWorkerGrain
{
    private const int BlocksAhead = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<PcmBlock> _sound = Channel.CreateBounded<PcmBlock>(new BoundedChannelOptions(BlocksAhead) { SingleReader = true });
    private IGrainTimer? _abandoned;
    private bool _inside;

    public async Task<WorkReply> OpenAsync(CancellationToken cancellationToken)
    {
        if (!await gates.Face.TryEnterAsync(TimeSpan.Zero, cancellationToken))
        {
            DeactivateOnIdle();
            return new WorkReply(WorkEnd.Busy, gates.Face.Load);
        }

        _inside = true;
        _abandoned = this.RegisterGrainTimer(
            _ =>
            {
                DeactivateOnIdle();
                return Task.CompletedTask;
            },
            Patience,
            Timeout.InfiniteTimeSpan);
        return new WorkReply(WorkEnd.Done, gates.Face.Load);
    }

    public async Task<WorkReply> FollowAsync(FaceRequest request, PieceTarget target, CancellationToken cancellationToken)
    {
        _abandoned?.Dispose();
        try
        {
            return _inside
                ? await WorkerRun.GuardAsync(gates.Face, GiveAsync, log, cancellationToken)
                : await WorkerRun.RunAsync(gates.Face, TimeSpan.Zero, token => PartsAsync(request, token), target, log, cancellationToken);
        }
        finally
        {
            DeactivateOnIdle();
        }

        Task GiveAsync() => WorkerRun.GiveAsync(token => PartsAsync(request, token), target, log, cancellationToken);
    }

    public Task AddAsync(PcmBlock audio)
    {
        Check();
        return _sound.Writer.WriteAsync(audio).AsTask();
    }

    public Task EndAsync()
    {
        Check();
        _sound.Writer.TryComplete();
        return Task.CompletedTask;
    }

    /// <summary>
    /// A grain of a lost silo starts anew on another one, where nobody follows the sound: whoever sends it must ask another worker.
    /// </summary>
    private void Check()
    {
        if (!_inside)
        {
            DeactivateOnIdle();
            throw new OrleansException("The worker that followed this sound is lost.");
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _sound.Writer.TryComplete();
        if (_inside)
        {
            _inside = false;
            gates.Face.Leave();
        }

        return Task.CompletedTask;
    }

    private IAsyncEnumerable<SegmentPart> PartsAsync(FaceRequest request, CancellationToken cancellationToken) =>
        engines.Segments.FollowAsync(request.Sound ?? _sound.Reader.ReadAllAsync(cancellationToken), request.Expression, cancellationToken);
}
