using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Tts;

/// <summary>
/// Lets a number of requests run at once and a number wait, those with the least slack first; further ones are refused with
/// <see cref="EngineFault.Overloaded"/>.
/// </summary>
public sealed class LimitedSynthesizer(ISpeechSynthesizer inner, int running, int waiting) : ISpeechSynthesizer
{
    private readonly DeadlineGate _gate = new(running, TimeProvider.System);
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

            await _gate.EnterAsync(request.Slack, cancellationToken);
            try
            {
                await foreach (var piece in inner.SynthesizeAsync(request, cancellationToken))
                {
                    yield return piece;
                }
            }
            finally
            {
                _gate.Leave();
            }
        }
        finally
        {
            _ = Interlocked.Decrement(ref _admitted);
        }
    }
}
