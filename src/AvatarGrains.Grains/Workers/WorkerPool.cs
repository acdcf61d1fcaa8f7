using System.Collections.Concurrent;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Hosting;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Engines;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Placement;

namespace AvatarGrains.Grains.Workers;

/// <summary>
/// Finds a worker for each piece of work: of two chosen by chance, the one that said it has less to do. A busy or lost worker's work goes to the next one, while that
/// cannot be noticed by who asked. Thread-safe.
/// </summary>
internal sealed class WorkerPool(IGrainFactory grains, SiloDirectory silos, ClusterTimes times, WorkerLimits limits, ILogger<WorkerPool> log)
{
    private readonly ConcurrentDictionary<SiloAddress, int> _loads = new();

    public IGrainFactory Grains => grains;

    public ClusterTimes Times => times;

    /// <summary>
    /// The worker of a kind on the silo that was chosen for the work that calls this. Each silo has one of its own name: where a name was last found is remembered,
    /// and would be asked again whatever is chosen.
    /// </summary>
    public T Worker<T>()
        where T : IGrainWithIntegerKey =>
        grains.GetGrain<T>(((SiloAddress)RequestContext.Get(IPlacementDirector.PlacementHintKey)!).GetConsistentHashCode());

    /// <summary>Runs work on workers until one has done it.</summary>
    /// <param name="engine">Name of the engine that does it; decides whether the worker needs a GPU.</param>
    /// <param name="work">Calls a grain; the silo it is placed on is chosen here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="EngineException">The engine failed, or no worker could do it.</exception>
    public async Task RunAsync(string? engine, Func<CancellationToken, Task<WorkReply>> work, CancellationToken cancellationToken)
    {
        var needed = limits.RolesFor(engine);
        var left = silos.Active(needed).ToList();
        if (left.Count == 0)
        {
            throw new EngineException(
                EngineFault.Unavailable, needed == SiloRoles.Worker ? "The cluster has no worker." : $"The cluster has no worker with a GPU, which {engine} needs.");
        }

        var busy = false;
        while (left.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var silo = Choose(left);
            left.Remove(silo);
            try
            {
                // The placement of the grain that is called next reads this.
                RequestContext.Set(IPlacementDirector.PlacementHintKey, silo);
                var reply = await work(cancellationToken);
                _loads[silo] = reply.Load;
                if (reply.End != (int)WorkEnd.Busy)
                {
                    ThrowIfFailed(reply);
                    return;
                }

                busy = true;
            }
            catch (Exception e) when (LinkServices.IsTransient(e))
            {
                log.LogWarning("Worker {Silo} was lost in the middle of its work: {Reason}", silo, e.Message);
                _loads.TryRemove(silo, out _);
            }
            finally
            {
                RequestContext.Remove(IPlacementDirector.PlacementHintKey);
            }
        }

        throw busy
            ? new EngineException(EngineFault.Overloaded, "All workers are busy.")
            : new EngineException(EngineFault.Failed, "The worker was lost, and there is no other.");
    }

    public static void ThrowIfFailed(WorkReply reply)
    {
        switch ((WorkEnd)reply.End)
        {
            case WorkEnd.Fault:
                throw new EngineException((EngineFault)reply.Fault, reply.Detail);
            case WorkEnd.Bug:
                throw new InvalidOperationException("An engine of a worker broke: " + reply.Detail);
        }
    }

    private SiloAddress Choose(List<SiloAddress> candidates)
    {
        // Which of equals does not matter, so no secret is needed here; the hash spreads the callers.
        var first = candidates[(int)((uint)Guid.NewGuid().GetHashCode() % candidates.Count)];
        var second = candidates[(int)((uint)Guid.NewGuid().GetHashCode() % candidates.Count)];
        return _loads.GetValueOrDefault(second) < _loads.GetValueOrDefault(first) ? second : first;
    }
}
