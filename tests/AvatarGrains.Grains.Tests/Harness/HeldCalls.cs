using System.Collections.Concurrent;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>Calls that leave one silo, each of which can be kept back by its method's name until it is let go.</summary>
internal sealed class HeldCalls : IOutgoingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();

    public void Hold(string method) => _gates[method] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release(string method)
    {
        if (_gates.TryRemove(method, out var gate))
        {
            gate.TrySetResult();
        }
    }

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (_gates.TryGetValue(context.MethodName, out var gate))
        {
            await gate.Task.WaitAsync(LocalCluster.Patience, TimeProvider.System);
        }

        await context.Invoke();
    }
}
