namespace AvatarGrains.WebRtc.Sctp;

/// <summary>Slow start, congestion avoidance and fast recovery (RFC 9260 section 7.2), in bytes.</summary>
internal sealed class CongestionWindow(int mtu)
{
    private int _threshold = int.MaxValue;
    private int _partial;
    private uint _recoveryExit;

    public int Size { get; private set; } = Math.Min(4 * mtu, Math.Max(2 * mtu, 4404));

    public bool InRecovery { get; private set; }

    /// <param name="acknowledged">Bytes newly acknowledged.</param>
    /// <param name="flightBefore">Bytes in flight before this SACK.</param>
    /// <param name="cumulative">The new cumulative TSN.</param>
    public void OnAcknowledged(int acknowledged, int flightBefore, uint cumulative)
    {
        if (InRecovery)
        {
            InRecovery = SctpWire.Before(cumulative, _recoveryExit);
            return;
        }

        // A window that was not used up says nothing about the path.
        if (flightBefore + mtu <= Size)
        {
            return;
        }

        if (Size <= _threshold)
        {
            Size += Math.Min(acknowledged, mtu);
            return;
        }

        _partial += acknowledged;
        if (_partial >= Size)
        {
            _partial -= Size;
            Size += mtu;
        }
    }

    public void OnFastLoss(uint highestSent)
    {
        if (!InRecovery)
        {
            Halve();
            Size = _threshold;
            InRecovery = true;
            _recoveryExit = highestSent;
        }
    }

    public void OnTimeout()
    {
        Halve();
        Size = mtu;
        InRecovery = false;
    }

    private void Halve()
    {
        _threshold = Math.Max(Size / 2, 4 * mtu);
        _partial = 0;
    }
}
