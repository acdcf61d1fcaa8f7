using AvatarGrains.Core.Engines;
using AvatarGrains.Native;
using AvatarGrains.Native.Espeak;

namespace AvatarGrains.Engines.Tts;

/// <summary>
/// espeak-ng: over a hundred languages, 22.05 kHz, with phoneme times in IPA. Voices are <c>espeak:ko</c> and, as a woman, <c>espeak:ko+f</c>.
/// One request at a time; each takes some milliseconds.
/// </summary>
public sealed class EspeakSynthesizer : ISpeechSynthesizer, IDisposable
{
    private const string Prefix = "espeak:";
    private const string FemaleSuffix = "+f";
    private const string FemaleVariant = "+f2";

    private readonly Lazy<IReadOnlyList<VoiceInfo>> _voices = new(ListVoices);
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>True when the library is installed.</summary>
    public static bool IsAvailable => NativeResolver.IsAvailable("espeak-ng");

    public string Name => "espeak";

    public IReadOnlyList<VoiceInfo> Voices => _voices.Value;

    public IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Text.Length > SpeechText.MaxLength)
        {
            throw new EngineException(EngineFault.Rejected, $"{request.Text.Length} characters are too many, {SpeechText.MaxLength} are the limit");
        }

        var (language, female) = Select(request.Voice, request.Language);
        var voice = EspeakLanguages.ToEspeak(language) + (female ? FemaleVariant : "");
        var text = SpeechText.Clean(request.Text);
        var rate = (int)(EspeakNg.NormalRate * Math.Clamp(request.Rate, 0.5, 2));
        return SpeechRelay.StreamAsync(SampleRateOrThrow(), ipa: true, null, SpeakAsync, cancellationToken);

        async Task SpeakAsync(SpeechRelay relay, CancellationToken stop)
        {
            if (!SpeechText.IsSpeakable(text))
            {
                return;
            }

            await _gate.WaitAsync(stop);
            try
            {
                EspeakNg.Synthesize(text, voice, rate, 50, relay);
            }
            finally
            {
                _ = _gate.Release();
            }
        }
    }

    public void Dispose() => _gate.Dispose();

    private static (string Language, bool Female) Select(string? voice, string? language)
    {
        if (voice is null)
        {
            return (language ?? "en-us", false);
        }

        if (!voice.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            throw new EngineException(EngineFault.Rejected, $"espeak-ng has no voice '{voice}'");
        }

        var tag = voice[Prefix.Length..];
        var female = tag.EndsWith(FemaleSuffix, StringComparison.Ordinal);
        return (female ? tag[..^FemaleSuffix.Length] : tag, female);
    }

    private static int SampleRateOrThrow()
    {
        try
        {
            return EspeakNg.SampleRate;
        }
        catch (DllNotFoundException exception)
        {
            throw new EngineException(EngineFault.Unavailable, exception.Message, exception);
        }
        catch (InvalidOperationException exception)
        {
            throw new EngineException(EngineFault.Unavailable, exception.Message, exception);
        }
    }

    private static List<VoiceInfo> ListVoices()
    {
        var voices = new List<VoiceInfo>();
        if (!IsAvailable)
        {
            return voices;
        }

        foreach (var voice in EspeakNg.Voices)
        {
            var tag = EspeakLanguages.ToBcp47(voice.Language);
            voices.Add(new VoiceInfo(Prefix + voice.Language, voice.Name, tag, voice.Female ? "female" : "male", "espeak"));
            if (!voice.Female)
            {
                voices.Add(new VoiceInfo(Prefix + voice.Language + FemaleSuffix, voice.Name + ", female", tag, "female", "espeak"));
            }
        }

        return voices;
    }
}
