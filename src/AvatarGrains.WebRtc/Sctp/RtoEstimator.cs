namespace AvatarGrains.WebRtc.Sctp;

/// <summary>
/// Retransmission timeout from round trips (RFC 9260 section 6.3.1), in microseconds. The floor is below the RFC's second, as data channels
/// are interactive.
/// </summary>
internal sealed class RtoEstimator
{
    private const long Initial = 1_000_000;
    private const long Least = 300_000;
    private const long Most = 10_000_000;
    private long _smoothed;
    private long _variation;

    public long Value { get; private set; } = Initial;

    public void Add(long roundTrip)
    {
        if (_smoothed == 0)
        {
            _smoothed = roundTrip;
            _variation = roundTrip / 2;
        }
        else
        {
            _variation = ((3 * _variation) + Math.Abs(_smoothed - roundTrip)) / 4;
            _smoothed = ((7 * _smoothed) + roundTrip) / 8;
        }

        Value = Math.Clamp(_smoothed + (4 * _variation), Least, Most);
    }

    public void BackOff() => Value = Math.Min(2 * Value, Most);
}
