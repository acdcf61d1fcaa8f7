using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Engines;

/// <summary>The functions that this server runs for a language model. Thread-safe.</summary>
public interface IAnswerTools
{
    /// <summary>The functions that a session's model may call; none for most.</summary>
    ValueTask<IReadOnlyList<AITool>> FindAsync(SessionSpec spec, CancellationToken cancellationToken);

    /// <summary>A client that runs the functions its model calls, and shows the model what they gave.</summary>
    IChatClient Use(IChatClient model);
}

/// <summary>No functions.</summary>
public sealed class NoAnswerTools : IAnswerTools
{
    public static NoAnswerTools Instance { get; } = new();

    public ValueTask<IReadOnlyList<AITool>> FindAsync(SessionSpec spec, CancellationToken cancellationToken) => new([]);

    public IChatClient Use(IChatClient model) => model;
}
