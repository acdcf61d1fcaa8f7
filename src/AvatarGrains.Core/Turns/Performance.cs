using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Turns;

/// <summary>
/// One turn of a session as a stream of its outputs, for whoever asked for it. Other turns, also those that are heard at the same time by other
/// readers, are left out. Dispose it to stop reading; the turn goes on.
/// </summary>
public sealed class Performance : ISessionSink, IAsyncDisposable
{
    // Holds one turn at most, whose length is bounded by the longest text and the model's longest answer.
    private readonly Channel<SessionOutput> _outputs = Channel.CreateUnbounded<SessionOutput>(new UnboundedChannelOptions { SingleReader = true });
    private IAsyncDisposable? _subscription;

    private Performance()
    {
    }

    /// <summary>The turn's number.</summary>
    public int Turn { get; private set; }

    /// <summary>Starts a turn.</summary>
    /// <exception cref="SessionRejectedException">Refused.</exception>
    public static async ValueTask<Performance> StartAsync(ISession session, TurnRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var performance = new Performance();
        performance._subscription = await session.SubscribeAsync(performance, cancellationToken);
        try
        {
            var result = await session.SendAsync(new Perform(request), cancellationToken);
            if (result.Reject is { } reject)
            {
                throw new SessionRejectedException(reject, result.Detail);
            }

            performance.Turn = result.Turn;
            return performance;
        }
        catch
        {
            await performance.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The turn's outputs in order. The last is <see cref="TurnComplete"/> when all of it was made, <see cref="TurnEnded"/> when it was cut off
    /// before that, or <see cref="SessionEnded"/>.
    /// </summary>
    public async IAsyncEnumerable<SessionOutput> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var output in _outputs.Reader.ReadAllAsync(cancellationToken))
        {
            if (output is SessionEnded || output.Turn == Turn)
            {
                yield return output;
                if (output is TurnComplete or TurnEnded or SessionEnded)
                {
                    yield break;
                }
            }
            else if (output.Turn > Turn)
            {
                // The end of the turn was lost with the silo that ran it.
                yield return new TurnEnded(Turn, TurnEnd.Interrupted, new TurnTimings());
                yield break;
            }
        }
    }

    void ISessionSink.Deliver(SessionOutput output) => _outputs.Writer.TryWrite(output);

    public async ValueTask DisposeAsync()
    {
        if (_subscription is { } subscription)
        {
            _subscription = null;
            await subscription.DisposeAsync();
        }
    }
}
