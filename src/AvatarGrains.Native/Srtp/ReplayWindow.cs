namespace AvatarGrains.Native.Srtp;

/// <summary>Which packet indices have been seen, for the newest <see cref="Size"/> of them (RFC 3711 section 3.3.2).</summary>
internal sealed class ReplayWindow
{
    public const int Size = 1024;

    private const int WordBits = 64;
    private readonly ulong[] _seen = new ulong[Size / WordBits];

    /// <summary>The largest index seen, -1 before the first.</summary>
    public long Highest { get; private set; } = -1;

    /// <summary>False for one that was seen, or is too old to tell.</summary>
    public bool IsFresh(long index) => index > Highest || (Highest - index < Size && !Bit(index));

    /// <summary>Notes an index that <see cref="IsFresh"/>.</summary>
    public void Mark(long index)
    {
        if (index > Highest)
        {
            for (var passed = Math.Max(Highest + 1, index - Size + 1); passed < index; passed++)
            {
                _seen[Word(passed)] &= ~Mask(passed);
            }

            Highest = index;
        }

        _seen[Word(index)] |= Mask(index);
    }

    private static int Word(long index) => (int)(index % Size / WordBits);

    private static ulong Mask(long index) => 1UL << (int)(index % WordBits);

    private bool Bit(long index) => (_seen[Word(index)] & Mask(index)) != 0;
}
