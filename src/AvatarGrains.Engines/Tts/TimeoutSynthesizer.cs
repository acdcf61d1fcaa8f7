using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Engines.Tts;

/// <summary>
/// Bounds the wait for an engine's first piece and for each next one; beyond it the request fails with <see cref="EngineFault.Timeout"/>.
/// </summary>
public sealed class TimeoutSynthesizer(ISpeechSynthesizer inner, TimeSpan first, TimeSpan next, TimeProvider time) : ISpeechSynthesizer
{
    public string Name => inner.Name;

    public IReadOnlyList<VoiceInfo> Voices => inner.Voices;

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        await using var pieces = inner.SynthesizeAsync(request, both.Token).GetAsyncEnumerator(both.Token);
        for (var limit = first; ; limit = next)
        {
            late.CancelAfter(limit);
            if (!await MoveNextAsync(pieces, limit, late, cancellationToken))
            {
                yield break;
            }

            late.CancelAfter(Timeout.InfiniteTimeSpan);
            yield return pieces.Current;
        }
    }

    private async Task<bool> MoveNextAsync(
        IAsyncEnumerator<SpeechAudio> pieces, TimeSpan limit, CancellationTokenSource late, CancellationToken cancellationToken)
    {
        try
        {
            return await pieces.MoveNextAsync();
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(EngineFault.Timeout, $"{Name} gave no speech within {limit.TotalMilliseconds:F0} ms", exception);
        }
    }
}
