using System.Collections.Concurrent;
using System.Collections.Immutable;
using AvatarGrains.Core.Engines;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Handles;
using AvatarGrains.Grains.Placement;
using Microsoft.Extensions.Logging;

namespace AvatarGrains.Grains.Workers;

/// <summary>What workers do.</summary>
internal enum WorkerKind
{
    Asr,
    Llm,
    Tts,
    Face,
}

/// <summary>The silo that was chosen for a piece of work.</summary>
/// <param name="Key">Key of the worker grains on it.</param>
/// <param name="IsHere">It is this process.</param>
internal readonly record struct WorkerSilo(long Key, bool IsHere);

/// <summary>
/// Finds a worker for each piece of work: this silo, unless another one chosen by chance has clearly less to do; where this silo is no worker, the
/// less loaded of two chosen by chance. When a worker is busy or lost, the next one is asked, as long as the caller does not notice. Thread-safe.
/// </summary>
internal sealed class WorkerPool(
    IGrainFactory grains, SiloDirectory silos, WorkerGates gates, ClusterTimes times, WorkerLimits limits, ILogger<WorkerPool> log)
{
    /// <summary>By how much the load of this silo must exceed that of another before work leaves it.</summary>
    private static readonly int Preference = Environment.ProcessorCount;

    /// <summary>What the workers on other silos said they had to do.</summary>
    private readonly ConcurrentDictionary<(WorkerKind, SiloAddress), int> _loads = new();

    public IGrainFactory Grains => grains;

    public ClusterTimes Times => times;

    /// <summary>Runs work on workers until one has done it.</summary>
    /// <param name="kind">What is to be done.</param>
    /// <param name="engine">Name of the engine that does it; decides whether the worker needs a GPU.</param>
    /// <param name="work">Calls a worker grain on the silo it is given.</param>
    /// <param name="cancellationToken">Stops the search; the work is to be stopped by the same token.</param>
    /// <exception cref="EngineException">The engine failed, or no worker could do it.</exception>
    public async Task RunAsync(WorkerKind kind, string? engine, Func<WorkerSilo, Task<WorkReply>> work, CancellationToken cancellationToken)
    {
        var needed = limits.RolesFor(engine);
        var left = silos.Active(needed);
        if (left.IsEmpty)
        {
            throw new EngineException(
                EngineFault.Unavailable,
                needed == SiloRoles.Worker ? "The cluster has no worker." : $"The cluster has no worker with a GPU, which {engine} needs.");
        }

        var fault = new EngineException(EngineFault.Failed, "The worker was lost, and there is no other.");
        for (; !left.IsEmpty;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var silo = Choose(kind, left);
            try
            {
                var reply = await work(new WorkerSilo(WorkerFilter.KeyOf(silo), silo.Equals(silos.Local)));
                _loads[(kind, silo)] = reply.Load;
                if (reply.End != WorkEnd.Busy)
                {
                    reply.ThrowIfFailed();
                    return;
                }

                fault = new EngineException(EngineFault.Overloaded, "All workers are busy.");
            }
            catch (Exception e) when (SessionCalls.IsTransient(e))
            {
                log.LogWarning("Worker {Silo} was lost in the middle of its work: {Reason}", silo, e.Message);
                _loads.TryRemove((kind, silo), out _);
            }

            left = left.Remove(silo);
        }

        throw fault;
    }

    private SiloAddress Choose(WorkerKind kind, ImmutableArray<SiloAddress> candidates)
    {
        var other = AnyOf(candidates);
        if (candidates.Length == 1)
        {
            return other;
        }

        if (candidates.Contains(silos.Local))
        {
            return gates[kind].Load > LoadOf(kind, other) + Preference ? other : silos.Local;
        }

        var another = AnyOf(candidates);
        return LoadOf(kind, another) < LoadOf(kind, other) ? another : other;
    }

    private int LoadOf(WorkerKind kind, SiloAddress silo) => _loads.GetValueOrDefault((kind, silo));

    // Spreads the callers evenly; nothing depends on the choice being unpredictable.
    private static SiloAddress AnyOf(ImmutableArray<SiloAddress> silos) => silos[(int)((uint)Guid.NewGuid().GetHashCode() % silos.Length)];
}
