using System.Text.Json;

namespace AvatarGrains.LoadTest.Reports;

/// <summary>The report as JSON: whole for the file, and short for the last line of the output.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Whole = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly JsonSerializerOptions Short = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string WriteWhole(LoadReport report) => JsonSerializer.Serialize(report, Whole);

    public static string WriteLine(LoadReport report)
    {
        var result = report.Result;
        return JsonSerializer.Serialize(
            new
            {
                report.Scenario,
                report.Speech,
                result.Sessions,
                result.SessionsPerCore,
                result.ServerCores,
                result.ProcessCores,
                result.PoseCores,
                result.SessionsPerCorePosesReady,
                result.GeneratorCores,
                TextToAudioMs = new { result.TextToAudioMs.P50, result.TextToAudioMs.P99 },
                TextToMouthMs = new { result.TextToMouthMs.P50, result.TextToMouthMs.P99 },
                SpeechToAudioMs = new { result.SpeechToAudioMs.P50, result.SpeechToAudioMs.P99 },
                WordsMs = new { result.WordsMs.P50, result.WordsMs.P99 },
                FrameLateMs = new { result.FrameLateMs.P50, result.FrameLateMs.P99 },
                AudioLateMs = new { result.AudioLateMs.P99, result.AudioLateMs.Max },
                AudioTooLate = result.AudioTooLate,
                BargeInMs = new { result.BargeInMs.P50, result.BargeInMs.Max },
                JoinMs = new { report.JoinMs.P50, report.JoinMs.P99 },
                report.JoinFailures,
                result.Received.PacketsMissing,
                result.Received.FramesMissing,
                result.AllocatedPerDatagram,
                ServerRssMb = result.ServerResidentBytes >> 20,
                result.Lost,
                result.Errors,
                report.Findings,
                report.Passed,
            },
            Short);
    }
}
