namespace AvatarGrains.Client.Media;

/// <summary>Follows the sequence numbers of one stream: what is missing, what came twice or out of order.</summary>
public sealed class SequenceCheck
{
    private const int Remembered = 1024;

    private readonly ulong[] _seen = new ulong[Remembered / 64];
    private long _first = -1;
    private long _highest = -1;

    /// <summary>Distinct packets received.</summary>
    public long Received { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Packets that came after a later one, resent ones among them.</summary>
    public long Reordered { get; private set; }

    /// <summary>Packets sent before the last one received that have not come.</summary>
    public long Missing => _highest < 0 ? 0 : _highest - _first + 1 - Received;

    /// <summary>Takes a packet.</summary>
    /// <returns>Packets left out just before it; -1 for a packet that came twice or after a later one.</returns>
    public int Take(ushort sequence)
    {
        if (_highest < 0)
        {
            _first = _highest = sequence;
            Mark(_highest);
            Received = 1;
            return 0;
        }

        var number = _highest + (short)(sequence - (ushort)_highest);
        if (number > _highest)
        {
            var gap = (int)(number - _highest - 1);
            for (var skipped = Math.Max(_highest + 1, number - Remembered + 1); skipped <= number; skipped++)
            {
                _seen[(int)(skipped & (Remembered - 1)) >> 6] &= ~(1UL << (int)(skipped & 63));
            }

            _highest = number;
            Mark(number);
            Received++;
            return gap;
        }

        if (number < _first || _highest - number >= Remembered || IsMarked(number))
        {
            Duplicates++;
            return -1;
        }

        Mark(number);
        Received++;
        Reordered++;
        return -1;
    }

    private void Mark(long number) => _seen[(int)(number & (Remembered - 1)) >> 6] |= 1UL << (int)(number & 63);

    private bool IsMarked(long number) => (_seen[(int)(number & (Remembered - 1)) >> 6] >> (int)(number & 63) & 1) != 0;
}
