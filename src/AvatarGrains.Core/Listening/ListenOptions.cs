namespace AvatarGrains.Core.Listening;

/// <summary>Bounds of listening.</summary>
/// <param name="MaxUtterance">Longest utterance in a conversation; it is ended there as if the person had paused.</param>
/// <param name="MaxDictation">Longest dictation; audio beyond it is dropped, the result comes at the stop.</param>
/// <param name="PartialInterval">Audio between two looks at the words so far.</param>
public sealed record ListenOptions(TimeSpan MaxUtterance, TimeSpan MaxDictation, TimeSpan PartialInterval)
{
    public static ListenOptions Default { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(200));
}
