namespace AvatarGrains.Core.Avatars;

/// <summary>Nods and raised brows on stressed syllables, thinned out so that the head does not beat time. Depends on the stresses alone.</summary>
internal sealed class AccentTrack(double gapMs, bool question)
{
    private const double RiseMs = 120;
    private const double HoldMs = 60;
    private const double FallMs = 260;

    private readonly List<(double AtMs, byte Level)> _accents = [];
    private double _lastMs = double.NegativeInfinity;
    private int _count;

    /// <summary>A stressed syllable begins.</summary>
    public void Stress(double atMs)
    {
        if (atMs - _lastMs < gapMs)
        {
            return;
        }

        // The first accent of a sentence carries the topic and is the strongest; then strong and weak ones take turns.
        var level = (_count == 0 ? 2 : 1 + (_count % 2)) + (question ? 1 : 0);
        _accents.Add((atMs, (byte)Math.Min(level, FaceFrame.MaxAccent)));
        _lastMs = atMs;
        _count++;
    }

    public byte LevelAt(double moment)
    {
        double strongest = 0;
        foreach (var (atMs, level) in _accents)
        {
            var t = moment - atMs;
            var envelope = t < 0 ? 1 + (t / RiseMs) : t < HoldMs ? 1 : 1 - ((t - HoldMs) / FallMs);
            strongest = Math.Max(strongest, level * envelope);
        }

        return (byte)Math.Round(strongest);
    }

    public void Forget(double beforeMs) => _accents.RemoveAll(a => a.AtMs + HoldMs + FallMs < beforeMs);
}
