using AvatarGrains.ClusterBench;
using AvatarGrains.ClusterBench.Answers;
using AvatarGrains.ClusterBench.Comparison;
using AvatarGrains.ClusterBench.Processes;
using AvatarGrains.ClusterBench.Scenarios;

if (args.Any(one => one is "--help" or "-h"))
{
    Console.WriteLine(BenchOptions.Usage);
    return 0;
}

if (args is [SiloChild.Command, var plan])
{
    return await SiloChild.RunAsync(SiloPlan.Read(plan));
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException wrong)
{
    await Console.Error.WriteLineAsync($"cluster bench: {wrong.Message}; see --help");
    return 2;
}

if (options.Scenario == "answers")
{
    await AnswerComparison.RunAsync(options.Port);
    return 0;
}

foreach (var sessions in options.Sessions)
{
    switch (options.Scenario)
    {
        case "streams":
            await StreamComparison.RunAsync(sessions, options.Duration);
            break;
        case "speech":
            (await SpeechScenario.RunAsync(options, sessions)).Print(options.Json);
            break;
        case "sessions":
            (await SessionsScenario.RunAsync(options, sessions)).Print(options.Json);
            break;
        case "drain" or "kill":
            (await MoveScenario.RunAsync(options, sessions, options.Scenario == "kill")).Print(options.Json);
            break;
        default:
            await Console.Error.WriteLineAsync($"cluster bench: there is no scenario '{options.Scenario}'; see --help");
            return 2;
    }
}

return 0;
