using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Turns;

/// <summary>Takes down when the stages of a turn were reached, each once. Owned by the session's loop.</summary>
/// <param name="clock">Clock.</param>
/// <param name="heard">How long hearing the question took before the turn began.</param>
internal sealed class TurnTimer(SessionClock clock, HeardTimings heard)
{
    private readonly TimeSpan _origin = clock.Monotonic - (heard.AsrFinal ?? TimeSpan.Zero);
    private TimeSpan? _firstWords;
    private TimeSpan? _firstSpeech;
    private TimeSpan? _firstPlayed;

    public TurnTimings Timings => new(heard.VadEnd, heard.AsrFinal, _firstWords, _firstSpeech, _firstPlayed);

    /// <summary>The model's first words came.</summary>
    /// <param name="at">When, on the session's clock; null when it gave none.</param>
    public void FirstWords(TimeSpan? at) => _firstWords ??= at - _origin;

    public void FirstSpeech() => _firstSpeech ??= clock.Monotonic - _origin;

    public void FirstPlayed() => _firstPlayed ??= clock.Monotonic - _origin;
}
