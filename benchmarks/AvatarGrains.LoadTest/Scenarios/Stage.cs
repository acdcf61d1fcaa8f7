using AvatarGrains.LoadTest.Clients;
using AvatarGrains.LoadTest.Reports;
using AvatarGrains.LoadTest.Servers;

namespace AvatarGrains.LoadTest.Scenarios;

/// <summary>A server and its clients, and how a window of time is measured at both.</summary>
internal sealed class Stage(LoadOptions options, ServerProcess server, LoadClients clients, TimeProvider time) : IAsyncDisposable
{
    private const long AudioBound = 40_000;
    private const int WarmingClients = 24;
    private const int CalmChecks = 3;
    private const int JoinsAtOnce = 24;
    private const double FewEncodes = 15;
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(3);
    private readonly List<Window> _windows = [];

    public LoadOptions Options => options;

    public ServerProcess Server => server;

    public LoadClients Clients => clients;

    public IReadOnlyList<Window> Windows => _windows;

    public int JoinFailures { get; private set; }

    /// <summary>Starts or attaches to the server and opens the clients' loop.</summary>
    public static async Task<Stage> OpenAsync(LoadOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var server = options.Servers.Count > 0
            ? ServerProcess.Attach(options)
            : await ServerProcess.StartOwnAsync(options, time, cancellationToken);
        var voice = options.Speech switch { "espeak" => "espeak:en-us", "flite" => "slt", _ => "default" };
        var loss = options.Scenario == "loss" ? options.Loss : 0;
        var texts = new Texts(options.Speech != "cached");
        var signalling = new SpreadSignalling([.. server.Edges.Select(edge => new PersoSignalling(edge, voice, options.Avatar, time))]);
        return new Stage(options, server, new LoadClients(signalling, texts, loss, options.Seed, time), time);
    }

    public Task WaitAsync(TimeSpan length, CancellationToken cancellationToken) => Task.Delay(length, time, cancellationToken);

    /// <summary>
    /// Lets a few clients do what will be measured until no pose has been encoded for a while: what a server pays once is not what a session costs.
    /// </summary>
    public async Task WarmAsync(Func<int, Behaviour> behaviour, CancellationToken cancellationToken)
    {
        await ResizeAsync(WarmingClients, behaviour, cancellationToken);
        var until = time.GetTimestamp() + (long)(options.Warm.TotalSeconds * time.TimestampFrequency);
        var calm = 0;
        for (var before = 0.0; calm < CalmChecks && time.GetTimestamp() < until;)
        {
            await WaitAsync(CheckInterval, cancellationToken);
            var encodes = await GaugeAsync("avatar_pose_encodes_total", cancellationToken);
            calm = encodes - before > FewEncodes ? 0 : calm + 1;
            before = encodes;
        }

        // The first clients also waited for code to be compiled.
        await clients.OnLoopAsync(clients.Measures.Join.Clear);
    }

    /// <summary>Brings the number of clients to <paramref name="sessions"/>.</summary>
    public async Task ResizeAsync(int sessions, Func<int, Behaviour> behaviour, CancellationToken cancellationToken, int parallel = JoinsAtOnce)
    {
        if (clients.Count > sessions)
        {
            await clients.ShrinkAsync(sessions);
        }
        else
        {
            JoinFailures += await clients.GrowAsync(sessions, behaviour, options.Decode, parallel, cancellationToken);
        }

        if (clients.Count == 0)
        {
            throw new IOException("no client could join");
        }
    }

    /// <summary>Measures for a while.</summary>
    public async Task<Window> MeasureAsync(TimeSpan length, CancellationToken cancellationToken)
    {
        var measures = clients.Measures;
        var lost = measures.Lost;
        var errors = measures.ErrorMessages;
        var metrics = await server.MetricsAsync(cancellationToken);
        await clients.OnLoopAsync(measures.Restart);
        clients.TextMeasures.Take();
        var failures = clients.TextMeasures.Failures;
        var recordedFrom = time.GetTimestamp();
        var totals = clients.Totals();
        var own = ProcessSample.Take(Environment.ProcessId, time);
        var eachBefore = server.SampleEach(time);
        await WaitAsync(length, cancellationToken);
        var each = server.SampleEach(time);
        var (before, after) = (ProcessSample.Sum(eachBefore.Values), ProcessSample.Sum(each.Values));
        var ownAfter = ProcessSample.Take(Environment.ProcessId, time);
        var received = clients.Totals() - totals;
        await clients.OnLoopAsync(() => measures.IsRecording = false);
        var recorded = time.GetElapsedTime(recordedFrom).TotalSeconds;
        var (words, spoken) = clients.TextMeasures.Take();
        var members = clients.Members;
        var watching = Math.Max(1, members.Where(one => one.Key is not ("socket" or "events")).Sum(one => one.Value));
        var metricsAfter = await server.MetricsAsync(cancellationToken);
        var seconds = (after.At - before.At) / 1e6;
        var window = new Window
        {
            Sessions = members.Values.Sum(),
            Members = members,
            Seconds = Math.Round(seconds, 2),
            ServerCores = Math.Round((after.CpuSeconds - before.CpuSeconds) / seconds, 4),
            ProcessCores = each.ToDictionary(
                static one => one.Key, one => Math.Round((one.Value.CpuSeconds - eachBefore[one.Key].CpuSeconds) / seconds, 4)),
            GeneratorCores = Math.Round((ownAfter.CpuSeconds - own.CpuSeconds) / seconds, 4),
            ServerResidentBytes = after.ResidentBytes,
            ServerThreads = after.Threads,
            ServerSockets = after.Sockets,
            ServerThreadSeconds = after.ByThread.ToDictionary(
                one => one.Key, one => Math.Round(one.Value - before.ByThread.GetValueOrDefault(one.Key), 2)),
            AllocatedPerDatagram = Math.Round(
                Ratio(metrics, metricsAfter, "avatar_process_allocated_bytes_total", "avatar_media_datagrams_sent_total"), 1),
            Collections = Difference(metrics, metricsAfter, "avatar_process_gc_collections_total"),
            CollectionPauseMs = Math.Round(Difference(metrics, metricsAfter, "avatar_process_gc_pause_microseconds_total") / 1000, 1),
            FramesPerSecond = Math.Round(measures.Frames / recorded / watching, 2),
            AudioPacketsPerSecond = Math.Round(measures.AudioPackets / recorded / watching, 2),
            SpeechShare = measures.AudioPackets == 0 ? 0 : Math.Round(measures.SpeechPackets / recorded / watching / 50, 3),
            FrameLateMs = Percentiles.Of(measures.FrameLate),
            AudioLateMs = Percentiles.Of(measures.AudioLate),
            AudioTooLate = measures.AudioLate.Above(AudioBound),
            FrameJitterMs = Percentiles.Of(measures.FrameJitter),
            SkewMs = Percentiles.Of(measures.Skew),
            TextToAudioMs = Percentiles.Of(measures.TextToAudio),
            TextToMouthMs = Percentiles.Of(measures.TextToMouth),
            BargeInMs = Percentiles.Of(measures.BargeIn),
            SpeechToAudioMs = Percentiles.Of(measures.SpeechToAudio),
            WordsMs = Percentiles.Of(words),
            SpokenMs = Percentiles.Of(spoken),
            Received = received,
            Lost = measures.Lost - lost + clients.TextMeasures.Failures - failures,
            Errors = measures.ErrorMessages - errors,
        };
        _windows.Add(window);
        await Console.Error.WriteLineAsync(
            $"{window.Sessions} sessions: {window.ServerCores:0.000} server cores ({window.SessionsPerCore:0} per "
                + $"core), {window.GeneratorCores:0.000} generator, frame late p99 {window.FrameLateMs.P99:0.0} ms, audio late "
                + $"max {window.AudioLateMs.Max:0.0} ms{(window.IsGood ? "" : " (not good)")}");
        return window;
    }

    public LoadReport Report(Window result, IReadOnlyDictionary<string, double>? findings = null, bool passed = true) => new()
    {
        Scenario = options.Scenario,
        Speech = options.Speech,
        Machine = Machine.Here(),
        Result = result,
        Windows = [.. _windows.OrderBy(one => one.Sessions)],
        JoinMs = Percentiles.Of(clients.Measures.Join),
        JoinFailures = JoinFailures,
        Findings = findings ?? new Dictionary<string, double>(),
        Passed = passed && JoinFailures == 0,
    };

    /// <summary>A server's gauge, or NaN when it does not tell.</summary>
    public async Task<double> GaugeAsync(string name, CancellationToken cancellationToken) =>
        (await server.MetricsAsync(cancellationToken)).GetValueOrDefault(name, double.NaN);

    public async ValueTask DisposeAsync()
    {
        await clients.DisposeAsync();
        await server.DisposeAsync();
    }

    private static double Difference(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after, string name) =>
        after.GetValueOrDefault(name) - before.GetValueOrDefault(name);

    private static double Ratio(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after, string above, string below) =>
        Difference(before, after, below) is > 0 and var count ? Difference(before, after, above) / count : 0;
}
