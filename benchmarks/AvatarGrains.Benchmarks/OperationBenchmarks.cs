using BenchmarkDotNet.Attributes;

namespace AvatarGrains.Benchmarks;

/// <summary>Time and memory of every operation.</summary>
[MemoryDiagnoser]
public class OperationBenchmarks
{
    private IOperation _operation = null!;

    public static IEnumerable<string> Names => OperationCatalog.Names;

    [ParamsSource(nameof(Names))]
    public string Operation { get; set; } = "";

    [GlobalSetup]
    public void Create() => _operation = OperationCatalog.Create(Operation);

    [GlobalCleanup]
    public void Dispose() => _operation.Dispose();

    [Benchmark]
    public void Run() => _operation.Run();
}
