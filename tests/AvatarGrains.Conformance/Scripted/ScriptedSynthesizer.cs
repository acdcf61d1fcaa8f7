using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>One 10 ms block per character; the word "fail" fails.</summary>
public sealed class ScriptedSynthesizer : ISpeechSynthesizer
{
    public string Name => "scripted";

    public IReadOnlyList<VoiceInfo> Voices { get; } = [];

    /// <summary>Gives the pieces of a request in place of the blocks; null for none.</summary>
    public Func<SpeechRequest, IReadOnlyList<SpeechAudio>>? Instead { get; set; }

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (request.Text == "fail")
        {
            throw new EngineException(EngineFault.Failed, "The voice failed.");
        }

        foreach (var piece in Instead?.Invoke(request) ?? [])
        {
            yield return piece;
        }

        foreach (var c in Instead is null ? request.Text : "")
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new SpeechAudio(new PcmBlock(Enumerable.Repeat((short)c, 160).ToArray(), 16000), []);
        }
    }
}
