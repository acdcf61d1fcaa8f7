using AvatarGrains.Engines.Asr.Models;
using AvatarGrains.Native.PocketSphinx;

namespace AvatarGrains.Engines.Asr;

/// <summary>
/// Decodes utterances with the words of one model. A second, tiny decoder measures the cepstral mean of the opening. One owner at a time,
/// not thread-safe.
/// </summary>
internal sealed class SpeechDecoder : IDisposable
{
    private const int OpeningSamples = 24000;
    private const int ExpectedFrames = 15;

    private readonly PocketSphinxDecoder _words;
    private readonly PocketSphinxDecoder _meter;
    private readonly float[] _cepstralMean;
    private readonly List<short> _opening = [];
    private bool _started;

    public SpeechDecoder(PocketSphinxOptions options, SpokenModel model)
    {
        Model = model;
        _cepstralMean = CepstralMean(options.AcousticModel);
        var tuned = new Dictionary<string, string>
        {
            ["lw"] = "9", ["fwdflatlw"] = "10", ["bestpathlw"] = "11", ["wip"] = "0.5",
            ["beam"] = "1e-60", ["wbeam"] = "1e-32", ["pbeam"] = "1e-50", ["maxhmmpf"] = "6000", ["remove_silence"] = "no",
        };
        foreach (var (name, value) in options.Decoder)
        {
            tuned[name] = value;
        }

        _words = PocketSphinxDecoder.Create(new(options.AcousticModel, model.Dictionary, model.LanguageModel, null, tuned));
        try
        {
            _meter = PocketSphinxDecoder.Create(new(options.AcousticModel, null, null, options.PhoneModel, new Dictionary<string, string>
            {
                ["lw"] = "2.0", ["beam"] = "1e-20", ["pbeam"] = "1e-20", ["allphone_ci"] = "yes", ["remove_silence"] = "no",
            }));
        }
        catch
        {
            _words.Dispose();
            throw;
        }
    }

    public SpokenModel Model { get; }

    public void Start()
    {
        _opening.Clear();
        _started = false;
    }

    public void Write(ReadOnlySpan<short> samples)
    {
        if (_started)
        {
            _words.Write(samples);
            return;
        }

        _opening.AddRange(samples);
        if (_opening.Count >= OpeningSamples)
        {
            Open();
        }
    }

    public string Hypothesis() => _started ? _words.Hypothesis() : "";

    public HeardUtterance End()
    {
        if (!_started)
        {
            Open();
        }

        _words.End();
        return new HeardUtterance(_words.Words(), _words.Posterior);
    }

    public void Dispose()
    {
        _words.Dispose();
        _meter.Dispose();
    }

    /// <summary>
    /// Begins to decode with the cepstral mean measured on the opening: with one that does not fit, a third of the words of some speakers
    /// is lost.
    /// </summary>
    private void Open()
    {
        var opening = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_opening);
        var mean = _meter.MeasureCepstralMean(opening, _cepstralMean, ExpectedFrames);
        _words.Start(mean);
        _started = true;
        _words.Write(opening);
    }

    /// <summary>The mean that the acoustic model was trained to start from.</summary>
    private static float[] CepstralMean(string acousticModel)
    {
        var parameters = File.ReadLines(Path.Combine(acousticModel, "feat.params"))
            .Select(l => l.Split(' ', 2))
            .FirstOrDefault(p => p[0] == "-cmninit");
        return parameters is null ? [] : [.. parameters[1].Split(',').Select(v => float.Parse(v, System.Globalization.CultureInfo.InvariantCulture))];
    }
}
