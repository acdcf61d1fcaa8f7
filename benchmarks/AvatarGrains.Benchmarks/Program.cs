using AvatarGrains.Benchmarks;
using BenchmarkDotNet.Running;

// In this process: the generated project of the usual way would not build under the rules of this repository.
string[] asked = args.Length == 0 ? ["--filter", "*", "--job", "short"] : args;
string[] artifacts = Array.Exists(asked, one => one is "--artifacts" or "-a")
    ? []
    : ["--artifacts", Path.Combine(AppContext.BaseDirectory, "results")];
BenchmarkSwitcher.FromTypes([typeof(OperationBenchmarks)]).Run([.. asked, "--inProcess", .. artifacts]);
