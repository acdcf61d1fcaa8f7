using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Benchmarks.Operations;

/// <summary>The mouth of a sentence of three seconds from its phonemes.</summary>
internal sealed class VisemeSentence : IOperation
{
    private const double PhonemeMs = 80;
    private static readonly string[] Symbols = ["hh", "ax", "l", "ow", "pau", "w", "er", "l", "d", "iy", "s", "p", "aa", "m", "f", "uw"];
    private readonly List<FaceFrame> _frames = new(128);

    public void Run()
    {
        _frames.Clear();
        var timeline = new VisemeTimeline();
        var at = 0.0;
        for (; at < 3000; at += PhonemeMs)
        {
            timeline.Add(new PhonemeTiming(Symbols[(int)(at / PhonemeMs) % Symbols.Length], at, at + PhonemeMs, Ipa: false, Stress: 0));
        }

        timeline.Complete(at);
        timeline.Emit(_frames);
    }

    public void Dispose()
    {
    }
}
