namespace AvatarGrains.Core.Turns;

/// <summary>Bounds of what a language model is told.</summary>
public sealed record PromptOptions
{
    public static PromptOptions Default { get; } = new();

    /// <summary>Newest history lines that are kept.</summary>
    public int MaxHistoryLines { get; init; } = 40;

    /// <summary>Characters of history that are kept, newest first.</summary>
    public int MaxHistoryCharacters { get; init; } = 12_000;

    /// <summary>Passages of the document put into the prompt.</summary>
    public int MaxPassages { get; init; } = 4;

    /// <summary>Characters of passages put into the prompt.</summary>
    public int MaxPassageCharacters { get; init; } = 4_000;
}
