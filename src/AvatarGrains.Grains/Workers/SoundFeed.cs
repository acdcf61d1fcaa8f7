using System.Runtime.CompilerServices;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// Sound on its way to a worker. One reader at a time. A block counts as taken when the reader asks for the next one, so the reader of another worker
/// begins with the first block that was not taken.
/// </summary>
internal sealed class SoundFeed : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly IAsyncEnumerator<PcmBlock> _sound;
    private Task<bool>? _next;

    public SoundFeed(IAsyncEnumerable<PcmBlock> sound, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _sound = sound.GetAsyncEnumerator(_stop.Token);
    }

    public async IAsyncEnumerable<PcmBlock> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await (_next ??= _sound.MoveNextAsync().AsTask()).WaitAsync(cancellationToken))
        {
            yield return _sound.Current;
            _next = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_next is { IsCompleted: false } waiting)
        {
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _sound.DisposeAsync();
        _stop.Dispose();
    }
}
