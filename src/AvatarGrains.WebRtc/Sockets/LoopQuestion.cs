using AvatarGrains.WebRtc.Peers;

namespace AvatarGrains.WebRtc.Sockets;

/// <summary>Work of the loop whose result is awaited: it is always completed, by running it or by declining it.</summary>
internal interface ILoopQuestion
{
    void Ask(Peer peer, long now);

    void Decline();
}

/// <inheritdoc cref="ILoopQuestion"/>
internal sealed class LoopQuestion<T>(Func<Peer, long, T?> question) : ILoopQuestion
{
    private readonly TaskCompletionSource<T?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T?> Answer => _answer.Task;

    public void Ask(Peer peer, long now)
    {
        try
        {
            _answer.TrySetResult(question(peer, now));
        }
        catch (Exception error)
        {
            // The exception belongs to the caller that awaits the answer.
            _answer.TrySetException(error);
        }
    }

    public void Decline() => _answer.TrySetResult(default);
}
