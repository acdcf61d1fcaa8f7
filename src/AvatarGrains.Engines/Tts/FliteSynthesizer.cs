using System.Collections.Concurrent;
using AvatarGrains.Core.Engines;
using AvatarGrains.Native;
using AvatarGrains.Native.Flite;

namespace AvatarGrains.Engines.Tts;

/// <summary>
/// flite's recorded English voices, 16 kHz, with phoneme times. Streams from the first samples of the first clause on. One clause at a time
/// per voice; requests take turns between clauses.
/// </summary>
public sealed class FliteSynthesizer : ISpeechSynthesizer
{
    private const int SampleRate = 16_000;
    private const double LeadInMs = 40;

    private readonly ConcurrentDictionary<string, Lazy<FliteVoice>> _voices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SemaphoreSlim> _gates = FliteVoice.Names.ToDictionary(
        n => n, _ => new SemaphoreSlim(1), StringComparer.Ordinal);

    /// <summary>True when the library and its first voice are installed.</summary>
    public static bool IsAvailable => NativeResolver.IsAvailable("flite") && NativeResolver.IsAvailable("flite_cmu_us_slt");

    public string Name => "flite";

    public IReadOnlyList<VoiceInfo> Voices { get; } =
    [
        new("slt", "Susan", "en-US", "female", "flite"),
        new("rms", "Robert", "en-US", "male", "flite"),
        new("awb", "Alan (Scottish)", "en-GB", "male", "flite"),
    ];

    public IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var name = request.Voice ?? Voices[0].Name;
        if (!_gates.TryGetValue(name, out var gate))
        {
            throw new EngineException(EngineFault.Rejected, $"flite has no voice '{name}'");
        }

        if (request.Text.Length > SpeechText.MaxLength)
        {
            throw new EngineException(EngineFault.Rejected, $"{request.Text.Length} characters are too many, {SpeechText.MaxLength} are the limit");
        }

        var clauses = ClauseSplitter.Split(EnglishText.Normalize(SpeechText.Clean(request.Text)));
        var stretch = 1 / (float)Math.Clamp(request.Rate, 0.5, 2);
        return SpeechRelay.StreamAsync(SampleRate, ipa: false, LeadInMs, SpeakAsync, cancellationToken);

        async Task SpeakAsync(SpeechRelay relay, CancellationToken stop)
        {
            var voice = _voices.GetOrAdd(name, n => new Lazy<FliteVoice>(() => FliteVoice.Open(n))).Value;
            foreach (var clause in clauses)
            {
                await gate.WaitAsync(stop);
                try
                {
                    _ = voice.Synthesize(clause, stretch, relay);
                }
                finally
                {
                    _ = gate.Release();
                }

                stop.ThrowIfCancellationRequested();
                relay.NextUtterance();
            }
        }
    }
}
