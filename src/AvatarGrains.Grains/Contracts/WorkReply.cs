using AvatarGrains.Core.Engines;

namespace AvatarGrains.Grains.Contracts;

/// <summary>How a piece of work ended.</summary>
internal enum WorkEnd
{
    Done = 0,

    /// <summary>The worker takes no more; another may.</summary>
    Busy = 1,

    /// <summary>The engine failed, which is an outcome.</summary>
    Fault = 2,

    /// <summary>The engine broke, which is a bug.</summary>
    Bug = 3,

    /// <summary>The worker must be given the text of the knowledge it is to expect.</summary>
    NeedKnowledge = 4,
}

/// <summary>What a worker says at the end of its work.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Load">Work of this kind running and waiting there, to choose the next worker by.</param>
/// <param name="Fault">With <see cref="WorkEnd.Fault"/>.</param>
/// <param name="Detail">Words for people, where it is not done.</param>
/// <param name="RetryAfter">How long to wait before asking again, where the engine said so.</param>
[GenerateSerializer, Immutable, Alias("ag.WorkReply")]
internal sealed record WorkReply(
    [property: Id(0)] WorkEnd End,
    [property: Id(1)] int Load,
    [property: Id(2)] EngineFault Fault = default,
    [property: Id(3)] string Detail = "",
    [property: Id(4)] TimeSpan? RetryAfter = null)
{
    /// <summary>Throws what the engine failed or broke with.</summary>
    /// <exception cref="EngineException">It failed.</exception>
    /// <exception cref="InvalidOperationException">It broke.</exception>
    public void ThrowIfFailed()
    {
        switch (End)
        {
            case WorkEnd.Fault:
                throw new EngineException(Fault, Detail) { RetryAfter = RetryAfter };
            case WorkEnd.Bug:
                throw new InvalidOperationException("An engine of a worker broke: " + Detail);
        }
    }
}
