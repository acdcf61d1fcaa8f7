namespace AvatarGrains.Benchmarks;

/// <summary>One thing the server does often. Timed by BenchmarkDotNet, held to its allocation budget by the tests.</summary>
internal interface IOperation : IDisposable
{
    /// <summary>Does it once. May use its own steady state; must not depend on how often it was done before.</summary>
    void Run();
}
