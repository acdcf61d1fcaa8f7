using AvatarGrains.LoadTest.Clients;

namespace AvatarGrains.LoadTest.Reports;

/// <summary>One measured window at one number of clients.</summary>
internal sealed record Window
{
    public required int Sessions { get; init; }

    /// <summary>Clients by what they do.</summary>
    public required IReadOnlyDictionary<string, int> Members { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Cores of processor time the server used, user and system.</summary>
    public required double ServerCores { get; init; }

    /// <summary><see cref="ServerCores"/> by process.</summary>
    public required IReadOnlyDictionary<string, double> ProcessCores { get; init; }

    /// <summary>Cores of processor time the clients used.</summary>
    public required double GeneratorCores { get; init; }

    public double SessionsPerCore => ServerCores > 0 ? Math.Round(Sessions / ServerCores, 1) : 0;

    /// <summary>
    /// Cores of <see cref="ServerCores"/> that drew and encoded poses not seen before: paid once for each pose, not for each session.
    /// </summary>
    public double PoseCores =>
        Math.Round(ServerThreadSeconds.Where(one => one.Key.StartsWith("poses", StringComparison.Ordinal)).Sum(one => one.Value) / Seconds, 4);

    /// <summary>Sessions per core once every pose has been encoded.</summary>
    public double SessionsPerCorePosesReady => ServerCores > PoseCores ? Math.Round(Sessions / (ServerCores - PoseCores), 1) : 0;

    public required long ServerResidentBytes { get; init; }

    public required int ServerThreads { get; init; }

    public required int ServerSockets { get; init; }

    /// <summary>Server processor seconds in the window by thread name.</summary>
    public required IReadOnlyDictionary<string, double> ServerThreadSeconds { get; init; }

    /// <summary>Bytes the server allocated on its managed heap for each datagram it sent.</summary>
    public required double AllocatedPerDatagram { get; init; }

    /// <summary>Garbage collections of the server in the window, all generations.</summary>
    public required double Collections { get; init; }

    /// <summary>Time in which collections stopped the server, ms.</summary>
    public required double CollectionPauseMs { get; init; }

    public required double FramesPerSecond { get; init; }

    public required double AudioPacketsPerSecond { get; init; }

    /// <summary>Share of audio packets that carry speech.</summary>
    public required double SpeechShare { get; init; }

    public required Percentiles FrameLateMs { get; init; }

    public required Percentiles AudioLateMs { get; init; }

    /// <summary>Audio packets later than 40 ms.</summary>
    public required long AudioTooLate { get; init; }

    public required Percentiles FrameJitterMs { get; init; }

    public required Percentiles SkewMs { get; init; }

    public required Percentiles TextToAudioMs { get; init; }

    public required Percentiles TextToMouthMs { get; init; }

    public required Percentiles BargeInMs { get; init; }

    /// <summary>From the end of a question asked aloud to the first sound of the answer, endpointing included.</summary>
    public required Percentiles SpeechToAudioMs { get; init; }

    /// <summary>From a question by WebSocket or REST to the first words of the answer.</summary>
    public required Percentiles WordsMs { get; init; }

    /// <summary>From a text sent over a WebSocket to the first of its speech.</summary>
    public required Percentiles SpokenMs { get; init; }

    public required ReceptionTotals Received { get; init; }

    public required long Lost { get; init; }

    public required long Errors { get; init; }

    /// <summary>Within the bounds of <c>--max</c>: on time, nothing missing, and no connection lost.</summary>
    public bool IsGood => FrameLateMs.P99 <= 20 && AudioTooLate == 0 && Received.AudioSkipped == 0 && Lost == 0 && FrameLateMs.Count > 0;
}
