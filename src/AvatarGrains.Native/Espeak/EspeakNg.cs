using System.Runtime.InteropServices;
using System.Text;
using AvatarGrains.Native.Speech;

namespace AvatarGrains.Native.Espeak;

/// <summary>
/// espeak-ng. The library keeps one state per process, so calls take turns behind one lock; it makes speech some three hundred times faster
/// than it plays.
/// </summary>
public static unsafe class EspeakNg
{
    /// <summary>Words per minute at normal speed.</summary>
    public const int NormalRate = 175;

    private const int BufferMs = 40;
    private static readonly Lock Gate = new();
    private static int _sampleRate;
    private static string? _voice;
    private static IReadOnlyList<EspeakVoice>? _voices;
    private static Job? _job;

    /// <summary>Samples per second of all speech.</summary>
    /// <exception cref="DllNotFoundException">The library is absent.</exception>
    /// <exception cref="InvalidOperationException">Its data is absent.</exception>
    public static int SampleRate
    {
        get
        {
            lock (Gate)
            {
                Initialize();
                return _sampleRate;
            }
        }
    }

    /// <summary>The voices, one per language tag.</summary>
    /// <exception cref="DllNotFoundException">The library is absent.</exception>
    public static IReadOnlyList<EspeakVoice> Voices
    {
        get
        {
            lock (Gate)
            {
                Initialize();
                return _voices ??= ListVoices();
            }
        }
    }

    /// <summary>Speaks text into a sink and returns when all is made or the sink has stopped it. Phoneme symbols are IPA.</summary>
    /// <param name="text">Plain text; markup is spoken as text.</param>
    /// <param name="voice">Language tag, with <c>+variant</c> if wanted: <c>ko</c>, <c>en-us+f2</c>.</param>
    /// <param name="wordsPerMinute">80 to 450.</param>
    /// <param name="pitch">0 to 100; 50 is normal.</param>
    /// <param name="sink">Receives the speech.</param>
    /// <exception cref="ArgumentException">There is no such voice.</exception>
    public static void Synthesize(string text, string voice, int wordsPerMinute, int pitch, INativeSpeechSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        _ = Encoding.UTF8.GetBytes(text.Replace('\0', ' '), utf8);
        lock (Gate)
        {
            Initialize();
            SelectVoice(voice);
            _ = NativeEspeak.espeak_SetParameter(NativeEspeak.ParameterRate, Math.Clamp(wordsPerMinute, 80, 450), 0);
            _ = NativeEspeak.espeak_SetParameter(NativeEspeak.ParameterPitch, Math.Clamp(pitch, 0, 100), 0);
            int error;
            Job job;
            fixed (byte* data = utf8)
            {
                job = new Job(sink, new StressMarks(Transcribe(data)));
                _job = job;
                error = NativeEspeak.espeak_Synth(data, (nuint)utf8.Length, 0, 1, 0, NativeEspeak.CharsUtf8, null, 0);
            }

            _job = null;
            job.ThrowIfFailed();
            if (error != 0)
            {
                throw new InvalidOperationException($"espeak_Synth failed with {error}");
            }

            job.Finish();
        }
    }

    /// <summary>IPA of plain text, with stress marks.</summary>
    /// <exception cref="ArgumentException">There is no such voice.</exception>
    public static string Transcribe(string text, string voice)
    {
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        _ = Encoding.UTF8.GetBytes(text.Replace('\0', ' '), utf8);
        lock (Gate)
        {
            Initialize();
            SelectVoice(voice);
            fixed (byte* data = utf8)
            {
                return Transcribe(data).Trim();
            }
        }
    }

    /// <summary>IPA of zero-terminated text, with stress marks.</summary>
    private static string Transcribe(byte* text)
    {
        var transcription = new StringBuilder();
        void* rest = text;
        while (rest is not null)
        {
            var clause = NativeEspeak.espeak_TextToPhonemes(&rest, (int)NativeEspeak.CharsUtf8, NativeEspeak.PhonemesIpa);
            _ = transcription.Append(clause is null ? "" : Read(clause)).Append(' ');
        }

        return transcription.ToString();
    }

    private static void SelectVoice(string voice)
    {
        if (_voice == voice)
        {
            return;
        }

        _voice = null;
        if (voice.Length is 0 or > 40 || NativeEspeak.espeak_SetVoiceByName(voice) != 0)
        {
            throw new ArgumentException($"espeak-ng has no voice '{voice}'", nameof(voice));
        }

        _voice = voice;
    }

    private static void Initialize()
    {
        if (_sampleRate > 0)
        {
            return;
        }

        var options = NativeEspeak.InitializePhonemeEvents | NativeEspeak.InitializePhonemeIpa | NativeEspeak.InitializeDontExit;
        var rate = NativeEspeak.espeak_Initialize(NativeEspeak.OutputSynchronous, BufferMs, 0, options);
        if (rate <= 0)
        {
            throw new InvalidOperationException("espeak-ng finds no data; install it with: apt-get install espeak-ng-data");
        }

        NativeEspeak.espeak_SetSynthCallback(&Callback);
        _sampleRate = rate;
    }

    private static List<EspeakVoice> ListVoices()
    {
        var voices = new List<EspeakVoice>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        _voice = null;
        byte* data;
        _ = NativeEspeak.espeak_Info(&data);
        var dictionaries = new EspeakDictionaries(Read(data));
        for (var list = NativeEspeak.espeak_ListVoices(0); *list is not null; list++)
        {
            // The first byte of the languages is a priority, then comes the first tag. A few tags of private use select nothing.
            var language = (*list)->Languages is null ? "" : Read((*list)->Languages + 1);
            var identifier = Read((*list)->Identifier);
            if (language.Length > 0 && language != "variant" && !identifier.StartsWith("mb/", StringComparison.Ordinal) && seen.Add(language)
                && dictionaries.AreWhole(identifier)
                && NativeEspeak.espeak_SetVoiceByName(language) == 0)
            {
                voices.Add(new EspeakVoice(language, Read((*list)->Name), (*list)->Gender == 2));
            }
        }

        return voices;
    }

    private static string Read(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    [UnmanagedCallersOnly]
    private static int Callback(short* samples, int count, NativeEspeak.Event* events)
    {
        // The caller of espeak_Synth holds the lock, on this thread.
        return _job is { } job && job.Take(samples, count, events) ? 0 : 1;
    }

    /// <summary>One synthesis in progress. A phoneme's end is the next one's start, so each is reported when the next begins.</summary>
    private sealed class Job(INativeSpeechSink sink, StressMarks stress)
    {
        private long _samples;
        private string? _symbol;
        private double _start;
        private Exception? _failure;

        public bool Take(short* samples, int count, NativeEspeak.Event* events)
        {
            try
            {
                for (var e = events; e is not null && e->Type != NativeEspeak.EventListTerminated; e++)
                {
                    if (e->Type == NativeEspeak.EventPhoneme)
                    {
                        Begin(Name(e), e->AudioPosition);
                    }
                }

                _samples += Math.Max(0, count);
                return samples is null || count <= 0 || sink.Audio(new ReadOnlySpan<short>(samples, count));
            }
            catch (Exception exception)
            {
                // No exception may pass through native frames: it is thrown again once they are left.
                _failure = exception;
                return false;
            }
        }

        public void Finish() => Begin(null, _samples * 1000.0 / _sampleRate);

        public void ThrowIfFailed()
        {
            if (_failure is not null)
            {
                throw new InvalidOperationException("the receiver of the speech failed", _failure);
            }
        }

        private static string Name(NativeEspeak.Event* e)
        {
            var name = new ReadOnlySpan<byte>(e->Name, 8);
            var end = name.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? name : name[..end]);
        }

        private void Begin(string? symbol, double atMs)
        {
            atMs = Math.Max(atMs, _start);
            if (_symbol is { Length: > 0 } last)
            {
                sink.Phoneme(new NativePhoneme(last, _start, atMs, stress.Next(last)));
            }

            _symbol = symbol;
            _start = atMs;
        }
    }
}
