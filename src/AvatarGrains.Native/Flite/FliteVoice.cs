using System.Runtime.InteropServices;
using System.Text;
using AvatarGrains.Native.Speech;

namespace AvatarGrains.Native.Flite;

/// <summary>
/// A recorded English voice of flite. Utterances share the voice's reference-counted values without locks, so one is made at a time per voice;
/// different voices speak in parallel.
/// </summary>
public sealed unsafe class FliteVoice
{
    private const int PieceSamples = 1280;
    private static readonly Lock Registration = new();
    private readonly Lock _gate = new();
    private readonly nint _voice;

    private FliteVoice(string name, nint voice)
    {
        Name = name;
        _voice = voice;
    }

    /// <summary>slt, rms or awb.</summary>
    public string Name { get; }

    /// <summary>The voices that can be opened.</summary>
    public static IReadOnlyList<string> Names { get; } = ["slt", "rms", "awb"];

    /// <summary>Opens a voice. Opening one twice gives two objects that must not speak at once: keep one per process.</summary>
    /// <exception cref="DllNotFoundException">The library is absent.</exception>
    /// <exception cref="ArgumentException">There is no such voice.</exception>
    public static FliteVoice Open(string name)
    {
        lock (Registration)
        {
            var library = name switch
            {
                "slt" => NativeNames.FliteSlt,
                "rms" => NativeNames.FliteRms,
                "awb" => NativeNames.FliteAwb,
                _ => throw new ArgumentException($"flite has no voice '{name}'", nameof(name)),
            };
            _ = NativeFlite.flite_init();
            var register = (delegate* unmanaged<byte*, nint>)NativeLibrary.GetExport(NativeResolver.Load(library), "register_cmu_us_" + name);
            return new FliteVoice(name, register(null));
        }
    }

    /// <summary>
    /// Speaks one sentence or clause into a sink, all its phonemes first, and returns when it is made or the sink has stopped it. Symbols
    /// are CMU's.
    /// </summary>
    /// <param name="text">Plain text; what is not ASCII is left out.</param>
    /// <param name="durationStretch">1 is the voice's own speed, 2 half of it.</param>
    /// <param name="sink">Receives the speech.</param>
    /// <returns>Samples per second of the speech.</returns>
    public int Synthesize(string text, float durationStretch, INativeSpeechSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var ascii = new byte[text.Length + 1];
        for (var i = 0; i < text.Length; i++)
        {
            ascii[i] = text[i] is >= ' ' and < '\x7f' ? (byte)text[i] : (byte)' ';
        }

        var job = new Job(sink);
        var pin = GCHandle.Alloc(job);
        try
        {
            lock (_gate)
            {
                Run(ascii, durationStretch, job, GCHandle.ToIntPtr(pin));
            }
        }
        finally
        {
            pin.Free();
        }

        job.ThrowIfFailed();
        return job.SampleRate;
    }

    private void Run(byte[] text, float stretch, Job job, nint userData)
    {
        using var utterance = NativeFlite.new_utterance();
        var raw = utterance.DangerousGetHandle();
        fixed (byte* data = text)
        fixed (byte* stretchName = "duration_stretch\0"u8)
        fixed (byte* streamingName = "streaming_info\0"u8)
        {
            _ = NativeFlite.utt_set_input_text(utterance, data);
            _ = NativeFlite.utt_init(utterance, _voice);

            // The features are the first member of the utterance.
            var features = *(nint*)raw;
            NativeFlite.flite_feat_set_float(features, stretchName, Math.Clamp(stretch, 0.25f, 4));
            var info = NativeFlite.new_audio_streaming_info();
            info->MinBufferSize = PieceSamples;
            info->Callback = &Callback;
            info->Utterance = raw;
            info->UserData = userData;
            NativeFlite.flite_feat_set(features, streamingName, NativeFlite.audio_streaming_info_val(info));
            if (NativeFlite.utt_synth(utterance) == 0)
            {
                throw new InvalidOperationException("flite failed to speak the text");
            }
        }
    }

    [UnmanagedCallersOnly]
    private static int Callback(NativeFlite.Wave* wave, int start, int count, int last, NativeFlite.StreamingInfo* info)
    {
        var job = (Job)GCHandle.FromIntPtr(info->UserData).Target!;
        return job.Take(wave, start, count, info->Utterance) ? NativeFlite.StreamContinue : NativeFlite.StreamStop;
    }

    private sealed class Job(INativeSpeechSink sink)
    {
        private bool _phonemesSent;
        private bool _stopped;
        private Exception? _failure;

        public int SampleRate { get; private set; }

        public bool Take(NativeFlite.Wave* wave, int start, int count, nint utterance)
        {
            if (_stopped)
            {
                return false;
            }

            try
            {
                SampleRate = wave->SampleRate;
                if (!_phonemesSent)
                {
                    _phonemesSent = true;
                    SendPhonemes(utterance);
                }

                _stopped = count > 0 && !sink.Audio(new ReadOnlySpan<short>(wave->Samples + start, count));
            }
            catch (Exception exception)
            {
                // No exception may pass through native frames: it is thrown again once they are left.
                _failure = exception;
                _stopped = true;
            }

            return !_stopped;
        }

        public void ThrowIfFailed()
        {
            if (_failure is not null)
            {
                throw new InvalidOperationException("the receiver of the speech failed", _failure);
            }
        }

        private void SendPhonemes(nint utterance)
        {
            fixed (byte* segment = "Segment\0"u8, end = "end\0"u8, name = "name\0"u8)
            fixed (byte* stressPath = "R:SylStructure.parent.stress\0"u8, accentPath = "R:SylStructure.parent.accent\0"u8)
            {
                if (NativeFlite.utt_relation_present(utterance, segment) == 0)
                {
                    return;
                }

                var startMs = 0.0;
                var first = NativeFlite.relation_head(NativeFlite.utt_relation(utterance, segment));
                for (var item = first; item != 0; item = NativeFlite.item_next(item))
                {
                    var endMs = Math.Max(startMs, NativeFlite.item_feat_float(item, end) * 1000.0);
                    var stressed = Read(NativeFlite.flite_ffeature_string(item, stressPath)) == "1";
                    var accented = Read(NativeFlite.flite_ffeature_string(item, accentPath)) is not ("0" or "");
                    sink.Phoneme(new NativePhoneme(
                        Read(NativeFlite.item_feat_string(item, name)), startMs, endMs, (byte)(stressed ? accented ? 1 : 2 : 0)));
                    startMs = endMs;
                }
            }
        }

        private static string Read(byte* text)
        {
            var span = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text);
            return Encoding.ASCII.GetString(span);
        }
    }
}
