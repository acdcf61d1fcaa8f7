using System.Globalization;
using System.Text;

namespace AvatarGrains.LoadTest.Reports;

/// <summary>Writes a report for people, in Markdown.</summary>
internal static class ReportTable
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Write(LoadReport report)
    {
        var text = new StringBuilder();
        var machine = report.Machine;
        text.AppendLine(Invariant, $"Scenario {report.Scenario}, speech {report.Speech}");
        text.AppendLine(
            Invariant, $"{machine.Processor}, {machine.Cores} cores, {machine.MemoryBytes >> 30} GiB, {machine.Kernel}, {machine.Runtime}");
        text.AppendLine();
        text.AppendLine("| sessions | server cores | sessions/core | of it poses | sessions/core without | generator cores | RSS MB | threads | "
            + "frame late p50/p99/max ms | audio late p99/max ms | jitter p99 ms | A/V p99 ms | missing packets/frames | B/datagram | GCs (ms) |");
        text.AppendLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var w in report.Windows)
        {
            text.AppendLine(
                Invariant, $"| {w.Sessions}{(w.IsGood ? "" : " ✗")} | {w.ServerCores:0.000} | {w.SessionsPerCore:0} | {w.PoseCores:0.000} "
                + $"| {w.SessionsPerCorePosesReady:0} | {w.GeneratorCores:0.000} | {w.ServerResidentBytes >> 20} | {w.ServerThreads} "
                + $"| {w.FrameLateMs.P50:0.0} / {w.FrameLateMs.P99:0.0} / {w.FrameLateMs.Max:0.0} "
                + $"| {w.AudioLateMs.P99:0.0} / {w.AudioLateMs.Max:0.0} | {w.FrameJitterMs.P99:0.0} | {w.SkewMs.P99:0.0} "
                + $"| {w.Received.PacketsMissing} / {w.Received.FramesMissing} | {w.AllocatedPerDatagram:0} "
                + $"| {w.Collections:0} ({w.CollectionPauseMs:0}) |");
        }

        text.AppendLine();
        var result = report.Result;
        text.AppendLine(Invariant, $"join: p50 {report.JoinMs.P50:0} ms, p99 {report.JoinMs.P99:0} ms over {report.JoinMs.Count} joins, "
            + $"{report.JoinFailures} failed");
        text.AppendLine(Invariant, $"frames/s {result.FramesPerSecond:0.0} and audio packets/s {result.AudioPacketsPerSecond:0.0} per session, "
            + $"speech share {result.SpeechShare:P0}");
        if (result.TextToAudioMs.Count > 0)
        {
            var (audio, mouth) = (result.TextToAudioMs, result.TextToMouthMs);
            text.AppendLine(Invariant, $"text to audio: p50 {audio.P50:0.0} ms, p99 {audio.P99:0.0} ms over {audio.Count}; "
                + $"to the mouth: p50 {mouth.P50:0.0} ms, p99 {mouth.P99:0.0} ms");
        }

        if (result.BargeInMs.Count > 0)
        {
            var stale = result.BargeInMs;
            text.AppendLine(Invariant, $"barge-in to last stale packet: p50 {stale.P50:0.0} ms, max {stale.Max:0.0} ms over {stale.Count}");
        }

        Spoken(text, "end of a spoken question to audio, the pause that ends it included", result.SpeechToAudioMs);
        Spoken(text, "question by WebSocket or REST to the first words", result.WordsMs);
        Spoken(text, "text by WebSocket to the first speech", result.SpokenMs);
        if (result.Members.Count > 1)
        {
            text.AppendLine(Invariant, $"clients: {string.Join(", ", result.Members.Select(one => $"{one.Value} {one.Key}"))}");
        }

        text.AppendLine(
            Invariant, $"decoded pictures {result.Received.Pictures}, sounds {result.Received.Sounds}, failures {result.Received.DecodeFailures}; "
            + $"connections lost {result.Lost}, error messages {result.Errors}");
        if (result.ProcessCores.Count > 1)
        {
            text.AppendLine(Invariant, $"processes: {string.Join(", ", result.ProcessCores.Select(one => $"{one.Key} {one.Value:0.000}"))} cores");
        }

        var threads = result.ServerThreadSeconds.Where(one => one.Value > 0)
            .OrderByDescending(one => one.Value)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value / result.Seconds:0.000}"));
        text.AppendLine(Invariant, $"server threads: {string.Join(", ", threads)} cores");
        foreach (var (name, value) in report.Findings)
        {
            text.AppendLine(Invariant, $"{name}: {value.ToString("0.###", CultureInfo.InvariantCulture)}");
        }

        text.AppendLine(Invariant, $"{(report.Passed ? "passed" : "NOT PASSED")}");
        return text.ToString();
    }

    private static void Spoken(StringBuilder text, string what, Percentiles took)
    {
        if (took.Count > 0)
        {
            text.AppendLine(Invariant, $"{what}: p50 {took.P50:0.0} ms, p99 {took.P99:0.0} ms over {took.Count}");
        }
    }
}
