using System.Runtime.InteropServices;

namespace AvatarGrains.Native.PocketSphinx;

/// <summary>
/// A streaming PocketSphinx decoder for 16 kHz mono. One owner, not thread-safe. Works with both library versions in use: 5prealpha with
/// sphinxbase (soname 3, Debian 12, Ubuntu) and 5 (own configuration calls).
/// </summary>
public sealed class PocketSphinxDecoder : IDisposable
{
    /// <summary>Logarithm base of all scores of the library.</summary>
    private const double LogBase = 1.0001;

    /// <summary>Segment scores are kept with ten bits fewer.</summary>
    private const double SegmentUnit = 1024;

    private static readonly double NaturalPerUnit = Math.Log(LogBase);
    private readonly PocketSphinxHandle _handle;
    private readonly bool _version5;
    private readonly bool _phones;

    private PocketSphinxDecoder(PocketSphinxHandle handle, bool version5, bool phones)
    {
        _phones = phones;
        _handle = handle;
        _version5 = version5;
    }

    /// <summary>Frames of 10 ms searched in this utterance.</summary>
    public int Frames => NativePocketSphinx.ps_get_n_frames(_handle);

    /// <summary>Natural logarithm of the posterior probability of the whole hypothesis; call after <see cref="End"/>.</summary>
    public double Posterior => NativePocketSphinx.ps_get_prob(_handle) * NaturalPerUnit;

    /// <summary>Loads the models.</summary>
    /// <exception cref="DllNotFoundException">The library is absent; the message names the package.</exception>
    /// <exception cref="InvalidOperationException">A model is missing or broken.</exception>
    public static PocketSphinxDecoder Create(PocketSphinxSettings settings)
    {
        var options = new Dictionary<string, string>(settings.Options) { ["hmm"] = settings.AcousticModel };
        AddIfGiven("dict", settings.Dictionary);
        AddIfGiven("lm", settings.LanguageModel);
        AddIfGiven("allphone", settings.PhoneModel);
        foreach (var (name, path) in options.Where(o => o.Key is "hmm" or "dict" or "lm" or "allphone"))
        {
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                throw new InvalidOperationException(
                    $"PocketSphinx cannot load '{name}': {path} does not exist; install it with: apt-get install pocketsphinx-en-us");
            }
        }

        var version5 = NativeLibrary.TryGetExport(NativeResolver.Load(NativeNames.PocketSphinx), "ps_config_init", out _);
        var decoder = version5 ? CreateVersion5(options) : CreateVersion3(options);
        return decoder != 0
            ? new PocketSphinxDecoder(new PocketSphinxHandle(decoder), version5, settings.PhoneModel is not null)
            : throw new InvalidOperationException(
                $"PocketSphinx could not load its models: {string.Join(", ", options.Select(o => $"{o.Key}={o.Value}"))}");

        void AddIfGiven(string name, string? path)
        {
            if (path is not null)
            {
                options[name] = path;
            }
        }
    }

    /// <summary>Begins an utterance with a given cepstral mean, so that the result depends on nothing heard before.</summary>
    public void Start(ReadOnlySpan<float> cepstralMean)
    {
        Check(NativePocketSphinx.ps_start_stream(_handle), "start a stream");
        SetCepstralMean(cepstralMean);
        Check(NativePocketSphinx.ps_start_utt(_handle), "start an utterance");
    }

    /// <summary>
    /// The cepstral mean of audio, blended with one that is expected. Version 5 does not report it: there the expected mean is returned.
    /// Ends any utterance.
    /// </summary>
    /// <param name="samples">Audio from the start of an utterance.</param>
    /// <param name="expected">Mean to blend with.</param>
    /// <param name="expectedFrames">How many frames of audio the expected mean counts as.</param>
    public float[] MeasureCepstralMean(ReadOnlySpan<short> samples, ReadOnlySpan<float> expected, int expectedFrames)
    {
        if (_version5)
        {
            return expected.ToArray();
        }

        Start(expected);
        var (before, framesBefore) = CepstralSum(expected.Length);
        if (NativePocketSphinx.ps_process_raw(_handle, samples, (nuint)samples.Length, 1, 0) < 0)
        {
            throw new InvalidOperationException("PocketSphinx failed to measure.");
        }

        var (after, framesAfter) = CepstralSum(expected.Length);
        End();
        var mean = new float[expected.Length];
        for (var i = 0; i < mean.Length; i++)
        {
            mean[i] = (after[i] - before[i] + (expected[i] * expectedFrames)) / Math.Max(1, framesAfter - framesBefore + expectedFrames);
        }

        return mean;
    }

    /// <summary>Decodes more samples.</summary>
    public void Write(ReadOnlySpan<short> samples)
    {
        if (samples.Length > 0 && NativePocketSphinx.ps_process_raw(_handle, samples, (nuint)samples.Length, 0, 0) < 0)
        {
            throw new InvalidOperationException("PocketSphinx failed to decode.");
        }
    }

    /// <summary>Ends the utterance; the results stay until the next <see cref="Start"/>.</summary>
    public void End() => Check(NativePocketSphinx.ps_end_utt(_handle), "end an utterance");

    /// <summary>The words so far, separated by spaces, or "".</summary>
    public string Hypothesis() => Marshal.PtrToStringUTF8(NativePocketSphinx.ps_get_hyp(_handle, out _)) ?? "";

    /// <summary>The best path with times and scores, fillers included.</summary>
    public IReadOnlyList<PocketSphinxWord> Words()
    {
        var words = new List<PocketSphinxWord>();
        var scale = NaturalPerUnit * (_phones ? SegmentUnit : 1);
        for (var segment = NativePocketSphinx.ps_seg_iter(_handle); segment != 0; segment = NativePocketSphinx.ps_seg_next(segment))
        {
            NativePocketSphinx.ps_seg_frames(segment, out var start, out var end);
            var posterior = NativePocketSphinx.ps_seg_prob(segment, out var acoustic, out var language, out _);
            var word = Marshal.PtrToStringUTF8(NativePocketSphinx.ps_seg_word(segment)) ?? "";
            words.Add(new(word, start, end, acoustic * scale, language * NaturalPerUnit * SegmentUnit, posterior * NaturalPerUnit));
        }

        return words;
    }

    public void Dispose() => _handle.Dispose();

    private static nint CreateVersion5(Dictionary<string, string> options)
    {
        var config = NativePocketSphinx.ps_config_init(0);
        try
        {
            foreach (var (name, value) in options.Append(new("loglevel", "FATAL")))
            {
                if (name is not ("remove_silence" or "logfn") && NativePocketSphinx.ps_config_set_str(config, name, value) == 0)
                {
                    throw new InvalidOperationException($"PocketSphinx does not know the option '{name}'.");
                }
            }

            return NativePocketSphinx.ps_init(config);
        }
        finally
        {
            _ = NativePocketSphinx.ps_config_free(config);
        }
    }

    /// <summary>The library is only sure to have copied the strings when the decoder exists, so they are freed after that.</summary>
    private static nint CreateVersion3(Dictionary<string, string> options)
    {
        var values = new List<nint> { Marshal.StringToCoTaskMemUTF8("avatargrains") };
        foreach (var (name, value) in options.Append(new("logfn", "/dev/null")))
        {
            values.Add(Marshal.StringToCoTaskMemUTF8("-" + name));
            values.Add(Marshal.StringToCoTaskMemUTF8(value));
        }

        try
        {
            var config = NativeSphinxBase.cmd_ln_parse_r(0, NativePocketSphinx.ps_args(), values.Count, values.ToArray(), 1);
            if (config == 0)
            {
                return 0;
            }

            var decoder = NativePocketSphinx.ps_init(config);
            _ = NativeSphinxBase.cmd_ln_free_r(config);
            return decoder;
        }
        finally
        {
            values.ForEach(Marshal.FreeCoTaskMem);
        }
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw new InvalidOperationException($"PocketSphinx could not {what}.");
        }
    }

    private (float[] Sum, int Frames) CepstralSum(int length)
    {
        var sum = new float[length];
        var features = Marshal.PtrToStructure<NativeSphinxBase.Features>(NativePocketSphinx.ps_get_feat(_handle));
        var cmn = Marshal.PtrToStructure<NativeSphinxBase.CepstralNormalization>(features.Cmn);
        if (cmn.Length != length)
        {
            return (sum, 0);
        }

        Marshal.Copy(cmn.Sum, sum, 0, length);
        return (sum, cmn.Frames);
    }

    private void SetCepstralMean(ReadOnlySpan<float> mean)
    {
        if (_version5)
        {
            _ = NativePocketSphinx.ps_set_cmn(
                _handle, string.Join(',', mean.ToArray().Select(m => m.ToString(System.Globalization.CultureInfo.InvariantCulture))));
            return;
        }

        var features = Marshal.PtrToStructure<NativeSphinxBase.Features>(NativePocketSphinx.ps_get_feat(_handle));
        if (features.CepstrumSize == mean.Length && features.Cmn != 0)
        {
            NativeSphinxBase.cmn_live_set(features.Cmn, mean);
        }
    }
}
