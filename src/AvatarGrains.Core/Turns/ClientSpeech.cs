using System.Threading.Channels;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Core.Turns;

/// <summary>Sound a client streams in for the avatar to say, possibly faster than it plays.</summary>
internal sealed class ClientSpeech(TimeSpan most)
{
    private readonly Channel<PcmBlock> _blocks = Channel.CreateUnbounded<PcmBlock>(new UnboundedChannelOptions { SingleReader = true });
    private long _waitingTicks;

    /// <summary>The sound, once, in order.</summary>
    public async IAsyncEnumerable<PcmBlock> ReadAsync()
    {
        await foreach (var block in _blocks.Reader.ReadAllAsync())
        {
            Interlocked.Add(ref _waitingTicks, -block.Duration.Ticks);
            yield return block;
        }
    }

    /// <summary>Copies a block.</summary>
    /// <returns>False when too much is waiting already.</returns>
    public bool TryAppend(PcmBlock block)
    {
        if (Interlocked.Read(ref _waitingTicks) + block.Duration.Ticks > most.Ticks)
        {
            return false;
        }

        Interlocked.Add(ref _waitingTicks, block.Duration.Ticks);
        return _blocks.Writer.TryWrite(new PcmBlock(block.Samples.ToArray(), block.SampleRate));
    }

    public void End() => _blocks.Writer.TryComplete();
}
