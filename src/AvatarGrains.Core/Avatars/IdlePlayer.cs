using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Core.Avatars;

/// <summary>
/// The unconscious life of one avatar on screen: where it is in the idle loop, when it blinks and where it glances. One call of
/// <see cref="Advance"/> per 40 ms video frame; equal seeds give equal lives. Never allocates after construction; one owner.
/// </summary>
/// <remarks>
/// Blinks come 2 to 6 s apart, mostly near 3.4 s, take 160 ms, and now and then come in pairs. A glance never cuts a blink short and a blink
/// never starts in the middle of a glance. A listener keeps eye contact, a thinker looks up, a speaker glances away less often than an idler.
/// </remarks>
public sealed class IdlePlayer
{
    private const int FramesPerSecond = 25;
    private const int BlinkFrames = 4;
    private const double DoubleBlinkChance = 0.15;

    private readonly int _loopFrames;
    private readonly Random _random;
    private int _untilBlink;
    private int _untilGlance;
    private int _blinkFrame = -1;
    private int _glanceLeft;
    private Eyes _glance;
    private bool _wasDouble;

    /// <param name="loopFrames">Length of the idle loop in frames, at least 1.</param>
    /// <param name="seed">Chooses the life.</param>
    public IdlePlayer(int loopFrames, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(loopFrames, 1);
        _loopFrames = loopFrames;
        _random = new Random(seed);
        _untilBlink = BlinkPause();
        _untilGlance = Between(3, 8);
    }

    /// <summary>Position in the idle loop.</summary>
    public ushort Phase { get; private set; }

    public Eyes Eyes { get; private set; }

    /// <summary>Moves on by one frame.</summary>
    public void Advance(ConversationPhase mood)
    {
        Phase = (ushort)((Phase + 1) % _loopFrames);
        _untilBlink--;
        _untilGlance--;
        if (_blinkFrame >= 0)
        {
            ContinueBlink();
        }
        else if (_glanceLeft > 0)
        {
            ContinueGlance(mood);
        }
        else if (_untilBlink <= 0)
        {
            _blinkFrame = 0;
            Eyes = Eyes.Half;
        }
        else
        {
            MaybeGlance(mood);
        }
    }

    private void ContinueBlink()
    {
        _blinkFrame++;
        if (_blinkFrame < BlinkFrames)
        {
            Eyes = _blinkFrame is 1 or 2 ? Eyes.Closed : Eyes.Half;
            return;
        }

        _blinkFrame = -1;
        Eyes = Eyes.Open;
        _wasDouble = !_wasDouble && _random.NextDouble() < DoubleBlinkChance;
        _untilBlink = _wasDouble ? _random.Next(4, 8) : BlinkPause();
    }

    private void ContinueGlance(ConversationPhase mood)
    {
        _glanceLeft--;
        if (_glanceLeft == 0 || mood == ConversationPhase.Listening)
        {
            _glanceLeft = 0;
            Eyes = Eyes.Open;
            _untilGlance = mood == ConversationPhase.Speaking ? Between(6, 14) : Between(4, 10);
        }
        else
        {
            Eyes = _glance;
        }
    }

    private void MaybeGlance(ConversationPhase mood)
    {
        Eyes = Eyes.Open;
        if (mood == ConversationPhase.Thinking && _untilGlance > FramesPerSecond)
        {
            _untilGlance = _random.Next(3, 10);
        }

        if (mood == ConversationPhase.Listening || _untilGlance > 0)
        {
            return;
        }

        _glance = mood == ConversationPhase.Thinking || _random.Next(6) == 0
            ? Eyes.GlanceUp
            : _random.Next(2) == 0 ? Eyes.GlanceLeft : Eyes.GlanceRight;
        _glanceLeft = _random.Next(12, 32);
        Eyes = _glance;
    }

    private int BlinkPause()
    {
        // Human inter-blink times are skewed to the right: log-normal, cut to what looks neither nervous nor staring.
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        var seconds = Math.Clamp(Math.Exp(Math.Log(3.4) + (0.35 * normal)), 2, 6);
        return (int)(seconds * FramesPerSecond);
    }

    private int Between(int fromSeconds, int toSeconds) => _random.Next(fromSeconds * FramesPerSecond, toSeconds * FramesPerSecond);
}
