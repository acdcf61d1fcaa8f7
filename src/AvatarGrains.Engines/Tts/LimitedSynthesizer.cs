using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Tts;

/// <summary>Lets so many requests run at once and so many wait; more are refused with <see cref="EngineFault.Overloaded"/>.</summary>
public sealed class LimitedSynthesizer(ISpeechSynthesizer inner, int running, int waiting) : ISpeechSynthesizer, IDisposable
{
    private readonly SemaphoreSlim _slots = new(running);
    private int _admitted;

    public string Name => inner.Name;

    public IReadOnlyList<VoiceInfo> Voices => inner.Voices;

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _admitted) > running + waiting)
            {
                throw new EngineException(EngineFault.Overloaded, $"{Name} has {running} requests running and {waiting} waiting");
            }

            await _slots.WaitAsync(cancellationToken);
            try
            {
                await foreach (var piece in inner.SynthesizeAsync(request, cancellationToken))
                {
                    yield return piece;
                }
            }
            finally
            {
                _ = _slots.Release();
            }
        }
        finally
        {
            _ = Interlocked.Decrement(ref _admitted);
        }
    }

    public void Dispose() => _slots.Dispose();
}
