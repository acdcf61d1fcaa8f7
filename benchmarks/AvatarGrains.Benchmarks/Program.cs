using AvatarGrains.Benchmarks;
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromTypes([typeof(OperationBenchmarks)]).Run(args.Length == 0 ? ["--filter", "*"] : args);
