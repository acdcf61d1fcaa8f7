using System.Text.Json;
using AvatarGrains.Benchmarks.Operations;

namespace AvatarGrains.Benchmarks.Tests;

/// <summary>Holds every operation to the bytes it may allocate. Bytes only: times are for the benchmarks to show.</summary>
public sealed class AllocationBudgetTests
{
    private const int WarmUps = 300;
    private const int Rounds = 200;

    private static readonly Dictionary<string, long> Budgets =
        JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(Path.Combine(RepositoryFolder.Root, "benchmarks/budgets.json")))!;

    public static TheoryData<string> Operations => [.. OperationCatalog.Names];

    [Fact]
    public void Every_operation_has_a_budget_and_every_budget_an_operation() =>
        Assert.Equal(OperationCatalog.Names.Order(), Budgets.Keys.Order());

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_allocates_within_its_budget(string name)
    {
        using var operation = Create(name);
        for (var i = 0; i < WarmUps; i++)
        {
            operation.Run();
        }

        // The least of several rounds: a background compilation on this thread is not the operation's.
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++)
            {
                operation.Run();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(least <= Budgets[name] * Rounds, $"{name} allocates {least / (double)Rounds:0.#} bytes, its budget is {Budgets[name]}");
    }

    private static IOperation Create(string name)
    {
        try
        {
            return OperationCatalog.Create(name);
        }
        catch (Exception missing) when (missing is DllNotFoundException || missing.InnerException is DllNotFoundException)
        {
            Assert.Skip($"A system library is not installed: {missing.Message}");
            throw;
        }
    }
}
