using System.Globalization;
using System.Text.Json.Nodes;
using AvatarGrains.Client.Perso;
using AvatarGrains.Client.Viewing;
using AvatarGrains.Core.Engines;
using AvatarGrains.Engines.Tts;
using AvatarGrains.Latency;
using AvatarGrains.Native.OpenSsl;
using AvatarGrains.Native.Srtp;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var address, ..] || !Uri.TryCreate(address, UriKind.Absolute, out _))
{
    Console.Error.WriteLine(
        "Usage: latency SERVER [TURNS]   Measures a running server: text to sound and mouth, interruption to silence, "
        + "a spoken question to its answer.");
    return args is ["--help"] or ["-h"] ? 0 : 2;
}

var turns = args.Length > 1 ? int.Parse(args[1]) : 40;
var time = TimeProvider.System;
using var http = new HttpClient { BaseAddress = new Uri(address.TrimEnd('/') + "/") };
using var dtls = new OpenSslDtlsFactory(time);
using var espeak = new EspeakSynthesizer();
var api = new PersoApi(http);
Console.WriteLine($"Milliseconds over {turns} turns each, none of them spoken before; {Environment.ProcessorCount} processors, "
    + $"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
foreach (var (engine, voice) in new (ISpeechSynthesizer, string)[] { (new FliteSynthesizer(), "slt"), (espeak, "espeak:en-us") })
{
    var texts = new Sentences(7);
    await Stages.FirstPartAsync(engine, voice, texts.Next(), time);
    List<double> samples = [], parts = [], audio = [], mouth = [], answers = [], stale = [];
    for (var i = 0; i < turns; i++)
    {
        samples.Add(await Stages.FirstSamplesAsync(engine, voice, texts.Next(), time));
        parts.Add(await Stages.FirstPartAsync(engine, voice, texts.Next(), time));
    }

    Report($"{voice}: engine, text to first samples", samples);
    Report($"{voice}: and encoded with faces", parts);
    var probe = new Probe(time);
    var session = await api.CreateSessionAsync(
        new JsonObject { ["capability"] = new JsonArray("LLM", "TTS", "STF_WEBRTC"), ["llm_type"] = "guide", ["tts_type"] = voice },
        CancellationToken.None);
    await using var viewer = await HeadlessViewer.ConnectAsync(api, session, dtls, new SrtpFactory(), new Relay(probe), time, CancellationToken.None);
    probe.Viewer = viewer;
    await probe.ReadyAsync();
    var random = new Random(3);
    for (var i = -2; i < turns; i++)
    {
        await probe.PauseAsync(TimeSpan.FromMilliseconds(random.Next(100)));
        var (heard, seen) = await probe.AskAsync("ttstf", texts.Next());
        await probe.PauseAsync(TimeSpan.FromMilliseconds(500));
        var late = await probe.InterruptAsync();
        if (i >= 0)
        {
            audio.Add(heard);
            mouth.Add(seen);
            stale.Add(late);
        }
    }

    foreach (var question in Enumerable.Range(0, turns / 2).Select(i => $"Question {i}: what can you do?"))
    {
        answers.Add((await probe.AskAsync("chat", question)).Audio);
        await probe.InterruptAsync();
    }

    Report($"{voice}: text in to first sound out", audio);
    Report($"{voice}: text in to first mouth frame out", mouth);
    Report($"{voice}: question in to first sound of the answer", answers);
    Report($"{voice}: interruption to last stale packet", stale);
}

await Aloud.MeasureAsync(api, dtls, turns, time, Report);
return 0;

static void Report(string what, List<double> values)
{
    values.Sort();
    var p99 = values[Math.Min(values.Count - 1, (int)(values.Count * 0.99))];
    Console.WriteLine($"{what,-52} p50 {values[values.Count / 2],7:F1}   p99 {p99,7:F1}   max {values[^1],7:F1}");
}
