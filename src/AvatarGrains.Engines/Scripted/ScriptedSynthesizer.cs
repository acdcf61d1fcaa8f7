using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Engines.Scripted;

/// <summary>
/// Deterministic speech for tests and load: each letter is a tone of its own with a phoneme, each blank a pause. Needs no library and next
/// to no time.
/// </summary>
public sealed class ScriptedSynthesizer : ISpeechSynthesizer
{
    /// <summary>Length of a letter, milliseconds.</summary>
    public const int LetterMs = 80;

    private const int SampleRate = 16_000;
    private const string Phonemes = "ae b k d eh f g hh ih jh k l m n ow p k r s t uh v w k y z";
    private static readonly string[] Symbols = Phonemes.Split(' ');

    public string Name => "scripted";

    public IReadOnlyList<VoiceInfo> Voices { get; } = [new("scripted", "Scripted", "en-US", null, "scripted")];

    /// <summary>Decides whether a request fails, after its first word; null for never.</summary>
    public Func<SpeechRequest, EngineFault?>? Fault { get; init; }

    /// <summary>Awaited before each word, so that a test decides when speech goes on; null for at once.</summary>
    public Func<CancellationToken, Task>? Pace { get; init; }

    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var atMs = 0.0;
        foreach (var word in request.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Pace is not null)
            {
                await Pace(cancellationToken);
            }

            if (atMs > 0 && Fault?.Invoke(request) is { } fault)
            {
                throw new EngineException(fault, "scripted failure");
            }

            yield return Speak(word, LetterMs / Math.Clamp(request.Rate, 0.5, 2), ref atMs);
        }
    }

    private static SpeechAudio Speak(string word, double letterMs, ref double atMs)
    {
        var phonemes = new List<PhonemeTiming>();
        var perLetter = (int)(letterMs * SampleRate / 1000);
        var audio = new short[(word.Length + 1) * perLetter];
        for (var i = 0; i < word.Length; i++)
        {
            var letter = char.ToLowerInvariant(word[i]) - 'a';
            var symbol = letter is >= 0 and < 26 ? Symbols[letter] : "pau";
            phonemes.Add(new PhonemeTiming(symbol, atMs, atMs + letterMs, false, (byte)(i == 0 ? 1 : 0)));
            atMs += letterMs;
            if (symbol == "pau")
            {
                continue;
            }

            var loud = symbol is "ae" or "eh" or "ih" or "ow" or "uh" ? 9000 : 2500;
            for (var n = 0; n < perLetter; n++)
            {
                audio[(i * perLetter) + n] =
                    (short)(loud * Math.Sin(2 * Math.PI * (200 + (20 * letter)) * n / SampleRate) * Math.Sin(Math.PI * n / perLetter));
            }
        }

        phonemes.Add(new PhonemeTiming("pau", atMs, atMs + letterMs, false, 0));
        atMs += letterMs;
        return new SpeechAudio(new PcmBlock(audio, SampleRate), phonemes);
    }
}
