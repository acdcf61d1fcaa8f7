using AvatarGrains.SessionBench;

return await SessionBenchmark.RunAsync(args, Console.Out, CancellationToken.None);
