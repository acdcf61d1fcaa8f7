using AvatarGrains.LoadTest;
using AvatarGrains.LoadTest.Reports;
using AvatarGrains.LoadTest.Scenarios;

if (args.Any(one => one is "--help" or "-h"))
{
    Console.WriteLine(LoadOptions.Usage);
    return 0;
}

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"load: {wrong.Message}; see --help");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

try
{
    var report = await Runner.RunAsync(options, TimeProvider.System, stop.Token);
    Directory.CreateDirectory(options.Output);
    await File.WriteAllTextAsync(Path.Combine(options.Output, "report.json"), ReportJson.WriteWhole(report));
    await File.WriteAllTextAsync(
        Path.Combine(options.Output, "plot.svg"), SvgPlot.Write(report.Windows, $"Server cost: {report.Scenario}, {report.Speech} speech"));
    Console.WriteLine(ReportTable.Write(report));
    if (options.Json)
    {
        Console.WriteLine(ReportJson.WriteLine(report));
    }

    return report.Passed ? 0 : 1;
}
catch (Exception failed) when (failed is IOException or HttpRequestException or TimeoutException or FormatException or OperationCanceledException)
{
    await Console.Error.WriteLineAsync($"load: {failed.Message}");
    return 1;
}
